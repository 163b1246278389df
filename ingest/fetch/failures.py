"""A file that cannot be read is a capture too: one FAILURE with its status, what is wrong and the mend."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

from ingest.fetch.warc import URN_PREFIX
from ingest.records import Capture, CaptureKind, Status, utc_now


def failure(
    path: Path, url: str | None, fetched_at: datetime | None, status: Status, detail: str, source: str = ""
) -> Capture:
    """Return the capture of a file, or of the part of it named by `source`, that could not be read."""
    whole = source_of(path)
    return Capture(
        kind=CaptureKind.FAILURE,
        source=source or whole,
        url=url or URN_PREFIX + _digest(path, source),
        fetched_at=fetched_at or utc_now(),
        status=status,
        status_detail=f"{source or whole}: {detail}",
    )


def source_of(path: Path) -> str:
    """Return the path as text that every encoding takes, odd bytes in the name written as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _digest(path: Path, part: str) -> str:
    try:
        with path.open("rb") as file:
            whole = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        # Nothing to hash: the name stands for it, so that the same missing file is one page.
        return hashlib.sha256(source_of(path).encode()).hexdigest()
    # Two parts of one file are two failures.
    return hashlib.sha256(f"{whole} {part}".encode()).hexdigest() if part else whole
