"""`parley events`: event files and services into the archive and the working file, with a line for each file."""

from __future__ import annotations

from collections.abc import Container, Sequence
from pathlib import Path

import duckdb
from rich.console import Console

from ingest.annotate.event_match import match_events
from ingest.conflict import ConflictError, conflict_ids, load_conflicts
from ingest.fetch.event_sources.collect import visit_service
from ingest.fetch.event_sources.inbox import take_in
from ingest.fetch.event_sources.settings import load_services
from ingest.fetch.event_sources.store import EventArchive
from ingest.settings import Settings
from ingest.warehouse.build import open_build
from ingest.warehouse.event_load import load_event_files

_MOST_REASONS = 8


def import_paths(settings: Settings, paths: Sequence[Path], expected: str, conflict_id: str | None) -> int:
    """Archive and load event files; say what became of their rows; return 1 where not one file could be read."""
    console = Console()
    known = conflict_ids(settings.conflicts)
    if conflict_id is not None and conflict_id not in known:
        raise ConflictError(f"no conflict {conflict_id!r} in {settings.conflicts}; there are: {', '.join(known)}")
    archive = EventArchive(settings.archive)
    file_ids: list[str] = []
    for path in paths:
        entries, problems = take_in(archive, path, "file", expected, conflict_id)
        file_ids += [entry.file_id for entry in entries]
        for problem in problems:
            _say(console, problem)
    if not file_ids:
        return 1
    failed = _load(settings, archive, console, file_ids)
    return 0 if len(file_ids) > failed else 1


def fetch_service(settings: Settings, name: str) -> int:
    """Ask a service of event data, load what came; return 1 where it had trouble."""
    console = Console()
    archive = EventArchive(settings.archive)
    before = archive.file_ids()
    report = visit_service(settings, load_services(settings.sources)[name], lambda line: _say(console, line))
    new = sorted(archive.file_ids() - before)
    _say(console, f"{report.counts.get('files', 0):,} files came, {len(new):,} of them new")
    _load(settings, archive, console, new)
    return 1 if report.details["problems"] else 0


def show_imported(settings: Settings) -> None:
    """Print what is imported: events by conflict and source, and how they stand to the curated ones."""
    with open_build(settings.build_db) as con:
        _show_events(con, Console())


def _load(settings: Settings, archive: EventArchive, console: Console, file_ids: Sequence[str]) -> int:
    """Load what waits, show the named files; return how many of these failed."""
    conflicts = load_conflicts(settings.conflicts)
    with open_build(settings.build_db) as con:
        loaded = {file["file_id"] for file in load_event_files(con, archive, conflicts).details["files"]}
        match_events(con, conflicts)
        failed = _show_files(con, console, file_ids, loaded)
        _show_events(con, console)
    console.print("Loaded. `parley run` publishes what is new.", highlight=False)
    return failed


def _show_files(
    con: duckdb.DuckDBPyConnection, console: Console, file_ids: Sequence[str], loaded: Container[str]
) -> int:
    """Tell of the named files, and of those not in `loaded` that they were before; return how many failed."""
    files = con.execute(
        """SELECT file_id, name, format, status, status_detail, rows, accepted, rejected, new, revised, unchanged,
            deleted
        FROM raw.event_file WHERE list_contains(?, file_id) ORDER BY name""",
        [list(file_ids)],
    ).fetchall()
    for file_id, name, kind, status, detail_of_file, rows, accepted, rejected, *counts in files:
        if status == "failed":
            _say(console, f"failed: {detail_of_file}")
            continue
        told = zip(("new", "revised", "unchanged", "deleted"), counts, strict=True)
        detail = ", ".join(f"{count:,} {what}" for what, count in told if count) or "none"
        before = "" if file_id in loaded else "nothing new, it was loaded before: "
        _say(
            console, f"{name} ({kind}): {before}{rows:,} rows, {accepted:,} accepted ({detail}), {rejected:,} rejected"
        )
        if detail_of_file:
            _say(console, f"  {detail_of_file}")
        if kind == "own" and (untyped := _untyped(con, file_id)):
            _say(console, f"  {untyped:,} events without a sub-event type: `parley events kinds` can suggest some")
        reasons = con.execute(
            """SELECT line, rows, reason, column_name, value, mend FROM raw.event_rejection
            WHERE file_id = ? ORDER BY list_contains(['no_conflict', 'no_event'], reason), rows DESC, line""",
            [file_id],
        ).fetchall()
        for line, count, reason, column, value, mend in reasons[:_MOST_REASONS]:
            at = f"line {line}" if count == 1 else f"{count:,} rows from line {line}"
            what = f" {column} = {value!r}" if column else ""
            _say(console, f"  {at}: {reason}{what}: {mend}")
        if len(reasons) > _MOST_REASONS:
            _say(console, f"  … {len(reasons) - _MOST_REASONS} more in raw.event_rejection")
    return sum(status == "failed" for _, _, _, status, *_ in files)


def _untyped(con: duckdb.DuckDBPyConnection, file_id: str) -> int:
    count: int = con.execute(
        "SELECT count(*) FROM raw.imported_event WHERE file_id = ? AND sub_event_type IS NULL AND NOT is_deleted",
        [file_id],
    ).fetchall()[0][0]
    return count


def _show_events(con: duckdb.DuckDBPyConnection, console: Console) -> None:
    rows = con.execute(
        """SELECT conflict_id, source, count(*), count(*) FILTER (relation = 'same'),
            count(*) FILTER (relation = 'part_of'), count(*) FILTER (relation IS NULL),
            CASE WHEN bool_or(promote AND may_publish_text) THEN 'become events' ELSE 'stay candidates' END
        FROM raw.imported_event_current JOIN raw.imported_event_conflict USING (source, source_event_id)
        LEFT JOIN annotate.event_match USING (conflict_id, source, source_event_id)
        WHERE NOT is_deleted GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    if not rows:
        console.print("No imported events that a conflict claims.", highlight=False)
        return
    for conflict, source, events, same, part, neither, promotion in rows:
        _say(
            console,
            f"{conflict}: {events:,} events from {source}: {same:,} the same as one of events.csv, "
            f"{part:,} part of one, {neither:,} neither; those that are not the same {promotion}",
        )


def _say(console: Console, line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
