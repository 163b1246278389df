"""What assets need from outside: the folders of this installation and the working file under its lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import duckdb

from ingest.settings import Settings
from ingest.warehouse.build import open_build

WAREHOUSE_POOL = "warehouse"
"""Dagster runs one step of this pool at a time; the file lock holds where Dagster does not look."""

# A scheduled run waits for a person's `parley ingest`; it does not fail because of it.
LOCK_TIMEOUT_S = 600.0


class Parley(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The folders this code location works on, read from the environment when a run starts."""

    @property
    def settings(self) -> Settings:
        """Where things lie."""
        return Settings.from_env()

    @contextmanager
    def build(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the working file for writing."""
        with open_build(self.settings.build_db, timeout=LOCK_TIMEOUT_S) as con:
            yield con
