"""The pages are what a WordPress site would send: well escaped, and read back by the parser to the last comment."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, timedelta
from pathlib import Path
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest

from ingest.fetch.demo import DEMO_ORIGIN
from ingest.fetch.demo.corpus import Corpus, DemoComment, Thread
from ingest.fetch.demo.site import (
    BLOCKED_PATH,
    EMPTY_PATH,
    MISSING_PATH,
    PDF_PATH,
    Resource,
    build_site,
    prose,
)
from ingest.parse import parse
from ingest.records import Comment, CommentKind, Document, Page, PostedBasis

Site = dict[str, Resource]


def read(site: Site, path: str) -> Page:
    return parse(Document(site[path].body, path, DEMO_ORIGIN + path, "text/html", "utf-8"))


def read_thread(site: Site, thread: Thread) -> tuple[Page, dict[str, Comment]]:
    """Read an article and all its comment pages, as the crawler does; comments by id."""
    page = read(site, thread.article.path)
    comments: dict[str, Comment] = {}
    waiting, seen = [thread.article.path], set[str]()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            found = read(site, path)
            comments.update({comment.source_id or "": comment for comment in found.comments})
            waiting += [url.removeprefix(DEMO_ORIGIN) for url in found.comment_pages]
    return page, comments


def test_every_page_reads_back_exactly(corpus: Corpus, second_site: Site) -> None:
    statuses: Counter[str] = Counter()
    for thread in corpus.threads(2):
        article = thread.article
        page, comments = read_thread(second_site, thread)
        statuses[page.status] += 1
        assert page.parser == "wordpress"
        assert (page.title, page.author, page.section) == (article.title, article.author, article.section)
        assert page.tags == article.tags
        assert page.published_at == (article.published_at if article.states_date else None)
        assert (page.language or "").startswith(article.language)
        assert page.text.startswith("\n\n".join(article.paragraphs))
        assert (page.declared_comment_count or 0) == len(thread.comments)
        assert comments.keys() == {str(comment.comment_id) for comment in thread.comments}
        for truth in thread.comments:
            assert_same(comments[str(truth.comment_id)], truth, article.slug)
    assert statuses.keys() == {"parsed", "no_comments", "closed"}


def assert_same(got: Comment, truth: DemoComment, where: str) -> None:
    assert got.parent_source_id == (None if truth.parent_id is None else str(truth.parent_id)), where
    assert got.author == truth.author, where
    assert got.kind == (CommentKind.PINGBACK if truth.kind == "pingback" else CommentKind.COMMENT), where
    if truth.kind == "pingback":
        return
    assert got.text == truth.text.replace("\N{NO-BREAK SPACE}", " "), where  # the one thing reading evens out
    assert got.posted_at is not None, where
    shown = truth.posted_at.replace(second=0)
    if got.posted_at_basis is PostedBasis.STATED:
        assert got.posted_at in {truth.posted_at, shown}, where
    else:  # the classic theme shows the site's clock without its offset, and not every page tells it elsewhere
        assert got.posted_at in {shown, shown.replace(tzinfo=UTC)}, where


def test_rendering_is_fast_and_always_the_same(demo_folder: Path, second_site: Site) -> None:
    started = time.process_time()
    again = build_site(2, demo_folder)
    assert time.process_time() - started < 2
    assert again == second_site


def test_each_page_says_that_it_is_invented(second_site: Site) -> None:
    pages = [r.body.decode() for r in second_site.values() if r.media_type.startswith("text/html") and r.body]
    assert len(pages) > 70
    assert all(
        "Invented demonstration site" in page and 'name="generator" content="Parley demo' in page for page in pages
    )


def test_comments_cannot_break_out_of_the_page(second_site: Site) -> None:
    pages = b"".join(r.body for r in second_site.values() if r.media_type.startswith("text/html"))
    assert b"<script" not in pages
    assert b"&lt;script&gt;alert(" in pages
    assert b"<h1>I have escaped" not in pages


def test_prose_keeps_paragraphs_and_line_breaks() -> None:
    assert prose("a\nb & c\n\n<d>") == "<p>a<br />\nb &amp; c</p>\n<p>&lt;d&gt;</p>"
    assert not prose("")


def test_long_threads_show_the_newest_page_first_and_link_the_others(corpus: Corpus, second_site: Site) -> None:
    for thread in corpus.threads(2):
        if thread.article.comments == "long":
            page, comments = read_thread(second_site, thread)
            assert 0 < len(page.comments) < len(comments) == len(thread.comments)
            assert len(thread.comments) >= 80
            newest_root = max(c.comment_id for c in thread.comments if c.parent_id is None)
            assert str(newest_root) in {comment.source_id for comment in page.comments}


def test_both_themes_are_served(second_site: Site) -> None:
    pages = [r.body.decode() for r in second_site.values() if r.media_type.startswith("text/html")]
    assert sum('<ol class="commentlist">' in page for page in pages) >= 10
    assert sum('<ol class="comment-list">' in page for page in pages) >= 30


def test_undated_articles_give_no_date_away(corpus: Corpus, second_site: Site) -> None:
    undated = [thread.article for thread in corpus.threads(2) if not thread.article.states_date]
    feed = second_site["/feed/"].body.decode()
    for article in undated:
        head = second_site[article.path].body.decode().partition('id="comments"')[0]
        assert "2020" not in head
        assert article.path not in feed


def test_robots_feed_and_sitemap_can_be_read(corpus: Corpus, second_site: Site) -> None:
    robots = RobotFileParser()
    robots.parse(second_site["/robots.txt"].body.decode().splitlines())
    assert not robots.can_fetch("anyone", DEMO_ORIGIN + BLOCKED_PATH)
    assert robots.can_fetch("anyone", DEMO_ORIGIN + corpus.threads(1)[0].article.path)
    assert robots.site_maps() == [f"{DEMO_ORIGIN}/sitemap.xml"]

    items = ET.fromstring(second_site["/feed/"].body).findall("channel/item")  # noqa: S314 - our own
    links = [item.findtext("link", "") for item in items]
    assert len(links) >= 10
    assert all(link.removeprefix(DEMO_ORIGIN) in second_site for link in links)

    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    listed = {node.text for node in ET.fromstring(second_site["/sitemap.xml"].body).iter(name)}  # noqa: S314
    assert {thread.url for thread in corpus.threads(2)} <= listed
    assert {DEMO_ORIGIN + path for path in (BLOCKED_PATH, EMPTY_PATH, PDF_PATH, MISSING_PATH)} <= listed


def test_odd_resources(second_site: Site) -> None:
    assert MISSING_PATH not in second_site
    assert second_site[EMPTY_PATH].body == b""
    assert second_site[PDF_PATH].media_type == "application/pdf"
    assert second_site[PDF_PATH].body.startswith(b"%PDF-")


def test_second_edition_changes_some_pages_and_leaves_others(
    corpus: Corpus, first_site: Site, second_site: Site
) -> None:
    common = first_site.keys() & second_site.keys()
    changed = {path for path in common if first_site[path].body != second_site[path].body}
    articles = {thread.article.path for thread in corpus.threads(1)}
    assert len(changed & articles) >= 10
    assert len(articles - changed) >= 10
    for path in common:
        later = second_site[path].last_modified - first_site[path].last_modified
        assert (later > timedelta(0)) == (path in changed)
    assert len(first_site.keys() - second_site.keys()) == 1


@pytest.mark.parametrize("edition", [0, 3])
def test_unknown_edition_is_refused(demo_folder: Path, edition: int) -> None:
    with pytest.raises(ValueError, match="no edition"):
        build_site(edition, demo_folder)
