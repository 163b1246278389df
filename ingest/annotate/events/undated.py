"""A text without a date is read as of each day its content allows; the day on which most falls into place is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import log10
from typing import Self

from ingest.annotate.events.attempt import Attempt
from ingest.annotate.events.dates import DateMention
from ingest.annotate.events.matcher import Matcher
from ingest.annotate.events.profile import Profile
from ingest.annotate.events.profiles import Profiles
from ingest.annotate.events.roles import Choice
from ingest.annotate.events.scoring import Cases
from ingest.annotate.events.selection import common_parent
from ingest.annotate.events.sentences import Reading

MAX_DAYS_TRIED = 16
KILLED = "killed"
"""The concept of what tolls of the dead are told by."""

UNDATED = 0.3
"""What log-odds lose without a date."""

UNDATED_TIE, RAISED_LOGIT = 0.15, 1.0
"""How near two days are alike, and what then speaks for the event that takes in what came first on either."""

SURE_VOTES = 9.0
"""A stated day counts for more than any likeness."""

PLACE, KIND, NAME = 1.5, 1.0, 3.0
LEAST_LIKE, MOST_LIKE = 0.9, 12
"""What a text shares with an event (its rare details and words besides, by rarity), from which sum on the days of the
event are tried, and for how many events."""

MONTH, YEAR, MONTH_OF_ANY_YEAR, TOLL, TOLL_LEAST = 1.0, 0.5, 0.5, 1.0, 4
"""What it gains where the text states its month, its year, its month alone, its toll of at least so many dead: that
brings up no event, but lifts those brought up."""

LEAD_UNITS, PLACE_LEFT, SIGN_TOLD = 3, 1.2, 0.5
"""A day on which a place of the title or the first two sentences belongs to no event told costs so much, and what sets
the events told apart is worth so much, both by rarity: no day may leave out what the text is about."""

DEADLY, EVENTFUL, EVENTFUL_DAYS = 0.25, 0.3, 30
"""Where days fit alike, the event that more died in, and the time at which more happened: most is written then. In
log-odds per tenfold toll, and per tenfold number of events that began within so many days."""


def attempt_undated(matcher: Matcher, reading: Reading, relevance: float) -> Attempt:
    """Try the days the content allows, and take the one on which most of it falls into place."""
    cases: Cases = {}
    days = (None, *_days_to_try(reading, matcher.profiles))
    attempts = [matcher.attempt(reading, day, relevance, cases) for day in days]
    told = _Told.of(reading, matcher.profiles)
    fits = [_fit(a, told, matcher.profiles) for a in attempts]
    best, best_fit = max(zip(attempts, fits, strict=True), key=lambda pair: (pair[1], pair[0].hope))
    if not best.chosen:
        return best
    others = _leads(attempts, fits)
    lead = best.chosen[0].profile
    for other, fit in zip(attempts, fits, strict=True):
        if other.chosen and other.chosen[0].profile is not lead and best_fit - fit < UNDATED_TIE:
            rival = other.chosen[0].profile
            parent = common_parent(lead, rival, matcher.profiles)
            if rival.types & lead.types and rival.places == lead.places and parent is not None:
                raised = Choice(parent, RAISED_LOGIT, best.chosen[0].evidence, is_back_off=True)
                agreed = {c.profile for c in other.chosen} - {rival, lead}
                return replace(best, chosen=[raised, *(c for c in best.chosen if c.profile in agreed)], others=others)
    without = (fit for a, fit in zip(attempts, fits, strict=True) if all(c.profile is not lead for c in a.chosen))
    gap = best_fit - max(without, default=0.0)
    return replace(best, chosen=[_lowered(c, max(0.0, min(c.margin, gap))) for c in best.chosen], others=others)


def _lowered(choice: Choice, margin: float) -> Choice:
    return replace(choice, logit=choice.logit - UNDATED, margin=margin)


def _leads(attempts: Iterable[Attempt], fits: Iterable[float]) -> tuple[Choice, ...]:
    """Return what came first on each day, lowered as where it would be taken, the best days first."""
    best_days = sorted(((a, fit) for a, fit in zip(attempts, fits, strict=True) if a.chosen), key=lambda pair: -pair[1])
    return tuple(_lowered(a.chosen[0], margin=0.0) for a, _ in best_days)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a text tells that sets events apart: `places` of its first sentences by rarity, `signs` anywhere."""

    places: Mapping[str, float]
    signs: frozenset[str]

    @classmethod
    def of(cls, reading: Reading, profiles: Profiles) -> Self:
        named = {place for unit in reading.units[:LEAD_UNITS] for place in unit.places}
        signs = {sign for unit in reading.units for sign in (*unit.words, *unit.concepts)}
        return cls({p: profiles.rarity(p) for p in named if p in profiles.by_place}, frozenset(signs))

    def explained_by(self, chosen: Iterable[Choice]) -> float:
        """Return what is explained less what is left, in log-odds."""
        left, found = dict(self.places), dict[str, float]()
        for profile in (choice.profile for choice in chosen):
            for place in (*profile.places, *profile.near):
                left.pop(place, None)
            for signs in (profile.details, profile.words):
                found.update((sign, signs[sign]) for sign in self.signs & signs.keys())
        return SIGN_TOLD * sum(found.values()) - PLACE_LEFT * sum(left.values())


