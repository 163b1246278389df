"""ACLED's events (CSV or the API's JSON, 31 columns) and its list of deleted ones.

ACLED's order of actors says nothing of who began. Its terms forbid passing rows on: `may_publish_text` is false.
"""

from __future__ import annotations

from ingest.parse.events.records import Deletion, EventRecord
from ingest.parse.events.rows import Row, RowError

NEEDED = (
    *("event_id_cnty", "event_date", "event_type", "sub_event_type", "actor1", "actor2", "country", "location"),
    "fatalities",
)
OPTIONAL = ("latitude", "longitude", "geo_precision", "time_precision")
"""Columns that may be missing: what they say is then unknown."""
COLUMNS = (
    *NEEDED,
    *OPTIONAL,
    *("year", "disorder_type", "assoc_actor_1", "inter1", "assoc_actor_2", "inter2", "interaction", "iso", "region"),
    *("civilian_targeting", "admin1", "admin2", "admin3", "source", "source_scale", "notes", "tags", "timestamp"),
)
DELETED_COLUMNS = ("event_id_cnty", "deleted_timestamp")
LICENCE = "ACLED-terms"
EVENT_TYPES = {
    "Battles": "ASSAULT",
    "Explosions/Remote violence": "ASSAULT",
    "Violence against civilians": "ASSAULT",
    "Riots": "PROTEST",
    "Protests": "PROTEST",
    "Strategic developments": None,
}
"""ACLED's event types and the PLOVER type each has for the most part."""
# Its own releases differ in capitals.
_SPELLED = {name.lower(): name for name in EVENT_TYPES}
_SUB_PLOVER = {
    "mob violence": "ASSAULT",
    "agreement": "AGREE",
    "arrests": "COERCE",
    "looting/property destruction": "COERCE",
    "non-violent transfer of territory": "RETREAT",
}
# ACLED: 1 day, 2 week, 3 month; town, near a town, larger region. UCDP's numbers have steps between these.
_DATE_PRECISION = {1: 1, 2: 3, 3: 4}
_GEO_PRECISION = {1: 1, 2: 2, 3: 4}


def read_row(row: Row, release: str | None = None) -> EventRecord:  # noqa: ARG001  every reader is called alike
    """Make an event of a row of ACLED. Raises RowError."""
    day = row.day("event_date")
    if day is None:
        raise RowError("missing_value", "event_date", None, "the cell is empty; every event has its day")
    stated, sub_event_type = row.required("event_type"), row.text("sub_event_type")
    event_type = _SPELLED.get(stated.lower())
    if event_type is None:
        raise RowError("bad_code", "event_type", stated, f"ACLED's event types are {'; '.join(EVENT_TYPES)}")
    as_of = row.moment("timestamp")
    fatalities = row.integer("fatalities")
    return EventRecord(
        source="acled",
        source_event_id=row.required("event_id_cnty"),
        line=row.line,
        start_date=day,
        end_date=day,
        parser="acled",
        licence=LICENCE,
        may_publish_text=False,
        as_of=as_of,
        as_of_basis="stated" if as_of else "read",
        date_precision=_precision(row, "time_precision", _DATE_PRECISION),
        event_type=event_type,
        sub_event_type=sub_event_type,
        plover_type=_SUB_PLOVER.get((sub_event_type or "").lower(), EVENT_TYPES[event_type]),
        source_type=row.text("disorder_type"),
        place=row.text("location"),
        admin1=row.text("admin1"),
        admin2=row.text("admin2"),
        country=row.text("country"),
        lat=row.latitude("latitude"),
        lon=row.longitude("longitude"),
        geo_precision=_precision(row, "geo_precision", _GEO_PRECISION),
        actor_a=row.text("actor1"),
        actor_b=row.text("actor2"),
        fatalities_low=fatalities,
        fatalities_best=fatalities,
        fatalities_high=fatalities,
        text=row.text("notes"),
        source_refs=tuple(part.strip() for part in (row.text("source") or "").split(";") if part.strip()),
        payload=row.values,
    )


def read_deletion(row: Row, release: str | None = None) -> Deletion:  # noqa: ARG001  every reader is called alike
    """Make a deletion of a row of ACLED's deleted endpoint. Raises RowError."""
    deleted_at = row.moment("deleted_timestamp")
    if deleted_at is None:
        raise RowError("missing_value", "deleted_timestamp", None, "the cell is empty; a deletion has its time")
    return Deletion("acled", row.required("event_id_cnty"), row.line, deleted_at)


def _precision(row: Row, column: str, scale: dict[int, int]) -> int | None:
    value = row.integer(column)
    if value is None:
        return None
    if value not in scale:
        raise RowError("bad_code", column, row.text(column), f"ACLED's codes are {', '.join(map(str, scale))}")
    return scale[value]
