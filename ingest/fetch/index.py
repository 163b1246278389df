"""The index beside each WARC: CDXJ lines (sort key, 14-digit time, JSON), derived from the file and rebuildable."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from ingest.fetch.address import fold_www, host_of
from ingest.fetch.members import whole_records
from ingest.fetch.warc import to_capture
from ingest.records import Capture, CaptureKind

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one capture lies and what tells whether the page changed since. `sha256` is of the decoded content.

    For a revisit `sha256` is that of the content it stands for; for a failure, of its status and detail.
    """

    url: str
    record_id: str
    kind: str
    status: str | None
    http_status: int | None
    fetched_at: str
    sha256: str
    offset: int
    length: int
    etag: str | None = None
    last_modified: str | None = None

    @property
    def moment(self) -> datetime:
        """When the capture was fetched."""
        return datetime.fromisoformat(self.fetched_at)

    @property
    def is_content(self) -> bool:
        """Whether the record holds a page's content, which a later fetch can be compared with."""
        return self.kind not in (CaptureKind.FAILURE, CaptureKind.REVISIT) and self.http_status in (None, 200)


def entry_of(capture: Capture, offset: int, length: int, refers_to: str | None = None) -> Entry:
    """Describe an archived capture. `refers_to` is the digest of the content a revisit stands for."""
    headers = {name.lower(): value for name, value in capture.headers}
    return Entry(
        url=capture.url,
        record_id=capture.record_id,
        kind=capture.kind.value,
        status=capture.status.value if capture.status else None,
        http_status=capture.http_status,
        fetched_at=capture.fetched_at.isoformat(),
        sha256=refers_to or digest_of(capture),
        offset=offset,
        length=length,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
    )


def digest_of(capture: Capture) -> str:
    """Return what tells one capture of an address from another.

    The hex SHA-256 of its content; of status and detail for a failure; the word `revisit` for a revisit.
    """
    if capture.kind is CaptureKind.REVISIT:
        return CaptureKind.REVISIT.value
    if capture.kind is CaptureKind.FAILURE:
        return hashlib.sha256(f"{capture.status}|{capture.status_detail}".encode()).hexdigest()
    return hashlib.sha256(capture.content).hexdigest()


def build_entries(warc: Path) -> list[Entry]:
    """Read the entries from the WARC itself, every whole record of it."""
    entries = []
    with warc.open("rb") as file:
        for offset, length, record in whole_records(file):
            digest = record.fields.get("warc-payload-digest") or ""
            capture = to_capture(record, str(warc), warc.name)
            if capture is not None:
                refers_to = digest.partition(":")[2] if capture.kind is CaptureKind.REVISIT else None
                entries.append(entry_of(capture, offset, length, refers_to))
    return entries


def sidecar_of(warc: Path) -> Path:
    """Return the path of the index that belongs to `warc`."""
    return warc.with_name(warc.name.partition(".warc")[0] + ".cdxj")


def write_sidecar(warc: Path, entries: Iterable[Entry]) -> None:
    """Write the index of `warc` atomically; a disk that refuses costs time later, nothing else."""
    lines = sorted(f"{_sort_key(entry)} {json.dumps(asdict(entry))}\n" for entry in entries)
    path = sidecar_of(warc)
    draft = path.with_suffix(".cdxj.tmp")
    try:
        draft.write_text("".join(lines), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        _log.warning("%s cannot be written (%s); it will be built again from the WARC", path, error.strerror)


def read_sidecar(warc: Path) -> list[Entry]:
    """Read the index of `warc` in the order of its records; build it anew where it is missing or unreadable."""
    try:
        lines = sidecar_of(warc).read_text(encoding="utf-8").splitlines()
        entries = [Entry(**json.loads(line.split(" ", 2)[2])) for line in lines]
    except (OSError, ValueError, TypeError, IndexError):
        entries = build_entries(warc)
        write_sidecar(warc, entries)
    return sorted(entries, key=lambda entry: entry.offset)


def _sort_key(entry: Entry) -> str:
    parts = urlsplit(entry.url)
    host = ",".join(reversed(fold_www(host_of(entry.url)).split(".")))
    query = f"?{parts.query}" if parts.query else ""
    place = f"{host}){parts.path or '/'}{query}" if host else entry.url
    return f"{place.replace(' ', '%20')} {entry.moment:%Y%m%d%H%M%S}"
