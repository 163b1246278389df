"""The page the project began with, read to its last comment."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parse import parse
from ingest.records import Document, Page, PostedBasis, PublishedBasis, Status

NAMED = {8, 10, 15, 22}
EMPTY = {9, 17, 18, 19, 20, 21, 34}


@pytest.fixture(scope="module")
def raw(shared: Path) -> str:
    (seed,) = (shared / "seed").glob("*.txt")
    return seed.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(raw: str) -> Page:
    return parse(Document(content=raw.encode(), source="seed.txt"))


def test_article(page: Page, raw: str) -> None:
    lines = raw.splitlines()
    assert page.status is Status.PARSED
    assert page.parser == "rendered_text"
    assert page.title == lines[2]
    assert page.text.split("\n\n") == ["\n".join(lines[4:8]), lines[9]]
    assert page.tags == ("Azerbaijan", "Armenia", "NagornoKarabakh")
    assert page.site_name == "News Update"
    assert page.section == "News"


def test_no_date_is_invented(page: Page) -> None:
    assert page.published_at is None
    assert page.published_basis is PublishedBasis.UNKNOWN
    assert all(c.posted_at is None and c.posted_at_basis is PostedBasis.UNKNOWN for c in page.comments)
    assert page.language is None


def test_every_comment(page: Page) -> None:
    assert [c.ordinal for c in page.comments] == list(range(1, 40))
    assert {c.ordinal for c in page.comments if c.author is not None} == NAMED
    assert {c.ordinal for c in page.comments if c.is_empty} == EMPTY
    assert all(c.depth == 0 and c.kind == "comment" for c in page.comments)


def test_fifteenth_comment_is_one_of_five_numbered_paragraphs(page: Page) -> None:
    paragraphs = page.comments[14].text.split("\n\n")
    assert [paragraph[:2] for paragraph in paragraphs] == ["1.", "2.", "3.", "4.", "5."]


def test_every_word_below_the_article_is_in_exactly_one_place(page: Page, raw: str) -> None:
    """What the comments hold, put back together, is the page's own list: nothing lost, nothing added."""
    listed = raw[raw.index("\n  1. ") : raw.index("Leave a Reply")].split()
    rebuilt: list[str] = []
    for comment in page.comments:
        rebuilt += [f"{comment.ordinal}.", "Avatar", *(comment.author or "").split(), *comment.text.split()]
    assert rebuilt == listed


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("    ", "\t"), ("  ", "\u00a0 ")])
def test_line_ends_and_white_space_do_not_matter(page: Page, raw: str, change: tuple[str, str]) -> None:
    again = parse(Document(content=raw.replace(*change).encode(), source="seed.txt"))
    assert [(c.author, " ".join(c.text.split())) for c in again.comments] == [
        (c.author, " ".join(c.text.split())) for c in page.comments
    ]
    assert again.tags == page.tags
