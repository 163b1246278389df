"""The short look at a large page that spares it the search for crowded tags never hides one."""

from __future__ import annotations

import random

import pytest

from ingest.parse import crowded
from ingest.parse.crowded import LARGE, MAX_ATTRIBUTES, has_crowded_tag

PIECES = (
    *("<p>", "<a href='x'>", '<a href="x">', "</a>", "word ", "it's ", 'say "yes" ', "a = b ", "> ", "=", "'", '"'),
    *("<a title='", '<a title="', "<script>if (a < b) c = '", '<b x="> " ', "\n", "  ", "<", "<i ", "='", '="', "= '"),
)
FILLS = ("a ", "a=b ", "a='>' ", 'a=">" ', "a=' \" ' ", 'a = "it\'s" ', "a=b", "a\n", "='>'", "x<y ", "a=\n'>' ")


def searched(text: str) -> bool:
    """Search every tag, as is done where the short look rules nothing out."""
    long = [tag for tag in crowded.TAG.findall(text) if len(tag) > 2 * MAX_ATTRIBUTES]
    return any(len(crowded.GIVEN.sub("=v ", tag).split()) > MAX_ATTRIBUTES for tag in long)


@pytest.mark.parametrize("seed", range(40))
def test_no_crowded_tag_is_hidden(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  the same pages each time

    def some(most: int) -> str:
        return "".join(chance.choice(PIECES) for _ in range(chance.randrange(most)))

    fill = chance.choice(FILLS)
    tag = "<p " + fill * (MAX_ATTRIBUTES + chance.randrange(-50, 3_000))
    text = some(3_000) + chance.choice(("", ">", "'>", '">')) + tag + chance.choice((">", "", "'>")) + some(3_000)
    text += "<p>filled up</p> " * (1 + (LARGE - len(text)) // 17)
    assert has_crowded_tag(text) == searched(text)


def test_crowded_tags_are_among_them() -> None:
    filled = "<p>filled up</p> " * 4_000
    for fill in FILLS:
        assert has_crowded_tag(filled + "<p " + fill * (3 * MAX_ATTRIBUTES) + ">" + filled) == (fill != "a=b")
    assert not has_crowded_tag(filled * 3)
