"""Reads a text as of one day: brings up the events its sentences may tell, scores them and chooses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from ingest.annotate.events.attempt import Attempt
from ingest.annotate.events.dates import CALENDAR, DateMention
from ingest.annotate.events.profile import Profile
from ingest.annotate.events.profiler import WAR
from ingest.annotate.events.profiles import AFTERMATH_DAYS, Profiles
from ingest.annotate.events.roles import LEAD_UNITS, Choice
from ingest.annotate.events.scoring import Cases, Context, Evidence, score
from ingest.annotate.events.selection import back_off, choose, earlier_ones, headlined, underlying, whole_war
from ingest.annotate.events.sentences import Reading, Unit
from ingest.annotate.events.timing import is_anniversary, lag_days
from ingest.annotate.events.vocabulary import Vocabulary
from ingest.records import Span

CUES = (earlier_ones, underlying, whole_war)
"""What finds the events told by a word for them alone, beside those chosen."""

WINDOW_DAYS = 8
PLACE_WINDOW_DAYS = 60
"""How far back an undated sentence may reach: by kind of event alone, and where it names the event's place."""

AGREEMENT = "Agreement"
"""ACLED's sub-event type of what was agreed: such events are called by their day."""

WAR_ABOUT = 0.7
"""So likely a text must be about the conflict at all to be taken for one about the war as a whole."""

FALLBACK_LOGIT = 0.4
FALLBACK_LAG_DAYS, FRESH_DAYS = 7, 2
"""So long after a wide event a text that tells its kind, or tells none, is still about it."""


