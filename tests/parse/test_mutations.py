"""Real pages broken in every way pages break: no crash, no page over two seconds, nothing invented; bombs are refused.

PARLEY_MUTATIONS is how many broken pages to read; `make soak` reads 20,000, the suite a sample.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import pytest

from ingest.parse import parse, parse_all
from ingest.records import Document, Page, Status
from tests.parse.gold import rows_of

COUNT = int(os.environ.get("PARLEY_MUTATIONS", "200"))
MAX_SECONDS = 2.0
SLACK_SECONDS = 3.0
SECONDS_A_MEGABYTE = 5.0
"""Thrice what pages take that are nothing but tiny comments; what grows with the square takes minutes."""

MAX_PAGE = 60_000
"""Bytes; of longer pages a stretch of this length is broken, so that many are read in a minute."""
SEED = 20201009

TAG = re.compile(rb"<[^<>]*>")
BYTES = (
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"<",
    b">",
    b'"',
    b"&",
    b"&#x110000;",
    b"<!--",
    b"]]>",
    b"</html>",
    b"\xe2\x80\xae",
)

Mutation = Callable[[bytes, random.Random], bytes]


def cut(page: bytes, chance: random.Random) -> bytes:
    return page[: chance.randrange(len(page))]


def drop_tags(page: bytes, chance: random.Random) -> bytes:
    return TAG.sub(lambda tag: b"" if chance.random() < 0.1 else tag[0], page)


def double_tags(page: bytes, chance: random.Random) -> bytes:
    return TAG.sub(lambda tag: tag[0] * chance.choice((2, 3)) if chance.random() < 0.05 else tag[0], page)


def swap_stretches(page: bytes, chance: random.Random) -> bytes:
    one, two, three = sorted(chance.randrange(len(page)) for _ in range(3))
    return page[:one] + page[two:three] + page[one:two] + page[three:]


def sprinkle(page: bytes, chance: random.Random) -> bytes:
    pieces = bytearray(page)
    for _ in range(20):
        at = chance.randrange(len(pieces))
        pieces[at : at + chance.randrange(3)] = chance.choice(BYTES)
    return bytes(pieces)


def repeat_stretch(page: bytes, chance: random.Random) -> bytes:
    one, two = sorted(chance.randrange(len(page)) for _ in range(2))
    return page[:two] + page[one:two][:4_000] * 20 + page[two:]


def change_attributes(page: bytes, chance: random.Random) -> bytes:
    values = (
        b"",
        b"comment-0",
        b"comment-99999999999999999999",
        b"../../x",
        b"javascript:1",
        b"9999-99-99T99:99:99Z",
        b"a" * 3_000,
    )
    return re.sub(
        rb'="[^"]*"', lambda found: b'="' + chance.choice(values) + b'"' if chance.random() < 0.03 else found[0], page
    )


def other_charset(page: bytes, chance: random.Random) -> bytes:
    return page.decode("utf-8", "replace").encode(chance.choice(("utf-16", "cp1251", "utf-7", "shift_jis")), "replace")


MUTATIONS: tuple[Mutation, ...] = (
    cut,
    drop_tags,
    double_tags,
    swap_stretches,
    sprinkle,
    repeat_stretch,
    change_attributes,
    other_charset,
)


def pages_of(shared: Path) -> list[bytes]:
    found = []
    for folder in (shared / "comments" / "wordpress", shared / "articles" / "wcxb_dev"):
        found += [(folder / row["file"]).read_bytes() for row in rows_of(folder)]
    return found


def broken(pages: list[bytes], count: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(SEED)  # noqa: S311  the same pages every time
    for number in range(count):
        page = chance.choice(pages)
        start = chance.randrange(max(1, len(page) - MAX_PAGE))
        page = page[start : start + MAX_PAGE]
        names = []
        for mutation in chance.sample(MUTATIONS, chance.randint(1, 3)):
            page = mutation(page or b"<p>", chance)
            names.append(mutation.__name__)
        yield f"{number}: {', '.join(names)}", page


def check(page: Page) -> None:
    ids = {comment.source_id for comment in page.comments}
    assert [comment.ordinal for comment in page.comments] == list(range(1, len(page.comments) + 1))
    assert all(one.parent_source_id is None or one.parent_source_id in ids for one in page.comments)
    for text in (
        page.text,
        page.title or "",
        *(one.text for one in page.comments),
        *(one.author or "" for one in page.comments),
    ):
        text.encode("utf-8")
        assert "\x00" not in text


def test_broken_pages(shared: Path) -> None:
    slowest, which = 0.0, ""
    for name, content in broken(pages_of(shared), COUNT):
        start = process_time()
        pages = parse_all(Document(content, "broken.html", url="https://example.org/a/", media_type="text/html"))
        taken = process_time() - start
        if taken > slowest:
            slowest, which = taken, name
        assert pages, name
        for page in pages:
            check(page)
    assert slowest < MAX_SECONDS, which


BOMBS = {
    "nested": b"<div>" * 200_000,
    "nested comments": b"<li class=comment id=comment-1>" * 60_000,
    "nested lists": b"<ul class=children><li class=comment id=comment-2><p>a</p>" * 30_000,
    "nested quotes": b"<ol class=commentlist><li id=comment-1><div class=comment-content>" + b"<blockquote>a" * 50_000,
    "siblings": b"<ol class=commentlist>" + b"<li class=comment id=comment-1><p>a</p></li>" * 40_000,
    "empty siblings": b"<ol class=commentlist>" + b"<i></i>" * 500_000,
    "one attribute": b"<ol class=commentlist><li class='comment " + b"a " * 2_000_000 + b"' id=comment-1>a",
    "hidden attributes": b"<p " + b" ".join(b"a%d='>'" % n for n in range(100_000)) + b">a",
    "many attributes": b"<p " + b" ".join(b"a%d=b" % n for n in range(200_000)) + b">a",
    "open tags": b"<a " * 1_000_000,
    "entities": b"<p>" + b"&amp;" * 2_000_000,
    "half comments": b"<!--" * 1_000_000,
    "json": b'<script type="application/ld+json">' + b"[" * 1_000_000,
    "json comments": b'<script type="application/ld+json">{"comment":' * 20_000,
    "page links": b"<ol class=commentlist><li id=comment-1>a</ol>"
    + b"<a class=page-numbers href='?cpage=2'>2</a>" * 50_000,
    "dates": b"<ol class=commentlist>"
    + b"".join(
        b"<li class=comment id=comment-%d><div class=comment-meta>the %dth of never</div><p>a" % (n, n)
        for n in range(10_000)
    ),
}
TEXT_BOMBS = {
    "lines": b"Title\n\n3 Comments\n\n" + b"  1. Avatar\n" * 200_000,
    "long line": b"1. " + b"a" * 15_000_000,
    "numbers": b"\n".join(b"%d. a" % n for n in range(300_000)),
}


@pytest.mark.parametrize("name", [*BOMBS, *TEXT_BOMBS])
def test_bombs(name: str) -> None:
    """Hostile pages under the size limit are read in time linear in their length, or refused with a status."""
    content = b"<!doctype html><html><body>" + BOMBS[name] if name in BOMBS else TEXT_BOMBS[name]
    start = process_time()
    pages = parse_all(Document(content, "bomb", url="https://example.org/a/"))
    seconds = process_time() - start
    assert len(pages) == 1
    check(pages[0])
    assert seconds < SLACK_SECONDS + SECONDS_A_MEGABYTE * len(content) / 1_000_000


def test_a_page_of_100_megabytes_is_refused() -> None:
    start = process_time()
    page = parse(Document(b"<p>" + b"a" * 100_000_000, "big.html"))
    assert page.status is Status.TOO_LARGE
    assert "MiB" in (page.status_detail or "")
    assert process_time() - start < 1
