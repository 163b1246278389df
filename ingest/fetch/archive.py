"""The archive: append-only WARC files, the source of truth everything after room 1 can be rebuilt from.

A crawl writes `<time>-<crawl id>.warc.gz.open` and renames it when it is whole. A writer holds a lock on its file as
long as it lives, so a `.open` file without a lock was left by a crash: the next start adopts it, whole records kept.
"""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import re
import uuid
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO, FileIO
from pathlib import Path

from warcio.warcwriter import WARCWriter

from ingest.fetch.index import Entry, build_entries, digest_of, entry_of, read_sidecar, write_sidecar
from ingest.fetch.members import whole_members, whole_records
from ingest.fetch.warc import to_capture, to_record
from ingest.records import Capture, CaptureKind, utc_now

_OPEN = ".open"
_log = logging.getLogger(__name__)


class ArchiveError(OSError):
    """The archive cannot be written; the message says why, and that what was written before is kept."""


class Archive:
    """A folder of WARC files written by Parley. Cheap to open; its index is read when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._listed_at = -1
        self._indexed: set[str] = set()
        self._latest: dict[str, tuple[Path, Entry]] = {}
        self._held: set[int] = set()

    @contextmanager
    def writer(self, crawl_id: str) -> Iterator[ArchiveWriter]:
        """Open a new WARC for one crawl. It is closed and renamed however the block ends; an empty one is removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.adopt()
        writer = ArchiveWriter(self, crawl_id)
        try:
            yield writer
        finally:
            writer.close()

    def files(self) -> list[Path]:
        """List the finished WARC files, oldest first; what a crash left open is adopted before."""
        self.adopt()
        return sorted(self.folder.glob("*.warc.gz"))

    def entries(self, warc: Path) -> list[Entry]:
        """Return the index of one WARC, in the order of its records."""
        return read_sidecar(warc)

    def read(self, warc: Path, skip: Container[str] = ()) -> Iterator[Capture]:
        """Yield the captures of one WARC, those with a record_id in `skip` left out; a cut file gives what is whole."""
        end = 0
        with warc.open("rb") as file:
            for offset, length, record in whole_records(file):
                end = offset + length
                capture_id = (record.fields.get("warc-record-id") or "").strip("<>")
                capture = None if capture_id in skip else to_capture(record, str(warc), warc.name)
                if capture is not None:
                    yield capture
            size = os.fstat(file.fileno()).st_size
        if end < size:
            _log.warning("%s is damaged from byte %d of %d on; the records before were read", warc, end, size)

    def records(self, skip: Container[str] = ()) -> Iterator[Capture]:
        """Yield every archived capture, oldest file first, those whose record_id is in `skip` left out."""
        for warc in self.files():
            yield from self.read(warc, skip)

    def latest(self, url: str) -> Entry | None:
        """Return the index entry (etag, last_modified, sha256) of the newest content archived for `url`, if any."""
        self._refresh()
        found = self._latest.get(url)
        return found[1] if found else None

    def latest_capture(self, url: str) -> Capture | None:
        """Return the newest content archived for `url` itself; None where there is none or it can no longer be read."""
        self._refresh()
        if url not in self._latest:
            return None
        warc, entry = self._latest[url]
        path = warc if warc.exists() else warc.with_name(warc.name + _OPEN)
        with path.open("rb") as file:
            file.seek(entry.offset)
            record = next((record for _, _, record in whole_records(file)), None)
        return to_capture(record, str(warc), warc.name) if record is not None else None

    def holds(self, capture: Capture, *, same_time: bool = False) -> bool:
        """Tell whether this content (or failure) is archived for this address already; at this very time, if asked."""
        self._refresh()
        return _key(capture.url, digest_of(capture), capture.fetched_at.isoformat() if same_time else "") in self._held

    def adopt(self) -> list[Path]:
        """Finish the files a crash left open: keep every whole record, cut off the one being written, rename."""
        adopted = []
        for path in sorted(self.folder.glob(f"*.warc.gz{_OPEN}")):
            try:
                with path.open("r+b") as file:
                    # Its writer may have finished and renamed it between our look and our lock.
                    if not _lock(file.fileno()) or not _is_same_file(path, file.fileno()):
                        continue
                    finished = _finish_abandoned(path)
            except FileNotFoundError:
                continue
            if finished is not None:
                adopted.append(finished)
        return adopted

    def remember(self, warc: Path, entry: Entry) -> None:
        """Take one entry into the index in memory."""
        for digest in {entry.sha256, entry.kind} if entry.kind == CaptureKind.REVISIT else {entry.sha256}:
            self._held.add(_key(entry.url, digest))
            self._held.add(_key(entry.url, digest, entry.fetched_at))
        known = self._latest.get(entry.url)
        if entry.is_content and (known is None or known[1].moment <= entry.moment):
            self._latest[entry.url] = (warc, entry)

    def mark_indexed(self, warc: Path) -> None:
        """Note that every entry of `warc` was remembered, so that its sidecar need not be read."""
        self._indexed.add(warc.name)

    def _refresh(self) -> None:
        try:
            changed_at = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            return
        if changed_at == self._listed_at:
            return
        self._listed_at = changed_at
        for warc in sorted(self.folder.glob("*.warc.gz")):
            if warc.name not in self._indexed:
                for entry in read_sidecar(warc):
                    self.remember(warc, entry)
                self.mark_indexed(warc)


