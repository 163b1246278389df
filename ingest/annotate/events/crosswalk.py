"""Which imported event is which curated one: by day, place, kind, toll and sides, so that none is counted twice.

Pure: rows in, matches out. Each pair that shares days gets a confidence, the product of what each trait says; the best
pair from SAME_FLOOR on is "the same". Weights are set by hand: too few ids are known by hand to fit any. An imported
event inside a longer curated one (a war, a campaign) is "part of" it, which ties it in without making it that event.
Where a conflict lets imported events become events, the first of several that tell of one is taken, the others are it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import cos, hypot, radians

from ingest.annotate.events.crosswalk_names import PlaceNames, name_key
from ingest.conflict import Conflict, Event

METHOD_VERSION = "crosswalk-3"
SAME_FLOOR = 0.5
PART_OF_CONFIDENCE = 0.9
_SURE = 0.99
_AMBIGUOUS = 0.9
"""A rival this near to the best pair (as a share of it) makes the best doubtful, by the factor of _DOUBT."""
_DOUBT = 0.75
_SHORT_DAYS, _LONG_DAYS = 3, 14
_KM_PER_DEGREE = 111.2
_NEAR = ((3.0, 0.95), (10.0, 0.7), (25.0, 0.35))
"""Kilometres between two places that no name settles, and what that nearness is worth."""
_REGION_PRECISION = 4
"""From this precision on (UCDP's scale) a point only stands for a province or more."""
_REGION_PLACE = 0.55
_VIOLENT = frozenset({"Battles", "Explosions/Remote violence", "Violence against civilians", "Riots"})


@dataclass(frozen=True, slots=True)
class Imported:
    """What is compared of an imported event; tolls and precisions as in raw.imported_event."""

    source: str
    source_event_id: str
    start_date: date
    end_date: date
    date_precision: int | None = None
    event_type: str | None = None
    plover_type: str | None = None
    place: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    lat: float | None = None
    lon: float | None = None
    geo_precision: int | None = None
    actors: tuple[str, ...] = ()
    fatalities_low: int | None = None
    fatalities_high: int | None = None
    promote: bool = False

    @property
    def promoted_id(self) -> str:
        """The event's id, should it become one."""
        return f"{self.source}-{self.source_event_id}"


@dataclass(frozen=True, slots=True)
class EventMatch:
    """An imported event tied to a curated one. `relation`: same or part_of; `basis`: curated or matched."""

    source: str
    source_event_id: str
    event_id: str
    relation: str
    basis: str
    confidence: float
    day_gap: int | None = None
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class _Curated:
    event: Event
    start: date
    end: date
    places: frozenset[str]
    words: frozenset[str]
    parties: frozenset[str]
    is_wide: bool
    is_parent: bool


class Crosswalk:
    """The curated events of one conflict, ready to be compared."""

    def __init__(self, conflict: Conflict) -> None:
        self._places = PlaceNames(conflict)
        self._parties = [
            (key, actor.party_id)
            for actor in conflict.actors
            if actor.party_id is not None
            for key in {name_key(name) for name in (actor.name, *actor.aliases)}
            if key
        ]
        parents = {event.parent_event_id for event in conflict.events}
        roots = {e.event_id for e in conflict.events if e.parent_event_id is None and e.end_date is None}
        self._events = [self._curated(event, parents, roots) for event in conflict.events]
        self._by_day: defaultdict[date, list[_Curated]] = defaultdict(list)
        self._long: list[_Curated] = []
        for curated in self._events:
            self._add(curated)
        self._known = dict(_known_ids(conflict))

    def match(self, imported: Imported) -> EventMatch | None:
        """Return what `imported` is or is part of; None where no curated event covers it."""
        known = self._known.get((imported.source, imported.source_event_id))
        if known is not None:
            event_id, confidence = known
            return EventMatch(imported.source, imported.source_event_id, event_id, "same", "curated", confidence)
        near = self._near(imported)
        return self._same(imported, near) or self._part_of(imported, near)

    def adopt(self, imported: Imported) -> None:
        """Let an imported event that is none of the conflict's be one of them from now on."""
        self._add(self._curated(_as_event(imported), set(), set()))

    def _add(self, curated: _Curated) -> None:
        if (curated.end - curated.start).days > _LONG_DAYS:
            self._long.append(curated)
            return
        for day in _days(curated.start - timedelta(1), curated.end + timedelta(1)):
            self._by_day[day].append(curated)

    def _curated(self, event: Event, parents: set[str | None], roots: set[str]) -> _Curated:
        places, words = self._places.read(event.place)
        return _Curated(
            event=event,
            start=event.start_date,
            end=event.end_date or event.start_date,
            places=places,
            words=words,
            parties=self._parties_of((event.actor_initiator, event.actor_target)),
            is_wide=event.parent_event_id in roots | {None} and (event.geo_precision or _REGION_PRECISION) >= 3,
            is_parent=event.event_id in parents,
        )

    def _near(self, imported: Imported) -> list[_Curated]:
        found = {
            c.event.event_id: c for day in _days(imported.start_date, imported.end_date) for c in self._by_day[day]
        }
        found |= {c.event.event_id: c for c in self._long if _gap(imported, c) <= 1}
        return list(found.values())

    def _same(self, imported: Imported, near: Iterable[_Curated]) -> EventMatch | None:
        scored = sorted(((self._confidence(imported, c), c) for c in near), key=lambda pair: -pair[0])
        if not scored or scored[0][0] < SAME_FLOOR:
            return None
        confidence, best = scored[0]
        if len(scored) > 1 and scored[1][0] >= _AMBIGUOUS * confidence:
            confidence *= _DOUBT
        if confidence < SAME_FLOOR:
            return None
        return EventMatch(
            *(imported.source, imported.source_event_id, best.event.event_id, "same", "matched"),
            round(min(confidence, _SURE), 3),
            _gap(imported, best),
            _distance(imported, best.event),
        )

    def _part_of(self, imported: Imported, near: Iterable[_Curated]) -> EventMatch | None:
        around = [
            c
            for c in near
            if (c.is_parent or c.end > c.start + timedelta(_SHORT_DAYS))
            and c.start <= imported.start_date
            and imported.end_date <= c.end
            and _type_factor(imported, c.event) > 0
            and (c.is_wide or self._place_factor(imported, c) >= _REGION_PLACE)
        ]
        if not around:
            return None
        inner = min(around, key=lambda c: (c.end - c.start, c.event.event_id))
        return EventMatch(
            *(imported.source, imported.source_event_id, inner.event.event_id, "part_of", "matched"),
            PART_OF_CONFIDENCE,
            0,
            _distance(imported, inner.event),
        )

    def _confidence(self, imported: Imported, curated: _Curated) -> float:
        confidence = _date_factor(imported, curated) * _type_factor(imported, curated.event)
        if confidence < SAME_FLOOR:
            return 0.0
        confidence *= _toll_factor(imported, curated.event) * self._place_factor(imported, curated)
        parties = self._parties_of(imported.actors)
        if parties and curated.parties and parties.isdisjoint(curated.parties):
            confidence *= 0.5
        return confidence

    def _place_factor(self, imported: Imported, curated: _Curated) -> float:
        places, words = self._places.read(imported.place)
        is_region = (imported.geo_precision or 1) >= _REGION_PRECISION
        if not is_region:
            if places & curated.places or (words and words <= curated.words):
                return 1.0
            if places and curated.places:
                return 0.0
            distance = _distance(imported, curated.event)
            if distance is not None and (curated.event.geo_precision or 1) < _REGION_PRECISION:
                return next((worth for km, worth in _NEAR if distance <= km), 0.0)
            return 0.0
        # A province names the place only as the curated event's own words do; "somewhere in the war" names none.
        areas = [self._places.read(area)[1] for area in (imported.admin2, imported.admin1)]
        shared = any(area and area & curated.words for area in areas)
        return _REGION_PLACE if shared and not curated.is_wide else 0.0

    def _parties_of(self, actors: Iterable[str | None]) -> frozenset[str]:
        text = " ".join(f" {name_key(actor)} " for actor in actors if actor)
        return frozenset(party for key, party in self._parties if f" {key} " in text)


def _known_ids(conflict: Conflict) -> Iterator[tuple[tuple[str, str], tuple[str, float]]]:
    for event in conflict.events:
        yield ("own", event.event_id), (event.event_id, 1.0)
        for ged_id in event.ucdp_ged_ids:
            yield ("ucdp", ged_id), (event.event_id, 1.0)
    for xref in conflict.event_xrefs:
        yield (xref.source, xref.external_id), (xref.event_id, xref.confidence)


def _days(start: date, end: date) -> Iterator[date]:
    # Rows that cover a year are summaries; beyond two months they only meet the long events.
    for offset in range(min((end - start).days, 60) + 1):
        yield start + timedelta(offset)


def _gap(imported: Imported, curated: _Curated) -> int:
    """Return the days between two spans, 0 where they meet."""
    return max((imported.start_date - curated.end).days, (curated.start - imported.end_date).days, 0)


def _date_factor(imported: Imported, curated: _Curated) -> float:
    gap = _gap(imported, curated)
    if gap > 1 or (gap == 1 and (imported.date_precision or 1) > 1):
        return 0.0
    factor = 0.7 if gap else 1.0
    length, other = ((span.days + 1) for span in (curated.end - curated.start, imported.end_date - imported.start_date))
    if length > _SHORT_DAYS:
        factor *= 0.9 if length <= _LONG_DAYS else 0.75
    if other > max(_SHORT_DAYS, length):
        # A summary over days is not the one day it happens to cover.
        factor *= 0.5
    return factor


def _type_factor(imported: Imported, event: Event) -> float:
    if imported.event_type is None or event.event_type is None:
        return 0.8
    if imported.event_type == event.event_type:
        return 1.0
    if imported.event_type in _VIOLENT and event.event_type in _VIOLENT:
        # UCDP does not part shelling from fighting; machines mix them up.
        return 0.95 if imported.source == "ucdp" else 0.75
    return 0.6 if imported.plover_type is not None and imported.plover_type == event.plover_type else 0.0


def _toll_factor(imported: Imported, event: Event) -> float:
    stated = [n for n in (imported.fatalities_low, imported.fatalities_high) if n is not None]
    curated = [n for n in (event.fatalities_low, event.fatalities_high) if n is not None]
    if not stated or not curated:
        return 1.0
    low, high = min(stated), max(stated)
    if low <= max(curated) and min(curated) <= high:
        return 1.1
    ratio = (min(curated) + 1) / (high + 1) if high < min(curated) else (low + 1) / (max(curated) + 1)
    return 0.85 if ratio <= 2 else 0.5


def _distance(imported: Imported, event: Event) -> float | None:
    """Return kilometres between the two points, None where one is unknown."""
    if imported.lat is None or imported.lon is None or event.lat is None or event.lon is None:
        return None
    across = (imported.lon - event.lon) * cos(radians(event.lat))
    return round(_KM_PER_DEGREE * hypot(imported.lat - event.lat, across), 1)


def _as_event(imported: Imported) -> Event:
    first, *others = (*imported.actors, None)
    return Event(
        event_id=imported.promoted_id,
        name="",
        aka=(),
        start_date=imported.start_date,
        end_date=imported.end_date,
        date_precision=imported.date_precision or 1,
        event_type=imported.event_type,
        sub_event_type=None,
        plover_type=imported.plover_type,
        place=imported.place,
        country_iso2=None,
        lat=imported.lat,
        lon=imported.lon,
        geo_precision=imported.geo_precision,
        geonameid=None,
        actor_initiator=first,
        actor_target=others[0] if others else None,
        attribution_status=None,
        fatalities_low=imported.fatalities_low,
        fatalities_high=imported.fatalities_high,
        injured=None,
        parent_event_id=imported.promoted_id,
        ucdp_conflict_id=None,
        ucdp_ged_ids=(),
        source_refs=(),
        note=None,
    )


# People's own events before coders', coders' before machines'.
_RANK = {"own": 0, "ucdp": 1, "acled": 2, "gdelt": 3}
# A machine tells of one event many times over; people who code events do not.
_REPEATS = frozenset({"gdelt"})


def match_all(conflict: Conflict, imported: Sequence[Imported]) -> list[EventMatch]:
    """Match each imported event of one conflict; those that meet no event are left out.

    Of several that may become an event and tell of the same, the first by source, day and id becomes it.
    """
    crosswalk = Crosswalk(conflict)
    matches: list[EventMatch] = []
    ordered = sorted(imported, key=lambda i: (_RANK.get(i.source, len(_RANK)), i.start_date, i.source_event_id))
    for source, group in groupby(ordered, key=lambda i: i.source):
        adopted = []
        for event in group:
            match = crosswalk.match(event)
            if match is not None:
                matches.append(match)
            if event.promote and (match is None or match.relation != "same"):
                adopted.append(event)
                if source in _REPEATS:
                    crosswalk.adopt(event)
        if source not in _REPEATS:
            for event in adopted:
                crosswalk.adopt(event)
    return matches
