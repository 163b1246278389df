"""Threads in pages, as themes and forums lay them out: every page is fetched once, and their union is the thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ingest.fetch.address import article_address
from ingest.fetch.archive import Archive
from ingest.fetch.crawl import Limits, crawl
from ingest.fetch.paging import further_pages
from ingest.fetch.sources import Site
from ingest.parse import parse
from ingest.records import Capture, Document, Report, Status
from tests.fetch.fake_site import Answer, FakeSite, serving

PER_PAGE = 3
LIMITS = Limits(timeout_s=5, retries=0)


def _comment(thread: str, number: int) -> str:
    return (
        f'<li id="comment-{number}" class="comment"><article id="div-comment-{number}" class="comment-body">'
        f'<footer class="comment-meta"><div class="comment-author vcard"><b class="fn">Reader {number}</b></div>'
        f'<div class="comment-metadata"><a href="#comment-{number}">2 October 2020</a></div></footer>'
        f'<div class="comment-content"><p>Remark {number}.</p></div><div class="reply">'
        f'<a rel="nofollow" href="/{thread}/?replytocom={number}#respond">Reply</a></div></article></li>'
    )


def _page(thread: str, numbers: list[int], links: str) -> Answer:
    body = "The delegations met again and parted without a word to the press. " * 5
    return Answer(
        f"""<!doctype html><html><head><title>{thread}</title><meta name="generator" content="WordPress 5.5"></head>
        <body class="single"><article class="post"><h1 class="entry-title">{thread}</h1>
        <a href="/{thread}/#comments">Comments</a><div class="entry-content"><p>{body}</p></div></article>
        <div id="comments" class="comments-area"><h2 class="comments-title">Some thoughts</h2>
        <ol class="comment-list">{"".join(_comment(thread, number) for number in numbers)}</ol>
        <nav class="navigation comment-navigation">{links}</nav></div></body></html>""".encode()
    )


def _link(address: str, label: str = "go") -> str:
    return f'<a class="page-numbers" href="{address}#comments">{label}</a>'


def _serve(web: FakeSite, thread: str, pages: int, shown: int, layout: str) -> None:
    """Serve a thread whose own address shows page `shown`; `layout` is what a page links: neighbours or ends too."""
    base = f"{web.base}/{thread}/"

    def address(number: int) -> str:
        return base if number == shown else f"{base}comment-page-{number}/"

    for number in range(1, pages + 1):
        near = {number - 1, number + 1} | ({1, pages, 2} if layout == "ends" else set())
        links = "".join(_link(address(n)) for n in sorted(near - {number}) if 1 <= n <= pages)
        ids = [number * 100 + n for n in range(PER_PAGE)]
        path = address(number).removeprefix(web.base)
        web.answers[path] = _page(thread, ids[::-1] if shown == pages else ids, links)


def _serve_forum(web: FakeSite, pages: int) -> None:
    for number in range(1, pages + 1):
        posts = "".join(
            f'<article class="message" data-author="Member {n}" id="js-post-{number * 100 + n}">'
            f'<div class="message-body"><div class="bbWrapper">Post {number * 100 + n}.</div></div></article>'
            for n in range(PER_PAGE)
        )
        links = "".join(
            f'<li class="pageNav-page"><a href="/threads/talk.1/{f"page-{n}" if n > 1 else ""}">{n}</a></li>'
            for n in (1, 2, pages)
        )
        path = "/threads/talk.1/" + (f"page-{number}" if number > 1 else "")
        head = f"<html><head><link rel='canonical' href='{web.base}{path}'></head>"
        body = f"<body><h1>Talk</h1><div class='pageNav'>{links}</div><div>{posts}</div></body></html>"
        web.answers[path] = Answer((head + body).encode())


@dataclass
class Crawled:
    """What one crawl of all the threads brought, and what was asked for it."""

    asked: Counter[str]
    captures: list[Capture]
    report: Report

    def ids(self, thread: str) -> Counter[str | None]:
        found = Counter[str | None]()
        for capture in self.captures:
            if f"/{thread}/" in capture.url and capture.status is None:
                document = Document(capture.content, capture.source, capture.url, capture.media_type, capture.charset)
                found.update(comment.source_id for comment in parse(document).comments)
        return found


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("archive")
    with serving() as web:
        web.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /shut/comment-page-3/\n")
        _serve(web, "oldest-first", 9, shown=1, layout="ends")
        _serve(web, "newest-first", 6, shown=6, layout="neighbours")
        _serve(web, "last-page-first", 7, shown=7, layout="ends")
        _serve(web, "shut", 4, shown=1, layout="ends")
        _serve(web, "endless", 40, shown=1, layout="neighbours")
        _serve_forum(web, 6)
        threads = ("oldest-first", "newest-first", "last-page-first", "shut", "endless", "threads/talk.1")
        site = Site("s", urls=tuple(f"{web.base}/{name}/" for name in threads), delay_s=0, max_comment_pages=8)
        report = crawl([site], folder, "one", limits=LIMITS)
        yield Crawled(web.asked, list(Archive(folder).records()), report)


@pytest.mark.parametrize(("thread", "pages"), [("oldest-first", 9), ("newest-first", 6), ("last-page-first", 7)])
def test_the_union_of_the_pages_is_the_thread(crawled: Crawled, thread: str, pages: int) -> None:
    expected = {str(page * 100 + n) for page in range(1, pages + 1) for n in range(PER_PAGE)}
    assert crawled.ids(thread) == dict.fromkeys(expected, 1)


def test_a_forum_thread_is_whole_though_its_middle_pages_are_not_linked(crawled: Crawled) -> None:
    # The opening post of the first page is the article.
    assert len(crawled.ids("threads/talk.1")) == 6 * PER_PAGE - 1


def test_no_page_is_asked_twice_and_no_reply_form_at_all(crawled: Crawled) -> None:
    assert {path: count for path, count in crawled.asked.items() if count > 1} == {}
    assert not [path for path in crawled.asked if "replytocom" in path or "#" in path]


def test_robots_txt_holds_for_pages_nobody_linked(crawled: Crawled) -> None:
    blocked = [capture for capture in crawled.captures if capture.status is Status.BLOCKED_BY_ROBOTS]
    assert [capture.url.rpartition("/shut")[2] for capture in blocked] == ["/comment-page-3/"]
    assert "/shut/comment-page-3/" not in crawled.asked
    assert len(crawled.ids("shut")) == 3 * PER_PAGE


def test_a_thread_without_end_is_left_with_a_word_on_it(crawled: Crawled) -> None:
    (left,) = (capture for capture in crawled.captures if capture.status is Status.TOO_LARGE)
    assert left.url.endswith("/endless/comment-page-10/")
    assert "max_comment_pages" in (left.status_detail or "")
    assert sum("/endless/" in path for path in crawled.asked) == 1 + 8
    assert crawled.report.counts["not_asked_over_max_comment_pages"] >= 1


def test_every_page_belongs_to_the_article(crawled: Crawled) -> None:
    for name, pages in (("oldest-first", 9), ("threads/talk.1", 6)):
        articles = Counter(article_address(capture.url) for capture in crawled.captures if f"/{name}/" in capture.url)
        assert list(articles.values()) == [pages]


def _numbers(own: str, *linked: str) -> list[str]:
    return [
        url.removeprefix("http://e.org")
        for url in further_pages(f"http://e.org{own}", [f"http://e.org{one}" for one in linked])
    ]


@pytest.mark.parametrize(
    ("own", "linked", "expected"),
    [
        # Alone, a link to page 2 may go forward or back, and page 2 will tell.
        ("/a/", ["/a/comment-page-2/"], ["/a/comment-page-2/"]),
        ("/a/", ["/a/comment-page-3/"], [f"/a/comment-page-{n}/" for n in (1, 2, 3)]),
        ("/a/comment-page-4/", ["/a/comment-page-5/"], [f"/a/comment-page-{n}/" for n in (2, 3, 5)]),
        ("/?p=7", ["/?p=7&cpage=2", "/?p=7&cpage=4"], [f"/?p=7&cpage={n}" for n in (2, 3, 4)]),
        ("/?p=7", ["/?p=8&cpage=5"], ["/?p=8&cpage=5"]),
        ("/viewtopic.php?t=1", ["/viewtopic.php?t=1&start=15", "/viewtopic.php?t=1&start=45"],
         [f"/viewtopic.php?t=1&start={n}" for n in (15, 30, 45)]),
        ("/viewtopic.php?t=1", ["/viewtopic.php?t=1&start=45"], ["/viewtopic.php?t=1&start=45"]),
        ("/topic/5-talk/", ["/topic/5-talk/page/2/", "/topic/5-talk/page/4/"],
         [f"/topic/5-talk/page/{n}/" for n in (2, 3, 4)]),
        ("/topic/5/talk", ["/topic/5/talk?page=2", "/topic/5/talk?page=4"],
         [f"/topic/5/talk?page={n}" for n in (2, 3, 4)]),
        ("/showthread.php?tid=5", ["/showthread.php?tid=5&page=3"],
         ["/showthread.php?tid=5&page=2", "/showthread.php?tid=5&page=3"]),
        ("/t/talk/5", ["/t/talk/5?page=2"], ["/t/talk/5?page=2"]),
        ("/news?page=1", ["/news?page=9"], ["/news?page=9"]),
        ("/a/", ["/a/comment-page-2/", "/a/comment-page-999999/"], ["/a/comment-page-2/", "/a/comment-page-999999/"]),
    ],
)  # fmt: skip
def test_only_pages_that_must_exist_are_derived(own: str, linked: list[str], expected: list[str]) -> None:
    assert _numbers(own, *linked) == expected
