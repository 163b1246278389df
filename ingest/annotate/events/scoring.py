"""How well one sentence fits one event, in log-odds: a few readable signs, each with its weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import NamedTuple

from ingest.annotate.events import weights as w
from ingest.annotate.events.profile import Profile
from ingest.annotate.events.profiler import PLACELESS_TYPE
from ingest.annotate.events.profiles import WAR_TYPE as BATTLES
from ingest.annotate.events.sentences import Reading, Unit
from ingest.annotate.events.timing import is_announced, is_remembered, weigh_time
from ingest.records import Span


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the whole text: its day (None: unknown), how far it is about the conflict, who fights."""

    day: date | None
    frame: float
    belligerents: frozenset[str]


class Case(NamedTuple):
    """What a sentence says for an event on any day: the log-odds of each sign, the words that make them.

    `spans` are in order; for the rest see Evidence.
    """

    weights: tuple[float, ...]
    spans: tuple[Span, ...]
    placed: bool
    details: float
    typed: bool


Cases = dict[tuple[int, str], Case]
"""The cases of one text by number of the sentence and event: a text read as of many days weighs them once."""


class Evidence(NamedTuple):
    """One sentence's case for one event: its log-odds, the words that make it, the dates and places among them.

    `lag` is what time says for it, in log-odds; `details` how much its details in the sentence do, in summed rarity;
    `typed` whether the sentence tells its very kind.
    """

    profile: Profile
    unit: Unit
    logit: float
    spans: tuple[Span, ...]
    dated_by: frozenset[Span]
    named: bool
    placed: bool
    lag: float = 0.0
    details: float = 0.0
    typed: bool = False


def probability(logit: float) -> float:
    """Return the probability of log-odds, kept off 0 and 1: hand-set weights are never certain."""
    return min(0.98, max(0.01, 1 / (1 + exp(-logit))))


def score(profile: Profile, unit: Unit, reading: Reading, context: Context, cases: Cases) -> Evidence | None:
    """Score `profile` on `unit`; None where its time rules it out: in the text's future, or long before unsaid.

    `cases` remembers what is the same on any day: one for each text and `context.frame`.
    """
    if context.day is not None and profile.start > context.day:
        return None
    named = profile.event_id in unit.named
    if not named and not profile.places and context.frame < w.FRAME_LEAST:
        return None
    time, dated_by = weigh_time(profile, unit, context.day, named)
    if is_announced(profile, unit, context.day):
        time = max(time, w.DATE_EVE)
    if time <= w.DATE_WRONG:
        return None
    logit = w.BIAS + time
    if named:
        is_sure = profile.is_sole or not profile.places or profile.event_id in unit.own_names
        logit += w.NAMED if is_sure else w.NAMED_SHARED
    case = cases.get((unit.number, profile.event_id))
    if case is None:
        case = cases[unit.number, profile.event_id] = _case(profile, unit, reading, context)
    for weight in case.weights:
        logit += weight
    if case.typed and is_remembered(profile, unit, context.day):
        logit += w.REMEMBERED
    spans = case.spans
    if named or dated_by:
        own = {unit.named[profile.event_id]} if named else set()
        spans = _in_order({*spans, *own, *dated_by})
    return Evidence(
        profile=profile,
        unit=unit,
        logit=logit,
        spans=spans,
        dated_by=frozenset(dated_by),
        named=named,
        placed=case.placed,
        lag=time,
        details=case.details,
        typed=case.typed,
    )


def _in_order(spans: set[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda s: (s.start, s.end))) if len(spans) > 1 else tuple(spans)


def _case(profile: Profile, unit: Unit, reading: Reading, context: Context) -> Case:
    spans: set[Span] = set()
    weights = (
        _place(profile, unit, reading, context, spans),
        _kind(profile, unit, reading, spans),
        _words(profile, unit, spans),
        _toll(profile, unit, reading, spans),
        _parties(profile, reading, context),
    )
    alone = profile.signs if sum(sign in reading.concepts for sign in profile.signs) == 1 else ()
    return Case(
        weights,
        _in_order(spans),
        placed=_is_placed(profile, unit),
        details=sum(weight for d, weight in profile.details.items() if d in unit.concepts and d not in alone),
        typed=any(t in unit.concepts for t in profile.types),
    )


