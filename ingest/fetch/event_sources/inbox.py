"""Event files from a person: given to the command, or dropped into the inbox's folder `events/`.

`inbox/events/<conflict_id>/file.csv` says whose the rows of an own file are that name no conflict.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ingest.fetch.event_sources.files import Unreadable, read_event_path
from ingest.fetch.event_sources.store import Entry, EventArchive
from ingest.fetch.inbox import EVENTS_FOLDER, waiting_event_files
from ingest.parse.events import EventFileError, read_events
from ingest.records import Report, utc_now
from ingest.settings import Settings


def take_in(
    archive: EventArchive, path: Path, origin: str, expected: str = "auto", conflict_id: str | None = None
) -> tuple[list[Entry], list[str]]:
    """Archive the event files at `path`; return their entries and what could not be read, each with its reason."""
    entries, problems = [], []
    for item in read_event_path(path):
        if isinstance(item, Unreadable):
            problems.append(item.reason)
            continue
        try:
            found = read_events(item, expected).format
        except EventFileError as error:
            problems.append(str(error))
        else:
            entries.append(archive.store(item, origin, found, conflict_id)[0])
    return entries, problems


def take_in_inbox(settings: Settings, say: Callable[[str], None]) -> Report:
    """Archive the event files that wait, then move each to `inbox_done/events` or `inbox_rejected/events`.

    Nothing is deleted; a file of which nothing could be read is rejected, with the reason in the log and the report.
    """
    report = Report(details={"problems": []})
    archive = EventArchive(settings.archive)
    moment = f"{utc_now():%Y%m%dT%H%M%S}"
    for file in waiting_event_files(settings.inbox, time.time()):
        inside = file.relative_to(settings.inbox / EVENTS_FOLDER)
        conflict_id = inside.parts[0] if len(inside.parts) > 1 else None
        entries, problems = take_in(archive, file, "inbox", conflict_id=conflict_id)
        report.add("files")
        report.add("taken in", len(entries))
        report.details["problems"] += problems
        for problem in problems:
            say(problem)
        goal = settings.state / ("inbox_done" if entries else "inbox_rejected") / EVENTS_FOLDER / moment / inside
        goal.parent.mkdir(parents=True, exist_ok=True)
        file.replace(goal)
    return report
