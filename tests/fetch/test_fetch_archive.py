"""The archive keeps everything, once, through crashes and full disks."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.checker import Checker

from ingest.fetch.archive import Archive, ArchiveError
from ingest.fetch.files import read_path
from ingest.fetch.index import sidecar_of
from ingest.fetch.intake import ingest_path, unchanged
from ingest.records import Capture, CaptureKind, Status

WHEN = datetime(2020, 10, 3, 12, 0, 0, 123456, tzinfo=UTC)
RESPONSE = Capture(
    kind=CaptureKind.RESPONSE,
    source="http://e.org/a?utm_source=feed",
    url="http://e.org/a",
    fetched_at=WHEN,
    content="<p>сессия</p>".encode(),
    media_type="text/html",
    charset="utf-8",
    http_status=200,
    headers=(("Content-Type", "text/html; charset=utf-8"), ("ETag", '"v1"'), ("Last-Modified", "Sat, 03 Oct 2020")),
    is_demo=True,
)
FAILURE = Capture(
    kind=CaptureKind.FAILURE,
    source="http://e.org/b",
    url="http://e.org/b",
    fetched_at=WHEN,
    status=Status.TIMEOUT,
    status_detail="no answer\r\nWARC-Type: response",
)
SAVED = Capture(
    kind=CaptureKind.RESOURCE,
    source="saved/страница.html",
    url="urn:sha256:ab",
    fetched_at=WHEN,
    content=b"<p>x</p>",
    media_type="text/html",
)


def _write(archive: Archive, *captures: Capture, crawl_id: str = "c1") -> list[Capture]:
    with archive.writer(crawl_id) as writer:
        return [writer.write(capture) for capture in captures]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    written = _write(archive, RESPONSE, FAILURE, SAVED, unchanged(RESPONSE))
    read = list(Archive(tmp_path).records())
    for before, after in zip(written, read, strict=True):
        assert replace(after, headers=()) == replace(before, headers=())
    assert read[0].headers[:3] == RESPONSE.headers
    assert {capture.crawl_id for capture in read} == {"c1"}
    assert [c.url for c in archive.records(skip={written[0].record_id})] == [c.url for c in written[1:]]
    assert not list(tmp_path.glob("*.open"))


def test_other_tools_can_verify_the_files(tmp_path: Path) -> None:
    _write(Archive(tmp_path), RESPONSE, FAILURE, SAVED, unchanged(RESPONSE))

    class Args:
        inputs = [str(path) for path in tmp_path.glob("*.warc.gz")]  # noqa: RUF012
        verbose = False

    checker = Checker(Args())
    checker.process_all()
    assert checker.exit_value == 0


def test_cookies_and_wrong_lengths_are_not_archived(tmp_path: Path) -> None:
    headers = (("Set-Cookie", "id=1"), ("Content-Encoding", "gzip"), ("Content-Length", "3"), ("Server", "s"))
    _write(Archive(tmp_path), replace(RESPONSE, headers=headers))
    names = dict(next(Archive(tmp_path).records()).headers)
    assert names == {"Server": "s", "Content-Length": str(len(RESPONSE.content))}


def test_latest_gives_the_validators_of_the_newest_content(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    assert archive.latest(RESPONSE.url) is None
    _write(archive, RESPONSE)
    newer = replace(RESPONSE, content=b"<p>new</p>", headers=(("ETag", '"v2"'),), fetched_at=WHEN.replace(day=4))
    _write(Archive(tmp_path), newer, replace(FAILURE, url=RESPONSE.url, fetched_at=WHEN.replace(day=5)))
    for reader in (archive, Archive(tmp_path)):
        latest = reader.latest(RESPONSE.url)
        assert latest is not None
        assert latest.etag == '"v2"'
        found = reader.latest_capture(RESPONSE.url)
        assert found is not None
        assert found.content == newer.content


@pytest.mark.parametrize("damage", ["missing", "garbage"])
def test_the_index_is_only_derived(tmp_path: Path, damage: str) -> None:
    _write(Archive(tmp_path), RESPONSE, FAILURE, unchanged(RESPONSE))
    (warc,) = Archive(tmp_path).files()
    before = Archive(tmp_path).entries(warc)
    if damage == "missing":
        sidecar_of(warc).unlink()
    else:
        sidecar_of(warc).write_text("garbage\n")
    assert Archive(tmp_path).entries(warc) == before


_KILLED = """
import sys, os, signal
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_fetch_archive import RESPONSE
from dataclasses import replace
from ingest.fetch.archive import Archive
with Archive(Path(sys.argv[1])).writer("killed") as writer:
    for number in range(5):
        writer.write(replace(RESPONSE, url=f"http://e.org/{number}"))
    with writer._open_path.open("ab") as file:
        file.write(writer._open_path.read_bytes()[:-7][-300:])
    print("ready", flush=True)
    signal.pause()
