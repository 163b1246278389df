"""Event files of one's own: CSV or JSONL with the columns of a conflict's events.csv, and `conflict_id` if wanted."""

from __future__ import annotations

from ingest.parse.events.records import EventRecord
from ingest.parse.events.rows import Row, RowError

NEEDED = ("event_id", "name", "start_date")
COLUMNS = (
    *NEEDED,
    *("aka", "end_date", "date_precision", "event_type", "sub_event_type", "plover_type", "place", "country_iso2"),
    *("lat", "lon", "geo_precision", "geonameid", "actor_initiator", "actor_target", "attribution_status"),
    *("fatalities_low", "fatalities_high", "injured", "parent_event_id", "ucdp_conflict_id", "ucdp_ged_ids"),
    *("source_refs", "note", "conflict_id", "valid_from", "as_of", "licence"),
)
LICENCE = "own"


def read_row(row: Row, release: str | None = None) -> EventRecord:  # noqa: ARG001  every reader is called alike
    """Make an event of a row of one's own. Raises RowError."""
    start = row.day("start_date")
    if start is None:
        raise RowError("missing_value", "start_date", None, "the cell is empty; every event has its day")
    end = row.day("end_date") or start
    if end < start:
        raise RowError("inconsistent", "end_date", str(end), f"it lies before start_date {start}")
    low, high = row.integer("fatalities_low"), row.integer("fatalities_high")
    if low is not None and high is not None and low > high:
        raise RowError("inconsistent", "fatalities_high", str(high), f"it is below fatalities_low {low}")
    as_of = row.moment("as_of")
    initiator = row.text("actor_initiator")
    is_disputed = (row.text("attribution_status") or "").lower() == "disputed"
    return EventRecord(
        source="own",
        source_event_id=row.required("event_id"),
        line=row.line,
        start_date=start,
        end_date=end,
        parser="own",
        licence=row.text("licence") or LICENCE,
        may_publish_text=True,
        as_of=as_of,
        as_of_basis="stated" if as_of else "read",
        name=row.required("name"),
        date_precision=row.integer("date_precision", 1, 5) or 1,
        event_type=row.text("event_type"),
        sub_event_type=row.text("sub_event_type"),
        plover_type=row.text("plover_type"),
        source_type=row.text("event_type"),
        place=row.text("place"),
        country_iso2=row.text("country_iso2"),
        lat=row.latitude("lat"),
        lon=row.longitude("lon"),
        geo_precision=row.integer("geo_precision", 1, 7),
        geonameid=row.integer("geonameid"),
        actor_a=initiator,
        actor_b=row.text("actor_target"),
        # Whom one side calls the initiator is a side of the event; who began it stays open.
        actor_initiator=None if is_disputed else initiator,
        actor_target=row.text("actor_target"),
        fatalities_low=low,
        fatalities_best=None,
        fatalities_high=high,
        text=row.text("note"),
        source_refs=tuple(part.strip() for part in (row.text("source_refs") or "").split(";") if part.strip()),
        payload=row.values,
    )
