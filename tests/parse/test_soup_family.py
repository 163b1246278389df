"""A family written with BeautifulSoup: it sees its containers only, and only where a page has one."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from ingest.parse import page as reading
from ingest.parse import parse
from ingest.parse.families.soup import SoupFamily
from ingest.parse.families.tried import Tried
from ingest.parse.selectors import compiled
from ingest.parse.thread import Context, Thread
from ingest.records import Comment, Document

PAGE = """<!doctype html><html><body><article><h1>Ferry</h1><p>The ferry stopped at noon for want of fuel, said the
harbour master, and is to sail again on Thursday when a tanker is due.</p></article>
<div id="guestbook"><b>Anna</b><i>The sea was calm.</i><b>Boris</b><i>Not here.</i></div></body></html>"""


def guestbook(soup: BeautifulSoup, context: Context) -> Thread:
    assert context.url == "https://example.org/ferry"
    assert soup.h1 is None
    names, words = soup.find_all("b"), soup.find_all("i")
    pairs = enumerate(zip(names, words, strict=True), start=1)
    return Thread(tuple(Comment(at, said.get_text(), author=name.get_text()) for at, (name, said) in pairs))


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[BeautifulSoup]:
    soups: list[BeautifulSoup] = []

    def reads(soup: BeautifulSoup, context: Context) -> Thread:
        soups.append(soup)
        return guestbook(soup, context)

    family = SoupFamily("guestbook", "guestbook-1", "an invented guest book", compiled("#guestbook"), reads)
    monkeypatch.setattr(reading, "TRIED", Tried((family, *reading.FAMILIES)))
    return soups


def read(markup: str) -> tuple[str, str, list[tuple[str | None, str]]]:
    page = parse(Document(markup.encode(), "f.html", url="https://example.org/ferry"))
    return page.parser, page.text, [(one.author, one.text) for one in page.comments]


def test_its_comments_are_the_page_s_and_not_in_the_article(seen: list[BeautifulSoup]) -> None:
    parser, text, comments = read(PAGE)
    assert (parser, comments) == ("guestbook", [("Anna", "The sea was calm."), ("Boris", "Not here.")])
    assert "harbour master" in text
    assert "calm" not in text


def test_no_soup_is_made_of_other_pages(seen: list[BeautifulSoup]) -> None:
    parser, _, comments = read(PAGE.replace("guestbook", "adverts"))
    assert (parser, comments, seen) == ("html", [], [])
