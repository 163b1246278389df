"""Saved pages and archives as captures: whatever lies in a folder becomes pages, or a clear word on why it does not."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ingest.fetch.address import checked_web_address
from ingest.fetch.warc import MAX_BYTES, URN_PREFIX, DamagedWarcError, read_records, sniff_type, to_capture, verdict
from ingest.records import Capture, CaptureKind, Status, utc_now

_ARCHIVE_SUFFIXES = (".warc", ".warc.gz", ".wet", ".wet.gz", ".wat", ".wat.gz", ".arc", ".arc.gz")
_TEXT_SUFFIXES = (".txt", ".text")
_HTML_SUFFIXES = (".html", ".htm", ".xhtml")
_PAGE_SUFFIXES = (*_TEXT_SUFFIXES, *_HTML_SUFFIXES)
_GZIP = b"\x1f\x8b"
_FOREIGN = {
    b"PK\x03\x04": "a ZIP or WACZ file; unpack it and give the .warc.gz files in it",
    b"\x04\x22\x4d\x18": "an LZ4 file; decompress it (`lz4 -d`) and give the result",
    b"\x28\xb5\x2f\xfd": "a Zstandard file; decompress it (`zstd -d`) and give the result",
    b"%PDF": "a PDF file; save the page as HTML or plain text",
}


def read_path(path: Path, url: str | None = None, fetched_at: datetime | None = None) -> Iterator[Capture]:
    """Yield the captures in a saved page (.html, .htm, .txt), an archive (WARC, WET or ARC, gzip or not) or a folder.

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
    return _read(path, url, fetched_at)


def _read(path: Path, url: str | None, fetched_at: datetime | None) -> Iterator[Capture]:
    if not path.is_dir():
        yield from _read_file(path, url, fetched_at)
        return
    files = _files_in(path)
    if not files:
        yield _failure(path, None, fetched_at, Status.EMPTY, "there are no files in this folder")
    for file in files:
        yield from _read_file(file, None, fetched_at)


def is_archive(path: Path) -> bool:
    """Tell by its name whether `path` is a WARC, WET, WAT or ARC file, whose records state their own dates."""
    return path.name.lower().endswith(_ARCHIVE_SUFFIXES)


def _files_in(folder: Path) -> list[Path]:
    found: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(root, name) for name in names if not name.startswith(".")]
    return sorted(found)


def _read_file(path: Path, url: str | None, fetched_at: datetime | None) -> Iterator[Capture]:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        detail = f"cannot be read: {error.strerror or error}; check the path and its permissions"
        yield _failure(path, url, fetched_at, Status.UNREACHABLE, detail)
        return
    foreign = next((what for magic, what in _FOREIGN.items() if head.startswith(magic)), None)
    if not head:
        yield _failure(path, url, fetched_at, Status.EMPTY, "the file is empty; save the page again")
    elif foreign:
        yield _failure(path, url, fetched_at, Status.UNSUPPORTED_TYPE, f"is {foreign}")
    elif is_archive(path) or _looks_like_archive(head):
        yield from _read_archive(path, fetched_at)
    elif head.startswith(_GZIP):
        yield _read_gzipped_page(path, size, url, fetched_at)
    elif size > MAX_BYTES:
        yield _failure(path, url, fetched_at, Status.TOO_LARGE, _too_large(size))
    else:
        yield _page(path, path.read_bytes(), url, fetched_at)


def _looks_like_archive(head: bytes) -> bool:
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 64)
        except zlib.error:
            return False
    return head.startswith((b"WARC/1.", b"WARC/0.", b"filedesc://"))


def _read_archive(path: Path, fetched_at: datetime | None) -> Iterator[Capture]:
    source, kinds, given = source_of(path), Counter[str](), 0
    try:
        with path.open("rb") as file:
            for record in read_records(file):
                kinds[record.rec_type] += 1
                capture = to_capture(record, source)
                if capture is not None:
                    given += 1
                    yield capture
    except (DamagedWarcError, OSError) as error:
        detail = f"the archive is cut or damaged {error}; get the file again, or mend it with `warcio recompress`"
        yield _failure(path, None, fetched_at, Status.MALFORMED, detail)
        return
    if not given:
        held = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "no record at all"
        yield _failure(path, None, fetched_at, Status.EMPTY, f"holds no page: {held}")


def _read_gzipped_page(path: Path, size: int, url: str | None, fetched_at: datetime | None) -> Capture:
    if size > MAX_BYTES:
        return _failure(path, url, fetched_at, Status.TOO_LARGE, _too_large(size))
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = decoder.decompress(path.read_bytes(), MAX_BYTES + 1)
    except zlib.error:
        content = b""
    if len(content) > MAX_BYTES:
        return _failure(path, url, fetched_at, Status.TOO_LARGE, _too_large(None))
    if not decoder.eof:
        detail = "the gzip file is cut or damaged; get it again, or save the page uncompressed"
        return _failure(path, url, fetched_at, Status.MALFORMED, detail)
    return _page(path.with_suffix(""), content, url, fetched_at, source_of(path))


def _page(path: Path, content: bytes, url: str | None, fetched_at: datetime | None, source: str = "") -> Capture:
    media_type = sniff_type(content)
    if media_type != "application/octet-stream" and path.suffix.lower() in _HTML_SUFFIXES:
        media_type = "text/html"
    elif media_type == "text/html" and path.suffix.lower() in _TEXT_SUFFIXES and not _is_markup(content):
        media_type = "text/plain"
    elif media_type == "text/plain" and path.suffix.lower() not in (*_PAGE_SUFFIXES, ""):
        detail = f"files ending in {path.suffix} are not pages; HTML, plain text and WARC files are read"
        return _failure(path, url, fetched_at, Status.UNSUPPORTED_TYPE, detail)
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
        detail = "is binary, not a page; HTML, plain text and WARC files are read"
    return _failure(path, url, fetched_at, status, detail, capture.source)


def _is_markup(content: bytes) -> bool:
    return content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<?xml"))


def _failure(
    path: Path, url: str | None, fetched_at: datetime | None, status: Status, detail: str, source: str = ""
) -> Capture:
    source = source or source_of(path)
    return Capture(
        kind=CaptureKind.FAILURE,
        source=source,
        url=url or URN_PREFIX + _digest(path, source),
        fetched_at=fetched_at or utc_now(),
        status=status,
        status_detail=f"{source}: {detail}",
    )


def _digest(path: Path, source: str) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        # Nothing to hash: the name stands for it, so that the same missing file is one page.
        return hashlib.sha256(source.encode()).hexdigest()


def _too_large(size: int | None) -> str:
    found = "more" if size is None else f"{size:,} bytes"
    return f"pages of up to {MAX_BYTES:,} bytes are read, this has {found}; save the article without attachments"


def source_of(path: Path) -> str:
    """Return the path as text that every encoding takes, odd bytes in the name written as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
