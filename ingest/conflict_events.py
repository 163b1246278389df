"""The events of a conflict: what they were, what else they are called, and where else they stand."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.conflict_rows import ConflictError, Row, read_rows

_log = logging.getLogger(__name__)

_MOST = 2**31 - 1
DISPUTED = "disputed"
"""The attribution_status with which no initiator stands: naming one would take a side."""
ALIAS_KINDS = frozenset({"name", "partisan", "short"})


@dataclass(frozen=True, slots=True)
class Event:
    """A dated conflict event. `date_precision` and `geo_precision` follow UCDP: 1 exact ... 4 month.

    `injured` stays text: sources give ranges ("30-32"). `toll_source` and `toll_as_of` say who counted the dead and
    when; `as_of` is the day the row was last checked, `licence` what may be done with it.
    """

    event_id: str
    name: str
    aka: tuple[str, ...]
    start_date: date
    end_date: date | None
    date_precision: int
    event_type: str | None
    sub_event_type: str | None
    plover_type: str | None
    place: str | None
    country_iso2: str | None
    lat: float | None
    lon: float | None
    geo_precision: int | None
    geonameid: int | None
    actor_initiator: str | None
    actor_target: str | None
    attribution_status: str | None
    fatalities_low: int | None
    fatalities_high: int | None
    injured: str | None
    parent_event_id: str | None
    ucdp_conflict_id: int | None
    ucdp_ged_ids: tuple[str, ...]
    source_refs: tuple[str, ...]
    note: str | None
    toll_source: str | None = None
    toll_as_of: date | None = None
    as_of: date | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class EventAlias:
    """One more name of an event. `language` is BCP 47, None where not told.

    `kind`: name; partisan (one side's own word for it); short (other things have that name too, so it finds nothing).
    """

    event_id: str
    alias: str
    language: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class EventXref:
    """The same event in another collection: its id there, how surely it is the same (0..1), how that is known."""

    event_id: str
    source: str
    external_id: str
    confidence: float
    method: str
    licence: str | None


@dataclass(frozen=True, slots=True)
class EventSign:
    """What events are told by beside their names, places and kinds: who was there, what was hit, what it is known for.

    `phrases` say so in any language; a word that ends in `*` stands for all that begin so. None holds a place's name.
    """

    sign: str
    event_ids: tuple[str, ...]
    phrases: tuple[str, ...]


def _initiator(row: Row) -> str | None:
    """Return who began it; None, with a warning, where that is disputed: other people's lists of events name one."""
    initiator = row.text("actor_initiator")
    if initiator is None or (row.text("attribution_status") or "").lower() != DISPUTED:
        return initiator
    _log.warning(
        "%s: actor_initiator = %r is read as empty, for attribution_status says that it is disputed who acted: "
        "leave it empty and say in note what each side says, or give another attribution_status",
        row.where,
        initiator,
    )
    return None


def _event(row: Row) -> Event:
    start = row.day("start_date")
    if start is None:
        raise row.fail("start_date is empty; every event needs a day, with its date_precision")
    end = row.day("end_date")
    if end is not None and end < start:
        raise row.fail(f"end_date {end} lies before start_date {start}")
    low, high = _whole(row, "fatalities_low"), _whole(row, "fatalities_high")
    if low is not None and high is not None and high < low:
        raise row.fail(f"fatalities_high = {high} is below fatalities_low = {low}")
    return Event(
        event_id=row.required("event_id"),
        name=row.required("name"),
        aka=row.items("aka"),
        start_date=start,
        end_date=end,
        date_precision=_whole(row, "date_precision", 1, 5) or 1,
        event_type=row.text("event_type"),
        sub_event_type=row.text("sub_event_type"),
        plover_type=row.text("plover_type"),
        place=row.text("place"),
        country_iso2=row.text("country_iso2"),
        lat=_degrees(row, "lat", 90),
        lon=_degrees(row, "lon", 180),
        geo_precision=_whole(row, "geo_precision", 1, 7),
        geonameid=row.integer("geonameid"),
        actor_initiator=_initiator(row),
        actor_target=row.text("actor_target"),
        attribution_status=row.text("attribution_status"),
        fatalities_low=low,
        fatalities_high=high,
        injured=row.text("injured"),
        parent_event_id=row.text("parent_event_id"),
        ucdp_conflict_id=row.integer("ucdp_conflict_id"),
        ucdp_ged_ids=row.items("ucdp_ged_ids", ";"),
        source_refs=row.items("source_refs", ";"),
        note=row.text("note"),
        toll_source=row.text("toll_source"),
        toll_as_of=row.day("toll_as_of"),
        as_of=row.day("as_of"),
        licence=row.text("licence"),
    )


def _whole(row: Row, key: str, low: int = 0, high: int = _MOST) -> int | None:
    value = row.integer(key)
    if value is not None and not low <= value <= high:
        raise row.fail(f"{key} = {value}; it must be from {low} to {high}")
    return value


def _degrees(row: Row, key: str, most: int) -> float | None:
    value = row.number(key)
    # Also refuses "nan", which is no number of degrees.
    if value is not None and not -most <= value <= most:
        raise row.fail(f"{key} = {value:g}; degrees go from -{most} to {most}")
    return value


def read_events(path: Path) -> tuple[Event, ...]:
    """Read events.csv. Raises ConflictError where an id stands twice, or a parent is unknown or below its own child."""
    events: dict[str, Event] = {}
    for row in read_rows(path, ("event_id", "name", "start_date")):
        event = _event(row)
        if event.event_id in events:
            raise row.fail(f"event_id {event.event_id!r} stands twice")
        events[event.event_id] = event
    for event in events.values():
        above: list[str] = []
        parent = event.parent_event_id
        while parent is not None:
            if parent not in events:
                raise ConflictError(f"{path}: {event.event_id} has the unknown parent_event_id {parent!r}")
            if parent == event.event_id or parent in above:
                raise ConflictError(f"{path}: {event.event_id} is a part of itself, by way of {parent}")
            above.append(parent)
            parent = events[parent].parent_event_id
    return tuple(events.values())


def read_aliases(path: Path, events: tuple[Event, ...]) -> tuple[EventAlias, ...]:
    """Read the names with their language, then every `aka` of events.csv that the file does not tell more of."""
    known = {event.event_id for event in events}
    aliases: dict[tuple[str, str], EventAlias] = {}
    for row in read_rows(path, ("event_id", "alias", "language", "kind")) if path.exists() else ():
        alias = EventAlias(_known_event(row, known), row.required("alias"), row.text("language"), row.required("kind"))
        if alias.kind not in ALIAS_KINDS:
            raise row.fail(f"kind = {alias.kind!r}; it must be one of {', '.join(sorted(ALIAS_KINDS))}")
        if aliases.setdefault((alias.event_id, alias.alias.casefold()), alias) is not alias:
            raise row.fail(f"{alias.alias!r} stands twice for {alias.event_id}")
    for event in events:
        for name in event.aka:
            if name.casefold() == event.name.casefold():
                continue
            aliases.setdefault((event.event_id, name.casefold()), EventAlias(event.event_id, name, None, "name"))
    return tuple(aliases.values())


def read_signs(path: Path, events: tuple[Event, ...]) -> tuple[EventSign, ...]:
    """Read the signs of events; none where there is no such file. Raises ConflictError for a sign told twice."""
    known = {event.event_id for event in events}
    signs: dict[str, EventSign] = {}
    for row in read_rows(path, ("sign", "event_ids", "phrases")) if path.exists() else ():
        sign = EventSign(row.required("sign"), row.items("event_ids"), row.items("phrases"))
        unknown = [event_id for event_id in sign.event_ids if event_id not in known]
        if unknown or not sign.event_ids:
            raise row.fail(f"event_ids names {unknown or 'none'}; give ids of events.csv, parted by |")
        if not sign.phrases:
            raise row.fail("phrases is empty; give the words that tell it, parted by |")
        if signs.setdefault(sign.sign, sign) is not sign:
            raise row.fail(f"the sign {sign.sign!r} stands twice")
    return tuple(signs.values())


def read_xrefs(path: Path, events: tuple[Event, ...]) -> tuple[EventXref, ...]:
    """Read the ids in other collections, then the UCDP ids of events.csv."""
    known = {event.event_id for event in events}
    xrefs: dict[tuple[str, str, str], EventXref] = {}
    for row in read_rows(path, ("event_id", "source", "external_id", "confidence", "method")) if path.exists() else ():
        confidence = row.number("confidence")
        if confidence is None or not 0 <= confidence <= 1:
            raise row.fail(f"confidence = {row.text('confidence')!r} is not a number from 0 to 1")
        key = (_known_event(row, known), row.required("source"), row.required("external_id"))
        if key in xrefs:
            raise row.fail(f"{key[1]} {key[2]} stands twice for {key[0]}")
        xrefs[key] = EventXref(*key, confidence, row.required("method"), row.text("licence"))
    for event in events:
        for number in event.ucdp_ged_ids:
            key = (event.event_id, "ucdp", number)
            xrefs.setdefault(key, EventXref(*key, 1.0, "curated", "CC-BY-4.0"))
    return tuple(xrefs.values())


def _known_event(row: Row, known: set[str]) -> str:
    event_id = row.required("event_id")
    if event_id not in known:
        raise row.fail(f"event_id {event_id!r} is not in events.csv")
    return event_id
