"""Links articles and comments to a conflict's dated events; every name it knows comes from the conflict's folder.

An article is read sentence by sentence. Each sentence is scored against the few events its places, names, dates or
kind of event bring up; the events that explain the text best together are kept. A text without a date is read as if
published on each day its content allows, and the day on which most of it falls into place is taken.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.annotate.events import comments
from ingest.annotate.events.gazetteer import Gazetteer
from ingest.annotate.events.profiles import Profile, Profiles
from ingest.annotate.events.reading import Reading, Unit, read_text
from ingest.annotate.events.scoring import Context, Evidence, lag_days, probability, score
from ingest.annotate.events.selection import (
    KEEP,
    LEAD_UNITS,
    Choice,
    back_off,
    choose,
    common_parent,
    earlier_ones,
    to_links,
)
from ingest.annotate.events.vocabulary import VOCABULARY, default_vocabulary
from ingest.conflict import Conflict
from ingest.records import ArticleInput, EventLink, Span

METHOD = "linker-1"
SEPARATOR = "\n\n"
"""Evidence spans of an article are offsets into its title, this, and its text."""

WINDOW_DAYS = 8
PLACE_WINDOW_DAYS = 60
"""How far back an undated sentence may reach: by kind of event alone, and where it names the event's place."""

MIN_RELEVANCE, ABOUT = 0.2, 0.5
"""Below the first nothing is linked; from the second on a text is about the conflict without a look at its events."""

MAX_DAYS_TRIED = 40
UNDATED, UNDATED_MOST = 0.3, 2.2
"""What log-odds lose without a date, and the most they are taken for: such links are never sure."""

UNDATED_TIE = 0.5
FALLBACK_LOGIT = 0.4
FALLBACK_LAG_DAYS = 7

RELEVANCE_BIAS, ONE_SIDE, BOTH_SIDES, REGION, PLACE, PLACES_MOST, EVENT, STRIFE = (
    -3.0,
    1.0,
    2.2,
    2.0,
    1.5,
    3.0,
    2.5,
    1.0,
)
"""Log-odds that a text is about the conflict: sides named, the disputed region, other places, an event, violence."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One reading of a text as of one day: what was chosen, and how much of the text it explains."""

    day: date | None
    chosen: list[Choice]

    @property
    def fit(self) -> float:
        return sum(max(0.0, c.logit) for c in self.chosen if not c.profile.is_umbrella or c.evidence[0].placed)


