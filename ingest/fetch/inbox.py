"""The inbox: a folder where saved pages wait to be taken in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.settings import Settings

if TYPE_CHECKING:
    from ingest.records import Report

# A file still being copied into the inbox has a young modification time; it is left for the next look.
SETTLED_AFTER_S = 5.0
EVENTS_FOLDER = "events"
"""Event files, no pages: fetch/event_sources/inbox.py takes them in."""
_SIDECAR = ".json"
_READ = frozenset({"archived", "already_archived", "not_modified"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A saved page in the inbox and what its sidecar says of it."""

    file: Path
    sidecar: Path | None
    url: str | None = None
    fetched_at: datetime | None = None
    trouble: str | None = None
    """Why the sidecar cannot be used; the page is not taken in without what it would say."""


def waiting_files(inbox: Path, now: float) -> list[Path]:
    """List the pages in `inbox` that have not changed for a while before `now` (seconds since the epoch)."""
    return [file for file in _settled(inbox, now) if file.relative_to(inbox).parts[0] != EVENTS_FOLDER]


def waiting_event_files(inbox: Path, now: float) -> list[Path]:
    """List the event files in the inbox's folder `events` that have not changed for a while before `now`."""
    return _settled(inbox / EVENTS_FOLDER, now)


def _settled(folder: Path, now: float) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".") and now - file.stat().st_mtime >= SETTLED_AFTER_S
    )


def _with_sidecars(files: list[Path]) -> list[Waiting]:
    """Pair `page.html` with `page.html.json` ({"url": ..., "fetched_at": ...}), where there is one."""
    names = set(files)
    waiting = []
    for file in files:
        if file.suffix == _SIDECAR and file.with_suffix("") in names:
            continue
        sidecar = file.with_name(file.name + _SIDECAR)
        if sidecar not in names:
            waiting.append(Waiting(file, None))
            continue
        try:
            url, moment = _stated(sidecar)
        except (ValueError, TypeError, AttributeError) as error:
            needed = 'an object such as {"url": "https://…", "fetched_at": "2020-10-11T08:00Z"}'
            waiting.append(Waiting(file, sidecar, trouble=f"{sidecar.name} is not {needed} ({error})"))
        else:
            waiting.append(Waiting(file, sidecar, url, moment))
    return waiting


def _stated(sidecar: Path) -> tuple[str | None, datetime | None]:
    values: dict[str, Any] = json.loads(sidecar.read_text(encoding="utf-8"))
    stated = values.get("fetched_at")
    moment = datetime.fromisoformat(stated) if stated else None
    return values.get("url"), moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def take_in_inbox(settings: Settings, say: Callable[[str], None]) -> Report:
    """Archive every saved page that waits in the inbox, then move it to `inbox_done` or `inbox_rejected`.

    Nothing is deleted; a file of which not one page could be read is rejected, with the reason in the log.
    """
    # Imported here: a sensor that only looks whether files wait starts every half minute.
    from ingest.fetch.archive import Archive
    from ingest.fetch.collect import new_crawl_id
    from ingest.fetch.intake import ingest_path
    from ingest.records import Report

    total = Report()
    archive = Archive(settings.archive)
    crawl_id = new_crawl_id("inbox")
    for item in _with_sidecars(waiting_files(settings.inbox, time.time())):
        if item.trouble is not None:
            say(f"{item.file.name} rejected: {item.trouble}")
            total.add("bad_sidecar")
            _move(item, settings.inbox, settings.state / "inbox_rejected" / crawl_id)
            continue
        report = ingest_path(archive, item.file, crawl_id, item.url, item.fetched_at)
        for key, count in report.counts.items():
            total.add(key, count)
        if not _READ & set(report.counts):
            say(f"{item.file.name} rejected: {', '.join(report.counts) or 'no page in it'}")
            _move(item, settings.inbox, settings.state / "inbox_rejected" / crawl_id)
        else:
            _move(item, settings.inbox, settings.state / "inbox_done" / crawl_id)
    return total


def _move(item: Waiting, inbox: Path, target: Path) -> None:
    for file in (item.file, item.sidecar):
        if file is not None:
            goal = target / file.relative_to(inbox)
            goal.parent.mkdir(parents=True, exist_ok=True)
            file.replace(goal)
