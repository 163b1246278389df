"""`parley ingest`: saved pages and addresses into the archive and the working file, with a line for each."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from rich.console import Console

from ingest.fetch.archive import Archive
from ingest.fetch.collect import new_crawl_id
from ingest.fetch.crawl import crawl
from ingest.fetch.intake import ALREADY_ARCHIVED, ingest_path
from ingest.fetch.sources import site_of_addresses
from ingest.records import UNREADABLE, Capture, CaptureKind
from ingest.settings import Settings
from ingest.warehouse.build import open_build
from ingest.warehouse.load import commenter_key, load_archive


def _is_address(what: str) -> bool:
    return what.startswith(("http://", "https://"))


def ingest_all(settings: Settings, what: tuple[str, ...], url: str | None, fetched_at: datetime | None) -> int:
    """Archive and load everything named; print what each page gave; return 1 where not one page could be read."""
    console = Console()
    crawl_id = new_crawl_id("ingest")
    archive = Archive(settings.archive)
    known = 0

    def say(capture: Capture, outcome: str) -> None:
        nonlocal known
        if outcome == ALREADY_ARCHIVED:
            known += 1
            console.print(f"{capture.source}: already archived, nothing new", markup=False, highlight=False)
        elif capture.kind is CaptureKind.FAILURE and not capture.warc_file:
            told = f"{capture.source}: {outcome} – {capture.status_detail}, as before"
            console.print(told, markup=False, highlight=False, soft_wrap=True)

    for path in (Path(name) for name in what if not _is_address(name)):
        ingest_path(archive, path, crawl_id, url, fetched_at, say)
    addresses = [name for name in what if _is_address(name)]
    if addresses:
        crawl([site_of_addresses(addresses)], settings.archive, crawl_id)
    with open_build(settings.build_db) as con:
        load_archive(con, Archive(settings.archive), commenter_key(settings))
        rows = con.execute(
            "SELECT source, status, status_detail, parser, title, comment_count, declared_comment_count "
            "FROM raw.page_read WHERE crawl_id = ? ORDER BY fetched_at, source",
            [crawl_id],
        ).fetchall()
    for source, status, detail, parser, title, comments, declared in rows:
        found = f"{comments} comments" + (f" of {declared} declared" if declared is not None else "")
        text = f"{detail or ''}" if status in UNREADABLE else f"{found} by the parser {parser}: {title or 'no title'}"
        console.print(f"{source}: {status} – {text}", markup=False, highlight=False, soft_wrap=True)
    good = known + sum(status not in UNREADABLE for _, status, *_ in rows)
    if rows and good:
        console.print("Loaded. `parley run` scores, links and publishes what is new.", highlight=False)
    return 0 if good else 1
