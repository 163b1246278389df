"""Saved pages and archives, good and broken."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import brotli
import lz4.frame
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest.fetch.files import read_path
from ingest.records import Capture, CaptureKind, Status, utc_now

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = b"<!doctype html><html><body><p>Talks went on in the valley.</p></body></html>"


def _warc(path: Path, *bodies: bytes, headers: tuple[tuple[str, str], ...] = (), zipped: bool = True) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=zipped)
        for number, body in enumerate(bodies):
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=UTF-8"), *headers], "HTTP/1.1")
            dated = {"WARC-Date": f"2020-10-0{number + 1}T00:00:00Z"}
            writer.write_record(
                writer.create_warc_record(
                    f"http://e.org/{number}", "response", BytesIO(body), len(body), "", dated, None, http
                )
            )
    return path


def _only(path: Path) -> Capture:
    captures = list(read_path(path))
    assert len(captures) == 1
    return captures[0]


def test_a_saved_page_keeps_its_bytes_and_is_fetched_now(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(PAGE)
    os.utime(page, (0, 0))
    capture = _only(page)
    assert (capture.kind, capture.content, capture.status) == (CaptureKind.RESOURCE, PAGE, None)
    assert capture.media_type == "text/html"
    assert re.fullmatch(r"urn:sha256:[0-9a-f]{64}", capture.url)
    assert utc_now() - capture.fetched_at < timedelta(minutes=1)
    stated = datetime(2020, 10, 9, tzinfo=UTC)
    capture = next(read_path(page, "http://e.org/a b", stated))
    assert (capture.url, capture.fetched_at) == ("http://e.org/a%20b", stated)


def test_the_seed_page_is_plain_text(shared: Path) -> None:
    capture = _only(next((shared / "seed").glob("*.txt")))
    assert (capture.media_type, capture.status) == ("text/plain", None)


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("empty.html", b"", Status.EMPTY),
        ("blank.txt", b" \n\t\n", Status.EMPTY),
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Status.UNSUPPORTED_TYPE),
        ("renamed.html", b"\x7fELF\x02\x01\x01" + b"\0" * 100, Status.UNSUPPORTED_TYPE),
        ("paper.pdf", b"%PDF-1.7 ...", Status.UNSUPPORTED_TYPE),
        ("style.css", b"p { color: red }", Status.UNSUPPORTED_TYPE),
        ("page.html.gz", gzip.compress(PAGE * 50)[:-20], Status.MALFORMED),
        ("none.warc.gz", b"<html>not a WARC</html>", Status.MALFORMED),
        ("none.warc", b"", Status.EMPTY),
        ("page.html.zst", zstd.compress(PAGE * 50)[:-9], Status.MALFORMED),
        ("none.wacz", b"<html>not a WACZ</html>", Status.MALFORMED),
        ("cut.wacz", b"PK\x03\x04" + b"\0" * 100, Status.MALFORMED),
        ("old.lz4", b"\x02\x21\x4c\x18...", Status.UNSUPPORTED_TYPE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_is_one_failure_that_names_it(tmp_path: Path, name: str, content: bytes, status: Status) -> None:
    (tmp_path / name).write_bytes(content)
    capture = _only(tmp_path / name)
    assert (capture.kind, capture.status, capture.content) == (CaptureKind.FAILURE, status, b"")
    assert name in (capture.status_detail or "")


def test_a_page_packed_to_burst_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "bomb.html.gz").write_bytes(gzip.compress(b"<p>" + b" a" * 30_000_000))
    capture = _only(tmp_path / "bomb.html.gz")
    assert (capture.kind, capture.status, capture.content) == (CaptureKind.FAILURE, Status.TOO_LARGE, b"")


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress, lz4.frame.compress])
def test_a_packed_page_is_read_as_the_page(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / "page.html.packed").write_bytes(pack(PAGE))
    assert (_only(tmp_path / "page.html.packed").content, _only(tmp_path / "page.html.packed").status) == (PAGE, None)


def test_comments_as_data_are_given_to_the_parsers(tmp_path: Path) -> None:
    for name, content, media_type in (
        ("answer.json", b'[{"id": 1, "content": {"rendered": "<p>x</p>"}}]', "application/json"),
        (
            "feed.xml",
            b"<rss><channel><item><description>&lt;p></description></item></channel></rss>",
            "application/xml",
        ),
    ):
        (tmp_path / name).write_bytes(content)
        capture = _only(tmp_path / name)
        assert (capture.media_type, capture.status, capture.content) == (media_type, None, content)


def _wacz(path: Path, **members: bytes) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as container:
        for name, content in members.items():
            container.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def test_a_wacz_gives_the_pages_of_all_its_archives(tmp_path: Path) -> None:
    first = _warc(tmp_path / "a.warc.gz", PAGE, PAGE + b"2").read_bytes()
    second = _warc(tmp_path / "b.warc", PAGE + b"3", zipped=False).read_bytes()
    members = {"pages__pages_jsonl": b"{}", "archive__a_warc_gz": first, "archive__b_warc_zst": zstd.compress(second)}
    passed_over = Counter[str]()
    captures = list(read_path(_wacz(tmp_path / "crawl.wacz", **members), passed_over=passed_over))
    assert [capture.content for capture in captures] == [PAGE, PAGE + b"2", PAGE + b"3"]
    assert captures[2].source.endswith("crawl.wacz/archive/b.warc.zst")
    assert passed_over == {}


def test_a_broken_archive_in_a_wacz_costs_only_itself(tmp_path: Path) -> None:
    cut = _warc(tmp_path / "a.warc.gz", PAGE, PAGE + b"2").read_bytes()[:-20]
    good = _warc(tmp_path / "b.warc.gz", PAGE + b"3").read_bytes()
    bomb = b"\0" * 20_000_000
    members = {"archive__a_warc_gz": cut, "archive__b_warc": bomb, "archive__c_warc_gz": good}
    *pages, bad, last = read_path(_wacz(tmp_path / "crawl.wacz", **members))
    assert pages[0].content == PAGE
    assert pages[-1].status is Status.MALFORMED
    assert "a.warc.gz" in (pages[-1].status_detail or "")
    assert (bad.status, last.content) == (Status.MALFORMED, PAGE + b"3")
    assert pages[-1].url != bad.url, "two failures of one file are two"


class _Unseekable(BytesIO):
    """What a program writes that streams a WACZ: sizes then stand behind each member."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError


