"""Conflicts as tables: a snapshot of the folders, replaced at each run so that a changed folder changes the tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import duckdb
import pyarrow as pa

from ingest.conflict import Conflict
from ingest.records import Report
from ingest.zones import zone_names

_HEAD = ("name", "description", "starts_on", "ends_on", "time_zone", "languages")
_PARTS = {
    "party": "parties",
    "place": "places",
    "actor": "actors",
    "event": "events",
    "event_alias": "event_aliases",
    "event_xref": "event_xrefs",
}


def load_conflicts(con: duckdb.DuckDBPyConnection, conflicts: Iterable[Conflict]) -> Report:
    """Replace raw.conflict and the tables of its parts by what the folders say, in one transaction."""
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in ("conflict", *_PARTS)}
    for conflict in conflicts:
        own = {"conflict_id": conflict.conflict_id}
        tables["conflict"].append(own | {name: getattr(conflict, name) for name in _HEAD})
        for name, attribute in _PARTS.items():
            tables[name] += [own | asdict(item) for item in getattr(conflict, attribute)]
    report = Report()
    con.begin()
    try:
        for name, rows in tables.items():
            con.execute(f"DELETE FROM raw.{name}")
            _insert_rows(con, f"raw.{name}", rows)
            report.add(name, len(rows))
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return report


def ensure_time_zones(con: duckdb.DuckDBPyConnection) -> None:
    """Fill raw.time_zone with the zones that both the time zone database and DuckDB know, where it is empty."""
    con.execute("CREATE TABLE IF NOT EXISTS raw.time_zone (time_zone VARCHAR NOT NULL)")
    con.execute(
        """
        INSERT INTO raw.time_zone
        SELECT name FROM pg_timezone_names()
        WHERE list_contains($zones, name) AND NOT EXISTS (FROM raw.time_zone) ORDER BY name
        """,
        {"zones": list(zone_names())},
    )


def _insert_rows(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    arrays = {
        name: pa.array([list(value.items()) for value in values], pa.map_(pa.string(), pa.string()))
        if isinstance(values[0], dict)
        else pa.array([list(value) if isinstance(value, tuple) else value for value in values])
        for name, values in columns.items()
    }
    con.register("reference_rows", pa.table(arrays))
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM reference_rows")
    con.unregister("reference_rows")