class Linker:
    """Links texts to the events of one conflict. Build once, use for many texts; it keeps no state between them."""

    def __init__(self, conflict: Conflict) -> None:
        self._conflict = conflict
        self._vocabulary = default_vocabulary()
        self._gazetteer = Gazetteer(conflict)
        self._profiles = Profiles(conflict, self._gazetteer, self._vocabulary)
        self._belligerents = frozenset(p.party_id for p in conflict.belligerents)
        self._zone = ZoneInfo(conflict.time_zone)
        self.method_version = f"{METHOD}-{_fingerprint(conflict)}"

    def relevance(self, article: ArticleInput) -> float:
        """Return the probability (0..1) that `article` is about this conflict at all."""
        reading = self._read(article)
        own = self._relevance(reading)
        if not MIN_RELEVANCE <= own < ABOUT:
            return own
        return max([own, *(link.confidence for link in self._link(reading, self._day(article), own))])

    def link_articles(self, articles: list[ArticleInput]) -> list[list[EventLink]]:
        """Return the links of each article, primary first; none where it is about none.

        Evidence spans are offsets into `title + "\\n\\n" + text`.
        """
        results = []
        for article in articles:
            reading = self._read(article)
            relevance = self._relevance(reading)
            results.append(self._link(reading, self._day(article), relevance) if relevance >= MIN_RELEVANCE else [])
        return results

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

    def _day(self, article: ArticleInput) -> date | None:
        moment = article.published_at
        if moment is None:
            return None
        return (moment.astimezone(self._zone) if moment.tzinfo else moment).date()

    def _relevance(self, reading: Reading) -> float:
        sides = sum(party in reading.parties for party in self._belligerents)
        home = [p for p in reading.places if self._profiles.is_home(p)]
        regions = sum(self._gazetteer.is_region(p) for p in home)
        specific = sum(self._profiles.is_specific(p) for p in home)
        logit = RELEVANCE_BIAS + (BOTH_SIDES if sides > 1 else ONE_SIDE if sides else 0.0)
        logit += (REGION if regions else 0.0) + min(PLACES_MOST, PLACE * specific)
        logit += EVENT if any(unit.events for unit in reading.units) else 0.0
        logit += STRIFE if reading.concepts and (sides or regions or specific) else 0.0
        return probability(logit)

    def _link(self, reading: Reading, day: date | None, relevance: float) -> list[EventLink]:
        if day is not None:
            attempt = self._attempt(reading, day, relevance)
        else:
            attempt = self._undated(reading, relevance)
        chosen = attempt.chosen
        if not any(probability(c.logit) >= KEEP for c in chosen):
            chosen = self._fallback(reading, attempt.day, relevance)
        return to_links(chosen, attempt.day)

    def _attempt(self, reading: Reading, day: date | None, relevance: float) -> _Attempt:
        context = Context(day, relevance, self._belligerents)
        scored: list[Evidence] = []
        recent: dict[str, list[Profile]] = {}
        if day is not None:
            for profile in self._profiles.active(day - timedelta(days=WINDOW_DAYS), day + timedelta(days=1)):
                for hint in profile.hints:
                    recent.setdefault(hint, []).append(profile)
        for unit in reading.units:
            for profile in self._candidates(unit, day, recent):
                evidence = score(profile, unit, reading, context)
                if evidence is not None:
                    scored.append(evidence)
        chosen = back_off(choose(scored), scored, self._profiles)
        return _Attempt(day, chosen + earlier_ones(chosen, reading, day, self._profiles))

    def _candidates(self, unit: Unit, day: date | None, recent: Mapping[str, Sequence[Profile]]) -> Iterable[Profile]:
        """Return the events a sentence brings up, each once; umbrella events without a place only by name."""
        self._name_wars(unit, day)
        found: dict[str, Profile] = {}
        has_calendar = any(m.precision in {"day", "month", "year"} for m in unit.dates)
        told_of_last = unit.carried if unit.dates or unit.concepts else ()
        for place in unit.places or told_of_last:
            for profile in self._profiles.by_place.get(place, ()):
                if has_calendar or day is None or lag_days(profile, day) <= PLACE_WINDOW_DAYS:
                    found[profile.event_id] = profile
        pool = [p for hint in recent.keys() & unit.hints for p in recent[hint]]
        for mention in unit.dates:
            days = mention.resolve(day)
            if days is not None and mention.precision in {"day", "weekday", "relative"}:
                around = self._profiles.active(days[0] - timedelta(days=1), days[1] + timedelta(days=1))
                pool += [p for p in around if not p.hints.isdisjoint(unit.hints)]
        found.update((p.event_id, p) for p in pool)
        for event_id, profile in list(found.items()):
            if profile.is_root or (profile.is_umbrella and not profile.places):
                del found[event_id]
        for event_id in unit.events:
            profile = self._profiles.by_id[event_id]
            if not profile.is_root:
                found[event_id] = profile
        return found.values()

    def _name_wars(self, unit: Unit, day: date | None) -> None:
        """Take "the war of 2020" for the name of the war that began then; the year is used up by that."""
        span = unit.concepts.get("war")
        if span is None:
            return
        for mention in [m for m in unit.dates if m.precision == "year"]:
            days = mention.resolve(day)
            began = [p for p in self._profiles.wars if days is not None and days[0] <= p.start <= days[1]]
            for profile in began:
                unit.events.setdefault(
                    profile.event_id, Span(min(span.start, mention.start), max(span.end, mention.end))
                )
            if began:
                unit.dates.remove(mention)

    def _undated(self, reading: Reading, relevance: float) -> _Attempt:
        """Try the days the content allows, and take the one on which most of it falls into place."""
        attempts = [self._attempt(reading, day, relevance) for day in (None, *self._days_to_try(reading))]
        best = max(attempts, key=lambda a: a.fit)
        if not best.chosen:
            return best
        lead = best.chosen[0].profile
        for other in attempts:
            if other.chosen and other.chosen[0].profile is not lead and best.fit - other.fit < UNDATED_TIE:
                rival = other.chosen[0].profile
                parent = common_parent(lead, rival, self._profiles)
                if rival.types & lead.types and rival.places == lead.places and parent is not None:
                    raised = Choice(parent, FALLBACK_LOGIT, best.chosen[0].evidence, is_back_off=True)
                    agreed = {c.profile for c in other.chosen} - {rival}
                    return _Attempt(best.day, [raised, *(c for c in best.chosen if c.profile in agreed - {lead})])
        lowered = [replace(c, logit=min(c.logit, UNDATED_MOST) - UNDATED) for c in best.chosen]
        return _Attempt(best.day, lowered)

    def _days_to_try(self, reading: Reading) -> list[date]:
        votes: Counter[date] = Counter()
        for mention in (m for unit in reading.units for m in unit.dates if m.precision == "day" and m.year):
            days = mention.resolve(None)
            if days is not None:
                votes.update({days[1]: 3, days[1] + timedelta(days=1): 3})
        hooks = {place: self._profiles.by_place.get(place, []) for place in reading.places}
        hooks[""] = [
            p
            for p in self._profiles.by_id.values()
            if not p.places and not p.is_umbrella and any(t in reading.concepts for t in p.types)
        ]
        for profiles in hooks.values():
            days_of_hook = {p.end + timedelta(days=n) for p in profiles for n in range(3)}
            days_of_hook |= {p.start + timedelta(days=n) for p in profiles for n in range(2)}
            votes.update(dict.fromkeys(days_of_hook, 1))
        return [day for day, _ in sorted(votes.items(), key=lambda v: (-v[1], v[0]))[:MAX_DAYS_TRIED]]

    def _fallback(self, reading: Reading, day: date | None, relevance: float) -> list[Choice]:
        """Name the running war, or the last wide event of the kind, where a text is about no single event of it."""
        lead = [u for u in reading.units[:LEAD_UNITS] if u.tells_kind or "war" in u.concepts]
        if day is None or relevance < ABOUT or not lead:
            return []
        near = [
            p for p in self._profiles.wide if p.start <= day and lag_days(p, day) <= FALLBACK_LAG_DAYS and not p.is_root
        ]
        wars = [p for p in near if p.is_umbrella and not p.places]
        kin = [p for p in near if any(t in u.concepts for u in lead for t in p.types)]
        if wars:
            told = min(wars, key=lambda p: (p.days, p.event_id))
        elif kin:
            told = min(kin, key=lambda p: (lag_days(p, day), p.event_id))
        else:
            return []
        spans = tuple(lead[0].concepts.values())
        evidence = Evidence(told, lead[0], FALLBACK_LOGIT, spans, frozenset(), named=False, placed=False)
        return [Choice(told, FALLBACK_LOGIT, [evidence], is_back_off=True)]


def _fingerprint(conflict: Conflict) -> str:
    """Return a short hash of all data that links depend on, so that stale links can be told."""
    digest = hashlib.sha256()
    for part in (conflict.events, conflict.places, conflict.actors, conflict.parties, conflict.time_zone):
        digest.update(repr(part).encode())
    for path in (VOCABULARY, Path(__file__).with_name("language.toml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
