"""Keep annotate.event_match true to the imported events and the curated ones: replaced whole, it is quick to make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import pyarrow as pa

from ingest.annotate.events.crosswalk import METHOD_VERSION, EventMatch, Imported, match_all
from ingest.conflict import Conflict
from ingest.records import TIMESTAMP, Report, utc_now

_SCHEMA = pa.schema(
    [
        ("conflict_id", pa.string()),
        ("source", pa.string()),
        ("source_event_id", pa.string()),
        ("event_id", pa.string()),
        ("relation", pa.string()),
        ("basis", pa.string()),
        ("confidence", pa.float64()),
        ("day_gap", pa.int32()),
        ("distance_km", pa.float64()),
        ("method_version", pa.string()),
        ("matched_at", TIMESTAMP),
    ]
)
_IMPORTED = """
SELECT source, source_event_id, start_date, end_date, date_precision, event_type, plover_type, place, admin1, admin2,
    lat, lon, geo_precision, [actor_a, actor_b], fatalities_low, fatalities_high, promote AND may_publish_text
FROM raw.imported_event_current JOIN raw.imported_event_conflict USING (source, source_event_id)
WHERE conflict_id = ? AND NOT is_deleted
ORDER BY source, source_event_id
"""


def match_events(con: duckdb.DuckDBPyConnection, conflicts: Iterable[Conflict]) -> Report:
    """Match every imported event to the curated ones of each conflict that claims it.

    Counts: imported, same, part_of, unmatched; each event counts once per conflict.
    """
    report = Report(dict.fromkeys(("imported", "same", "part_of", "unmatched"), 0))
    rows: list[dict[str, Any]] = []
    moment = utc_now()
    for conflict in conflicts:
        imported = [_imported(row) for row in con.execute(_IMPORTED, [conflict.conflict_id]).fetchall()]
        matches = match_all(conflict, imported) if imported else []
        report.add("imported", len(imported))
        report.add("unmatched", len(imported) - len(matches))
        for match in matches:
            report.add(match.relation)
            rows.append(
                {name: getattr(match, name) for name in EventMatch.__slots__}
                | {"conflict_id": conflict.conflict_id, "method_version": METHOD_VERSION, "matched_at": moment}
            )
    con.begin()
    try:
        con.execute("DELETE FROM annotate.event_match")
        if rows:
            con.register("matches", pa.Table.from_pylist(rows, _SCHEMA))
            con.execute("INSERT INTO annotate.event_match BY NAME FROM matches")
            con.unregister("matches")
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return report


def _imported(row: tuple[Any, ...]) -> Imported:
    *before, actors, low, high, promote = row
    values = [*before, tuple(actor for actor in actors if actor), low, high, promote]
    return Imported(*values)
