"""From the archive into raw.*: once, in order, and whatever the pages do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingest.conflict import load_conflicts as read_conflicts
from ingest.fetch.archive import Archive
from ingest.fetch.intake import ingest_path, unchanged
from ingest.records import Capture, CaptureKind, Comment, Document, Page, Status
from ingest.settings import Settings
from ingest.warehouse import load
from ingest.warehouse.build import ensure_schema
from ingest.warehouse.load import author_key, commenter_key, load_archive, load_conflicts

WHEN = datetime(2020, 10, 3, 12, tzinfo=UTC)
KEY = b"a secret"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        ensure_schema(connection)
        yield connection


def _response(path: str, content: bytes = b"<p>x</p>", **changes: object) -> Capture:
    url = f"http://www.e.org/{path}"
    capture = Capture(CaptureKind.RESPONSE, url, url, WHEN, content, "text/html", "utf-8", 200)
    return replace(capture, **changes)  # type: ignore[arg-type]


def _fake_parse(document: Document) -> tuple[Page, ...]:
    if b"crash" in document.content:
        raise RecursionError(document.content.decode())
    comments = tuple(
        Comment(n, f"remark {n} \ud83d" if b"broken" in document.content else f"remark {n}", author=name)
        for n, name in enumerate(("Reader", "READER", None), start=1)
    )
    canonical = "https://e.org/talks/" if b"canonical" in document.content else None
    text = document.content.decode()
    page = Page(
        document.source, document.url, Status.PARSED, "fake", "fake-1",
        title="Talks", text=text, comments=comments, canonical_url=canonical, declared_comment_count=10**12,
    )  # fmt: skip
    return (page,)


@pytest.fixture(autouse=True)
def _parser(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "real_parser" not in request.fixturenames:
        monkeypatch.setattr(load, "parse_all", _fake_parse)
        monkeypatch.setattr(load, "PARSE_VERSION", "fake-1")


@pytest.fixture
def real_parser() -> None:
    """Ask for it to parse with the real parsers."""


def _write(folder: Path, *captures: Capture) -> Archive:
    with Archive(folder).writer("crawl") as writer:
        for capture in captures:
            writer.write(capture)
    return Archive(folder)


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return con.execute(query).fetchall()


def test_twice_in_once_there(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    archive = _write(tmp_path, _response("a"), _response("b"))
    steps: list[tuple[int, int]] = []
    first = load_archive(con, archive, KEY, lambda *step: steps.append(step))
    assert first.counts == {"already_loaded": 0, "parsed": 2, "pages": 2, "comments": 6}
    assert steps[-1] == (2, 2)
    assert load_archive(con, archive, KEY).counts == {"already_loaded": 2}
    assert _rows(con, "SELECT count(*), count(DISTINCT read_id) FROM raw.page_read") == [(2, 2)]
    assert _rows(con, "SELECT count(*) FROM raw.comment_read SEMI JOIN raw.page_read USING (read_id)") == [(6,)]


def test_a_new_parser_version_reads_the_archive_again_and_only_what_was_parsed(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = _response("b", b"", kind=CaptureKind.FAILURE, status=Status.TIMEOUT)
    archive = _write(tmp_path, _response("a"), failed)
    load_archive(con, archive, KEY)
    monkeypatch.setattr(load, "PARSE_VERSION", "fake-2")
    assert load_archive(con, archive, KEY).counts == {"already_loaded": 1, "parsed": 1, "pages": 1, "comments": 3}
    assert _rows(con, "SELECT record_id, count(*) FROM raw.page_read GROUP BY ALL HAVING count(*) > 1") != []
    assert _rows(con, "SELECT count(DISTINCT read_id) FROM raw.page_read") == [(3,)]


def test_failures_are_rows_too(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    failed = _response(
        "b", b"", kind=CaptureKind.FAILURE, status=Status.TIMEOUT, status_detail="slow", http_status=None
    )
    load_archive(con, _write(tmp_path, failed), KEY)
    rows = _rows(con, "SELECT status, status_detail, parser, parser_version, content_sha256, outlet FROM raw.page_read")
    assert rows == [("timeout", "slow", "none", "none-1", None, "e.org")]


def test_a_parser_bug_costs_one_page_and_its_text_is_not_logged(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive = _write(tmp_path, _response("a", b"<p>crash of the secret</p>"), _response("b"))
    assert load_archive(con, archive, KEY).counts["malformed"] == 1
    ((status, detail),) = _rows(con, "SELECT status, status_detail FROM raw.page_read WHERE page_url LIKE '%/a'")
    assert status == "malformed"
    assert "RecursionError" in str(detail)
    assert "RecursionError" in caplog.text
    assert "secret" not in caplog.text + str(detail)


def test_text_no_storage_takes_is_mended(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load_archive(con, _write(tmp_path, _response("a", b"<p>broken</p>")), KEY)
    assert _rows(con, "SELECT text FROM raw.comment_read WHERE ordinal = 1") == [("remark 1 ?",)]
    assert _rows(con, "SELECT declared_comment_count FROM raw.page_read") == [(None,)]


def test_a_page_not_modified_or_gone_still_belongs_to_its_article(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    page = _response("amp/talks?utm_source=x", b"<p>canonical</p>")
    again = unchanged(replace(page, fetched_at=WHEN.replace(day=4)))
    gone = replace(page, fetched_at=WHEN.replace(day=5), status=Status.HTTP_ERROR, http_status=410)
    load_archive(con, _write(tmp_path, page, again), KEY)
    load_archive(con, _write(tmp_path, gone), KEY)
    rows = _rows(con, "SELECT page_url, article_url, status FROM raw.page_read ORDER BY fetched_at")
    assert [status for _, _, status in rows] == ["parsed", "not_modified", "http_error"]
    assert {row[:2] for row in rows} == {("http://www.e.org/amp/talks", "https://e.org/talks/")}


def test_a_file_is_loaded_whole_or_not_at_all(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = _write(tmp_path, *(_response(str(n)) for n in range(5)))
    monkeypatch.setattr(load, "_BATCH_PAGES", 2)

    def stop(done: int, total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_archive(con, archive, KEY, stop)
    assert _rows(con, "SELECT count(*) FROM raw.page_read") == [(0,)]
    assert load_archive(con, archive, KEY).counts["pages"] == 5


def test_author_keys_are_per_outlet_and_blind_to_case() -> None:
    one = author_key(KEY, "e.org", "Reader")
    assert one == author_key(KEY, "e.org", "READER")
    assert one is not None
    assert len(one) == 32
    assert len({one, author_key(KEY, "f.org", "Reader"), author_key(b"other", "e.org", "Reader")}) == 3
    assert author_key(KEY, "e.org", None) is None


def test_the_commenter_key_is_made_once_and_for_its_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARLEY_COMMENTER_KEY", raising=False)
    settings = Settings(data=tmp_path, state=tmp_path)
    key = commenter_key(settings)
    assert len(key) >= 32
    assert commenter_key(settings) == key
    path = settings.warehouse / "commenter.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("")
    with pytest.raises(ValueError, match=r"commenter\.key is empty"):
        commenter_key(settings)
    monkeypatch.setenv("PARLEY_COMMENTER_KEY", "given")
    assert commenter_key(settings) == b"given"


def test_the_seed_page_comes_through_to_the_last_comment(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, shared: Path, real_parser: None
) -> None:
    archive = Archive(tmp_path)
    seed = next((shared / "seed").glob("*.txt"))
    assert ingest_path(archive, seed, "c1").counts == {"archived": 1}
    load_archive(con, archive, KEY)
    assert ingest_path(archive, seed, "c2").counts == {"already_archived": 1}
    assert load_archive(con, archive, KEY).counts == {"already_loaded": 1}
    query = "SELECT count(*), max(ordinal), count(author), count(author_key), sum(is_empty::INT) FROM raw.comment_read"
    assert _rows(con, query) == [(39, 39, 4, 4, 7)]
    ((url, published),) = _rows(con, "SELECT page_url, published_at FROM raw.page_read")
    assert str(url).startswith("urn:sha256:")
    assert published is None


def test_conflicts_are_replaced_by_what_the_folders_say(con: duckdb.DuckDBPyConnection, conflicts_folder: Path) -> None:
    conflicts = read_conflicts(conflicts_folder)
    assert load_conflicts(con, conflicts).counts == load_conflicts(con, conflicts).counts
    events = sum(len(conflict.events) for conflict in conflicts)
    assert _rows(con, "SELECT count(*), count(start_date) FROM raw.event") == [(events, events)]
    named = sum(bool(place.names) for conflict in conflicts for place in conflict.places)
    assert _rows(con, "SELECT count(*) FROM raw.place WHERE cardinality(names) > 0") == [(named,)]
    load_conflicts(con, conflicts[:1])
    assert _rows(con, "SELECT count(DISTINCT conflict_id) FROM raw.event") == [(1,)]
    load_conflicts(con, [])
    assert _rows(con, "SELECT count(*) FROM raw.party") == [(0,)]
