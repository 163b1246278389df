"""What is read off the shape of an element is what a look-up in an index of it finds."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parse.elements import Element, Elements
from ingest.parse.selectors import Scope, compiled
from ingest.parse.sheet import Sheet, SheetScope
from ingest.parse.tree import PageTree
from ingest.parse.wordpress_selectors import SHEET
from tests.parse.gold import document_of, rows_of
from tests.parse.test_mutations import change_attributes, double_tags, drop_tags

LISTS = (
    compiled("b", ".x", "#x", "[title]", "[class]", "[class*=x]", "[id^=x]"),
    compiled("div > b", "[href] b", ".x .y > b", "div .x b", ".x > .y", "#x .y", ".x .x .x"),
    compiled("b[title=x][href*=y]", "b.x[href]", "[title~=y]", "i[id=x]", "div.x.y"),
)
OPENINGS = st.builds(
    "<{} {}>".format,
    st.sampled_from(["div", "b", "i", "span"]),
    st.lists(
        st.sampled_from(["class=x", "class='x y'", "class", "id=x", "id=xy", "title=x", "title='x y'", "href=xy"]),
        max_size=3,
    ).map(" ".join),
)
SOUP = st.lists(
    st.one_of(OPENINGS, OPENINGS, st.sampled_from(["</div>", "</b>", "</i>", "</span>", "word"])), max_size=30
)


def same(page: Elements, node: Element, without: set[Element], sheet: Sheet) -> None:
    seen, looked_up = SheetScope(page, node, without, sheet), Scope(page, node, without)
    for selectors in sheet.lists:
        assert list(seen.every(selectors)) == list(looked_up.every(selectors))
        assert list(seen.each(selectors)) == list(looked_up.each(selectors))
        assert seen.first(selectors) is looked_up.first(selectors)
    other = compiled("b", ".y")
    assert list(seen.every(other)) == list(looked_up.every(other))
    assert (list(seen.each(other)), seen.first(other)) == (list(looked_up.each(other)), looked_up.first(other))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(SOUP, st.randoms(use_true_random=False))
def test_any_selectors_on_any_markup(soup: list[str], chance: random.Random) -> None:
    page = PageTree("<!doctype html><body>" + "".join(soup) + "<b>end").rest()
    nodes = page.below(page.root)
    sheet = Sheet(*LISTS)
    for node in nodes:
        same(page, node, {one for one in nodes if chance.random() < 0.1}, sheet)


def test_real_pages_and_broken_ones(shared: Path) -> None:
    folder = shared / "comments" / "wordpress"
    chance = random.Random(11)  # noqa: S311  the same pages each time
    compared = 0
    for row in rows_of(folder)[::4]:
        content = document_of(folder, row).content
        at = max(0, content.find(b"comment-") - 1_000)
        for broken in (
            content,
            *(change(content[at : at + 20_000], chance) for change in (change_attributes, double_tags, drop_tags)),
        ):
            page = PageTree(broken.decode("utf-8", "replace")).rest()
            for node in islice((one for one in page.below(page.root) if one.tag in {"li", "article", "dd"}), 60):
                same(page, node, {one for one in page.below(node) if one.tag == "li"}, SHEET)
                compared += 1
    assert compared > 1_000


def test_a_part_that_asks_for_two_things_is_refused() -> None:
    with pytest.raises(ValueError, match=r"div\.x b"):
        Sheet(compiled("b", "div.x b"))
