"""Links articles and comments to a conflict's dated events; every name it knows comes from the conflict's folder.

An article is read sentence by sentence. Each sentence is scored against the few events its places, names, dates or
kind of event bring up; the events that explain the text best together are kept. A text without a date is read as if
published on each day its content allows, and the day on which most of it falls into place is taken.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ingest.annotate.events import comments
from ingest.annotate.events.attempt import Attempt
from ingest.annotate.events.calibration import CALIBRATION, LEAST, about, about_features, confidence, features
from ingest.annotate.events.candidates import ABOUT_NONE, FRONT_PAGE, Unlinked, likeliest, of_links
from ingest.annotate.events.decisions import Decisions
from ingest.annotate.events.gazetteer import Gazetteer
from ingest.annotate.events.matcher import Matcher
from ingest.annotate.events.profiler import WAR
from ingest.annotate.events.profiles import Profiles
from ingest.annotate.events.reading import read_text
from ingest.annotate.events.roles import KEEP, LEAD_UNITS, Choice, primary_of, to_links, told_in_part
from ingest.annotate.events.scoring import probability
from ingest.annotate.events.selection import rescue
from ingest.annotate.events.sentences import Reading
from ingest.annotate.events.timing import tells_of_later_days
from ingest.annotate.events.undated import attempt_undated
from ingest.annotate.events.vocabulary import DEMAND, SIGN, VOCABULARY, Vocabulary, default_vocabulary
from ingest.annotate.events.weights import TELLING
from ingest.conflict import Conflict
from ingest.records import ArticleInput, EventCandidate, EventLink, Judgement

METHOD = "linker-11"
SEPARATOR = "\n\n"
"""Evidence spans of an article are offsets into its title, this, and its text."""

_FRONT_PATH = re.compile(r"/?(?:[a-z]{2}/?)?(?:(?:index|default|home)(?:\.\w{2,5})?)?")

MAYBE, ABOUT = 0.1, 0.5
"""A text may be about the conflict; from the second on it is, without a look at its events. Below the first a page
without a date tells no event whose name or place it does not state: a weekday fits any guess."""

RELEVANCE_BIAS, ONE_SIDE, BOTH_SIDES, REGION, PLACE, PLACES_MOST, EVENT, STRIFE, WAR_ON, ASIDE = (
    -3.0,
    1.0,
    2.8,
    2.0,
    2.0,
    3.0,
    2.5,
    1.2,
    1.0,
    -4.0,
)
"""Log-odds that a text is about the conflict: sides named, the disputed region, other places, an event, violence, a war
of the conflict that was being fought on the day of publication, and more words of other news than of fighting."""


TOLD_SIGN, SIGNS_MOST, SIGNS_LEAST = 0.5, 3.0, 2
"""What each sign of one event says for that, and what many say; so many are told of no other event by chance."""

STRIFE_LEAST = 2
"""One word of strife tells no event of sides that any news may name: weather and locusts strike too."""

MEDIATED, JUST_THEN = 2.5, timedelta(days=1)
"""A truce or a call for one, told by who brokered it and its details on that day or the next, names no side."""

ASIDE_LEAST = 2
"""So many words of other news make a text one of these."""


class Linker:
    """Links texts to the events of one conflict. Build once, use for many texts; it keeps no state between them."""

    def __init__(self, conflict: Conflict) -> None:
        self._vocabulary = Vocabulary(signs=conflict.event_signs) if conflict.event_signs else default_vocabulary()
        self._gazetteer = Gazetteer(conflict)
        self._profiles = Profiles(conflict, self._gazetteer, self._vocabulary)
        self._belligerents = frozenset(p.party_id for p in conflict.belligerents)
        self._matcher = Matcher(self._profiles, self._belligerents, self._vocabulary)
        self._zone = ZoneInfo(conflict.time_zone)
        self._first_day = conflict.starts_on
        self._decisions = Decisions(conflict.link_decisions)
        self.method_version = f"{METHOD}-{_fingerprint(conflict)}"

    def judge(self, article: ArticleInput) -> Judgement:
        r"""Say how surely `article` is about this conflict at all, and give its links and its likeliest events.

        Evidence spans are offsets into `title + "\n\n" + text`. What an engineer decided is certain, and wins.
        """
        reading = self._read(article)
        day = self._day(article, reading)
        own = self._relevance(reading, day)
        attempt, chosen = self._choose(reading, day, own)
        most = self._about(reading, attempt, chosen, day)

        def weigh(choice: Choice, is_primary: bool) -> float:
            return min(most, confidence(features(choice, is_primary, own), day is not None))

        is_front = is_front_page(article.url)
        links = self._decisions.apply(article, [] if is_front else to_links(chosen, attempt.day, weigh))
        denied = self._decisions.denied(article)
        if denied is None or not self._may_tell(reading):
            candidates = of_links(links)
        else:
            is_aside = own < ABOUT or (chosen and most < KEEP) or self._is_of_other_news(reading)
            reason = None if links else FRONT_PAGE if is_front else ABOUT_NONE if is_aside else None
            # A stated day may be wrong, or what is told lies ahead: nothing is linked so, but a reviewer may know.
            is_strange = day is not None and not (links or chosen or is_aside)
            lead = replace(reading, units=reading.units[:LEAD_UNITS])
            on_any_day = self._matcher.attempt(lead, None, own) if is_strange else None
            unlinked = Unlinked(chosen, attempt, on_any_day, weigh, denied, reason)
            candidates = likeliest(links, unlinked, self._profiles)
        return Judgement(max([own, *(link.confidence for link in links)]), links, candidates)

    def judge_all(self, articles: Sequence[ArticleInput]) -> list[Judgement]:
        """Return what `judge` says of each article."""
        return [self.judge(article) for article in articles]

    def relevance(self, article: ArticleInput) -> float:
        """Return the probability (0..1) that `article` is about this conflict at all."""
        return self.judge(article).about

    def link_articles(self, articles: Sequence[ArticleInput]) -> list[list[EventLink]]:
        """Return the links of each article, as `judge` does; an empty list where it is about none."""
        return [judged.links for judged in self.judge_all(articles)]

    def decision_key(self, article_id: str, url: str | None) -> str:
        """Return what changes when an engineer answers anew for an article; empty while nobody has."""
        return self._decisions.key(article_id, url)

    def link_comments(self, texts: list[str]) -> list[list[EventLink]]:
        """Return the events each comment names in its own words; spans are offsets into the comment.

        Comments stand under articles about the conflict: that is company enough for names that are words elsewhere.
        """
        return [
            comments.explicit_links(read_text(text, self._gazetteer, self._vocabulary, in_company=True), self._profiles)
            for text in texts
        ]

    def _read(self, article: ArticleInput) -> Reading:
        title = article.title or ""
        text = title + SEPARATOR + (article.text or "")
        return read_text(text, self._gazetteer, self._vocabulary)

    def _day(self, article: ArticleInput, reading: Reading) -> date | None:
        """Return the day of publication; None where none is stated, or the text itself shows it to be wrong."""
        moment = article.published_at
        if moment is None:
            return None
        day = (moment.astimezone(self._zone) if moment.tzinfo else moment).date()
        return None if day < self._first_day or tells_of_later_days(reading, day) else day

    def _relevance(self, reading: Reading, day: date | None) -> float:
        sides = sum(party in reading.sides for party in self._belligerents)
        home = [p for p in reading.places if self._profiles.is_home(p) and p not in reading.doubtful]
        regions = sum(self._gazetteer.is_region(p) for p in home)
        specific = sum(self._profiles.is_specific(p) for p in home)
        tells_of_strife = any(self._vocabulary.concepts[c].is_strife for c in reading.concepts)
        logit = RELEVANCE_BIAS + (BOTH_SIDES if sides > 1 else ONE_SIDE if sides else 0.0)
        logit += (REGION if regions else 0.0) + min(PLACES_MOST, PLACE * specific)
        logit += EVENT if any(unit.events for unit in reading.units) else 0.0
        signs = self._signs_of(reading)
        logit += min(SIGNS_MOST, TOLD_SIGN * signs)
        is_told_of = bool(sides or regions or specific or signs)
        if not is_told_of and day is not None and self._is_of_mediators(reading, day):
            is_told_of, logit = True, logit + MEDIATED
        logit += STRIFE if tells_of_strife and is_told_of else 0.0
        is_war_on = day is not None and self._profiles.is_war_on(day)
        logit += WAR_ON if is_war_on and is_told_of else 0.0
        logit += ASIDE if self._is_aside(reading) else 0.0
        return probability(logit)

    def _is_of_mediators(self, reading: Reading, day: date) -> bool:
        """Say whether a text tells what others did about the war just then: who they are, the kind and rare details."""
        return any(
            not p.places
            and (outsiders := p.parties - self._belligerents)
            and outsiders <= reading.parties.keys()
            and not p.types.isdisjoint(reading.concepts)
            and sum(weight for detail, weight in p.details.items() if detail in reading.concepts) >= 2 * TELLING
            for p in self._profiles.active(day - JUST_THEN, day)
            if p.start <= day
        )

    def _may_tell(self, reading: Reading) -> bool:
        """Say whether a text may tell any event: it names a side, an event or a place in a side's country."""
        named = reading.parties or any(unit.events for unit in reading.units) or self._signs_of(reading)
        return bool(named) or any(self._profiles.is_home(place) for place in reading.places)

    def _signs_of(self, reading: Reading) -> int:
        """Return how many signs of one event a text tells, the most there are; none where that is one alone."""
        signs = [concept for concept in reading.concepts if self._vocabulary.kind(concept) == SIGN]
        events = Counter(event_id for sign in signs for event_id, _ in self._profiles.by_sign.get(sign, ()))
        most = max(events.values(), default=0)
        return most if most >= SIGNS_LEAST else 0

    def _is_aside(self, reading: Reading) -> bool:
        aside, told = self._told_of_others(reading)
        return aside >= ASIDE_LEAST and aside > told

    def _is_of_other_news(self, reading: Reading) -> bool:
        """Say whether words of other news are too many to guess an event by: as many as those of kinds of events.

        Any are where neither the disputed region nor a war is named: matches and markets have strikes and battles.
        """
        aside, told = self._told_of_others(reading)
        return aside > 0 and (aside >= told or not self._names_the_conflict(reading))

    def _names_the_conflict(self, reading: Reading) -> bool:
        """Say whether a text names the disputed region or a war, and not the sides alone."""
        return WAR in reading.concepts or any(self._gazetteer.is_region(place) for place in reading.places)

    def _words_of_strife(self, reading: Reading) -> int:
        """Return how many words of a text speak of fighting, its dead, its end or calls for that."""
        telling = self._vocabulary.telling | {DEMAND}
        return sum(n for concept, n in reading.concepts.items() if concept in telling)

    def _told_of_others(self, reading: Reading) -> tuple[int, int]:
        """Return how many words of other news a text has, and how many of kinds of events."""
        kinds = [(self._vocabulary.kind(concept), n) for concept, n in reading.concepts.items()]
        return sum(n for kind, n in kinds if kind == "aside"), sum(
            n for kind, n in kinds if kind == "type"
        ) + self._signs_of(reading)

    def considered(self, article: ArticleInput) -> tuple[tuple[float, ...], list[tuple[str, bool, tuple[float, ...]]]]:
        """Return what speaks for an article's being about any event, and each that may be told.

        The former is `about_features`, empty where no event may be told; the latter are event ids, whether they would
        be primary, and what speaks for them (`features`).
        """
        reading = self._read(article)
        day = self._day(article, reading)
        relevance = self._relevance(reading, day)
        attempt, chosen = self._choose(reading, day, relevance)
        primary = primary_of(chosen, attempt.day)
        signs = about_features(reading, chosen, primary, self._vocabulary) if chosen else ()
        events = [(c.profile.event_id, c is primary, features(c, c is primary, relevance)) for c in chosen]
        return signs, events

    def rank(self, article: ArticleInput) -> list[EventCandidate]:
        """Return the likeliest events of `article`: its links, then those too unsure for one, for reviewers."""
        return self.judge(article).candidates

    def ancestors(self, event_id: str) -> tuple[str, ...]:
        """Return the events that `event_id` is filed under, nearest first."""
        return self._profiles.by_id[event_id].ancestors

    def _choose(self, reading: Reading, day: date | None, relevance: float) -> tuple[Attempt, list[Choice]]:
        """Return the text as read on its day, or on the likeliest where it has none, and the events it may tell."""
        if not self._may_tell(reading):
            return Attempt(day, []), []
        attempt = (
            self._matcher.attempt(reading, day, relevance)
            if day is not None
            else attempt_undated(self._matcher, reading, relevance)
        )
        is_open = not self._is_of_other_news(reading)
        chosen = [c for c in attempt.chosen if c.logit >= 0 and (is_open or c.is_pinned)]
        if day is None and relevance < MAYBE:
            chosen = [c for c in chosen if c.is_named or c.is_placed]
        if day is None and attempt.day is not None:
            relevance = self._relevance(reading, attempt.day)
        if not chosen and relevance >= MAYBE and is_open:
            chosen = rescue(attempt, is_about=relevance >= ABOUT)
        if not chosen and relevance >= ABOUT and is_open:
            is_told = self._names_the_conflict(reading) or self._words_of_strife(reading) >= STRIFE_LEAST
            chosen = self._matcher.fallback(reading, attempt.day, relevance) if is_told else []
        chosen = told_in_part([c for c in chosen if c.logit >= 0 and c.is_evident], attempt.day)
        primary = primary_of(chosen, attempt.day)
        # Beside the main event one set apart by something rare is told by that: the place and the day are the former's.
        return attempt, [c for c in chosen if c is primary or c.is_named or c.profile.is_told_of(reading.concepts)]

    def _about(self, reading: Reading, attempt: Attempt, chosen: Sequence[Choice], day: date | None) -> float:
        """Return how surely a text is about any event at all: no link is surer; LEAST where it may tell none."""
        if not chosen:
            return LEAST
        signs = about_features(reading, chosen, primary_of(chosen, attempt.day), self._vocabulary)
        return about(signs, day is not None)


def is_front_page(url: str | None) -> bool:
    """Say whether an address is that of a whole site or of one of its languages: many things are told there."""
    parts = urlsplit(url or "")
    return bool(parts.netloc) and not parts.query and _FRONT_PATH.fullmatch(parts.path) is not None


def _fingerprint(conflict: Conflict) -> str:
    """Return a short hash of all data that links depend on, so that stale links can be told."""
    digest = hashlib.sha256()
    known = (conflict.events, conflict.event_signs, conflict.places, conflict.actors, conflict.parties)
    for part in (*known, conflict.time_zone):
        digest.update(repr(part).encode())
    for path in (VOCABULARY, CALIBRATION, Path(__file__).with_name("language.toml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
