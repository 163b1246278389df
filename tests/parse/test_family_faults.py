"""A family that was written wrong says so when it is loaded: where, which field, the mend. And what `count` reads."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ingest.parse.families.engine import MarkupFamily
from ingest.parse.selectors import compiled
from ingest.parse.thread import Context
from ingest.parse.tree import PageTree

GOOD: dict[str, Any] = {
    "name": "example",
    "version": "example-1",
    "valid": "invented",
    "comment": compiled(".remark"),
    "text": compiled(".said"),
    "ids": re.compile(r"^remark-(?P<id>\d+)$"),
}


@pytest.mark.parametrize(
    ("field", "value", "mend"),
    [
        ("author", ".who", "author: '.who' is a plain string; write compiled('.who')"),
        ("time", (".when",), "time: '.when' is not compiled; write compiled('.when')"),
        ("noise", list(compiled(".edited")), "noise: "),
        ("ids", re.compile(r"^remark-(\d+)$"), "ids: the pattern '^remark-(\\\\d+)$' has no group 'id'; put (?P<id>"),
        ("ids", "^remark-", "ids: '^remark-' is no pattern; write re.compile("),
        ("when", re.compile(r"at (.*)$"), "when: the pattern 'at (.*)$' has no group 'time'"),
        ("quoted", re.compile(r"#remark-\d+"), "quoted: the pattern "),
        ("id_attributes", "data-id", "id_attributes: 'data-id' is one string; write ('data-id',)"),
    ],
)
def test_a_fault_names_the_file_the_field_and_the_mend(field: str, value: object, mend: str) -> None:
    with pytest.raises(ValueError, match=r"test_family_faults\.py, line \d+: family 'example-1', ") as caught:
        MarkupFamily(**{**GOOD, field: value})
    assert mend in str(caught.value)


def test_a_good_family_is_none_of_these() -> None:
    assert MarkupFamily(**GOOD).author == ()


@pytest.mark.parametrize(
    ("counter", "number"),
    [
        ("<p class='total'>1,204</p>", 1204),
        ("<p class='total'>37 comments</p>", 37),
        ("<meta class='total' content='12'>", 12),
        ("<p class='total'>many</p>", 3),
        ("", 3),
    ],
)
def test_the_declared_count_stands_where_the_family_says(counter: str, number: int) -> None:
    family = MarkupFamily(**GOOD, roots_at=compiled("#talk"), count=compiled(".total"))
    remark = "<div class=remark id=remark-1><p class=said>The road is open.</p><i class=total>9</i></div>"
    tree = PageTree(f"<html><body>{counter}<div id=talk><h3>3 comments</h3>{remark}</div></body></html>")
    page = tree.excerpt(family.marked(tree))
    assert family.read(page, family.roots(page), Context()).declared_count == number
