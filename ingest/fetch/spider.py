"""The crawling process: a Scrapy spider that turns each address it hears of into one archived capture.

Started by `ingest.fetch.crawl` with a job as JSON on standard input; tells its progress as JSON lines.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response
from twisted.logger import globalLogBeginner
from twisted.python.failure import Failure

from ingest.fetch.address import article_address, host_of, normalise_url, without_tracking
from ingest.fetch.archive import Archive, ArchiveError, ArchiveWriter
from ingest.fetch.discover import read_listing
from ingest.fetch.index import digest_of
from ingest.fetch.intake import unchanged
from ingest.fetch.manners import ROBOT_NAME
from ingest.fetch.outcomes import captured, comment_pages_of, failed, reason_of
from ingest.fetch.paging import further_pages, place_of
from ingest.fetch.sources import Site
from ingest.records import Capture, Status

_MOST_LISTINGS = 2000


class PageSpider(scrapy.Spider):
    """Fetch the listings of each site, the pages they name, and the comment pages those have."""

    name = "parley"

    def __init__(self, *, sites: list[Site], archive: Archive, writer: ArchiveWriter, channel: IO[str]) -> None:
        super().__init__()
        self.sites = sites
        self.archive = archive
        self.writer = writer
        self.channel = channel
        self.counts: Counter[str] = Counter()
        self.error: str | None = None
        self._known = 0
        self._done = 0
        self._seen: set[str] = set()
        self._pages: Counter[str] = Counter()
        self._threads: dict[str, set[str]] = {}
        self._parsing = asyncio.Lock()

    async def start(self) -> AsyncIterator[Request]:
        """Yield the first requests of every site."""
        for site in self.sites:
            for url in (*site.feeds, *site.sitemaps):
                for request in self._listing_requests([url], site):
                    yield request
            for url in site.urls:
                for request in self._page_requests([url], site):
                    yield request

    def on_listing(self, response: Response, site: Site, asked: str) -> Iterator[Request]:
        """Follow a feed or sitemap; one that cannot be read becomes a capture that says so."""
        if not 200 <= response.status < 300:
            self._keep(captured(response, site, asked))
            return
        try:
            listing = read_listing(response.body, response.url)
        except ValueError as error:
            self._keep(failed(response.url, site, asked, Status.MALFORMED, f"as a feed or sitemap: {error}"))
            return
        self.counts["listings_read"] += 1
        yield from self._page_requests(listing.pages, site)
        yield from self._listing_requests(listing.sitemaps, site)

    async def on_page(self, response: Response, site: Site, asked: str) -> AsyncIterator[Request]:
        """Archive a page and follow its comment pages."""
        capture = captured(response, site, asked)
        page = capture
        if capture.status is None:
            latest = self.archive.latest(capture.url)
            if latest is not None and latest.sha256 == digest_of(capture):
                capture = unchanged(capture)
        elif capture.status is Status.NOT_MODIFIED:
            page = self.archive.latest_capture(capture.url) or capture
        self._keep(capture)
        if page.content and page.status is None:
            # In a thread, so that a long page does not keep the answers of others waiting into their timeout.
            async with self._parsing:
                found = await asyncio.to_thread(comment_pages_of, page)
            links = [url for url in further_pages(page.url, found) if self._may_follow(page.url, url, site)]
            for request in self._page_requests(links, site, is_comment_page=True):
                yield request

    def on_failure(self, failure: Failure) -> None:
        """Archive that an address brought no content, and why."""
        request: Request = failure.request  # type: ignore[attr-defined]
        status, detail = reason_of(failure.value)
        first = request.meta.get("redirect_urls", [request.url])[0]
        if first != request.url:
            detail = f"redirected to {request.url}: {detail}"
        self._keep(failed(first, request.cb_kwargs["site"], request.cb_kwargs["asked"], status, detail))

    def _listing_requests(self, urls: list[str] | tuple[str, ...], site: Site) -> Iterator[Request]:
        for url in urls:
            if self._is_new("listing " + normalise_url(url), url, site) and self._pages["listings"] < _MOST_LISTINGS:
                self._pages["listings"] += 1
                yield self._request(url, site, self.on_listing)

    def _page_requests(
        self, urls: list[str] | tuple[str, ...], site: Site, *, is_comment_page: bool = False
    ) -> Iterator[Request]:
        for url in urls:
            if not self._is_new(normalise_url(url), url, site):
                continue
            if not is_comment_page:
                if self._pages[f"site {site.name}"] >= site.max_pages:
                    self.counts["not_asked_over_max_pages"] += 1
                    continue
                self._pages[f"site {site.name}"] += 1
            self._known += 1
            request = self._request(url, site, self.on_page)
            latest = self.archive.latest(request.url)
            if latest is not None and latest.etag:
                request.headers["If-None-Match"] = latest.etag
            if latest is not None and latest.last_modified:
                request.headers["If-Modified-Since"] = latest.last_modified
            yield request

    def _is_new(self, key: str, url: str, site: Site) -> bool:
        if key in self._seen:
            return False
        self._seen.add(key)
        if host_of(url) not in site.allowed_hosts:
            self.counts["not_asked_other_host"] += 1
            return False
        return True

    def _may_follow(self, page_url: str, url: str, site: Site) -> bool:
        """Tell whether a further page of the thread on `page_url` is new; the first one over the limit is a capture."""
        normalised = normalise_url(url)
        place = place_of(normalised)
        # One page may be linked in two spellings, ?cpage=2 and /comment-page-2/.
        page = f"{article_address(url)} {place.number}" if place else normalised
        pages = self._threads.setdefault(article_address(page_url), set())
        if normalised in self._seen or page in pages:
            return False
        pages.add(page)
        if len(pages) > site.max_comment_pages:
            if len(pages) == site.max_comment_pages + 1:
                detail = (
                    f"over {site.max_comment_pages} pages of one thread, this one and any further are not asked; "
                    "raise max_comment_pages of the site in sources.toml if the thread is that long"
                )
                self._keep(failed(url, site, url, Status.TOO_LARGE, detail))
            self.counts["not_asked_over_max_comment_pages"] += 1
            return False
        return True

    def _request(self, url: str, site: Site, callback: Any) -> Request:
        # Scrapy's own filter is off: what is a repeat is decided above, on normalised addresses.
        return Request(
            without_tracking(url),
            callback=callback,
            errback=self.on_failure,
            cb_kwargs={"site": site, "asked": url},
            dont_filter=True,
        )

    def _keep(self, capture: Capture) -> None:
        try:
            self.writer.write(capture)
        except ArchiveError as error:
            self.error = str(error)
            raise CloseSpider("archive") from error
        self._done += 1
        self.counts[capture.status.value if capture.status else "fetched"] += 1
        try:
            _tell(self.channel, {"done": self._done, "known": max(self._known, self._done)})
        except BrokenPipeError as error:
            raise CloseSpider("nobody is listening any more") from error


def main() -> int:
    """Crawl the job on standard input. Returns 0, or 1 with the reason on standard error."""
    # Whatever a library prints must not get between the lines the parent reads.
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr
    job = json.load(sys.stdin)
    sites = [_site(values) for values in job["sites"]]
    archive = Archive(Path(job["archive"]))
    # Takes seconds, which must not count against the first answers' time.
    import ingest.parse  # noqa: F401

    # Both print a traceback for every certificate that fails; the capture of the address says it in a line.
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False)
    logging.getLogger("twisted").addFilter(lambda record: "verifying certificate" not in record.getMessage())
    with archive.writer(job["crawl_id"]) as writer:
        process = AsyncCrawlerProcess(_settings(job, sites))
        crawler = process.create_crawler(PageSpider)
        process.crawl(crawler, sites=sites, archive=archive, writer=writer, channel=channel)
        process.start()
        spider = crawler.spider
    if not isinstance(spider, PageSpider) or spider.error is not None:
        print(getattr(spider, "error", "the crawl could not be started"), file=sys.stderr)
        return 1
    details = {"warc_file": writer.path.name if writer.path.exists() else None}
    _tell(channel, {"end": dict(spider.counts), "details": details})
    return 0


def _tell(channel: IO[str], event: dict[str, Any]) -> None:
    channel.write(json.dumps(event) + "\n")
    channel.flush()


def _site(values: dict[str, Any]) -> Site:
    arguments: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Site(**arguments)


def _settings(job: dict[str, Any], sites: list[Site]) -> dict[str, Any]:
    limits = job["limits"]
    handler = "ingest.fetch.manners.ConnectToHandler"
    slots = {
        host: {"concurrency": 2, "delay": site.delay_s, "jitter": 0} for site in sites for host in site.allowed_hosts
    }
    return {
        "USER_AGENT": _user_agent(job.get("contact")),
        "PARLEY_HOSTS": sorted({host for site in sites for host in site.allowed_hosts}),
        "PARLEY_CONNECT_TO": {host: target for site in sites for host, target in site.connect_to.items()},
        "PARLEY_FIRST_WAIT_S": limits["first_wait_s"],
        "PARLEY_LONGEST_WAIT_S": limits["longest_wait_s"],
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "ingest.fetch.manners.AllowedHostsMiddleware": 50,
            "ingest.fetch.manners.RobotsMiddleware": 100,
            "ingest.fetch.manners.BackoffMiddleware": 550,
            "ingest.fetch.manners.DecodingMiddleware": 590,
        },
        # Only the web: no file:, data:, ftp: or s3: address a page may name is ever opened.
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler, "ftp": None, "s3": None, "file": None, "data": None},
        "DOWNLOAD_SLOTS": slots,
        "DOWNLOAD_TIMEOUT": limits["timeout_s"],
        "DOWNLOAD_MAXSIZE": limits["max_bytes"],
        "DOWNLOAD_WARNSIZE": 0,
        # Retried as an answer, and taken cut if it comes cut again: many servers state a wrong length.
        "DOWNLOAD_FAIL_ON_DATALOSS": False,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
        "RETRY_TIMES": limits["retries"],
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        "REFERRER_POLICY": "no-referrer",
        "URLLENGTH_LIMIT": 0,
        "COOKIES_ENABLED": False,
        # Both open a door into this process.
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "ERROR",
        "STATS_DUMP": False,
    }


def _user_agent(contact: str | None) -> str:
    try:
        number = version("parley")
    except PackageNotFoundError:
        number = "0"
    clean = "".join(c for c in contact or "" if c.isascii() and c.isprintable() and c not in "()")
    return f"{ROBOT_NAME}/{number}" + (f" (+{clean})" if clean else "")


if __name__ == "__main__":
    sys.exit(main())
