"""Reads a text as of one day: brings up the events its sentences may tell, scores them and chooses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.annotate.events.profile import Profile
from ingest.annotate.events.profiler import WAR
from ingest.annotate.events.profiles import Profiles
from ingest.annotate.events.roles import LEAD_UNITS, Choice
from ingest.annotate.events.scoring import Context, Evidence, score
from ingest.annotate.events.selection import back_off, choose, earlier_ones
from ingest.annotate.events.sentences import Reading, Unit
from ingest.annotate.events.timing import lag_days
from ingest.records import Span

WINDOW_DAYS = 8
PLACE_WINDOW_DAYS = 60
"""How far back an undated sentence may reach: by kind of event alone, and where it names the event's place."""

FALLBACK_LOGIT = 0.4
FALLBACK_LAG_DAYS = 7


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of a text as of one day: what was chosen, and how much of the text it explains."""

    day: date | None
    chosen: list[Choice]

    @property
    def fit(self) -> float:
        """How much of the text falls into place on that day, in summed log-odds."""
        return sum(max(0.0, c.logit) for c in self.chosen if not c.profile.is_umbrella or c.evidence[0].placed)


class Matcher:
    """Matches texts against the events of one conflict; keeps no state between them."""

    def __init__(self, profiles: Profiles, belligerents: frozenset[str]) -> None:
        self.profiles = profiles
        self._belligerents = belligerents

    def attempt(self, reading: Reading, day: date | None, relevance: float) -> Attempt:
        """Choose the events of a text as of `day`; None reads it without any day."""
        context = Context(day, relevance, self._belligerents)
        scored: list[Evidence] = []
        recent: dict[str, list[Profile]] = {}
        if day is not None:
            for profile in self.profiles.active(day - timedelta(days=WINDOW_DAYS), day + timedelta(days=1)):
                for hint in profile.hints:
                    recent.setdefault(hint, []).append(profile)
        for unit in reading.units:
            for profile in self._candidates(unit, day, recent):
                evidence = score(profile, unit, reading, context)
                if evidence is not None:
                    scored.append(evidence)
        chosen = back_off(choose(scored), scored, self.profiles)
        return Attempt(day, chosen + earlier_ones(chosen, reading, day, self.profiles))

    def _candidates(self, unit: Unit, day: date | None, recent: Mapping[str, Sequence[Profile]]) -> Iterable[Profile]:
        """Return the events a sentence brings up, each once; umbrella events without a place only by name."""
        self._name_wars(unit, day)
        found: dict[str, Profile] = {}
        has_calendar = any(m.precision in {"day", "month", "year"} for m in unit.dates)
        told_of_last = unit.carried if unit.dates or unit.concepts else ()
        for place in unit.places or told_of_last:
            for profile in self.profiles.by_place.get(place, ()):
                if has_calendar or day is None or lag_days(profile, day) <= PLACE_WINDOW_DAYS:
                    found[profile.event_id] = profile
        pool = [p for hint in recent.keys() & unit.hints for p in recent[hint]]
        for mention in unit.dates:
            days = mention.resolve(day)
            if days is not None and mention.precision in {"day", "weekday", "relative"}:
                around = self.profiles.active(days[0] - timedelta(days=1), days[1] + timedelta(days=1))
                pool += [p for p in around if not p.hints.isdisjoint(unit.hints)]
        found.update((p.event_id, p) for p in pool)
        for event_id, profile in list(found.items()):
            if profile.is_root or (profile.is_umbrella and not profile.places):
                del found[event_id]
        for event_id in unit.events:
            profile = self.profiles.by_id[event_id]
            if not profile.is_root:
                found[event_id] = profile
        return found.values()

    def _name_wars(self, unit: Unit, day: date | None) -> None:
        """Take "the war of 2020" for the name of the war that began then; the year is used up by that."""
        span = unit.concepts.get(WAR)
        if span is None:
            return
        for mention in [m for m in unit.dates if m.precision == "year"]:
            days = mention.resolve(day)
            began = [p for p in self.profiles.wars if days is not None and days[0] <= p.start <= days[1]]
            for profile in began:
                unit.events.setdefault(
                    profile.event_id, Span(min(span.start, mention.start), max(span.end, mention.end))
                )
            if began:
                unit.dates.remove(mention)

    def fallback(self, reading: Reading, day: date | None) -> list[Choice]:
        """Name the running war, or the last wide event of the kind, where a text is about no single event of it."""
        lead = [u for u in reading.units[:LEAD_UNITS] if u.tells_kind or WAR in u.concepts]
        if day is None or not lead:
            return []
        near = [
            p for p in self.profiles.wide if p.start <= day and lag_days(p, day) <= FALLBACK_LAG_DAYS and not p.is_root
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
