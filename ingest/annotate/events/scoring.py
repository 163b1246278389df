"""How well one sentence fits one event, in log-odds: hand-set, documented weights over a few readable signs.

The weights were set by thought and checked on a few hand-linked articles; they are to be fitted when there are more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp

from ingest.annotate.events.dates import DateMention
from ingest.annotate.events.profiles import PLACELESS_TYPE, Profile
from ingest.annotate.events.reading import Reading, Unit
from ingest.records import Span

BIAS = -3.0
"""Log-odds of a link before any sign speaks for it."""

NAMED, NAMED_SHARED = 3.2, 1.2
"""The event's own name; the same where other events at that place could be called so."""

PLACE_HERE, PLACE_MORE, PLACE_NEAR, PLACE_CARRIED, PLACE_ELSEWHERE = 2.2, 0.4, 1.0, 1.5, 0.6
PLACE_MISSING = {1: -2.2, 2: -0.7}
PLACE_VAGUE = 0.4
"""The event's place in the sentence, a second one, its district, the place last spoken of ("the city"), one elsewhere
in the text; absent, by UCDP precision."""

OTHER_PLACE = -0.8
FRAME_PRESENT, FRAME_ABSENT, VENUE = 1.0, -1.5, 0.8
"""For events without a place of their own: the text is about the conflict, is not; names where people met."""

TYPE_HERE, TYPE_HERE_PLACELESS, TYPE_ELSEWHERE, TYPE_OTHER, TYPE_SILENT = 1.2, 1.8, 0.5, -0.8, -0.4
DETAIL_HERE, DETAILS_MOST, DETAIL_ELSEWHERE, DETAIL_MISSING, DETAIL_MISSING_PLACELESS = 1.4, 2.6, 0.4, -0.5, -1.2
WORDS, WORDS_MOST = 0.8, 1.5
TOLL_FITS, TOLL_BEYOND, TOLL_SHORT = 1.0, -0.4, -0.3
PARTIES_ALL, PARTIES_NONE, OUTSIDER_PRESENT, OUTSIDER_ABSENT = 0.4, -0.4, 0.7, -0.2

DATE_EXACT = {"day": 2.5, "weekday": 2.0, "relative": 1.6, "month": 1.0, "year": 0.6}
WEEKDAY_FADES = 0.35
"""A weekday's name means the one just past: it says this much less for each day it lies back."""

DATE_NEXT_DAY, DATE_WRONG, YEAR_WRONG = 0.9, -2.5, -1.5
LONG_EVENT = 0.5
"""A date within an event of many days says this much less."""

LAG_POINTS = ((0, 1.5), (1, 1.3), (2, 0.8), (4, 0.3), (7, -0.3), (14, -1.5), (30, -2.5), (60, -4.0))
"""Days from an event to an undated sentence about it: 86 % of UCDP's sources come within a day, 95 % in a week."""

LAG_DURING, LAG_UNKNOWN, TOMORROW = 0.6, -0.5, -1.0
"""While a long event lasts; without a day; a day ahead, which only a clock far west of the conflict's makes possible."""

LONG_DAYS = 7
SPEECH_DAYS = 1


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the whole text: its day (None: unknown), how far it is about the conflict, who fights."""

    day: date | None
    frame: float
    belligerents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence's case for one event: its log-odds, the words that make it, the dates and places among them."""

    profile: Profile
    unit: Unit
    logit: float
    spans: tuple[Span, ...]
    dated_by: frozenset[Span]
    named: bool
    placed: bool


def probability(logit: float) -> float:
    """Return the probability of log-odds, kept off 0 and 1: hand-set weights are never certain."""
    return min(0.98, max(0.01, 1 / (1 + exp(-logit))))


