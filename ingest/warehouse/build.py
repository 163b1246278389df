"""The working file: one writer at a time, under a file lock, with every raw and annotate table in place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
from filelock import FileLock, Timeout

from ingest.records import COMMENT_READ_SCHEMA, PAGE_READ_SCHEMA
from ingest.warehouse.current import make_safe
from ingest.warehouse.event_tables import ensure_event_tables
from ingest.warehouse.reference import ensure_time_zones

_SPANS = 'STRUCT("start" INTEGER, "end" INTEGER)[]'

_REFERENCE_TABLES = {
    "raw.conflict": """
        conflict_id VARCHAR NOT NULL, name VARCHAR NOT NULL, description VARCHAR, starts_on DATE, ends_on DATE,
        time_zone VARCHAR NOT NULL, languages VARCHAR[]""",
    "raw.party": """
        conflict_id VARCHAR NOT NULL, party_id VARCHAR NOT NULL, name VARCHAR NOT NULL, kind VARCHAR NOT NULL,
        country_iso2 VARCHAR, sort_order INTEGER, color VARCHAR""",
    "raw.place": """
        conflict_id VARCHAR NOT NULL, place_id VARCHAR NOT NULL, name VARCHAR NOT NULL, names MAP(VARCHAR, VARCHAR),
        kind VARCHAR, country_iso2 VARCHAR, lat DOUBLE, lon DOUBLE, geonameid BIGINT, aliases VARCHAR[],
        ambiguous_note VARCHAR""",
    "raw.actor": """
        conflict_id VARCHAR NOT NULL, actor_id VARCHAR NOT NULL, name VARCHAR NOT NULL, kind VARCHAR,
        party_id VARCHAR, aliases VARCHAR[]""",
    "raw.event": """
        conflict_id VARCHAR NOT NULL, event_id VARCHAR NOT NULL, name VARCHAR NOT NULL, aka VARCHAR[],
        start_date DATE NOT NULL, end_date DATE, date_precision INTEGER, event_type VARCHAR, sub_event_type VARCHAR,
        plover_type VARCHAR, place VARCHAR, country_iso2 VARCHAR, lat DOUBLE, lon DOUBLE, geo_precision INTEGER,
        geonameid BIGINT, actor_initiator VARCHAR, actor_target VARCHAR, attribution_status VARCHAR,
        fatalities_low INTEGER, fatalities_high INTEGER, injured VARCHAR, parent_event_id VARCHAR,
        ucdp_conflict_id INTEGER, ucdp_ged_ids VARCHAR[], source_refs VARCHAR[], note VARCHAR, toll_source VARCHAR,
        toll_as_of DATE, as_of DATE, licence VARCHAR""",
    "raw.event_alias": """
        conflict_id VARCHAR NOT NULL, event_id VARCHAR NOT NULL, alias VARCHAR NOT NULL, language VARCHAR,
        kind VARCHAR NOT NULL""",
    "raw.event_xref": """
        conflict_id VARCHAR NOT NULL, event_id VARCHAR NOT NULL, source VARCHAR NOT NULL,
        external_id VARCHAR NOT NULL, confidence DOUBLE NOT NULL, method VARCHAR NOT NULL, licence VARCHAR""",
}
# Columns that working files made before them lack; the tables are filled anew at each run.
_ADDED_COLUMNS = {
    "annotate.article_conflict": ("decision_key VARCHAR",),
    "annotate.side_label": ("drawn VARCHAR",),
    "raw.event": ("toll_source VARCHAR", "toll_as_of DATE", "as_of DATE", "licence VARCHAR"),
}

_ANNOTATE_TABLES = {
    "annotate.language": """
        input_key VARCHAR NOT NULL, language VARCHAR, confidence DOUBLE, model_version VARCHAR NOT NULL,
        annotated_at TIMESTAMPTZ NOT NULL""",
    "annotate.stance": f"""
        input_key VARCHAR NOT NULL, conflict_id VARCHAR NOT NULL, party_id VARCHAR NOT NULL, stance VARCHAR NOT NULL,
        p_favor DOUBLE, p_against DOUBLE, p_none DOUBLE, confidence DOUBLE, abstained BOOLEAN, evidence {_SPANS},
        model_version VARCHAR NOT NULL, annotated_at TIMESTAMPTZ NOT NULL""",
    "annotate.side": f"""
        input_key VARCHAR NOT NULL, conflict_id VARCHAR NOT NULL, side VARCHAR NOT NULL, confidence DOUBLE,
        abstained BOOLEAN, abstain_reason VARCHAR, evidence {_SPANS}, model_version VARCHAR NOT NULL,
        annotated_at TIMESTAMPTZ NOT NULL""",
    "annotate.side_label": """
        conflict_id VARCHAR NOT NULL, text VARCHAR NOT NULL, parent_text VARCHAR, article_title VARCHAR,
        party_id VARCHAR NOT NULL, stance VARCHAR NOT NULL, side VARCHAR NOT NULL, labelled_on VARCHAR NOT NULL""",
    "annotate.side_confusion": """
        conflict_id VARCHAR NOT NULL, model_version VARCHAR NOT NULL, called VARCHAR NOT NULL, taken VARCHAR NOT NULL,
        answers BIGINT NOT NULL, calls BIGINT NOT NULL, answers_needed BIGINT NOT NULL""",
    "annotate.side_error": """
        conflict_id VARCHAR NOT NULL, model_version VARCHAR NOT NULL, replicate INTEGER NOT NULL,
        called VARCHAR NOT NULL, taken VARCHAR NOT NULL, weight DOUBLE NOT NULL, noise DOUBLE NOT NULL""",
    "annotate.article_conflict": """
        article_id VARCHAR NOT NULL, content_key VARCHAR NOT NULL, conflict_id VARCHAR NOT NULL, relevance DOUBLE,
        method_version VARCHAR NOT NULL, annotated_at TIMESTAMPTZ NOT NULL""",
    "annotate.article_event": f"""
        article_id VARCHAR NOT NULL, content_key VARCHAR NOT NULL, conflict_id VARCHAR NOT NULL,
        event_id VARCHAR NOT NULL, role VARCHAR NOT NULL, basis VARCHAR NOT NULL, confidence DOUBLE,
        evidence {_SPANS}, method_version VARCHAR NOT NULL, annotated_at TIMESTAMPTZ NOT NULL""",
    "annotate.article_candidate": f"""
        article_id VARCHAR NOT NULL, content_key VARCHAR NOT NULL, conflict_id VARCHAR NOT NULL,
        event_id VARCHAR NOT NULL, rank INTEGER NOT NULL, confidence DOUBLE, why_not VARCHAR, evidence {_SPANS},
        method_version VARCHAR NOT NULL, annotated_at TIMESTAMPTZ NOT NULL""",
    "annotate.comment_event": f"""
        input_key VARCHAR NOT NULL, conflict_id VARCHAR NOT NULL, event_id VARCHAR NOT NULL, role VARCHAR NOT NULL,
        basis VARCHAR NOT NULL, confidence DOUBLE, evidence {_SPANS}, method_version VARCHAR NOT NULL,
        annotated_at TIMESTAMPTZ NOT NULL""",
    "annotate.comment_linked": """
        input_key VARCHAR NOT NULL, conflict_id VARCHAR NOT NULL, method_version VARCHAR NOT NULL,
        annotated_at TIMESTAMPTZ NOT NULL""",
    "annotate.active_version": """
        kind VARCHAR NOT NULL, conflict_id VARCHAR NOT NULL, version VARCHAR NOT NULL""",
}


class WarehouseBusyError(RuntimeError):
    """Another process is writing the warehouse; the message says which file and what to do."""


def ensure_schema(con: duckdb.DuckDBPyConnection) -> None:
    """Create every schema, table and column of rooms 3 and 5 that is not there yet, and the list of time zones."""
    for schema in ("raw", "annotate", "staging", "intermediate", "marts"):
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for table, arrow in (("raw.page_read", PAGE_READ_SCHEMA), ("raw.comment_read", COMMENT_READ_SCHEMA)):
        _create_from_arrow(con, table, arrow)
    for table, columns in {**_REFERENCE_TABLES, **_ANNOTATE_TABLES}.items():
        con.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
    for table, added in _ADDED_COLUMNS.items():
        for column in added:
            con.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column}")
    ensure_event_tables(con)
    ensure_time_zones(con)


def _create_from_arrow(con: duckdb.DuckDBPyConnection, table: str, schema: pa.Schema) -> None:
    con.register("arrow_shape", schema.empty_table())
    con.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT * FROM arrow_shape")
    present = {row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()}
    for name, kind, *_ in con.execute("DESCRIBE arrow_shape").fetchall():
        if name not in present:
            con.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
    con.unregister("arrow_shape")


@contextmanager
def write_lock(build_db: Path, timeout: float = 10.0) -> Iterator[None]:
    """Hold the warehouse's write lock. Raises WarehouseBusyError after `timeout` seconds of waiting."""
    build_db.parent.mkdir(parents=True, exist_ok=True)
    lock = build_db.with_suffix(".lock")
    try:
        with FileLock(lock, timeout=timeout):
            yield
    except Timeout:
        raise WarehouseBusyError(
            f"{build_db} is being written by another run (its lock {lock} is held); "
            "wait until that run ends, or stop it, then try again. Readers are not affected."
        ) from None


@contextmanager
def open_build(build_db: Path, timeout: float = 10.0) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the working file for writing, locked, in UTC, with every table in place.

    Raises WarehouseBusyError where another process holds the file.
    """
    with write_lock(build_db, timeout):
        try:
            con = duckdb.connect(str(build_db))
        except duckdb.IOException as error:
            raise WarehouseBusyError(
                f"{build_db} cannot be opened for writing: {error}. If another program has it open, close that; "
                "read the published builds instead (`parley sql`)."
            ) from error
        try:
            make_safe(con)
            ensure_schema(con)
            yield con
        finally:
            con.close()
