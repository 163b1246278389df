"""Which build is shown, and the one way to query it.

A published build never changes, so everything cached is keyed on the build's id and needs no expiry; a publish moves
CURRENT.json, which is read again on every rerun. One connection per build, a cursor per query: a connection shared
by Streamlit's threads gives wrong rows.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import streamlit as st

from dashboards.queries import Query
from ingest.settings import Settings
from ingest.warehouse.current import BuildInfo, NoBuildError, connect, list_builds, read_current

KEPT_CONNECTIONS = 4
KEPT_RESULTS = 256


def current() -> BuildInfo:
    """Return the build CURRENT.json names now. Raises NoBuildError with what to do."""
    return read_current(Settings.from_env().published)


def pinned(build_id: str) -> BuildInfo | None:
    """Return the kept build of that id, or None where it is not kept (any more)."""
    return next((b for b in list_builds(Settings.from_env().published) if b.build_id == build_id), None)


@st.cache_resource(max_entries=KEPT_CONNECTIONS, show_spinner=False)
def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    return connect(path)


@st.cache_data(max_entries=KEPT_RESULTS, show_spinner=False)
def _fetch(path: Path, build_id: str, query: Query) -> pd.DataFrame:  # noqa: ARG001 - part of the key
    return run(_connection(path), query)


def run(con: duckdb.DuckDBPyConnection, query: Query) -> pd.DataFrame:
    """Run `query` on a cursor of its own."""
    rows = con.cursor().sql(query.sql, params=query.parameters())
    table: pa.Table = rows.to_arrow_table()
    return table.to_pandas()


def fetch(build: BuildInfo, query: Query) -> pd.DataFrame:
    """Return the rows of `query` on `build`, from the cache where they were asked for before.

    Raises NoBuildError where the build's file is gone, damaged, or of an older shape.
    """
    try:
        return _fetch(build.path, build.build_id, query)
    except duckdb.Error as error:
        _connection.clear(build.path)  # an internal error leaves a connection unusable: the next query opens its own
        raise NoBuildError(
            f"build {build.build_id} cannot be read: {error}. It may have been pruned, or made by another "
            "version; go to the current build, or publish again with `parley run`."
        ) from error