def score(profile: Profile, unit: Unit, reading: Reading, context: Context) -> Evidence | None:
    """Score `profile` on `unit`; None where its time rules it out: in the text's future, or long before unsaid."""
    if context.day is not None and profile.start > context.day + timedelta(days=1):
        return None
    named = profile.event_id in unit.events
    time, dated_by = _time(profile, unit, context.day, named)
    if time <= DATE_WRONG:
        return None
    spans: set[Span] = set()
    logit = BIAS + time
    if named:
        spans.add(unit.events[profile.event_id])
        logit += NAMED if profile.is_sole or not profile.places else NAMED_SHARED
    logit += _place(profile, unit, reading, context, spans)
    logit += _kind(profile, unit, reading, spans)
    logit += _words(profile, unit, spans)
    logit += _toll(profile, unit, reading, spans)
    logit += _parties(profile, reading, context)
    spans |= dated_by
    return Evidence(
        profile=profile,
        unit=unit,
        logit=logit,
        spans=tuple(sorted(spans, key=lambda s: (s.start, s.end))),
        dated_by=frozenset(dated_by),
        named=named,
        placed=any(p in unit.places or p in unit.carried for p in profile.places),
    )


def lag_days(profile: Profile, day: date) -> int:
    """Return how many days an event lay back on `day`; 0 while it lasted."""
    return max(0, (day - profile.end).days)


def _lag(profile: Profile, day: date | None) -> float:
    if day is None:
        return LAG_UNKNOWN
    if profile.start > day:
        return TOMORROW
    lag = max(0, lag_days(profile, day) - profile.slack)
    if lag == 0 and (profile.days > LONG_DAYS or profile.slack):
        return LAG_DURING
    for (left, high), (right, low) in zip(LAG_POINTS, LAG_POINTS[1:], strict=False):
        if lag <= right:
            return high + (low - high) * (lag - left) / (right - left)
    return LAG_POINTS[-1][1]


def _time(profile: Profile, unit: Unit, day: date | None, named: bool) -> tuple[float, set[Span]]:
    """Weigh the sentence's own dates; without any that tell, the time from event to publication."""
    best, is_exact, is_coarse, contradicted, doubted = None, False, False, False, False
    dated_by: set[Span] = set()
    for mention in unit.dates:
        days = mention.resolve(day)
        if days is None:
            continue
        distance, coarse = _distance(profile, days), mention.precision in {"month", "year"}
        if distance == 0 or (distance == 1 and mention.precision != "year"):
            value = DATE_EXACT[mention.precision] if distance == 0 else DATE_NEXT_DAY
            if mention.precision == "weekday" and day is not None:
                value = max(0.0, value - WEEKDAY_FADES * (day - days[1]).days)
            if profile.days > LONG_DAYS and not coarse:
                value *= LONG_EVENT
            best = value if best is None else max(best, value)
            is_exact = is_exact or (distance == 0 and not coarse)
            is_coarse = is_coarse or coarse
            if distance == 0:
                dated_by.add(Span(mention.start, mention.end))
        elif mention.precision == "year":
            doubted = doubted or not named
        elif not _is_day_of_speech(mention, days, day):
            contradicted = True
    lag = 0.0 if named else _lag(profile, day)
    if best is not None and not is_exact:
        # A year or month fits many events: it lifts old ones over the lag, and leaves recent ones to it.
        return (best + max(lag, -1.0) if is_coarse else best), dated_by
    if best is not None:
        return max(best, lag), dated_by
    return (DATE_WRONG if contradicted else lag + YEAR_WRONG if doubted else lag), dated_by


def _distance(profile: Profile, days: tuple[date, date]) -> int:
    slack = timedelta(days=profile.slack)
    if days[1] < profile.start - slack:
        return (profile.start - slack - days[1]).days
    return max(0, (days[0] - profile.end - slack).days)


def _is_day_of_speech(mention: DateMention, days: tuple[date, date], day: date | None) -> bool:
    """Say whether a date only tells when somebody spoke: today's or yesterday's, or the month that is running."""
    if day is None:
        return False
    if mention.precision == "month":
        return days[0] <= day <= days[1]
    return 0 <= (day - days[1]).days <= SPEECH_DAYS