class Matcher:
    """Matches texts against the events of one conflict; keeps no state between them."""

    def __init__(self, profiles: Profiles, belligerents: frozenset[str], vocabulary: Vocabulary) -> None:
        self.profiles = profiles
        self._belligerents = belligerents
        self._fighting, self._strife = vocabulary.fighting, vocabulary.strife

    def attempt(self, reading: Reading, day: date | None, relevance: float, cases: Cases | None = None) -> Attempt:
        """Choose the events of a text as of `day`; None reads it without any day.

        `cases` is kept from one day to the next where one text is read as of several, with the same `relevance`.
        """
        context = Context(day, relevance, self._belligerents)
        cases = {} if cases is None else cases
        scored: list[Evidence] = []
        recent = {} if day is None else self.profiles.hinted(day - timedelta(days=WINDOW_DAYS), day)
        for unit in reading.units:
            unit.read_as_of(day, self._named_by_dates(unit, day) if unit.dates else {})
            for profile in self._candidates(unit, day, recent):
                evidence = score(profile, unit, reading, context, cases)
                if evidence is not None:
                    scored.append(evidence)
        chosen = back_off(headlined(choose(scored), reading.units[0]), scored, self.profiles)
        cued = [c for cue in CUES for c in cue(chosen, reading, day, self.profiles)]
        by_cue = {c.profile for c in cued}
        return Attempt(day, [c for c in chosen if c.profile not in by_cue] + cued, tuple(scored))

    def _candidates(self, unit: Unit, day: date | None, recent: Mapping[str, Sequence[Profile]]) -> Iterable[Profile]:
        """Return the events a sentence brings up, each once; umbrella events without a place only by name."""
        found: dict[str, Profile] = {}
        has_calendar = any(m.precision in CALENDAR for m in (*unit.own_dates, *unit.carried_dates))
        told_of_last = unit.carried if unit.own_dates or unit.concepts else ()
        for place in unit.places or told_of_last:
            found.update(self._at(place, day, has_calendar))
        pool = [p for hint in recent.keys() & unit.hints for p in recent[hint]]
        for mention in unit.own_dates:
            days = mention.resolve(day)
            if days is not None and mention.precision in {"day", "weekday", "relative", "anniversary"}:
                around = self.profiles.active(days[0] - timedelta(days=1), days[1] + timedelta(days=1))
                pool += [p for p in around if not p.hints.isdisjoint(unit.hints)]
        found.update((p.event_id, p) for p in pool)
        for event_id, profile in list(found.items()):
            if profile.is_root or (profile.is_umbrella and not profile.places):
                del found[event_id]
        for event_id in unit.named:
            profile = self.profiles.by_id[event_id]
            if not profile.is_root:
                found[event_id] = profile
        return found.values()

    def _at(self, place: str, day: date | None, at_any_time: bool) -> Iterable[tuple[str, Profile]]:
        """Yield the events at a place that a text of `day` may speak of: those begun, not too old unless it says so."""
        for profile in self.profiles.by_place.get(place, ()):
            if day is None:
                yield profile.event_id, profile
            elif profile.start <= day:
                is_near = (day - profile.end).days <= PLACE_WINDOW_DAYS
                if at_any_time or is_near or is_anniversary(profile, day):
                    yield profile.event_id, profile

    def _named_by_dates(self, unit: Unit, day: date | None) -> dict[DateMention, list[tuple[str, Span]]]:
        """Return the events that dates are names of, seen from `day`.

        "The war of 2020" is the one that began then, "the statement of 9 November" what was agreed that day.
        """
        named: dict[DateMention, list[tuple[str, Span]]] = {}
        war = unit.concepts.get(WAR)
        for mention in unit.dates:
            is_of_war = war is not None and mention.precision in {"year", "anniversary"}
            days = mention.resolve(day) if is_of_war or mention.is_name else None
            if days is None:
                continue
            span = Span(mention.start, mention.end)
            if is_of_war and war is not None:
                span = Span(min(war.start, mention.start), max(war.end, mention.end))
                found = [p for p in self.profiles.wars if days[0] <= p.start <= days[1]]
            else:
                made = (p for p in self.profiles.active(*days) if p.event.sub_event_type == AGREEMENT)
                found = [p for p in made if not p.is_umbrella]
            if found:
                named[mention] = [(p.event_id, span) for p in found]
        return named

    def fallback(self, reading: Reading, day: date | None, relevance: float) -> list[Choice]:
        """Name the running war, or the last wide event of the kind, where a text is about no single event of it.

        A text without a word of war or of its end is about neither, whomever it names.
        """
        units = reading.units[:LEAD_UNITS]
        telling = [u for u in reading.units if not self._strife.isdisjoint(u.concepts)]
        lead = [u for u in units if u.tells_kind or WAR in u.concepts]
        names_war = any(WAR in u.concepts for u in lead)
        is_fought = relevance >= WAR_ABOUT and any(not self._fighting.isdisjoint(u.concepts) for u in lead)
        if day is None or not telling:
            return []
        near = [
            p
            for p in self.profiles.wide
            if p.start <= day and lag_days(p, day) <= FALLBACK_LAG_DAYS and not p.is_root and len(p.places) != 1
        ]
        wars = [p for p in near if p.is_umbrella and not p.places]
        if any(WAR in u.concepts for u in units):
            wars = wars or [p for p in self.profiles.wars if p.start <= day and lag_days(p, day) <= AFTERMATH_DAYS]
        kin = [p for p in near if any(t in u.concepts for u in lead for t in (*p.types, *p.kin))]
        fresh = [
            p
            for p in near
            if lag_days(p, day) <= FRESH_DAYS and p.days <= FALLBACK_LAG_DAYS and p.is_told_of(reading.concepts)
        ]
        if wars and lead and not (names_war or is_fought):
            return []
        if wars and lead:
            told = min(wars, key=lambda p: (p.days, p.event_id))
        elif kin or fresh:
            told = min(kin or fresh, key=lambda p: (lag_days(p, day), not p.kin, p.event_id))
        else:
            return []
        unit = (lead or telling)[0]
        spans = tuple(span for concept, span in unit.concepts.items() if concept in self._strife)
        evidence = Evidence(told, unit, FALLBACK_LOGIT, spans, frozenset(), named=False, placed=False)
        return [Choice(told, FALLBACK_LOGIT, [evidence], is_back_off=True)]
