"""Event files on disk: single files, folders, zip archives and gzip, each member a document; what is broken is told."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.parse.events.records import EventDocument

SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson"})
MAX_BYTES = 1024**3
"""The largest file or zip member read: the whole GED of 35 years takes a quarter of it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that gives no document, and why; the message names it."""

    name: str
    reason: str


def read_event_path(path: Path) -> Iterator[EventDocument | Unreadable]:
    """Yield the event files at `path`: a file, or everything in a folder. Each file gives at least one item."""
    if path.is_dir():
        found = False
        for file in sorted(path.rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                found = True
                yield from read_event_path(file)
        if not found:
            yield Unreadable(str(path), f"{path}: the folder is empty")
        return
    try:
        yield from _read_file(path)
    except FileNotFoundError:
        yield Unreadable(str(path), f"{path}: there is no such file")
    except (OSError, EOFError, zlib.error) as error:
        yield Unreadable(str(path), f"{path}: cannot be read ({error}); was the download cut off?")


def _read_file(path: Path) -> Iterator[EventDocument | Unreadable]:
    suffix = path.suffix.lower()
    if suffix == ".zip":
        yield from read_zip(path.name, path)
    elif suffix == ".gz":
        with gzip.open(path) as file:
            yield _capped(path.name.removesuffix(".gz"), file.read(MAX_BYTES + 1))
    elif suffix in SUFFIXES:
        if path.stat().st_size > MAX_BYTES:
            yield Unreadable(path.name, f"{path}: larger than {MAX_BYTES:,} bytes; split it")
        else:
            yield EventDocument(path.name, path.read_bytes())
    else:
        known = ", ".join(sorted(SUFFIXES))
        yield Unreadable(path.name, f"{path}: no event file by its name; known are {known}, .zip and .gz")


def read_zip(name: str, file: Path | zipfile.Path | object) -> Iterator[EventDocument | Unreadable]:
    """Yield the event files in a zip (a path or an open binary file); a damaged one is told of."""
    try:
        with zipfile.ZipFile(file) as archive:  # type: ignore[arg-type]
            members = [m for m in archive.infolist() if _is_event_file(m.filename)]
            if not members:
                names = ", ".join(archive.namelist()[:5]) or "nothing"
                yield Unreadable(name, f"{name}: no event file in the zip; it holds {names}")
            for member in members:
                with archive.open(member) as opened:
                    yield _capped(f"{name}/{member.filename}", opened.read(MAX_BYTES + 1))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        yield Unreadable(name, f"{name}: the zip is damaged or cut off ({error}); download it again")


def _is_event_file(name: str) -> bool:
    path = Path(name)
    return path.suffix.lower() in SUFFIXES and not any(part.startswith((".", "__MACOSX")) for part in path.parts)


def _capped(name: str, content: bytes) -> EventDocument | Unreadable:
    if len(content) > MAX_BYTES:
        return Unreadable(name, f"{name}: larger than {MAX_BYTES:,} bytes when unpacked; split it")
    return EventDocument(name, content)