def _place(profile: Profile, unit: Unit, reading: Reading, context: Context, spans: set[Span]) -> float:
    value = 0.0
    venues = [p for p in profile.venues if p in unit.places]
    spans.update(unit.places[p] for p in venues)
    if not profile.places:
        value = context.frame * FRAME_PRESENT + (1 - context.frame) * FRAME_ABSENT
        return value + (VENUE if venues else 0.0)
    here = [p for p in profile.places if p in unit.places]
    near = [p for p in profile.near if p in unit.places]
    spans.update(unit.places[p] for p in here + near)
    if here:
        return PLACE_HERE + PLACE_MORE * (len(here) - 1)
    other = OTHER_PLACE if unit.places.keys() - profile.near - profile.venues else 0.0
    if near:
        return PLACE_NEAR + other
    if any(p in unit.carried for p in profile.places):
        return PLACE_CARRIED
    if any(p in reading.places for p in profile.places):
        return PLACE_ELSEWHERE + other
    if profile.is_wide:
        return context.frame * PLACE_VAGUE + other
    return PLACE_MISSING.get(profile.event.geo_precision or 2, PLACE_MISSING[2]) + other


def _kind(profile: Profile, unit: Unit, reading: Reading, spans: set[Span]) -> float:
    details = [d for d in profile.details if d in unit.concepts]
    spans.update(unit.concepts[d] for d in details)
    if details:
        value = min(DETAILS_MOST, DETAIL_HERE * sum(profile.details[d] for d in details))
    elif any(d in reading.concepts for d in profile.details):
        value = DETAIL_ELSEWHERE
    elif profile.essential:
        value = DETAIL_MISSING if profile.places else DETAIL_MISSING_PLACELESS
    else:
        value = 0.0
    here = [t for t in profile.types if t in unit.concepts]
    spans.update(unit.concepts[t] for t in here)
    if here:
        is_meeting = not profile.places and profile.event.event_type == PLACELESS_TYPE
        return value + (TYPE_HERE_PLACELESS if is_meeting else TYPE_HERE)
    if any(t in reading.concepts for t in profile.types):
        return value + TYPE_ELSEWHERE
    if not profile.types or details:
        return value
    return value + (TYPE_OTHER if unit.tells_kind else TYPE_SILENT)


def _words(profile: Profile, unit: Unit, spans: set[Span]) -> float:
    shared = [w for w in profile.words if w in unit.words]
    value = WORDS * sum(profile.words[w] for w in shared)
    if value >= WORDS / 2:
        spans.update(unit.words[w] for w in shared)
    return min(WORDS_MOST, value)


def _toll(profile: Profile, unit: Unit, reading: Reading, spans: set[Span]) -> float:
    event = profile.event
    dead = [v for v in (event.fatalities_low, event.fatalities_high) if v]
    hurt = [int(part) for part in (event.injured or "").split("-") if part.strip().isdecimal()]
    value = 0.0
    for kind, known in (("killed", dead), ("injured", hurt)):
        told = [(v, span) for c, v, span in _tolls_about(unit, reading) if c == kind]
        if not known or not told:
            continue
        fitting = [span for v, span in told if min(known) <= v <= max(known)]
        spans.update(s for s in fitting if unit.start <= s.start < unit.end)
        if fitting:
            value += TOLL_FITS * (0.6 if max(known) <= 2 else 1.0)
        elif min(v for v, _ in told) > 1.5 * max(known):
            value += TOLL_BEYOND
        elif kind == "killed" and max(v for v, _ in told) < min(known):
            value += TOLL_SHORT  # less: first tolls are lower
    return value


def _tolls_about(unit: Unit, reading: Reading) -> Iterable[tuple[str, int, Span]]:
    """Yield the tolls of the sentence, and of the next where that names no place of its own."""
    yield from unit.tolls
    following = unit.number + 1
    if following < len(reading.units) and not reading.units[following].places:
        yield from reading.units[following].tolls


def _parties(profile: Profile, reading: Reading, context: Context) -> float:
    if not profile.parties:
        return 0.0
    value = 0.0
    fighting = profile.parties & context.belligerents
    if fighting and all(p in reading.parties for p in fighting):
        value += PARTIES_ALL
    elif fighting and not any(p in reading.parties for p in fighting):
        value += PARTIES_NONE
    outsiders = profile.parties - context.belligerents
    if outsiders:
        value += OUTSIDER_PRESENT if any(p in reading.parties for p in outsiders) else OUTSIDER_ABSENT
    return value
