"""Put saved pages into the archive, each content once: what `parley ingest` and the inbox do with files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ingest.fetch.archive import Archive
from ingest.fetch.files import read_path
from ingest.fetch.index import digest_of
from ingest.records import Capture, CaptureKind, Report, Status

ALREADY_ARCHIVED = "already_archived"


def ingest_path(
    archive: Archive,
    path: Path,
    crawl_id: str,
    url: str | None = None,
    fetched_at: datetime | None = None,
    progress: Callable[[Capture, str], None] | None = None,
) -> Report:
    """Archive what `read_path` finds under `path`; count by `archived`, `already_archived` or the failure's status.

    Records of archives that hold no page are counted as `passed_over_<type>`.
    The same content for the same address is stored once. Where a record states another time for it, the page was seen
    unchanged then, and a revisit says so. `progress` gets each capture and the count it went to.
    """
    report = Report()
    passed_over = Counter[str]()
    with archive.writer(crawl_id) as writer:
        for capture in read_path(path, url, fetched_at, passed_over):
            # A record of a WARC states its time; of a saved page only the caller can know it.
            stated = bool(capture.record_id) or (fetched_at is not None and capture.kind is not CaptureKind.FAILURE)
            outcome, kept = _sorted_in(archive, capture, stated)
            if kept is not None:
                capture = writer.write(kept)  # noqa: PLW2901  what is reported is what was archived
            report.add(outcome)
            if progress is not None:
                progress(capture, outcome)
    for kind, count in sorted(passed_over.items()):
        report.add(f"passed_over_{kind}", count)
    return report


def _sorted_in(archive: Archive, capture: Capture, stated_time: bool) -> tuple[str, Capture | None]:
    if archive.holds(capture, same_time=stated_time):
        # What failed before and fails again is stored once, and still is no page that was read.
        failed_again = capture.kind is CaptureKind.FAILURE and not stated_time
        return str(capture.status) if failed_again else ALREADY_ARCHIVED, None
    if capture.kind in (CaptureKind.FAILURE, CaptureKind.REVISIT):
        return str(capture.status), capture
    latest = archive.latest(capture.url)
    if latest is not None and latest.sha256 == digest_of(capture):
        return str(Status.NOT_MODIFIED), unchanged(capture)
    return "archived", capture


def unchanged(capture: Capture) -> Capture:
    """Return the revisit that stands for a capture whose content is archived already."""
    return replace(
        capture,
        kind=CaptureKind.REVISIT,
        content=b"",
        status=Status.NOT_MODIFIED,
        status_detail="the same content as archived before",
    )