class ArchiveWriter:
    """Appends captures to one WARC file; made by `Archive.writer`."""

    def __init__(self, archive: Archive, crawl_id: str) -> None:
        self._archive = archive
        self._crawl_id = crawl_id
        slug = re.sub(r"[^A-Za-z0-9._-]+", "-", crawl_id)[:80] or "crawl"
        self.path = archive.folder / f"{utc_now():%Y%m%dT%H%M%S%f}-{slug}.warc.gz"
        self._open_path = self.path.with_name(self.path.name + _OPEN)
        self._file = _create_locked(self._open_path)
        self._size = 0
        self._entries: list[Entry] = []
        self._append_warcinfo()

    def write(self, capture: Capture) -> Capture:
        """Append a capture; return it with its record_id and warc_file. Raises ArchiveError where the disk refuses."""
        capture = replace(
            capture,
            crawl_id=capture.crawl_id or self._crawl_id,
            record_id=f"urn:uuid:{uuid.uuid4()}",
            warc_file=self.path.name,
        )
        stands_for = self._archive.latest(capture.url) if capture.kind is CaptureKind.REVISIT else None
        refers_to = (stands_for.sha256, stands_for.moment) if stands_for else None
        buffer = BytesIO()
        WARCWriter(buffer, gzip=True, warc_version="1.1").write_record(to_record(capture, refers_to))
        offset, length = self._append(buffer.getvalue())
        entry = entry_of(capture, offset, length, refers_to[0] if refers_to else None)
        self._entries.append(entry)
        self._archive.remember(self.path, entry)
        return capture

    def close(self) -> None:
        """Sync, index and rename the file; remove it where nothing was written."""
        if self._file.closed:
            return
        try:
            if not self._entries:
                self._open_path.unlink()
                return
            os.fsync(self._file.fileno())
            self._archive.mark_indexed(self.path)
            self._open_path.rename(self.path)
            _sync_folder(self.path.parent)
            write_sidecar(self.path, self._entries)
        finally:
            self._file.close()

    def _append_warcinfo(self) -> None:
        buffer = BytesIO()
        writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
        info = {"software": "Parley", "format": "WARC File Format 1.1", "isPartOf": self._crawl_id.split("\n")[0]}
        writer.write_record(writer.create_warcinfo_record(self.path.name, info))
        self._append(buffer.getvalue())

    def _append(self, data: bytes) -> tuple[int, int]:
        offset, view = self._size, memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) or 0 :]
        except OSError as error:
            os.ftruncate(self._file.fileno(), offset)
            self._file.seek(offset)
            advice = "free some space and run again" if error.errno == errno.ENOSPC else "check the disk and its rights"
            raise ArchiveError(
                f"{self._open_path} cannot be written ({error.strerror}); {advice}. What was archived before is kept."
            ) from error
        self._size += len(data)
        return offset, len(data)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _create_locked(path: Path) -> FileIO:
    while True:
        file = FileIO(path, "xb")
        # Another process may take the new file for an abandoned one before it is locked, and clear it away.
        if _lock(file.fileno()) and _is_same_file(path, file.fileno()):
            return file
        file.close()
        path.unlink(missing_ok=True)


def _is_same_file(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _finish_abandoned(path: Path) -> Path | None:
    with path.open("r+b") as file:
        end = max((offset + length for offset, length, _ in whole_members(file)), default=0)
        size = os.fstat(file.fileno()).st_size
        if end < size:
            _log.warning("%s: a crash left a record unfinished; %d bytes of it are cut off", path.name, size - end)
            file.truncate(end)
        os.fsync(file.fileno())
    entries = build_entries(path)
    if not entries:
        path.unlink()
        return None
    finished = path.with_name(path.name.removesuffix(_OPEN))
    path.rename(finished)
    _sync_folder(path.parent)
    write_sidecar(finished, entries)
    return finished


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _key(url: str, sha256: str, moment: str = "") -> int:
    # 64 bits are enough to tell captures of one address apart, and keep millions of them small in memory.
    return hash((url, sha256, moment))
