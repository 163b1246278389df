"""What readers open: the published builds and the pointer to the current one. Imports nothing that can write."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

SCHEMA_VERSION = 1
POINTER = "CURRENT.json"


class NoBuildError(RuntimeError):
    """There is nothing to read, or nothing this version can read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """One published build. `path` is absolute; `parquet` is the folder with a Parquet file per mart.

    `data_as_of` is the newest fetch the build contains; `inputs` is the fingerprint of what it was made from.
    """

    build_id: str
    path: Path
    schema_version: int
    built_at: datetime
    data_as_of: datetime | None
    is_demo: bool
    row_counts: dict[str, int] = field(default_factory=dict)
    inputs: str = ""

    @property
    def parquet(self) -> Path:
        """Folder of Parquet files, one per mart."""
        return self.path.with_suffix("")

    def to_json(self) -> str:
        """Serialise for the manifest, with the path relative to the published folder."""
        values: dict[str, Any] = asdict(self) | {
            "path": self.path.name,
            "built_at": self.built_at.isoformat(),
            "data_as_of": self.data_as_of and self.data_as_of.isoformat(),
        }
        return json.dumps(values, indent=2) + "\n"


def _read_manifest(path: Path) -> BuildInfo:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        as_of = values.get("data_as_of")
        return BuildInfo(
            build_id=values["build_id"],
            path=path.parent / values["path"],
            schema_version=int(values["schema_version"]),
            built_at=datetime.fromisoformat(values["built_at"]),
            data_as_of=datetime.fromisoformat(as_of) if as_of else None,
            is_demo=bool(values.get("is_demo")),
            row_counts=dict(values.get("row_counts") or {}),
            inputs=str(values.get("inputs") or ""),
        )
    except FileNotFoundError:
        raise NoBuildError(f"nothing is published in {path.parent} yet; `make run` makes the first build") from None
    except (KeyError, ValueError, TypeError) as error:
        raise NoBuildError(f"{path} is not a build's manifest ({error!r}); publish again with `parley run`") from error


def read_current(published: Path) -> BuildInfo:
    """Return the build CURRENT.json names. Raises NoBuildError saying what to do where there is none to read."""
    info = _read_manifest(published / POINTER)
    if info.schema_version > SCHEMA_VERSION:
        raise NoBuildError(
            f"build {info.build_id} has schema version {info.schema_version}, this program reads {SCHEMA_VERSION}; "
            "update the program (git pull, make setup)"
        )
    if not info.path.is_file():
        raise NoBuildError(f"the build {info.path} named by {published / POINTER} is gone; publish again: `parley run`")
    return info


def list_builds(published: Path) -> list[BuildInfo]:
    """List the kept builds, newest first; unreadable manifests are left out."""
    builds = {}
    for path in published.glob("*.json"):
        try:
            info = _read_manifest(path)
        except NoBuildError:
            continue
        if info.path.is_file():
            builds[info.build_id] = info
    return sorted(builds.values(), key=lambda b: (b.built_at, b.build_id), reverse=True)


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open one published build read-only, in UTC. Share it by `.cursor()`, never across threads as it is."""
    con = duckdb.connect(str(path), read_only=True)
    make_safe(con)
    return con


def make_safe(con: duckdb.DuckDBPyConnection) -> None:
    """Give a connection the settings every reader and writer here needs: UTC, and no faulty optimizer.

    DuckDB 2.0.0 fails now and then with an internal error on queries that use one CTE twice under concurrent reads,
    and an internal error invalidates the file for the whole process (duckdb issue 24807; measured 13 failures in 638
    queries on 16 threads with `common_subplan`, none in 636 without it).
    """
    # GLOBAL: a cursor is a session of its own and would fall back to the machine's zone.
    con.execute("SET GLOBAL TimeZone = 'UTC'")
    con.execute("SET disabled_optimizers = 'common_subplan'")
