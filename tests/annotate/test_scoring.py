"""Scoring in the pipeline: once per text, going on after a stop; the old version is served until the new is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest

from ingest.annotate import store
from ingest.annotate.stance.labelled import made_up
from ingest.annotate.stance.remote.derive import Judgement, score_of
from ingest.records import SideScore, StanceInput
from ingest.settings import REPO_ROOT
from ingest.warehouse.build import ensure_schema

CONFLICT = made_up(["North", "South"])
ID, LINKER, TEXTS, BATCH = CONFLICT.conflict_id, "l1", 25, 10
SETUP = f"""
CREATE TABLE intermediate.int_comment_input AS
SELECT 'k' || i AS input_key, 'a' AS article_id, 'Go North ' || i AS text, NULL AS parent_text, 't' AS article_title
FROM range({TEXTS}) AS r(i), range(2);
CREATE TABLE intermediate.int_article AS SELECT 'a' AS article_id, 'ck' AS content_key;
INSERT INTO annotate.article_conflict SELECT 'a', 'ck', '{ID}', 0.9, '{LINKER}', now(), NULL;
"""


class Counting:
    """A scorer that remembers what it was asked; it is stopped once it was asked `stop_after` times."""

    def __init__(self, version: str, stop_after: int | None = None) -> None:
        self.model_version = version
        self.asked: list[str] = []
        self.calls = 0
        self.stop_after = stop_after

    def score(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        if self.calls == self.stop_after:
            self.stop()
        self.calls += 1
        self.asked += [one.text for one in inputs]
        glad = Judgement({p.party_id: (0.9, 0.05, 0.05) for p in CONFLICT.parties})
        return [score_of(CONFLICT, glad, self.model_version) for _ in inputs]

    def stop(self) -> None:
        raise KeyboardInterrupt


class Killed(Counting):
    """Stopped as by a power cut."""

    def stop(self) -> None:
        os.kill(os.getpid(), 9)


@pytest.fixture
def con(monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    monkeypatch.setattr(store, "BATCH", BATCH)
    with duckdb.connect() as connection:
        ensure_schema(connection)
        connection.execute(SETUP)
        yield connection


def counted(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int]]:
    """Return per version how many texts have a side and how many stances there are."""
    return con.execute(
        "SELECT model_version, count(DISTINCT input_key), count(*) FROM annotate.side "
        "JOIN annotate.stance USING (input_key, model_version) GROUP BY ALL ORDER BY ALL"
    ).fetchall()


def served(con: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    return con.execute("SELECT version FROM annotate.active_version WHERE kind = 'stance'").fetchall()


def test_a_text_is_scored_once_and_only_what_is_new(con: duckdb.DuckDBPyConnection) -> None:
    scorer, shown = Counting("v1"), list[tuple[int, int]]()
    report = store.score_stance(con, ID, scorer, LINKER, lambda done, total: shown.append((done, total)))
    assert report.counts["comments"] == TEXTS, "each text stands under two comments"
    assert (len(scorer.asked), scorer.calls, len(set(scorer.asked))) == (TEXTS, 3, TEXTS)
    assert shown == [(10, 25), (20, 25), (25, 25)]
    assert store.score_stance(con, ID, scorer, LINKER).counts["comments"] == 0
    assert scorer.calls == 3
    assert counted(con) == [("v1", TEXTS, 2 * TEXTS)]


def test_a_stopped_backfill_goes_on_and_the_old_version_is_served_until_it_is_whole(
    con: duckdb.DuckDBPyConnection,
) -> None:
    store.score_stance(con, ID, Counting("v1"), LINKER)
    with pytest.raises(KeyboardInterrupt):
        store.score_stance(con, ID, Counting("v2", stop_after=2), LINKER)
    assert counted(con) == [("v1", TEXTS, 2 * TEXTS), ("v2", 2 * BATCH, 4 * BATCH)]
    assert served(con) == [("v1",)]
    rest = Counting("v2")
    store.score_stance(con, ID, rest, LINKER)
    assert len(rest.asked) == TEXTS - 2 * BATCH
    assert counted(con) == [("v1", TEXTS, 2 * TEXTS), ("v2", TEXTS, 2 * TEXTS)]
    assert served(con) == [("v2",)]


def test_a_killed_run_loses_no_whole_batch(tmp_path: Path) -> None:
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as con:
        ensure_schema(con)
        con.execute(SETUP)
    code = (
        "import sys, duckdb; from ingest.annotate import store; from tests.annotate.test_scoring import *; "
        "store.BATCH = BATCH; store.score_stance(duckdb.connect(sys.argv[1]), ID, Killed('v1', 2), LINKER)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], cwd=REPO_ROOT, check=False, capture_output=True)
    assert done.returncode == -9, done.stderr.decode()
    with duckdb.connect(str(path)) as con:
        assert counted(con) == [("v1", 2 * BATCH, 4 * BATCH)]
        assert served(con) == []
        rest = Counting("v1")
        store.score_stance(con, ID, rest, LINKER)
        assert len(rest.asked) == TEXTS - 2 * BATCH
        assert counted(con) == [("v1", TEXTS, 2 * TEXTS)]
