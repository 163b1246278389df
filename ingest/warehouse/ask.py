"""Answers to SQL on the published build, in the formats people paste elsewhere."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

import duckdb

from ingest.warehouse.current import BuildInfo, connect

FORMATS = ("table", "csv", "json", "parquet")
_COPY_OPTIONS = {"csv": "FORMAT csv, HEADER", "json": "FORMAT json, ARRAY true", "parquet": "FORMAT parquet"}


def open_for_questions(info: BuildInfo) -> duckdb.DuckDBPyConnection:
    """Open a build read-only with its schemas on the search path, so that `FROM fct_event` works."""
    con = connect(info.path)
    con.execute("SET search_path = 'marts,meta'")
    return con


def show_answer(con: duckdb.DuckDBPyConnection, query: str, width: int = 120, rows: int = 60) -> None:
    """Run `query` and print the answer as a box table. Raises duckdb.Error where the query is wrong."""
    relation = con.sql(query)
    if relation is not None:
        relation.show(max_width=width, max_rows=rows)


def write_answer(con: duckdb.DuckDBPyConnection, query: str, file_format: str, out: BinaryIO) -> None:
    """Run `query` and write the whole answer to `out` as csv, json or parquet.

    Raises duckdb.Error where the query is wrong; then nothing is written.
    """
    relation = con.sql(query)
    if relation is None:
        return
    con.register("parley_answer", relation.to_arrow_table())
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "answer"
            con.execute(f"COPY (FROM parley_answer) TO '{file}' ({_COPY_OPTIONS[file_format]})")
            with file.open("rb") as written:
                shutil.copyfileobj(written, out)
    finally:
        con.unregister("parley_answer")


def export(info: BuildInfo, folder: Path, file_format: str = "parquet") -> list[Path]:
    """Write every mart of the build into `folder`, one file each, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    con = connect(info.path)
    written = []
    try:
        for table in sorted(info.row_counts):
            target = folder / f"{table}.{file_format}"
            partial = target.with_name(f".{target.name}.partial")
            quoted = str(partial).replace("'", "''")
            con.execute(f"COPY marts.\"{table}\" TO '{quoted}' ({_COPY_OPTIONS[file_format]})")
            partial.replace(target)
            written.append(target)
    finally:
        con.close()
    return written
