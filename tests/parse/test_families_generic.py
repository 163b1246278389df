"""Pages of no known family: comments told by repetition, and lists of other things left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.parse import parse
from ingest.parse.families.generic import NOTE
from ingest.parse.page import GENERIC, read_by
from ingest.parse.thread import Context
from ingest.parse.tree import PageTree
from ingest.records import Document, Status
from tests.parse.test_families import read, rows

ADA = ("Ada L", "2020-10-03T16:05", "First words of mine.\n\nMore of it.")
BO = ("Bo", "2020-10-03T17:00", "An answer to that.")
SOUP = """<div class="news-comments"><h3>Комментарии (2)</h3><div class="news-comments__item"><div class="item-head">
    <span class="item-user">Ada L</span><span class="item-date">2020-10-03 16:05</span></div>
    <div class="item-text"><p>First words of mine.</p><p>More of it.</p></div>
    <div class="item-tools"><a href="#">Ответить</a> +3</div>
    <div class="item-children"><div class="news-comments__item"><div class="item-head"><span class="item-user">Bo
    </span>
    <span class="item-date">2020-10-03 17:00</span></div><div class="item-text">An answer to that.</div>
    <div class="item-tools"><a href="#">Ответить</a> -1</div></div></div></div></div>"""
BARE = """<section id="yorumlar"><ul><li><b>Ada L</b> <i>3 Oct 2020, 16:05</i><p>First words of mine.</p>
    <p>More of it.</p><a href="#">Yanıtla</a></li><li><b>Bo</b> <i>3 Oct 2020, 17:00</i><p>An answer to that.</p>
    <a href="#">Yanıtla</a>
    </li></ul></section>"""
ONE = """<div id="comments-block"><article class="comment-card"><a class="who-name">Ada L</a>
    <time datetime="2020-10-03T16:05:00Z">then</time><div class="comment-card__body">Only one so far, and mine.</div>
    </article></div>"""


def test_items_nested_in_one_another() -> None:
    page = read(SOUP)
    assert (page.parser, page.status, page.status_detail) == ("generic", Status.PARSED, NOTE)
    assert [one[2:] for one in rows(page)] == [(0, *ADA), (1, *BO)]
    assert page.text.endswith("come through.")


def test_items_without_classes() -> None:
    page = read(BARE)
    assert page.parser == "generic"
    assert [one[3:] for one in rows(page)] == [ADA, BO]


def test_one_comment_must_be_named_so() -> None:
    assert [one[3:] for one in rows(read(ONE))] == [("Ada L", "2020-10-03T16:05", "Only one so far, and mine.")]
    assert read(ONE.replace("comment-card", "card")).comments == ()


STORY = """<div class="item"><h3><a href="/news/{0}">The story number {0} of this long day</a></h3>
    <span class="author">Ada L</span><time datetime="2020-10-0{0}">then</time><p class="text">What it is about, in
    some words of the editors.</p><a href="/news/{0}#comments">12 comments</a></div>"""
OTHERS = {
    "articles in a box of comments": '<div class="comments-list">{}</div>',
    "recent comments": '<div class="sidebar"><ul class="comments-list">{}</ul></div>',
    "related": '<aside><div id="comments">{}</div></aside>',
}
RECENT = """<li><span class="user">Ada L</span> on <a href="/news/{0}">A story of the other day</a>
    <time>2020-10-0{0}</time><p class="text">I read this with great care, all of it.</p></li>"""
NAVIGATION = """<ul class="comments-nav"><li><b>Ada</b> <i>2020</i> <a href="/archive/2020">
    The archive of comments of the year</a></li><li><b>Bo</b> <i>2021</i> <a
    href="/archive/2021">The archive of comments of that year</a></li></ul>"""
PRODUCTS = """<div class="reviews products-comments"><div class="product"><b class="name">Lamp</b>
    <i class="date">2020</i>    <p class="description">A lamp that stands on any table.</p></div>
    <div class="product"><b class="name">Chair</b>
    <i class="date">2021</i><p class="description">A chair to sit on for long.</p></div></div>"""
COUNTS = """<div class="comments-count">12 comments</div><div id="comments"><form><b class="user">You</b>
    <span class="date">2020-10-03</span><p class="text">Write what you think of this story.</p></form></div>"""


@pytest.mark.parametrize(
    "markup",
    [
        *(box.format("".join(STORY.format(n) for n in range(1, 6))) for box in OTHERS.values()),
        '<div class="comments-list"><ul>' + "".join(RECENT.format(n) for n in range(1, 6)) + "</ul></div>",
        NAVIGATION,
        PRODUCTS,
        COUNTS,
        "".join(STORY.format(n) for n in range(1, 6)),
    ],
)
def test_other_lists_are_no_comments(markup: str) -> None:
    assert read(markup).comments == ()


def test_it_does_not_fire_on_news_pages_without_comments(shared: Path) -> None:
    folder = shared / "articles" / "aeb"
    lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()[::6]
    fired = []
    for row in map(json.loads, lines):
        tree = PageTree((folder / row["file"]).read_bytes().decode("utf-8", "replace"))
        found = read_by(GENERIC, tree, Context())
        fired += [row["file"]] if found is not None and found.thread.comments and not row["n_ids_in_html"] else []
    assert fired == []


def test_real_comments_without_a_family(shared: Path) -> None:
    folder = shared / "articles" / "wcxb_dev"
    page = parse(Document((folder / "dev_0003.html").read_bytes(), "x", media_type="text/html"))
    assert (page.parser, len(page.comments)) == ("generic", 5)
    assert all(comment.author and comment.text for comment in page.comments)
