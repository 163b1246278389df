"""Markup to plain text, as a reader sees it: paragraphs apart, line breaks kept, drawn emoji back to characters."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
LINES = frozenset({"li", "dt", "dd", "tr"})
SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "form",
        "button",
        "select",
        "textarea",
        "iframe",
        "object",
        "svg",
        "canvas",
        "audio",
        "video",
        "head",
    ]
)
EMOJI_CLASSES = frozenset({"wp-smiley", "emoji", "emojione", "smiley"})
EDGE_SPACES = " \t\f\v\u00a0\u200b"
BLANK_LINES = re.compile(r"\n{3,}")


def soup_of(markup: str) -> BeautifulSoup:
    """Return the tree in which families are written."""
    return BeautifulSoup(markup, "lxml")


def text_of(node: Tag) -> str:
    """Return the text of `node`: blocks separated by a blank line, `br` and list items by a line break."""
    parts: list[str] = []
    stack: list[PageElement | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, Tag):
            _open(item, parts, stack)
        elif isinstance(item, NavigableString):
            # Comments, doctypes and scripts are subclasses: nobody reads them on the page.
            if type(item) is NavigableString:
                preformatted = item.parent is not None and item.parent.name == "pre"
                parts.append(str(item) if preformatted else _collapse(str(item)))
        elif isinstance(item, str):
            parts.append(item)
    return tidy("".join(parts))


def tidy(text: str) -> str:
    """Trim every line and leave at most one blank line between paragraphs."""
    return BLANK_LINES.sub("\n\n", "\n".join(line.strip(EDGE_SPACES) for line in text.split("\n"))).strip()


def attribute(node: Tag, name: str) -> str:
    """Return an attribute as one string, empty where it is missing."""
    value = node.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)


def _open(tag: Tag, parts: list[str], stack: list[PageElement | str]) -> None:
    if tag.name == "br":
        parts.append("\n")
    elif tag.name == "img":
        parts.append(_emoji(tag))
    elif tag.name not in SILENT:
        edge = "\n" if tag.name in LINES else "\n\n" if tag.name in BLOCKS else ""
        parts.append(edge)
        stack.append(edge)
        stack.extend(reversed(tag.contents))


def _emoji(image: Tag) -> str:
    classes = set(attribute(image, "class").split())
    source = attribute(image, "src")
    drawn = (
        classes & EMOJI_CLASSES or "/smilies/" in source or "/emoji/" in source or "s.w.org/images/core/emoji" in source
    )
    return attribute(image, "alt") if drawn else ""


def _collapse(text: str) -> str:
    return re.sub(r"[ \t\r\n\f\v\u00a0]+", " ", text)
