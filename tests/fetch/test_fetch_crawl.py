"""Crawls of a fake site on this machine: each address ends in one capture, politely."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.fetch import spider
from ingest.fetch.archive import Archive
from ingest.fetch.crawl import CrawlError, Limits, crawl
from ingest.fetch.manners import seconds_to_wait
from ingest.fetch.sources import Site
from ingest.records import Capture, CaptureKind, Report, Status
from tests.fetch.fake_site import Answer, FakeSite, serving

LIMITS = Limits(timeout_s=3, max_bytes=200_000, retries=1, first_wait_s=0.05, longest_wait_s=5)
PUBLIC = "http://news.example"
PLAIN = {"Content-Type": "text/plain"}
XML = {"Content-Type": "application/xml"}


@dataclass
class Crawled:
    """Two crawls of the same sites: the reports, and the captures of each by source."""

    site: FakeSite
    demo: FakeSite
    reports: list[Report]
    captures: list[dict[str, Capture]]
    steps: list[tuple[int, int]]
    asked_first: dict[str, int]


def _listing(kind: str, *urls: str) -> Answer:
    if kind == "rss":
        items = "".join(f"<item><link>{url}</link></item>" for url in urls)
        return Answer(f"<rss><channel>{items}</channel></rss>".encode(), headers=XML)
    tag = "sitemap" if kind == "sitemapindex" else "url"
    return Answer(
        f"<{kind}>{''.join(f'<{tag}><loc>{url}</loc></{tag}>' for url in urls)}</{kind}>".encode(), headers=XML
    )


def _fill(web: FakeSite) -> Site:
    base = web.base
    web.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private/\n", headers=PLAIN)
    web.page("/first", "first", ETag='"v1"')
    web.page("/second", "second")
    web.page("/private/x", "secret")
    web.page("/target", "target")
    web.answers["/feed"] = _listing("rss", f"{base}/first?utm_source=feed#more", f"{base}/second", "http://e.invalid/x")
    web.answers["/sitemap.xml"] = _listing("sitemapindex", f"{base}/part.xml")
    web.answers["/part.xml"] = _listing("urlset", f"{base}/first", f"{base}/private/x", f"{base}/gone")
    web.answers["/flaky"] = lambda n: Answer(b"busy", 500) if n == 1 else Answer(b"<html><p>at last</p></html>")
    web.answers["/waits"] = lambda n: (
        Answer(b"", 503, {"Retry-After": "1"}) if n == 1 else Answer(b"<html><p>ok</html>")
    )
    web.answers["/later"] = Answer(b"", 429, {"Retry-After": "3600"})
    web.answers["/slow"] = Answer(b"<html>", slow_s=8)
    web.answers["/large"] = Answer(b"<html>" + b"x" * 300_000)
    web.answers["/endless"] = Answer(b"<html>" + b"x" * 300_000, drip=True)
    web.answers["/moved"] = Answer(b"", 301, {"Location": "/target"})
    web.answers["/circle"] = Answer(b"", 302, {"Location": "/circle"})
    web.answers["/away"] = Answer(b"", 302, {"Location": "http://e.invalid/"})
    web.answers["/picture"] = Answer(b"\x89PNG", headers={"Content-Type": "image/png"})
    paths = ("flaky", "waits", "later", "slow", "large", "endless", "moved", "circle", "away", "picture")
    urls = (*(f"{base}/{path}" for path in paths), "http://127.0.0.1:9/refused")
    feeds = (f"{base}/feed", f"{base}/nofeed")
    return Site("fake", feeds=feeds, sitemaps=(f"{base}/sitemap.xml",), urls=urls, delay_s=0)


def _thread_page(number: int, pages: int, base: str) -> Answer:
    comments = "".join(
        f'<li id="comment-{number}{n}" class="comment"><article id="div-comment-{number}{n}" class="comment-body">'
        f'<footer class="comment-meta"><div class="comment-author vcard"><b class="fn">Reader {n}</b></div>'
        f'<div class="comment-metadata"><a href="#"><time datetime="2020-10-0{n}T10:00:00+00:00">then</time></a></div>'
        f'</footer><div class="comment-content"><p>Page {number}, remark {n}.</p></div></article></li>'
        for n in range(1, 4)
    )
    links = "".join(
        f'<a class="page-numbers" href="{base}/talks/comment-page-{n}/#comments">{n}</a>'
        for n in range(1, pages + 1)
        if n != number
    )
    return Answer(
        f"""<!doctype html><html><head><title>Talks</title><meta name="generator" content="WordPress 5.5"></head>
        <body class="single"><article class="post"><h1 class="entry-title">Talks</h1><div class="entry-content">
        <p>{"The delegations met again and parted without a word to the press. " * 5}</p></div></article>
        <div id="comments" class="comments-area"><h2 class="comments-title">{3 * pages} thoughts</h2>
        <ol class="comment-list">{comments}</ol>
        <nav class="navigation comments-pagination"><div class="nav-links">{links}</div></nav></div></body></html>
        """.encode()
    )


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("archive")
    steps: list[tuple[int, int]] = []
    with serving() as web, serving() as demo:
        demo.answers["/talks/"] = _thread_page(1, 2, PUBLIC)
        demo.answers["/talks/comment-page-2/"] = _thread_page(2, 2, PUBLIC)
        mapped = {"news.example": demo.base.removeprefix("http://")}
        thread = Site("demo", urls=(f"{PUBLIC}/talks/",), delay_s=0, is_demo=True, connect_to=mapped)
        sites = [_fill(web), thread]
        reports = [crawl(sites, folder, "one", lambda *step: steps.append(step), LIMITS, contact="crawl@example.org")]
        asked_first = dict(web.asked)
        demo.answers["/talks/comment-page-2/"] = _thread_page(7, 2, PUBLIC)
        reports.append(crawl(sites, folder, "two", None, replace(LIMITS, retries=0)))
        archive = Archive(folder)
        captures = [
            {capture.source.removeprefix(web.base): capture for capture in archive.read(warc)}
            for warc in archive.files()
        ]
        yield Crawled(web, demo, reports, captures, steps, asked_first)


@pytest.mark.parametrize(
    ("source", "status", "detail"),
    [
        ("/first?utm_source=feed#more", None, ""),
        ("/second", None, ""),
        ("/flaky", None, ""),
        ("/waits", None, ""),
        ("/moved", None, ""),
        ("/gone", Status.HTTP_ERROR, "HTTP 404"),
        ("/nofeed", Status.HTTP_ERROR, "HTTP 404"),
        ("/later", Status.HTTP_ERROR, "HTTP 429, asks to wait 3600"),
        ("/circle", Status.HTTP_ERROR, "circle"),
        ("/private/x", Status.BLOCKED_BY_ROBOTS, "robots.txt"),
        ("/slow", Status.TIMEOUT, "time"),
        ("/large", Status.TOO_LARGE, "bytes"),
        ("/endless", Status.TOO_LARGE, "bytes"),
        ("/away", Status.UNREACHABLE, "e.invalid"),
        ("/picture", Status.UNSUPPORTED_TYPE, "image/png"),
        ("http://127.0.0.1:9/refused", Status.UNREACHABLE, "refused"),
    ],
)
def test_every_address_ends_in_one_capture(crawled: Crawled, source: str, status: Status | None, detail: str) -> None:
    capture = crawled.captures[0][source]
    assert capture.status == status
    assert detail in (capture.status_detail or "")
    assert capture.crawl_id == "one"


def test_the_report_counts_every_capture(crawled: Crawled) -> None:
    counts = crawled.reports[0].counts
    statuses = {status.value for status in Status} | {"fetched"}
    assert sum(n for key, n in counts.items() if key in statuses) == len(crawled.captures[0])
    assert counts["fetched"] == 7
    assert counts["listings_read"] == 3
    assert counts["not_asked_other_host"] == 1
    assert crawled.steps[-1][0] == len(crawled.captures[0])


def test_an_address_is_asked_once_and_without_tracking(crawled: Crawled) -> None:
    assert crawled.asked_first["/first"] == 1
    assert not any("utm" in path for path, _ in crawled.site.requests)
    assert crawled.asked_first["/later"] == 1
    assert crawled.asked_first["/flaky"] == 2
    assert "/private/x" not in crawled.asked_first


def test_redirects_are_followed_and_the_final_address_recorded(crawled: Crawled) -> None:
    capture = crawled.captures[0]["/moved"]
    assert capture.url == f"{crawled.site.base}/target"
    assert capture.source == f"{crawled.site.base}/moved"


def test_a_second_crawl_stores_only_what_is_new(crawled: Crawled) -> None:
    again = crawled.captures[1]
    for source in ("/first?utm_source=feed#more", "/second", "/flaky", "/moved"):
        assert (again[source].kind, again[source].status) == (CaptureKind.REVISIT, Status.NOT_MODIFIED), source
    assert again["/first?utm_source=feed#more"].http_status == 304
    assert again["/second"].http_status == 200
    assert crawled.reports[1].counts["not_modified"] == 6


def test_the_crawler_says_who_it_is(crawled: Crawled) -> None:
    for path, headers in crawled.site.requests:
        assert headers["user-agent"].startswith("Parley/"), path
        assert "cookie" not in headers
        assert "referer" not in headers
    assert "crawl@example.org" in crawled.site.requests[0][1]["user-agent"]


def test_comment_pages_are_followed_on_a_site_served_from_elsewhere(crawled: Crawled) -> None:
    first = {c.url: c for c in crawled.captures[0].values() if c.is_demo}
    assert {f"{PUBLIC}/talks/", f"{PUBLIC}/talks/comment-page-2/"} <= set(first)
    assert all(url.startswith(PUBLIC) for url in first)
    assert {headers["host"] for _, headers in crawled.demo.requests} == {"news.example"}


def test_a_comment_page_is_looked_at_again_though_its_article_stayed_as_it_was(crawled: Crawled) -> None:
    again = {c.url: c for c in crawled.captures[1].values() if c.is_demo}
    assert again[f"{PUBLIC}/talks/"].status is Status.NOT_MODIFIED
    assert b"Page 7" in again[f"{PUBLIC}/talks/comment-page-2/"].content


def test_robots_txt_sets_the_pace_and_keeps_out_while_it_cannot_be_had(web: FakeSite, tmp_path: Path) -> None:
    web.answers["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.6\n", headers=PLAIN)
    for n in range(5):
        web.page(f"/{n}", str(n))
    with serving() as broken:
        broken.answers["/robots.txt"] = Answer(b"", 503)
        broken.page("/a", "page")
        paced = Site("paced", urls=tuple(f"{web.base}/{n}" for n in range(5)), delay_s=0, max_pages=3)
        mapped = {"broken.example": broken.base.removeprefix("http://")}
        shut = Site("shut", urls=("http://broken.example/a",), delay_s=0, connect_to=mapped)
        started = time.monotonic()
        report = crawl([paced, shut], tmp_path, "one", limits=LIMITS)
        assert time.monotonic() - started > 1.2
        assert "/a" not in broken.asked
    assert report.counts == {"fetched": 3, "not_asked_over_max_pages": 2, "blocked_by_robots": 1}


def test_a_killed_crawl_keeps_what_it_had(web: FakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        web.page(f"/{n}", str(n))
    web.answers["/hang"] = Answer(b"<html>", slow_s=60)
    urls = (*(f"{web.base}/{n}" for n in range(3)), f"{web.base}/hang")
    started: list[subprocess.Popen[Any]] = []
    popen = subprocess.Popen

    def spy(*args: Any, **kwargs: Any) -> Any:
        started.append(popen(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", spy)

    def kill_when_three_are_in(done: int, known: int) -> None:
        if done == 3:
            started[0].kill()

    with pytest.raises(CrawlError, match="archived"):
        crawl([Site("s", urls=urls, delay_s=0)], tmp_path, "one", kill_when_three_are_in, Limits(timeout_s=60))
    assert {c.url for c in Archive(tmp_path).records()} == set(urls[:3])


def test_stopping_the_parent_stops_the_crawl_gently(web: FakeSite, tmp_path: Path) -> None:
    for n in range(200):
        web.page(f"/{n}", str(n))
    urls = tuple(f"{web.base}/{n}" for n in range(200))

    def interrupt(done: int, known: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crawl([Site("s", urls=urls, delay_s=0.1)], tmp_path, "one", interrupt, LIMITS)
    kept = len(list(Archive(tmp_path).records()))
    assert 2 <= kept < 200
    assert not list(tmp_path.glob("*.open"))
    assert threading.active_count() < 50


def test_no_site_is_no_crawl(tmp_path: Path) -> None:
    assert crawl([], tmp_path / "a", "one").counts == {}
    assert not (tmp_path / "a").exists()


def test_retry_after() -> None:
    now = datetime(2020, 10, 1, tzinfo=UTC)
    assert seconds_to_wait("120") == 120
    assert seconds_to_wait(format_datetime(now + timedelta(seconds=30), usegmt=True), now) == 30
    assert seconds_to_wait(format_datetime(now - timedelta(seconds=30), usegmt=True), now) == 0
    assert seconds_to_wait("soon") is None
    assert seconds_to_wait("") is None


def test_the_crawling_process_opens_no_door() -> None:
    limits = {"first_wait_s": 1, "longest_wait_s": 1, "timeout_s": 1, "max_bytes": 1, "retries": 1}
    settings = spider._settings({"limits": limits}, [])
    doors = ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED")
    assert not any(settings[door] for door in doors)
    assert [scheme for scheme, handler in settings["DOWNLOAD_HANDLERS"].items() if handler] == ["http", "https"]
