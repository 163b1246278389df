"""What a page states about its article, and what it does not state."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.parse import PARSE_VERSION, parse
from ingest.records import Document, Page, PublishedBasis, Status

BODY = """<article><h1>Ferry stops at noon</h1>{inside}
<p>The ferry stopped at noon for want of fuel, the harbour master said.</p>
<p>It is to sail again on Thursday, when a tanker is expected from the south.</p></article>"""


def read(head: str = "", inside: str = "", lang: str = "") -> Page:
    markup = f"<!doctype html><html {lang}><head>{head}</head><body>{BODY.format(inside=inside)}</body></html>"
    return parse(Document(content=markup.encode(), source="f.html", url="https://example.org/ferry"))


def test_page_without_a_date_gets_none() -> None:
    page = read(inside="<p>In 2019 and on 4 May 2020 it had stopped as well.</p>")
    assert page.published_at is None
    assert page.modified_at is None
    assert page.published_basis is PublishedBasis.UNKNOWN


def test_a_relative_date_is_not_stated() -> None:
    assert read(inside='<span class="posted-on">3 days ago</span>').published_at is None


@pytest.mark.parametrize(
    ("head", "inside"),
    [
        ('<meta property="article:published_time" content="2020-10-04T08:00:00+02:00">', ""),
        (
            (
                '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle",'
                '"datePublished":"2020-10-04T06:00:00Z"}]}</script>'
            ),
            "",
        ),
        ("", '<time class="entry-date published" datetime="2020-10-04T10:00:00+04:00">4 Oct</time>'),
        ("", '<span itemprop="datePublished" content="2020-10-04T06:00:00Z">Sunday</span>'),
        ("", '<span class="posted-on">October 4, 2020 at 6:00 am</span>'),
    ],
)
def test_stated_dates(head: str, inside: str) -> None:
    page = read(head, inside)
    assert page.published_at == datetime(2020, 10, 4, 6, tzinfo=UTC)
    assert page.published_basis is PublishedBasis.STATED


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("By Ada Quill, 4 March", "Ada Quill"),
        ("By Ada Quill and Bo Reed | 4 March 2020", "Ada Quill and Bo Reed"),
        ("By: <a href='/ada'>Ada Quill</a> <span>Published 4 March 2020</span>", "Ada Quill"),
        ("By Ada Quill<br>Monday, 4 March", "Ada Quill"),
        ("Von Ada Quill", "Ada Quill"),
        ("Автор: Ада Квилл, 4 марта", "Ада Квилл"),
        ("Published 4 March 2020", None),
        ("By 4 March", None),
        ("Byzantium, 4 March", None),
    ],
)
def test_a_byline_names_the_author(byline: str, author: str | None) -> None:
    assert read(inside=f'<p class="byline">{byline}</p>').author == author


def test_metadata() -> None:
    page = read(
        """<title>Ferry stops at noon | Harbour Post</title><meta property="og:site_name" content="Harbour Post">
        <link rel="canonical" href="/2020/ferry/"><meta property="article:section" content="Harbour">
        <meta property="article:tag" content="ferry"><meta property="article:tag" content="fuel">
        <meta name="author" content="Ilya K">
        <meta property="article:modified_time" content="2020-10-05T00:00:00Z">""",
        lang='lang="en_GB"',
    )
    assert (page.title, page.site_name, page.author) == ("Ferry stops at noon", "Harbour Post", "Ilya K")
    assert page.canonical_url == "https://example.org/2020/ferry/"
    assert (page.section, page.tags, page.language) == ("Harbour", ("ferry", "fuel"), "en-GB")
    assert page.modified_at == datetime(2020, 10, 5, tzinfo=UTC)
    assert page.text.split("\n\n")[0].startswith("The ferry stopped")
    assert (page.parser, page.status) == ("html", Status.NO_COMMENTS)


def test_broken_json_ld_costs_nothing_else() -> None:
    page = read(
        '<script type="application/ld+json">{"@type": "NewsArticle", </script><meta name="author" content="Ilya K">'
    )
    assert page.author == "Ilya K"


def test_room_version_names_every_parser() -> None:
    for markup in (
        b"<html><p>x</p></html>",
        b"<ol class=commentlist><li id=comment-1><p>x</p></ol>",
        b"A title\n\nA body.\n",
    ):
        assert parse(Document(content=markup, source="x")).parser_version in PARSE_VERSION.split("|")


def ngrams(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[index : index + 4]) for index in range(max(1, len(words) - 3))}


def test_news_pages(shared: Path) -> None:
    """Every fifth page of the article benchmark: bodies agree with the gold, and no widget is taken for comments."""
    folder = shared / "articles" / "aeb"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()][::5]
    scores = []
    for row in rows:
        page = parse(Document((folder / row["file"]).read_bytes(), row["file"], url=row["url"], media_type="text/html"))
        assert page.status in {Status.PARSED, Status.NO_COMMENTS, Status.COMMENTS_ELSEWHERE}
        assert page.title
        assert not page.comments or any(not comment.is_empty for comment in page.comments)
        ours, gold = ngrams(page.text), ngrams(row["articleBody"])
        scores.append(2 * len(ours & gold) / (len(ours) + len(gold)))
    assert sum(scores) / len(scores) >= 0.90


LONG = "The harbour master said the tanker was expected from the south, and that the ferry would wait for it. " * 3


def article_of(markup: str) -> str:
    return parse(Document(f"<!doctype html><html><body>{markup}</body></html>".encode(), "f.html")).text


def test_body_that_the_markup_names_is_read_without_what_stands_in_it() -> None:
    text = article_of(
        f"""<div class="entry-content"><h2>Fuel</h2><p>{LONG}</p><div class="sharedaddy"><p>Share it widely</p></div>
        <figure><img src="a.png"><figcaption>A tanker</figcaption></figure><blockquote><p>We wait.</p></blockquote>
        <ul><li><a href="/a">Another story</a></li><li><a href="/b">And one more</a></li></ul>
        <p>Read more: <a href="/c">The winter before</a></p><p>It is a <a href="/d">long</a> wait.</p></div>
        <div class="sidebar"><p>Sponsors of the week</p></div>"""
    )
    assert text.split("\n\n") == ["Fuel", LONG.strip(), "We wait.", "It is a long wait."]


def test_a_teaser_named_as_the_body_does_not_hide_the_article() -> None:
    paragraphs = "".join(f"<p>Paragraph {at}: {LONG}</p>" for at in range(6))
    text = article_of(f'<div class="entry-content"><p>{LONG}</p></div><article>{paragraphs}</article>')
    assert "Paragraph 5" in text


def test_a_page_of_many_entries_names_no_body() -> None:
    entries = "".join(f'<div class="entry-content"><p>Entry {at}: {LONG}</p></div>' for at in range(4))
    text = article_of(entries)
    assert "Entry 3" in text
