"""Publishing must be all or nothing, and readers must never notice it."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from ingest.warehouse.current import NoBuildError, connect, list_builds, read_current
from ingest.warehouse.publish import PublishError, PublishRequest, publish


@pytest.fixture
def build(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect(str(tmp_path / "build.duckdb"))
    con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA marts")
    con.execute("CREATE TABLE marts.dim_article AS SELECT 'a1' AS article_id, true AS is_demo")
    con.execute(
        "CREATE TABLE marts.fct_page_status AS SELECT 'r1' AS read_id, TIMESTAMPTZ '2020-10-01 12:00+00' AS fetched_at"
    )
    con.execute(
        "CREATE TABLE marts.fct_comment AS SELECT range AS comment_id, 'words ' || range AS text FROM range(5000)"
    )
    con.execute("COMMENT ON TABLE marts.fct_comment IS 'one row per comment; it''s said'")
    con.execute("CREATE MACRO marts.twice(x) AS x * 2")
    con.execute("CREATE MACRO marts.fourfold(x) AS marts.twice(marts.twice(x))")
    yield con
    con.close()


@pytest.fixture
def request_(tmp_path: Path) -> PublishRequest:
    return PublishRequest(
        published=tmp_path / "published",
        checks={"unique_fct_comment": "pass"},
        code_version="test",
        inputs="fingerprint",
        documents={"model_card": "# Card"},
    )


def test_a_published_build_holds_everything_a_reader_needs(
    build: duckdb.DuckDBPyConnection, request_: PublishRequest
) -> None:
    info = publish(build, request_)

    assert read_current(request_.published) == info
    assert info.is_demo
    assert info.inputs == "fingerprint"
    con = connect(info.path)
    assert con.execute("SELECT count(*), marts.fourfold(2) FROM marts.fct_comment").fetchone() == (5000, 8)
    assert con.execute("SELECT body FROM meta.document WHERE name = 'model_card'").fetchone() == ("# Card",)
    assert con.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'fct_comment'").fetchone() == (
        "one row per comment; it's said",
    )
    assert con.execute("SELECT count(*) > 5 FROM meta.metric").fetchone() == (True,)
    parquet = info.parquet / "fct_comment.parquet"
    assert duckdb.connect().execute(f"SELECT count(*) FROM '{parquet}'").fetchone() == (5000,)
    with pytest.raises(duckdb.InvalidInputException, match="read-only"):
        con.execute("DELETE FROM marts.fct_comment")


def test_a_reader_keeps_its_build_while_a_new_one_is_published(
    build: duckdb.DuckDBPyConnection, request_: PublishRequest
) -> None:
    first = publish(build, request_)
    reader = connect(first.path)
    build.execute("DELETE FROM marts.fct_comment WHERE comment_id >= 10")

    second = publish(build, request_)

    assert reader.cursor().execute("SELECT count(*) FROM marts.fct_comment").fetchone() == (5000,)
    current = read_current(request_.published)
    assert current == second
    assert connect(current.path).execute("SELECT count(*) FROM marts.fct_comment").fetchone() == (10,)
    assert [b.build_id for b in list_builds(request_.published)] == [second.build_id, first.build_id]


@pytest.mark.parametrize(
    ("checks", "message"),
    [({}, "no check ran"), ({"unique_key": "pass", "not_null_key": "fail"}, "not_null_key")],
)
def test_without_passed_checks_nothing_is_published(
    build: duckdb.DuckDBPyConnection, request_: PublishRequest, checks: dict[str, str], message: str
) -> None:
    served = publish(build, request_)
    with pytest.raises(PublishError, match=message):
        publish(build, replace(request_, checks=checks))
    assert read_current(request_.published) == served


def test_a_column_with_names_is_never_published(build: duckdb.DuckDBPyConnection, request_: PublishRequest) -> None:
    build.execute("ALTER TABLE marts.fct_comment ADD COLUMN Author VARCHAR")
    with pytest.raises(PublishError, match=r"fct_comment\.Author"):
        publish(build, request_)
    assert not list(request_.published.glob("*.duckdb"))


def test_every_cursor_of_a_reader_is_in_utc(
    build: duckdb.DuckDBPyConnection, request_: PublishRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    con = connect(publish(build, request_).path)
    for reader in (con, con.cursor()):
        assert reader.execute("SELECT current_setting('TimeZone')").fetchone() == ("UTC",)
        assert reader.execute("SELECT fetched_at::DATE::VARCHAR FROM marts.fct_page_status").fetchone() == (
            "2020-10-01",
        )


@contextmanager
def _files_no_larger_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_when_the_disk_is_full_the_earlier_build_is_served_and_nothing_is_left(
    build: duckdb.DuckDBPyConnection, request_: PublishRequest
) -> None:
    served = publish(build, request_)
    files = sorted(request_.published.iterdir())
    build.execute("CREATE TABLE marts.fct_big AS SELECT md5(range::VARCHAR) AS h FROM range(300000)")
    build.execute("CHECKPOINT")

    with _files_no_larger_than(2_000_000), pytest.raises(PublishError, match="earlier build is still served"):
        publish(build, request_)

    assert sorted(request_.published.iterdir()) == files
    assert read_current(request_.published) == served
    assert publish(build, request_).row_counts["fct_big"] == 300_000


def test_what_a_killed_publish_left_is_cleared_by_the_next(
    build: duckdb.DuckDBPyConnection, request_: PublishRequest
) -> None:
    request_.published.mkdir()
    (request_.published / ".dead.tmp").mkdir()
    (request_.published / "orphan.duckdb").write_bytes(b"half")

    info = publish(build, request_)

    assert {p.name for p in request_.published.iterdir()} == {
        "CURRENT.json",
        f"{info.build_id}.json",
        f"{info.build_id}.duckdb",
        info.build_id,
    }


def test_only_the_newest_builds_are_kept(build: duckdb.DuckDBPyConnection, request_: PublishRequest) -> None:
    infos = [publish(build, replace(request_, keep=2)) for _ in range(3)]
    assert {b.build_id for b in list_builds(request_.published)} == {b.build_id for b in infos[1:]}
    assert not infos[0].path.exists()
    assert not infos[0].parquet.exists()


def test_readers_are_told_what_to_do(build: duckdb.DuckDBPyConnection, request_: PublishRequest) -> None:
    with pytest.raises(NoBuildError, match="make run"):
        read_current(request_.published)
    info = publish(build, request_)
    pointer = request_.published / "CURRENT.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"schema_version": 99}))
    with pytest.raises(NoBuildError, match="schema version 99"):
        read_current(request_.published)
    pointer.write_text("{")
    with pytest.raises(NoBuildError, match="publish again"):
        read_current(request_.published)
    pointer.write_text(info.to_json())
    info.path.unlink()
    with pytest.raises(NoBuildError, match="is gone"):
        read_current(request_.published)