def _place(profile: Profile, unit: Unit, reading: Reading, context: Context, spans: set[Span]) -> float:
    value = 0.0
    venues = [p for p in profile.venues if p in unit.places]
    spans.update(unit.places[p] for p in venues)
    if not profile.places:
        value = context.frame * w.FRAME_PRESENT + (1 - context.frame) * w.FRAME_ABSENT
        is_fought = profile.event.event_type != PLACELESS_TYPE and not profile.is_wide
        return value + (w.VENUE if venues else 0.0) + (w.OTHER_PLACE if is_fought and unit.elsewhere else 0.0)
    here = [p for p in profile.places if p in unit.places]
    near = [p for p in profile.near if p in unit.places]
    spans.update(unit.places[p] for p in here + near)
    if here and _is_only_seat(profile, here, unit):
        return w.PLACE_SEAT
    if here:
        doubt = w.PLACE_DOUBTFUL if all(p in reading.doubtful for p in here) else 0.0
        return w.PLACE_HERE + w.PLACE_MORE * (len(here) - 1) + doubt
    return _place_untold(profile, unit, reading, context, is_near=bool(near))


def _place_untold(profile: Profile, unit: Unit, reading: Reading, context: Context, is_near: bool) -> float:
    """Weigh that a sentence does not name an event's place: its district (`is_near`), what else tells it, elsewhere."""
    other = w.OTHER_PLACE if unit.elsewhere - profile.near - profile.venues else 0.0
    if is_near:
        return w.PLACE_NEAR + other
    if profile.event_id in unit.own_names:
        return 0.0
    spoken_of = [p for p in profile.places if p in reading.places]
    if spoken_of and _is_only_seat(profile, spoken_of, unit):
        return other
    if spoken_of:
        return w.PLACE_CARRIED if any(p in unit.carried for p in profile.places) else w.PLACE_ELSEWHERE + other
    missing = w.PLACE_MISSING.get(profile.event.geo_precision or 2, w.PLACE_MISSING[2])
    details = sum(
        weight
        for d, weight in profile.details.items()
        if d in unit.concepts or (d in profile.signs and d in reading.concepts)
    )
    if details >= w.TELLING or any(t in unit.concepts for t in profile.rare_types):
        words = sum(weight for word, weight in profile.words.items() if word in unit.words)
        left = w.PLACE_TOLD_TWICE if details + words >= 2 * w.TELLING else w.PLACE_TOLD_OTHERWISE
        told_otherwise = 1 - context.frame * (1 - left)
        missing *= told_otherwise
        other *= told_otherwise
    return (context.frame * w.PLACE_VAGUE if profile.is_wide else missing) + other


def _is_only_seat(profile: Profile, here: Sequence[str], unit: Unit) -> bool:
    """Say whether a sentence names a seat of government and does not tell the event: it may mean the government."""
    telling = profile.types or profile.hints
    return all(p in profile.seats for p in here) and not any(c in unit.concepts for c in telling)


def _is_placed(profile: Profile, unit: Unit) -> bool:
    here = [p for p in profile.places if p in unit.places or p in unit.carried]
    return bool(here) and not _is_only_seat(profile, here, unit)


def _kind(profile: Profile, unit: Unit, reading: Reading, spans: set[Span]) -> float:
    details = [d for d in profile.details if d in unit.concepts]
    spans.update(unit.concepts[d] for d in details)
    signs = [d for d in profile.details if d in profile.signs and d in reading.concepts] if profile.signs else []
    if details or signs:
        value = _told_details(profile, unit, reading, details, signs)
    elif any(d in reading.concepts for d in profile.details):
        value = w.DETAIL_ELSEWHERE
    elif profile.essential:
        rarest = max(profile.details[d] for d in profile.essential)
        value = w.DETAIL_MISSING if profile.places else w.DETAIL_MISSING_PLACELESS * rarest
        value *= w.DETAIL_OF_SOLE if profile.is_sole else 1.0
    else:
        value = 0.0
    here = [t for t in profile.types if t in unit.concepts]
    spans.update(unit.concepts[t] for t in here)
    if here:
        is_meeting = not profile.places and profile.event.event_type == PLACELESS_TYPE
        return value + (w.TYPE_HERE_PLACELESS if is_meeting else w.TYPE_HERE)
    if any(t in reading.concepts for t in profile.types):
        return value + w.TYPE_ELSEWHERE
    return value + _untold_type(profile, unit, reading, details, spans)


