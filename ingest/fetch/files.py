"""Saved pages and archives as captures: whatever lies in a folder becomes pages, or a clear word on why it does not."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ingest.fetch.address import checked_web_address
from ingest.fetch.compression import Unpacked, is_packed
from ingest.fetch.containers import ZIP, is_archive, looks_like_archive, read_wacz, read_warc
from ingest.fetch.failures import failure, source_of
from ingest.fetch.warc import MAX_BYTES, URN_PREFIX, sniff_type, verdict
from ingest.records import Capture, CaptureKind, Status, utc_now

_TEXT_SUFFIXES = (".txt", ".text")
_TYPES = (
    dict.fromkeys((".html", ".htm", ".xhtml"), "text/html")
    | {".json": "application/json"}
    | dict.fromkeys((".xml", ".rss", ".atom"), "application/xml")
)
_PAGE_SUFFIXES = (*_TEXT_SUFFIXES, *_TYPES)
_FOREIGN = {
    b"%PDF": "a PDF file; save the page as HTML or plain text",
    b"\x02\x21\x4c\x18": "an LZ4 file of the old kind; decompress it (`lz4 -d`) and give the result",
    b"BZh": "a bzip2 file; decompress it (`bzip2 -d`) and give the result",
    b"\xfd7zXZ": "an xz file; decompress it (`xz -d`) and give the result",
}
_READ = "HTML, plain text, feeds and JSON of comments, WARC and WACZ files are read"


def read_path(
    path: Path,
    url: str | None = None,
    fetched_at: datetime | None = None,
    passed_over: Counter[str] | None = None,
) -> Iterator[Capture]:
    """Yield the captures in a saved page, an archive or a folder.

    A page is .html, .htm, .txt, or comments as data: .json, .xml, .rss, .atom; an archive WARC, WET, ARC or WACZ; each
    may be packed with gzip, Zstandard or LZ4. `passed_over` counts the records of archives that hold no page, by type.

    Folders are read recursively, in sorted order, hidden files left out. Every file gives at least one capture; one
    that cannot be read gives a FAILURE with its status and the mend. `url` is the address of a saved page; without it
    the capture's is `urn:sha256:<hex of the content>`. `fetched_at` is when it was fetched; without it, a WARC's own
    date, and for a saved page the present moment: a file's mtime says when it was copied, not when it was fetched.
    Raises ValueError where `url` is not a web address, or is given for a folder or an archive.
    """
    path = Path(path)
    if url is not None:
        url = checked_web_address(url)
        if path.is_dir() or is_archive(path):
            raise ValueError(f"{path} holds many pages with addresses of their own; leave the address out")
    return _read(path, url, fetched_at, Counter() if passed_over is None else passed_over)


def _read(path: Path, url: str | None, fetched_at: datetime | None, passed_over: Counter[str]) -> Iterator[Capture]:
    if not path.is_dir():
        yield from _read_file(path, url, fetched_at, passed_over)
        return
    files = _files_in(path)
    if not files:
        yield failure(path, None, fetched_at, Status.EMPTY, "there are no files in this folder")
    for file in files:
        yield from _read_file(file, None, fetched_at, passed_over)


def _files_in(folder: Path) -> list[Path]:
    found: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(root, name) for name in names if not name.startswith(".")]
    return sorted(found)


def _read_file(
    path: Path, url: str | None, fetched_at: datetime | None, passed_over: Counter[str]
) -> Iterator[Capture]:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            size = os.fstat(file.fileno()).st_size
            file.seek(0)
            is_warc = (is_archive(path) and not head.startswith(ZIP)) or looks_like_archive(file)
    except OSError as error:
        detail = f"cannot be read: {error.strerror or error}; check the path and its permissions"
        yield failure(path, url, fetched_at, Status.UNREACHABLE, detail)
        return
    foreign = next((what for magic, what in _FOREIGN.items() if head.startswith(magic)), None)
    if not head:
        yield failure(path, url, fetched_at, Status.EMPTY, "the file is empty; save the page again")
    elif foreign:
        yield failure(path, url, fetched_at, Status.UNSUPPORTED_TYPE, f"is {foreign}")
    elif head.startswith(ZIP):
        yield from read_wacz(path, fetched_at, passed_over)
    elif is_warc:
        yield from read_warc(path, fetched_at, passed_over)
    elif is_packed(head):
        yield _read_packed_page(path, size, url, fetched_at)
    elif size > MAX_BYTES:
        yield failure(path, url, fetched_at, Status.TOO_LARGE, _too_large(size))
    else:
        yield _page(path, path.read_bytes(), url, fetched_at)


def _read_packed_page(path: Path, size: int, url: str | None, fetched_at: datetime | None) -> Capture:
    if size > MAX_BYTES:
        return failure(path, url, fetched_at, Status.TOO_LARGE, _too_large(size))
    pieces, given = [], 0
    with path.open("rb") as file:
        unpacked = Unpacked(file)
        while given <= MAX_BYTES and (piece := unpacked.read()):
            pieces.append(piece)
            given += len(piece)
    if given > MAX_BYTES:
        return failure(path, url, fetched_at, Status.TOO_LARGE, _too_large(None))
    if unpacked.damage is not None:
        detail = f"the compressed file is cut or damaged ({unpacked.damage}); get it again, or save the page unpacked"
        return failure(path, url, fetched_at, Status.MALFORMED, detail)
    return _page(path.with_suffix(""), b"".join(pieces), url, fetched_at, source_of(path))


def _page(path: Path, content: bytes, url: str | None, fetched_at: datetime | None, source: str = "") -> Capture:
    media_type = sniff_type(content)
    if media_type != "application/octet-stream" and path.suffix.lower() in _TYPES:
        media_type = _TYPES[path.suffix.lower()]
    elif media_type == "text/html" and path.suffix.lower() in _TEXT_SUFFIXES and not _is_markup(content):
        media_type = "text/plain"
    elif media_type == "text/plain" and path.suffix.lower() not in (*_PAGE_SUFFIXES, ""):
        detail = f"files ending in {path.suffix} are not pages; {_READ}"
        return failure(path, url, fetched_at, Status.UNSUPPORTED_TYPE, detail)
    capture = Capture(
        kind=CaptureKind.RESOURCE,
        source=source or source_of(path),
        url=url or URN_PREFIX + hashlib.sha256(content).hexdigest(),
        fetched_at=fetched_at or utc_now(),
        content=content,
        media_type=media_type,
    )
    status, detail = verdict(capture)[0], verdict(capture)[1] or ""
    if status is None:
        return capture
    if status is Status.UNSUPPORTED_TYPE:
        detail = f"is binary, not a page; {_READ}"
    return failure(path, url, fetched_at, status, detail, capture.source)


def _is_markup(content: bytes) -> bool:
    return content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<?xml"))


def _too_large(size: int | None) -> str:
    found = "more" if size is None else f"{size:,} bytes"
    return f"pages of up to {MAX_BYTES:,} bytes are read, this has {found}; save the article without attachments"
