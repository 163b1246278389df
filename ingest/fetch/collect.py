"""One collecting run over everything that is configured: the sites, the embedded demo, the inbox."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.fetch.archive import Archive
from ingest.fetch.crawl import crawl
from ingest.fetch.demo import DEMO_HOST, DEMO_ORIGIN
from ingest.fetch.demo.server import serve
from ingest.fetch.intake import ingest_path
from ingest.fetch.sources import Site, load_sources
from ingest.records import Capture, Report, Status, utc_now
from ingest.settings import Settings

LAST_EDITION = 2
# A file still being copied into the inbox has a young modification time; it is left for the next look.
SETTLED_AFTER_S = 5.0
_SIDECAR = ".json"

Say = Callable[[str], None]


def new_crawl_id(kind: str) -> str:
    """Return an id that sorts by time and names the kind of run."""
    return f"{utc_now():%Y%m%dT%H%M%S}-{kind}-{secrets.token_hex(2)}"


def crawl_sources(settings: Settings, say: Say) -> Report:
    """Crawl every configured site, and the demo where it is switched on; count pages by how they ended."""
    sources = load_sources(settings.sources)
    total = Report()
    if sources.demo_enabled:
        for edition in _editions(Archive(settings.archive)):
            say(f"crawling the demo site as it stood at visit {edition}")
            with serve(edition, settings.demo) as (host, port):
                site = Site(
                    name="demo",
                    urls=(f"{DEMO_ORIGIN}/",),
                    feeds=(f"{DEMO_ORIGIN}/feed/",),
                    sitemaps=(f"{DEMO_ORIGIN}/sitemap.xml",),
                    delay_s=0.0,
                    is_demo=True,
                    connect_to={DEMO_HOST: f"{host}:{port}"},
                )
                _merge(total, crawl([site], settings.archive, new_crawl_id("demo")))
    if sources.sites:
        say(f"crawling {len(sources.sites)} sites")
        _merge(total, crawl(sources.sites, settings.archive, new_crawl_id("crawl"), contact=sources.contact))
    return total


def _editions(archive: Archive) -> tuple[int, ...]:
    """Visit the demo twice when it is new, so that edits and vanished comments can be seen; then only as it is now."""
    return (LAST_EDITION,) if archive.latest(f"{DEMO_ORIGIN}/") else (1, LAST_EDITION)


def _merge(total: Report, part: Report) -> None:
    for key, count in part.counts.items():
        total.add(key, count)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A saved page in the inbox and what its sidecar says of it."""

    file: Path
    sidecar: Path | None
    url: str | None
    fetched_at: datetime | None


def waiting_files(inbox: Path, now: float) -> list[Path]:
    """List the files in `inbox` that have not changed for a while before `now` (seconds since the epoch)."""
    if not inbox.is_dir():
        return []
    return sorted(
        file
        for file in inbox.rglob("*")
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
        values: dict[str, Any] = json.loads(sidecar.read_text(encoding="utf-8")) if sidecar in names else {}
        stated = values.get("fetched_at")
        moment = datetime.fromisoformat(stated) if stated else None
        if moment is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        waiting.append(Waiting(file, sidecar if sidecar in names else None, values.get("url"), moment))
    return waiting


def take_in_inbox(settings: Settings, say: Say) -> Report:
    """Archive every saved page that waits in the inbox, then move it to `inbox_done` or `inbox_rejected`.

    Nothing is deleted; a file of which not one page could be read is rejected, with the reason in the log.
    """
    total = Report()
    archive = Archive(settings.archive)
    crawl_id = new_crawl_id("inbox")
    for item in _with_sidecars(waiting_files(settings.inbox, time.time())):
        captures: list[tuple[Capture, str]] = []
        report = ingest_path(
            archive, item.file, crawl_id, item.url, item.fetched_at, lambda c, outcome: captures.append((c, outcome))
        )
        _merge(total, report)
        failed = [c for c, _ in captures if c.status not in (None, Status.NOT_MODIFIED)]
        if captures and len(failed) == len(captures):
            say(f"{item.file.name} rejected: {failed[0].status_detail or failed[0].status}")
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
