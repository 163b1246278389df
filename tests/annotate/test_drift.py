"""A model that suddenly sees other sides, or a new one that disagrees with the former, is shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest

from ingest.annotate.drift import drift_of, stability_index
from ingest.warehouse.build import ensure_schema

MAY, JUNE = datetime(2020, 5, 1, tzinfo=UTC), datetime(2020, 6, 1, tzinfo=UTC)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        ensure_schema(connection)
        yield connection


def judge(con: duckdb.DuckDBPyConnection, sides: dict[str, int], version: str, at: datetime, prefix: str = "") -> None:
    number = 0
    for side, count in sides.items():
        for _ in range(count):
            con.execute(
                "INSERT INTO annotate.side (input_key, conflict_id, side, model_version, annotated_at) "
                "VALUES (?, ?, ?, ?, ?)",
                [f"{prefix}{number}", "c", side, version, at],
            )
            number += 1


def test_the_same_mix_is_no_drift(con: duckdb.DuckDBPyConnection) -> None:
    judge(con, {"east": 120, "unclear": 80}, "v", MAY)
    judge(con, {"east": 62, "unclear": 38}, "v", JUNE, "new")
    found = drift_of(con, "c", "v")
    assert (dict(found.before), dict(found.newest)) == ({"east": 120, "unclear": 80}, {"east": 62, "unclear": 38})
    assert found.index is not None
    assert found.index < 0.1
    assert not found.is_drift


def test_another_mix_is_drift(con: duckdb.DuckDBPyConnection) -> None:
    judge(con, {"east": 120, "unclear": 80}, "v", MAY)
    judge(con, {"unclear": 100}, "v", JUNE, "new")
    assert drift_of(con, "c", "v").is_drift


def test_a_handful_of_comments_tells_nothing(con: duckdb.DuckDBPyConnection) -> None:
    judge(con, {"east": 120}, "v", MAY)
    judge(con, {"unclear": 9}, "v", JUNE, "new")
    found = drift_of(con, "c", "v")
    assert found.index is None
    assert not found.is_drift
    assert not drift_of(con, "c", "never ran").is_drift


def test_a_new_version_that_disagrees_with_the_former_is_drift(con: duckdb.DuckDBPyConnection) -> None:
    judge(con, {"east": 100, "unclear": 100}, "v1", MAY)
    judge(con, {"west": 100, "unclear": 100}, "v2", JUNE)
    found = drift_of(con, "c", "v2")
    assert (found.former_version, found.agreement) == ("v1", 0.5)
    assert found.is_drift


def test_the_index_is_symmetric_and_zero_for_equals() -> None:
    one, two = {"a": 150, "b": 50}, {"a": 50, "b": 150}
    assert stability_index(one, one) == 0
    assert stability_index(one, two) == stability_index(two, one)