@pytest.mark.parametrize("streamed", [False, True])
def test_a_cut_wacz_gives_what_stands_before_the_cut(tmp_path: Path, streamed: bool) -> None:
    archives = [_warc(tmp_path / f"{n}.warc.gz", PAGE + b"%d" % n, PAGE + b"%d+" % n).read_bytes() for n in range(3)]
    whole = _Unseekable() if streamed else BytesIO()
    with ZipFile(whole, "w") as container:
        for number, content in enumerate(archives):
            container.writestr(f"archive/{number}.warc.gz", content)
        container.writestr("datapackage.json", b"{}")
    cut = tmp_path / "cut.wacz"
    cut.write_bytes(whole.getvalue()[:-100])
    captures = list(read_path(cut))
    assert [c.content for c in captures if c.status is None] == [
        PAGE + text for text in (b"0", b"0+", b"1", b"1+", b"2", b"2+")
    ]
    assert [c.status for c in captures[6:]] == [Status.MALFORMED], "and one word on the cut"
    cut.write_bytes(whole.getvalue()[: whole.getvalue().index(archives[2]) + len(archives[2]) // 2 + 20])
    captures = list(read_path(cut))
    assert [c.content for c in captures[:5]] == [PAGE + text for text in (b"0", b"0+", b"1", b"1+", b"2")]
    assert {c.status for c in captures[5:]} == {Status.MALFORMED}


def test_a_zip_without_archives_says_what_to_do(tmp_path: Path) -> None:
    capture = _only(_wacz(tmp_path / "pages.zip", page_html=PAGE))
    assert capture.status is Status.UNSUPPORTED_TYPE
    assert "unpack it" in (capture.status_detail or "")
    data = bytearray(_wacz(tmp_path / "hurt.wacz", archive__a_warc=PAGE * 500).read_bytes())
    data[60:90] = b"\xff" * 30
    (tmp_path / "hurt.wacz").write_bytes(data)
    assert _only(tmp_path / "hurt.wacz").status is Status.MALFORMED


def test_a_page_of_50_mb_is_not_slurped(tmp_path: Path) -> None:
    large = tmp_path / "large.html"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    with large.open("r+b") as file:
        file.write(b"<html>")
    assert _only(large).status is Status.TOO_LARGE


def test_a_missing_file_and_an_empty_folder_are_failures(tmp_path: Path) -> None:
    assert _only(tmp_path / "nowhere.html").status is Status.UNREACHABLE
    assert _only(tmp_path).status is Status.EMPTY


def test_a_folder_is_read_in_order_and_none_of_its_files_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/2.html", "a.html", "b/1.txt", "c.css", ".hidden.html"):
        (tmp_path / name).write_bytes(PAGE)
    sources = [Path(c.source).relative_to(tmp_path).as_posix() for c in read_path(tmp_path)]
    assert sources == ["a.html", "b/1.txt", "b/2.html", "c.css"]


@pytest.mark.parametrize("zipped", [True, False])
def test_a_cut_archive_gives_every_record_before_the_cut(tmp_path: Path, zipped: bool) -> None:
    bodies = [hashlib.shake_128(bytes([n])).hexdigest(900).encode() + PAGE for n in range(4)]
    whole = _warc(tmp_path / "whole.warc", *bodies, zipped=zipped)
    data = whole.read_bytes()
    cut = tmp_path / "cut.warc"
    # Exactly between two records a cut cannot be seen.
    starts = [match.start() for match in re.finditer(re.escape(data[:8]), data)]
    sizes = [
        size for size in range(len(data) // 2, len(data) - 20, 97) if all(abs(size - start) > 4 for start in starts)
    ]
    for size in sizes:
        cut.write_bytes(data[:size])
        *pages, last = read_path(cut)
        assert (last.kind, last.status) == (CaptureKind.FAILURE, Status.MALFORMED), size
        assert "cut.warc" in (last.status_detail or "")
        assert len(pages) >= 1
        for page, body in zip(pages, bodies, strict=False):
            assert page.content == body or (page is pages[-1] and page.status_detail)


def test_content_encodings_are_undone(tmp_path: Path) -> None:
    encoded = {"gzip": gzip.compress(PAGE), "br": brotli.compress(PAGE), "deflate": None, "identity": PAGE}
    for encoding, body in encoded.items():
        path = _warc(tmp_path / f"{encoding}.warc.gz", body or PAGE, headers=(("Content-Encoding", encoding),))
        assert _only(path).content == PAGE, encoding
    unknown = _only(_warc(tmp_path / "x.warc.gz", PAGE, headers=(("Content-Encoding", "x-secret"),)))
    assert unknown.status is Status.UNSUPPORTED_TYPE


def test_a_bomb_in_an_archive_costs_one_page(tmp_path: Path) -> None:
    bomb = brotli.compress(b"a" * 60_000_000, quality=5)
    path = _warc(tmp_path / "bomb.warc.gz", bomb, PAGE, headers=(("Content-Encoding", "br"),))
    first, second = read_path(path)
    assert first.status is Status.TOO_LARGE
    assert second.content == PAGE


@pytest.mark.parametrize("url", ["not an address", "ftp://e.org/a", "http://"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    with pytest.raises(ValueError, match="web address"):
        list(read_path(tmp_path / "a.html", url))
    with pytest.raises(ValueError, match="leave the address out"):
        list(read_path(tmp_path, "http://e.org/"))
