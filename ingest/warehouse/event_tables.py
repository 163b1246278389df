"""The raw tables of imported events: what other collections state, every wording of it, and what was turned away.

`raw.imported_event` is append-only: a changed row is a new revision with its own `as_of`, a deleted one a tombstone.
Which conflict a row belongs to is the conflict folder's choice and can change, so it stands in a table of its own.

Licence: rows carry theirs. Where `may_publish_text` is false (ACLED's terms forbid passing its rows on) a published
build may carry ids and cross-references (`source`, `source_event_id`, `event_id`, `confidence`) and counts, and
nothing else of the row: no date, place, actor, toll, note or payload.
"""

from __future__ import annotations

import duckdb

EVENT_TABLES = {
    "raw.event_file": """
        file_id VARCHAR NOT NULL, source VARCHAR, format VARCHAR, name VARCHAR NOT NULL, release VARCHAR,
        content_sha256 VARCHAR NOT NULL, content_bytes BIGINT NOT NULL, rules_key VARCHAR NOT NULL,
        status VARCHAR NOT NULL, status_detail VARCHAR, "rows" BIGINT NOT NULL, accepted BIGINT NOT NULL,
        rejected BIGINT NOT NULL, new BIGINT NOT NULL, revised BIGINT NOT NULL, unchanged BIGINT NOT NULL,
        deleted BIGINT NOT NULL, first_read_at TIMESTAMPTZ NOT NULL, imported_at TIMESTAMPTZ NOT NULL,
        parser_version VARCHAR NOT NULL""",
    "raw.imported_event": """
        source VARCHAR NOT NULL, source_event_id VARCHAR NOT NULL, as_of TIMESTAMPTZ NOT NULL,
        as_of_basis VARCHAR NOT NULL, content_hash VARCHAR NOT NULL, is_deleted BOOLEAN NOT NULL,
        name VARCHAR, start_date DATE NOT NULL, end_date DATE NOT NULL, date_precision INTEGER,
        event_type VARCHAR, sub_event_type VARCHAR, plover_type VARCHAR, source_type VARCHAR,
        place VARCHAR, admin1 VARCHAR, admin2 VARCHAR, country VARCHAR, country_iso2 VARCHAR,
        lat DOUBLE, lon DOUBLE, geo_precision INTEGER, geonameid BIGINT,
        actor_a VARCHAR, actor_b VARCHAR, actor_initiator VARCHAR, actor_target VARCHAR,
        fatalities_low INTEGER, fatalities_best INTEGER, fatalities_high INTEGER,
        text VARCHAR, source_refs VARCHAR[], licence VARCHAR NOT NULL, may_publish_text BOOLEAN NOT NULL,
        release VARCHAR, payload VARCHAR NOT NULL, file_id VARCHAR NOT NULL, line BIGINT NOT NULL,
        parser VARCHAR NOT NULL, parser_version VARCHAR NOT NULL, imported_at TIMESTAMPTZ NOT NULL""",
    "raw.imported_event_conflict": """
        conflict_id VARCHAR NOT NULL, source VARCHAR NOT NULL, source_event_id VARCHAR NOT NULL,
        promote BOOLEAN NOT NULL""",
    "raw.event_mention": """
        source VARCHAR NOT NULL, source_event_id VARCHAR NOT NULL, document_url VARCHAR NOT NULL,
        sentence INTEGER NOT NULL, mentioned_at TIMESTAMPTZ NOT NULL, event_added_at TIMESTAMPTZ,
        source_name VARCHAR, confidence DOUBLE, in_raw_text BOOLEAN, document_length INTEGER, document_tone DOUBLE,
        translated_from VARCHAR, file_id VARCHAR NOT NULL, line BIGINT NOT NULL, imported_at TIMESTAMPTZ NOT NULL""",
    "raw.event_deletion": """
        source VARCHAR NOT NULL, source_event_id VARCHAR NOT NULL, deleted_at TIMESTAMPTZ NOT NULL,
        file_id VARCHAR NOT NULL, imported_at TIMESTAMPTZ NOT NULL""",
    "raw.event_rejection": """
        file_id VARCHAR NOT NULL, line BIGINT NOT NULL, "rows" BIGINT NOT NULL, reason VARCHAR NOT NULL,
        column_name VARCHAR, value VARCHAR, mend VARCHAR NOT NULL""",
    "annotate.event_match": """
        conflict_id VARCHAR NOT NULL, source VARCHAR NOT NULL, source_event_id VARCHAR NOT NULL,
        event_id VARCHAR NOT NULL, relation VARCHAR NOT NULL, basis VARCHAR NOT NULL, confidence DOUBLE NOT NULL,
        day_gap INTEGER, distance_km DOUBLE, method_version VARCHAR NOT NULL, matched_at TIMESTAMPTZ NOT NULL""",
}

_VIEWS = {
    # The same wording stated again at a later time is no change; a wording that comes back after another one is.
    "raw.imported_event_revision": """
        SELECT * EXCLUDE (previous_hash),
            row_number() OVER (PARTITION BY source, source_event_id ORDER BY as_of, imported_at)::INTEGER AS revision,
            lead(as_of) OVER (PARTITION BY source, source_event_id ORDER BY as_of, imported_at) AS superseded_at
        FROM (
            SELECT *, lag(content_hash) OVER (
                PARTITION BY source, source_event_id ORDER BY as_of, imported_at) AS previous_hash
            FROM raw.imported_event)
        WHERE previous_hash IS DISTINCT FROM content_hash""",
    "raw.imported_event_current": """
        SELECT * EXCLUDE (superseded_at) FROM raw.imported_event_revision WHERE superseded_at IS NULL""",
}


def ensure_event_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables and views of imported events that are not there yet; schemas raw and annotate must exist."""
    for table, columns in EVENT_TABLES.items():
        con.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
    for view, query in _VIEWS.items():
        con.execute(f"CREATE OR REPLACE VIEW {view} AS {query}")
