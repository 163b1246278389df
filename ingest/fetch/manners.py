"""How the crawler behaves on other people's machines: robots.txt (RFC 9309), allowed hosts, waiting, and --connect-to.

These are Scrapy downloader middlewares and a download handler; the spider carries what they need to know of its sites.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from protego import Protego
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.misc import load_object

from ingest.fetch.address import host_of
from ingest.fetch.encodings import ACCEPTED, TooLargeError, UnknownEncodingError, decode_body
from ingest.fetch.sources import is_loopback

ROBOT_NAME = "Parley"
_LONGEST_CRAWL_DELAY_S = 60.0
CUT_FLAG = "dataloss"
"""Scrapy's own word for an answer that ended before its stated length."""


class HostNotAllowedError(IgnoreRequest):
    """A request would go to a host the site's entry does not name."""


class BlockedByRobotsError(IgnoreRequest):
    """robots.txt forbids the address, or cannot be had, which means the same."""


class AllowedHostsMiddleware:
    """Refuse every request, redirects included, to a host that is not among the allowed ones."""

    def __init__(self, crawler: Crawler) -> None:
        self._hosts: frozenset[str] = frozenset(crawler.settings.getlist("PARLEY_HOSTS"))
        self._connect_to: Mapping[str, str] = crawler.settings.getdict("PARLEY_CONNECT_TO")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AllowedHostsMiddleware:
        """Make one, as Scrapy asks."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise HostNotAllowedError for a foreign host; keep proxies out of the way to this very machine."""
        host = host_of(request.url)
        if host not in self._hosts:
            raise HostNotAllowedError(f"leads to the host {host!r}, which is not among allowed_hosts")
        if is_loopback(self._connect_to.get(host, host)):
            request.meta["proxy"] = None


class RobotsMiddleware:
    """Obey robots.txt: 4xx means everything is allowed, 5xx or no answer that nothing is; Crawl-delay is kept."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, asyncio.Future[Protego]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Make one, as Scrapy asks."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise BlockedByRobotsError where the address may not be fetched, or the error that kept robots.txt away."""
        if request.meta.get("is_robots_txt"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._fetch_rules(origin))
        rules = await self._rules[origin]
        if not rules.can_fetch(request.url, ROBOT_NAME):
            raise BlockedByRobotsError(f"{origin}/robots.txt forbids this address")

    async def _fetch_rules(self, origin: str) -> Protego:
        request = Request(
            f"{origin}/robots.txt", callback=NO_CALLBACK, priority=1000, meta={"is_robots_txt": True}, dont_filter=True
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except IgnoreRequest as error:
            raise BlockedByRobotsError(f"{origin}/robots.txt {error}") from error
        if response.status == 429 or response.status >= 500:
            raise BlockedByRobotsError(
                f"{origin}/robots.txt answers HTTP {response.status}; until it can be read, wait"
            )
        text = response.body.decode("utf-8", "replace") if 200 <= response.status < 300 else ""
        rules = Protego.parse(text)
        self._keep_crawl_delay(host_of(origin), rules.crawl_delay(ROBOT_NAME))
        return rules

    def _keep_crawl_delay(self, host: str, stated: float | None) -> None:
        downloader = self._crawler.engine.downloader
        settings = downloader.per_slot_settings.setdefault(host, {})
        delay = max(float(settings.get("delay", 0)), min(stated or 0.0, _LONGEST_CRAWL_DELAY_S))
        settings["delay"] = delay
        if host in downloader.slots:
            downloader.slots[host].delay = delay


class DecodingMiddleware:
    """Undo content encodings as the reader of archives does: Scrapy's own loses pages whose header lies about them."""

    def __init__(self, crawler: Crawler) -> None:
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DecodingMiddleware:
        """Make one, as Scrapy asks."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Say what can be decoded."""
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002  Scrapy names both
        """Decode; flag what is cut. Raises DownloadCancelledError beyond the size allowed.

        An unknown encoding leaves the answer as it came, its header in place.
        """
        names = b",".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1")
        if not names:
            return response
        try:
            decoded = decode_body(response.body, names, self._limit)
        except TooLargeError as error:
            raise DownloadCancelledError(str(error)) from error
        except UnknownEncodingError:
            return response
        headers: Any = response.headers.copy()
        del headers["Content-Encoding"]
        flags = [*response.flags, *([CUT_FLAG] if decoded.is_cut else [])]
        return response.replace(body=decoded.content, headers=headers, flags=flags)


class BackoffMiddleware:
    """Retry what may pass, waiting longer each time, or as long as Retry-After asks within a bound."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._codes = {int(code) for code in settings.getlist("RETRY_HTTP_CODES")}
        self._errors = tuple(load_object(error) for error in settings.getlist("RETRY_EXCEPTIONS"))
        self._first_s = settings.getfloat("PARLEY_FIRST_WAIT_S")
        self._longest_s = settings.getfloat("PARLEY_LONGEST_WAIT_S")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BackoffMiddleware:
        """Make one, as Scrapy asks."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Give a 429, a 5xx or a cut answer another try after a wait; give up where the server asks for too long a one.

        An answer that is cut again is taken as it is.
        """
        if CUT_FLAG in response.flags:
            return await self._again(request, "the answer was cut", 0.0) or response
        if response.status not in self._codes:
            return response
        stated = seconds_to_wait((response.headers.get(b"Retry-After") or b"").decode("latin-1"))
        if stated is not None and stated > self._longest_s:
            return response
        return await self._again(request, f"HTTP {response.status}", stated or 0.0) or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Give a failed connection another try after a wait."""
        if not isinstance(exception, self._errors):
            return None
        return await self._again(request, exception, 0.0)

    async def _again(self, request: Request, reason: str | Exception, stated_s: float) -> Request | None:
        spider = self._crawler.spider
        retry = get_retry_request(request, spider=spider, reason=reason) if spider else None
        if retry is not None:
            own_s = self._first_s * 4.0 ** (retry.meta["retry_times"] - 1)
            await asyncio.sleep(max(stated_s, min(own_s, self._longest_s)))
        return retry


def seconds_to_wait(retry_after: str, now: datetime | None = None) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date; None where it says nothing readable."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=moment.tzinfo or UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


class ConnectToHandler(HTTP11DownloadHandler):
    """Ask a mapped host at another address, as curl's --connect-to does; everything above sees the public one."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._connect_to: Mapping[str, str] = crawler.settings.getdict("PARLEY_CONNECT_TO")

    async def download_request(self, request: Request) -> Response:
        """Download, with the public host in the Host header."""
        parts = urlsplit(request.url)
        target = self._connect_to.get((parts.hostname or "").lower())
        if target is None or parts.scheme != "http":
            return await super().download_request(request)
        headers: Any = request.headers.copy()
        headers["Host"] = parts.netloc
        address = urlunsplit(("http", target, parts.path or "/", parts.query, ""))
        response = await super().download_request(request.replace(url=address, headers=headers))
        return response.replace(url=request.url)