"""


def test_a_killed_writer_loses_no_whole_record(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _KILLED, str(tmp_path), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        # While it lives its file is its own.
        assert Archive(tmp_path).files() == []
        process.send_signal(signal.SIGKILL)
    urls = [capture.url for capture in Archive(tmp_path).records()]
    assert urls == [f"http://e.org/{number}" for number in range(5)]
    assert not list(tmp_path.glob("*.open"))
    (warc,) = tmp_path.glob("*.warc.gz")
    assert len(list(read_path(warc))) == 5


def test_a_cut_file_is_read_up_to_the_cut(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    _write(Archive(tmp_path), *(replace(RESPONSE, url=f"http://e.org/{n}") for n in range(4)))
    (warc,) = Archive(tmp_path).files()
    with warc.open("r+b") as file:
        file.truncate(warc.stat().st_size - 10)
    assert len(list(Archive(tmp_path).records())) == 3
    assert "damaged" in caplog.text


class _FullDisk:
    """A file whose disk fills up in the middle of a write."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        self._file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_a_full_disk_is_told_and_costs_only_the_page_at_hand(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with archive.writer("full") as writer:
        writer.write(RESPONSE)
        writer._file = _FullDisk(writer._file)  # type: ignore[assignment]
        with pytest.raises(ArchiveError, match="free some space"):
            writer.write(FAILURE)
    assert [c.url for c in Archive(tmp_path).records()] == [RESPONSE.url]
    (warc,) = archive.files()
    assert [c.status for c in read_path(warc)] == [None]


def test_an_empty_crawl_leaves_no_file(tmp_path: Path) -> None:
    _write(Archive(tmp_path / "archive"))
    assert list((tmp_path / "archive").iterdir()) == []


def test_saved_pages_twice_in_are_once_there(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name, text in {"a.html": "<p>one</p>", "b.txt": "two", "empty.html": ""}.items():
        (pages / name).write_text(text)
    archive = tmp_path / "archive"
    assert ingest_path(Archive(archive), pages, "c1").counts == {"archived": 2, "empty": 1}
    assert ingest_path(Archive(archive), pages, "c2").counts == {"already_archived": 2, "empty": 1}
    # The same bytes under an address of their own are another page.
    assert ingest_path(Archive(archive), pages / "a.html", "c3", "http://e.org/a").counts == {"archived": 1}
    assert len(list(Archive(archive).records())) == 4


def test_a_page_seen_unchanged_at_another_time_is_a_revisit(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<p>one</p>")
    archive = Archive(tmp_path / "archive")
    for day, outcome in ((3, "archived"), (4, "not_modified"), (4, "already_archived")):
        report = ingest_path(archive, page, "c", "http://e.org/a", WHEN.replace(day=day))
        assert report.counts == {outcome: 1}
    first, second = archive.records()
    assert (second.kind, second.fetched_at) == (CaptureKind.REVISIT, WHEN.replace(day=4))
    (revisit,) = (entry for warc in archive.files() for entry in archive.entries(warc) if entry.kind == "revisit")
    assert revisit.sha256 == archive.entries(archive.files()[0])[0].sha256
    assert first.content


def test_an_archive_of_parley_itself_can_be_ingested_elsewhere(tmp_path: Path) -> None:
    here, there = Archive(tmp_path / "here"), Archive(tmp_path / "there")
    _write(here, RESPONSE, FAILURE, unchanged(replace(RESPONSE, fetched_at=WHEN.replace(day=4))))
    for expected in ({"archived": 1, "timeout": 1, "not_modified": 1}, {"already_archived": 3}):
        counts = ingest_path(there, here.files()[0], "moved").counts
        assert counts == expected | {"passed_over_warcinfo": 1}
    assert [(c.kind, c.source, c.is_demo) for c in there.records()] == [
        (c.kind, c.source, c.is_demo) for c in here.records()
    ]
