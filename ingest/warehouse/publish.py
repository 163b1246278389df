"""Publishing: copy the marts into a new immutable file, prove it whole, then move one pointer.

Readers never see a half-written build: everything is written under a temporary name in the same folder, checked,
renamed, and only then does CURRENT.json, replaced atomically, name it. If anything fails the earlier build stays.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path
from typing import Any

import duckdb

from ingest.records import utc_now
from ingest.warehouse.current import POINTER, SCHEMA_VERSION, BuildInfo, connect, list_builds
from ingest.warehouse.metrics import Metric, load_metrics

KEEP = 5
# Every DuckDB client since 1.2 opens files of this storage version, not only the one that wrote them.
STORAGE_VERSION = "v1.2.0"
FORBIDDEN_COLUMNS = frozenset({"author", "author_key", "author_name", "email", "ip"})


class PublishError(RuntimeError):
    """The build was not published; the message says why, and that the earlier one is still served."""


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """What publishing needs to know beside the working file.

    `checks` maps every check to how it ended; only pass and warn let a build through. `documents` are texts for
    meta.document; `keep` is how many builds stay on disk.
    """

    published: Path
    checks: Mapping[str, str]
    code_version: str
    inputs: str = ""
    documents: Mapping[str, str] = field(default_factory=dict)
    keep: int = KEEP


def publish(con: duckdb.DuckDBPyConnection, request: PublishRequest) -> BuildInfo:
    """Publish schema `marts` of the open working file and return what was published.

    Raises PublishError where a check did not pass, a mart holds a forbidden column, the copy is not equal to its
    origin or the disk is full; the earlier build is then still the current one and nothing half-written is left.
    """
    _require_checks(request.checks)
    tables = _mart_tables(con)
    built_at = utc_now()
    build_id = f"{built_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    temporary = request.published / f".{build_id}.tmp"
    try:
        request.published.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(request.published)
        temporary.mkdir()
        file = temporary / f"{build_id}.duckdb"
        info = BuildInfo(
            build_id=build_id,
            path=request.published / file.name,
            schema_version=SCHEMA_VERSION,
            built_at=built_at,
            data_as_of=_scalar(con, "SELECT max(fetched_at) FROM marts.fct_page_status"),
            is_demo=bool(_scalar(con, "SELECT bool_or(is_demo) FROM marts.dim_article")),
            row_counts=_copy_tables(con, file, tables),
            inputs=request.inputs,
        )
        _add_macros_and_meta(con, file, info, request)
        _verify(file, info.row_counts)
        _write_parquet(file, temporary / build_id, tables)
        _move_into_place(temporary, info)
    except (OSError, duckdb.Error) as error:
        raise PublishError(_explain(error, request.published)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if request.published.is_dir():
            _remove_leftovers(request.published)
    _prune(request.published, request.keep)
    return info


def _scalar(con: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[Any] = ()) -> Any:
    row = con.execute(query, list(parameters)).fetchone()
    return row[0] if row else None


def _require_checks(checks: Mapping[str, str]) -> None:
    if not checks:
        raise PublishError(
            "no check ran on the marts, so nothing vouches for them; run the whole pipeline: `parley run`"
        )
    failed = sorted(f"{name}: {outcome}" for name, outcome in checks.items() if outcome not in {"pass", "warn"})
    if failed:
        raise PublishError(
            f"{len(failed)} of {len(checks)} checks did not pass ({', '.join(failed[:5])}); "
            "the earlier build is still served. Mend what they name, then run again."
        )


def _mart_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    tables = [
        row[0]
        for row in con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts' AND database_name = current_database() "
            "AND table_name NOT LIKE '%__dbt_tmp' ORDER BY table_name"
        ).fetchall()
    ]
    if not tables:
        raise PublishError("the working file has no marts yet; run the whole pipeline: `parley run`")
    leaks = con.execute(
        "SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE schema_name = 'marts' "
        "AND database_name = current_database() AND list_contains(?, lower(column_name))",
        [sorted(FORBIDDEN_COLUMNS)],
    ).fetchall()
    if leaks:
        raise PublishError(f"commenters' names must not be published, but there is {', '.join(r[0] for r in leaks)}")
    return tables


def _remove_leftovers(published: Path) -> None:
    """Remove what a killed publish left: temporary folders, and files that no manifest names."""
    for leftover in published.glob(".*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)
    for file in published.glob("*.duckdb"):
        if not file.with_suffix(".json").exists():
            file.unlink()
            shutil.rmtree(file.with_suffix(""), ignore_errors=True)


def _copy_tables(con: duckdb.DuckDBPyConnection, file: Path, tables: Sequence[str]) -> dict[str, int]:
    counts = {}
    con.execute(f"ATTACH '{_quoted(file)}' AS publishing (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        con.execute("CREATE SCHEMA publishing.marts")
        for table in tables:
            con.execute(f'CREATE TABLE publishing.marts."{table}" AS SELECT * FROM marts."{table}"')
            counts[table] = int(_scalar(con, f'SELECT count(*) FROM marts."{table}"'))
    finally:
        con.execute("DETACH publishing")
    return counts


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _add_macros_and_meta(con: duckdb.DuckDBPyConnection, file: Path, info: BuildInfo, request: PublishRequest) -> None:
    macros = con.execute(
        "SELECT function_name, parameters, macro_definition FROM duckdb_functions() WHERE schema_name = 'marts' "
        "AND function_type = 'macro' AND database_name = current_database() ORDER BY function_oid"
    ).fetchall()
    comments = _comments(con)
    out = duckdb.connect(str(file))
    try:
        out.execute("SET TimeZone = 'UTC'")
        # A macro that calls another one binds when it is made: they are made in the order they were first made in.
        for name, parameters, definition in macros:
            out.execute(f'CREATE MACRO marts."{name}"({", ".join(parameters)}) AS {definition}')
        for target, comment in comments:
            escaped = comment.replace("'", "''")
            out.execute(f"COMMENT ON {target} IS '{escaped}'")
        _write_meta(out, info, request)
        out.execute("CHECKPOINT")
    finally:
        out.close()


def _comments(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return con.execute(
        "SELECT 'TABLE marts.\"' || table_name || '\"', comment FROM duckdb_tables() "
        "WHERE schema_name = 'marts' AND database_name = current_database() AND comment IS NOT NULL "
        "UNION ALL SELECT 'COLUMN marts.\"' || table_name || '\".\"' || column_name || '\"', comment "
        "FROM duckdb_columns() WHERE schema_name = 'marts' AND database_name = current_database() "
        "AND comment IS NOT NULL"
    ).fetchall()


def _write_meta(out: duckdb.DuckDBPyConnection, info: BuildInfo, request: PublishRequest) -> None:
    out.execute("CREATE SCHEMA meta")
    out.execute(
        "CREATE TABLE meta.build(build_id VARCHAR, built_at TIMESTAMPTZ, data_as_of TIMESTAMPTZ, "
        "schema_version INTEGER, code_version VARCHAR, is_demo BOOLEAN)"
    )
    out.execute(
        "INSERT INTO meta.build VALUES (?, ?, ?, ?, ?, ?)",
        [info.build_id, info.built_at, info.data_as_of, info.schema_version, request.code_version, info.is_demo],
    )
    metric_columns = ", ".join(f"{column.name} VARCHAR" for column in fields(Metric))
    tables: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
        "row_count": ("table_name VARCHAR, row_count BIGINT", list(info.row_counts.items())),
        "document": ("name VARCHAR, body VARCHAR", list(request.documents.items())),
        "check_result": ("name VARCHAR, outcome VARCHAR", list(request.checks.items())),
        "metric": (metric_columns, [astuple(metric) for metric in load_metrics()]),
    }
    for name, (columns, rows) in tables.items():
        out.execute(f"CREATE TABLE meta.{name}({columns})")
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            out.executemany(f"INSERT INTO meta.{name} VALUES ({marks})", rows)


def _verify(file: Path, counts: Mapping[str, int]) -> None:
    wal = file.with_name(file.name + ".wal")
    if wal.exists():
        raise PublishError(
            f"{wal.name} was left behind: the build is not checkpointed; the earlier build is still served"
        )
    con = connect(file)
    try:
        for table, expected in counts.items():
            found = _scalar(con, f'SELECT count(*) FROM marts."{table}"')
            if found != expected:
                raise PublishError(f"{table} has {found} rows in the copy and {expected} in the origin; not published")
        for table in counts:
            con.execute(f'SELECT * FROM marts."{table}" LIMIT 1').fetchall()
    finally:
        con.close()


def _write_parquet(file: Path, folder: Path, tables: Sequence[str]) -> None:
    folder.mkdir()
    con = connect(file)
    try:
        for table in tables:
            target = _quoted(folder / f"{table}.parquet")
            con.execute(f"COPY marts.\"{table}\" TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    finally:
        con.close()


def _move_into_place(temporary: Path, info: BuildInfo) -> None:
    published = info.path.parent
    (temporary / info.build_id).rename(info.parquet)
    (temporary / info.path.name).rename(info.path)
    manifest, pointer = temporary / f"{info.build_id}.json", temporary / POINTER
    _write_durably(manifest, info.to_json())
    _write_durably(pointer, info.to_json())
    manifest.rename(published / manifest.name)
    pointer.replace(published / POINTER)


def _write_durably(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _explain(error: Exception, published: Path) -> str:
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
    if full or "No space left" in str(error) or "File too large" in str(error) or "Could not write" in str(error):
        free = shutil.disk_usage(published if published.exists() else published.parent).free
        return (
            f"the disk under {published} is full ({free / 1e6:.0f} MB free): {error}. "
            "Free some space and run again; the earlier build is still served."
        )
    return f"publishing into {published} failed: {error}. The earlier build is still served."


def _prune(published: Path, keep: int) -> None:
    for old in list_builds(published)[max(keep, 1) :]:
        old.path.unlink(missing_ok=True)
        shutil.rmtree(old.parquet, ignore_errors=True)
        (published / f"{old.build_id}.json").unlink(missing_ok=True)
