"""Files that hold many pages: WARC, WET and ARC, packed or not, and WACZ, a ZIP file of them.

Records that hold no page (request, metadata, warcinfo ...) are counted, so that nothing is passed over in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from ingest.fetch.compression import Unpacked
from ingest.fetch.cut_zip import members_before_cut
from ingest.fetch.failures import failure, source_of
from ingest.fetch.warc import to_capture
from ingest.fetch.warc_records import DamagedWarcError, read_records
from ingest.records import Capture, Status

ZIP = b"PK\x03\x04"
_KINDS = (".warc", ".wet", ".wat", ".arc")
_SUFFIXES = tuple(kind + packing for kind in _KINDS for packing in ("", ".gz", ".zst", ".zstd", ".lz4"))
_OPENINGS = (b"WARC/1.", b"WARC/0.", b"filedesc://")
_MOST_MEMBERS = 10_000


def is_archive(path: Path) -> bool:
    """Tell by its name whether `path` is a WARC, WET, WAT, ARC or WACZ file, whose records state their own dates."""
    return path.name.lower().endswith((*_SUFFIXES, ".wacz"))


def looks_like_archive(file: BinaryIO) -> bool:
    """Tell by its content whether `file` is a WARC or ARC, packed or not."""
    return Unpacked(file).read(64).startswith(_OPENINGS)


def read_warc(path: Path, fetched_at: datetime | None, passed_over: Counter[str]) -> Iterator[Capture]:
    """Yield the pages in a WARC, WET or ARC file; where it is cut or damaged, what stands before and one failure.

    `passed_over` counts the records without a page by their type.
    """
    try:
        with path.open("rb") as file:
            yield from _pages(file, path, source_of(path), fetched_at, passed_over)
    except OSError as error:
        detail = f"cannot be read: {error.strerror or error}; check the disk and copy the file again"
        yield failure(path, None, fetched_at, Status.UNREACHABLE, detail)


def read_wacz(path: Path, fetched_at: datetime | None, passed_over: Counter[str]) -> Iterator[Capture]:
    """Yield the pages of every WARC in a WACZ (or any other ZIP file); its own list of pages and indexes are not read.

    A member that cannot be read is one failure and the next ones are read; a file without any is one failure. Where
    the file is cut, what stands before is given, and one failure.
    """
    members: list[ZipInfo] | None = None
    try:
        with path.open("rb") as file, ZipFile(file) as container:
            members = [one for one in container.infolist() if one.filename.lower().endswith(_SUFFIXES)]
            for member in members[:_MOST_MEMBERS]:
                yield from _member(container, member, path, fetched_at, passed_over)
    except (BadZipFile, OSError, ValueError, RuntimeError) as error:
        if members is None:
            yield from _before_cut(path, fetched_at, passed_over)
        detail = f"the WACZ or ZIP file is cut or damaged ({str(error)[:200] or type(error).__name__}); get it again"
        yield failure(path, None, fetched_at, Status.MALFORMED, detail)
        return
    if not members:
        detail = (
            "is a ZIP file with no WARC in it, and a valid WACZ has them under archive/; "
            "get it again, or unpack it where it holds saved pages and give the folder"
        )
        yield failure(path, None, fetched_at, Status.UNSUPPORTED_TYPE, detail)
    elif len(members) > _MOST_MEMBERS:
        detail = f"holds {len(members):,} WARC files; the first {_MOST_MEMBERS:,} were read: unpack it, give the folder"
        yield failure(path, None, fetched_at, Status.TOO_LARGE, detail)


def _before_cut(path: Path, fetched_at: datetime | None, passed_over: Counter[str]) -> Iterator[Capture]:
    try:
        for name, content in members_before_cut(path):
            if content is not None and name.lower().endswith(_SUFFIXES):
                yield from _pages(content, path, f"{source_of(path)}/{name}", fetched_at, passed_over)
    except (OSError, ValueError):
        # The caller tells of the file.
        return


def _member(
    container: ZipFile, member: ZipInfo, path: Path, fetched_at: datetime | None, passed_over: Counter[str]
) -> Iterator[Capture]:
    source = f"{source_of(path)}/{member.filename}"
    try:
        # A password, or a way of packing that the library does not know.
        file = container.open(member)
    except (BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        detail = f"cannot be unpacked ({str(error)[:200] or type(error).__name__}); unpack it and give the folder"
        yield failure(path, None, fetched_at, Status.UNSUPPORTED_TYPE, detail, source)
        return
    with file:
        yield from _pages(cast("BinaryIO", file), path, source, fetched_at, passed_over)


def _pages(
    file: BinaryIO, path: Path, source: str, fetched_at: datetime | None, passed_over: Counter[str]
) -> Iterator[Capture]:
    kinds, given = Counter[str](), 0
    part = "" if source == source_of(path) else source
    try:
        for record in read_records(file):
            kinds[record.kind] += 1
            capture = to_capture(record, source)
            if capture is None:
                passed_over[record.kind] += 1
            else:
                given += 1
                yield capture
    except DamagedWarcError as error:
        detail = f"the archive is cut or damaged {error}; get the file again, or mend it with `warcio recompress`"
        yield failure(path, None, fetched_at, Status.MALFORMED, detail, part)
        return
    if not given:
        held = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "no record at all"
        yield failure(path, None, fetched_at, Status.EMPTY, f"holds no page: {held}", part)
