"""What a build was made from, as one short string: equal strings mean that running again would change nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import duckdb

from ingest.settings import REPO_ROOT, Settings

_CODE = ("ingest/**/*.py", "ingest/**/*.toml", "dbt_project/**/*.sql", "dbt_project/**/*.yml", "dbt_project/**/*.yaml")

# The order of rows does not matter to xor, so no sort of the whole table is needed. Reads that only confirmed what
# was known are left out, but for their day: a new day is published so that freshness is shown truly.
_RAW = """
SELECT count(*), bit_xor(hash(page_url, status, content_sha256, parser_version, is_demo))::VARCHAR,
    (SELECT max(fetched_at)::DATE::VARCHAR FROM raw.page_read)
FROM (
    SELECT DISTINCT page_url, status, content_sha256, parser_version, is_demo
    FROM raw.page_read WHERE status <> 'not_modified'
)
"""

# Which imported events there are in which wording, and whose they are; the order of rows does not matter to xor here.
_EVENTS = """
SELECT count(*), bit_xor(hash(source, source_event_id, as_of, content_hash))::VARCHAR,
    (SELECT bit_xor(hash(conflict_id, source, source_event_id, promote))::VARCHAR FROM raw.imported_event_conflict),
    (SELECT count(*) FROM raw.event_mention)
FROM raw.imported_event
"""


def _hash_files(files: Iterable[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file.relative_to(root)).encode())
        digest.update(b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()


def code_version() -> str:
    """Hash the code that decides what a build contains; 12 hexadecimal digits."""
    files = {
        file
        for pattern in _CODE
        for file in REPO_ROOT.glob(pattern)
        if not {"target", "dbt_packages", "logs"} & set(file.relative_to(REPO_ROOT).parts)
    }
    return _hash_files(files, REPO_ROOT)[:12]


def hash_given(settings: Settings) -> str:
    """Hash what people give a build: conflicts with their answers, stance model, sources, and the code."""
    data = [
        file
        for folder in (settings.conflicts, settings.stance)
        for file in folder.rglob("*")
        if file.is_file() and file.suffix != ".md"
    ]
    if settings.sources.is_file():
        data.append(settings.sources)
    return f"{code_version()}|{_hash_files(data, settings.data)}"


def fingerprint(con: duckdb.DuckDBPyConnection, given: str) -> str:
    """Hash everything a build depends on: `given` (see `hash_given`), the pages read and the imported events."""
    parts = [given, *(repr(con.execute(query).fetchone()) for query in (_RAW, _EVENTS))]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def remember_inputs(con: duckdb.DuckDBPyConnection, inputs: str) -> None:
    """Keep the fingerprint of what was loaded. Whoever answers while a run goes on is heard by the next one."""
    con.execute("CREATE OR REPLACE TABLE raw.build_input AS SELECT ?::VARCHAR AS inputs", [inputs])


def remembered_inputs(con: duckdb.DuckDBPyConnection) -> str:
    """Return the fingerprint of what was loaded; empty where nothing was, which equals no fingerprint."""
    if not con.execute("FROM duckdb_tables() WHERE schema_name = 'raw' AND table_name = 'build_input'").fetchall():
        return ""
    row = con.execute("SELECT inputs FROM raw.build_input").fetchone()
    return str(row[0]) if row else ""