def _told_details(
    profile: Profile, unit: Unit, reading: Reading, details: Sequence[str], signs: Sequence[str]
) -> float:
    """Weigh the details a sentence tells, and the signs it or another one does."""
    is_untold = bool(profile.types) and profile.types.isdisjoint(reading.concepts)
    share = w.SIGN_ALONE if len(signs) == 1 and is_untold else 1.0
    value = 0.0
    for detail in dict.fromkeys((*details, *signs)):
        weight = w.DETAIL_HERE if detail in unit.concepts else w.SIGN_ELSEWHERE
        value += weight * profile.details[detail] * (share if detail in signs else 1.0)
    return min(w.DETAILS_MOST if all(s in unit.concepts for s in signs) else w.SIGNS_MOST, value)


def _untold_type(profile: Profile, unit: Unit, reading: Reading, details: Sequence[str], spans: set[Span]) -> float:
    """Weigh that the text does not tell an event's type: its `details` may do in its stead, or fighting of its kind."""
    is_untyped = not profile.types or profile.event.event_type == PLACELESS_TYPE
    told = sum(profile.details[d] for d in details if d in profile.essential)
    if is_untyped and told >= w.TELLING and _share_told(profile, reading) >= w.MOST_DETAILS:
        return w.TYPE_BY_DETAIL
    if not profile.types or (details and profile.kin):
        return 0.0
    if details:
        return w.TYPE_SILENT
    # A kind that no other event is of is told by its own words alone.
    kin = [t for t in profile.kin if t in unit.concepts and not profile.rare_types]
    if kin:
        spans.update(unit.concepts[t] for t in kin)
        return w.TYPE_KIN if profile.event.event_type == BATTLES else w.TYPE_KIN_OTHER
    return w.TYPE_OTHER if unit.tells_kind else w.TYPE_SILENT


def _share_told(profile: Profile, reading: Reading) -> float:
    """Return the share of what sets an event apart that the text tells anywhere, by rarity."""
    total = sum(profile.details[d] for d in profile.essential)
    return sum(profile.details[d] for d in profile.essential if d in reading.concepts) / total if total else 1.0


def _words(profile: Profile, unit: Unit, spans: set[Span]) -> float:
    if profile.hints.isdisjoint(unit.hints):
        return 0.0
    shared = [w for w in profile.words if w in unit.words]
    value = w.WORDS * sum(profile.words[w] for w in shared)
    if value >= w.WORDS / 2:
        spans.update(unit.words[w] for w in shared)
    return min(w.WORDS_MOST, value)


def _toll(profile: Profile, unit: Unit, reading: Reading, spans: set[Span]) -> float:
    tolls = _tolls_about(unit, reading)
    if not tolls:
        return 0.0
    event = profile.event
    dead = [v for v in (event.fatalities_low, event.fatalities_high) if v]
    hurt = [int(part) for part in (event.injured or "").split("-") if part.strip().isdecimal()]
    value = 0.0
    for kind, known in (("killed", dead), ("injured", hurt)):
        told = [(v, span) for c, v, span in tolls if c == kind]
        if not known or not told:
            continue
        fitting = [span for v, span in told if min(known) <= v <= max(known)]
        spans.update(s for s in fitting if unit.start <= s.start < unit.end)
        if fitting:
            value += w.TOLL_FITS * (
                0.6 if max(known) <= w.TOLL_FEW else w.TOLL_RARE if min(known) >= w.TOLL_HIGH else 1
            )
        elif (least := min(v for v, _ in told)) > max(known):
            value += w.TOLL_FAR if least > w.TOLL_TIMES * max(known) + w.TOLL_MANY else w.TOLL_BEYOND
        elif kind == "killed" and max(known) >= w.TOLL_MANY:  # less: first tolls are lower
            value += w.TOLL_EARLY if max(v for v, _ in told) >= w.TOLL_MOST * min(known) else w.TOLL_SHORT
    return value


def _tolls_about(unit: Unit, reading: Reading) -> list[tuple[str, int, Span]]:
    """Return the tolls of the sentence, and of the next where that names no place of its own."""
    following = unit.number + 1
    if following < len(reading.units) and not reading.units[following].places:
        return unit.tolls + reading.units[following].tolls
    return unit.tolls


def _parties(profile: Profile, reading: Reading, context: Context) -> float:
    if not profile.parties:
        return 0.0
    value = 0.0
    fighting = profile.parties & context.belligerents
    if fighting and all(p in reading.parties for p in fighting):
        value += w.PARTIES_ALL
    elif fighting and not any(p in reading.parties for p in fighting):
        value += w.PARTIES_NONE
    outsiders = profile.parties - context.belligerents
    if outsiders:
        value += w.OUTSIDER_PRESENT if any(p in reading.parties for p in outsiders) else w.OUTSIDER_ABSENT
    return value
