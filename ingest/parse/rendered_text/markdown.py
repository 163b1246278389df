"""Marks of Markdown taken off a page that a converter wrote, so that its lines read as any other rendering's."""

from __future__ import annotations

import re

LINK = re.compile(r"!?\[(?P<words>[^\[\]\n]{0,300})\]\([^()\s]{0,500}(?: \"[^\"\n]{0,200}\")?\)")
IMAGE = re.compile(r"!\[(?P<words>[^\[\]\n]{0,300})\]\([^()\s]{0,500}(?: \"[^\"\n]{0,200}\")?\)")
HEADING = re.compile(r"^([ \t]*)#{1,6}[ \t]+(?=\S)", re.MULTILINE)
STRONG = re.compile(r"(\*\*|__)(?=\S)(?P<words>[^\n*_]{1,200}?)(?<=\S)\1")
EMPHASIS = re.compile(r"(?<![\w*_])([*_])\s?(?P<words>[^\n*_]{1,300}?)\s?\1(?![\w*_])")
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>-])")
TITLE = re.compile(r"\s*#[ \t]+\S")
BELOW = re.compile(r"^[ \t]*#{2,6}[ \t]+\S", re.MULTILINE)
"""A title at the top and a heading below it make Markdown too: "#" alone may stand before a number."""
ENOUGH = 5
"""Links that make a page Markdown: readers write one or two of them themselves."""


def without_marks(text: str) -> str:
    """Return `text` without the marks of Markdown where it plainly is Markdown, else unchanged."""
    linked = sum(1 for _ in zip(range(ENOUGH), LINK.finditer(text), strict=False)) == ENOUGH
    if not linked and not (TITLE.match(text) and BELOW.search(text)):
        return text
    for pattern in (IMAGE, LINK, STRONG, EMPHASIS):
        text = pattern.sub(lambda match: match["words"], text)
    return ESCAPED.sub(r"\1", HEADING.sub(r"\1", text))
