"""Elements in page order: what is in, around and beside each, and what is too deep."""

from __future__ import annotations

import pytest

from ingest.parse.elements import MAX_DEPTH, Elements
from ingest.parse.selectors import Scope, compiled
from ingest.parse.tree import PageTree

LIST = "<h2>Two</h2><dl id=d><dt id=a>Ada<dd>one <b>two</b><!-- x --> three<dd>four<dt id=b>Bo<dd>five</dl><p>end"


def page_of(markup: str) -> Elements:
    return PageTree(f"<!doctype html><body>{markup}").rest()


def one(page: Elements, css: str) -> Scope:
    found = Scope(page, page.root).first(compiled(css))
    assert found is not None
    return Scope(page, found)


def test_what_is_in_an_element_around_it_and_beside_it() -> None:
    page = page_of(LIST)
    term = one(page, "#b").node
    assert page.words(one(page, "#d").node) == "Ada one two three four Bo five"
    assert [above.tag for above in term.above()] == ["dl", "body", "html"]
    assert [page.words(node) for node in page.before(term)] == ["four", "one two three", "Ada"]
    assert [page.words(node) for node in page.after(term)] == ["five"]
    assert [node.tag for node in page.children(one(page, "body").node)] == ["h2", "dl", "p"]
    assert page.words(one(page, "#d").node, {term}) == "Ada one two three four five"


def test_elements_put_into_one_keep_their_place() -> None:
    page = page_of(LIST)
    terms = [one(page, "#a").node, one(page, "#b").node]
    first, second = page.wrap([[term, *(node for node in page.after(term) if node.tag == "dd")][:3] for term in terms])
    assert (page.words(first), page.words(second)) == ("Ada one two three four", "Bo five")
    assert [node.tag for node in page.children(one(page, "#d").node)] == ["div", "div"]
    assert [above.tag for above in terms[0].above()] == ["div", "dl", "body", "html"]
    assert page.words(one(page, "p").node) == "end"
    assert next(page.before(second)) is first


def test_what_is_nested_too_deep_is_left_out_and_said() -> None:
    page = page_of("<i>" * (MAX_DEPTH + 10) + "deep</i></p><p>flat")
    assert page.cut
    assert len(page.below(page.root)) < MAX_DEPTH + 10
    assert "deep" not in page.words(page.root)
    assert not page_of("<i>" * 20 + "deep").cut


@pytest.mark.parametrize("css", ["", "> p", "p,span"])
def test_a_selector_that_cannot_be_read_is_an_error_that_names_it(css: str) -> None:
    with pytest.raises(ValueError, match="selector"):
        compiled(css)