def _fit(attempt: Attempt, told: _Told, profiles: Profiles) -> float:
    if not attempt.chosen:
        return 0.0
    event = attempt.chosen[0].profile.event
    deadly = DEADLY * log10(1 + (event.fatalities_high or event.fatalities_low or 0))
    eventful = EVENTFUL * log10(profiles.events_around(event.start_date, EVENTFUL_DAYS))
    return attempt.fit + deadly + eventful + told.explained_by(attempt.chosen)


def _days_of_year(mention: DateMention, profiles: Profiles) -> list[date]:
    """Return the days a date without a year may mean: those on which an event began or ended."""
    if mention.year is not None:
        return []
    days = {day for p in profiles.by_id.values() for day in (p.start, p.end)}
    return [d for d in days if (d.month, d.day) == (mention.month, mention.last_day or mention.day)]


def _days_to_try(reading: Reading, profiles: Profiles) -> list[date]:
    """Return the days on which the text may be from: stated ones first, then those of the events it is most like."""
    votes: dict[date, float] = {}
    for mention in (m for unit in reading.units for m in unit.dates if m.precision == "day"):
        days = mention.resolve(None)
        last = [days[1]] if days is not None else _days_of_year(mention, profiles)
        votes.update({day + timedelta(days=n): SURE_VOTES for day in last for n in (0, 1)})
    likest = sorted(_likeness(reading, profiles).items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_LIKE]
    for event_id, likeness in likest:
        if likeness < LEAST_LIKE:
            break
        profile = profiles.by_id[event_id]
        days_of_event = {profile.start + timedelta(days=n) for n in range(2)}
        days_of_event |= {profile.end + timedelta(days=n) for n in range(2)}
        for day in days_of_event:
            votes[day] = max(votes.get(day, 0.0), likeness)
    return [day for day, _ in sorted(votes.items(), key=lambda v: (-v[1], v[0]))[:MAX_DAYS_TRIED]]


def _likeness(reading: Reading, profiles: Profiles) -> dict[str, float]:
    """Return how much of what sets each event apart the text speaks of at all, whatever the sentence and the day."""
    words = {word for unit in reading.units for word in unit.words}
    alike: dict[str, float] = {}

    def add(events: Iterable[str], value: float) -> None:
        for event_id in events:
            alike[event_id] = alike.get(event_id, 0.0) + value

    add({p.event_id for place in reading.places for p in profiles.by_place.get(place, ())}, PLACE)
    add({event_id for concept in reading.concepts for event_id in profiles.by_type.get(concept, ())}, KIND)
    add({event_id for unit in reading.units for event_id in unit.events}, NAME)
    for sign in (*reading.concepts, *words):
        for event_id, weight in profiles.by_sign.get(sign, ()):
            alike[event_id] = alike.get(event_id, 0.0) + weight
    single = (profiles.by_id[e] for e in alike)
    return {p.event_id: alike[p.event_id] + _stated(p, reading) for p in single if p.places or not p.is_umbrella}


def _stated(profile: Profile, reading: Reading) -> float:
    """Return what months, years and tolls stated anywhere in the text say for an event, whatever the day."""
    value = 0.0
    for mention in (m for unit in reading.units for m in unit.dates):
        days = mention.resolve(None) if mention.precision in {"month", "year"} else None
        if days is not None and days[0] <= profile.latest and profile.earliest <= days[1]:
            value += MONTH if mention.precision == "month" else YEAR
        elif mention.precision == "month" and mention.year is None and mention.month == profile.start.month:
            value += MONTH_OF_ANY_YEAR
    dead = [n for n in (profile.event.fatalities_low, profile.event.fatalities_high) if n and n >= TOLL_LEAST]
    tolls = (n for unit in reading.units for concept, n, _ in unit.tolls if concept == KILLED)
    return value + (TOLL if dead and any(min(dead) <= n <= max(dead) for n in tolls) else 0.0)
