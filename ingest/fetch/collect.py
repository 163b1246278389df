"""One crawl over everything that is configured: the sites in the list of sources, and the embedded demo."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from ingest.fetch.archive import Archive
from ingest.fetch.crawl import crawl
from ingest.fetch.demo import DEMO_HOST, DEMO_ORIGIN
from ingest.fetch.demo.server import serve
from ingest.fetch.sources import Site, load_sources
from ingest.records import Report, utc_now
from ingest.settings import Settings

LAST_EDITION = 2

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
