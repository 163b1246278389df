"""The article's body, after comments have been cut out of the tree: where the markup names it, else by trafilatura."""

from __future__ import annotations

import logging
from collections.abc import Callable

import trafilatura
from lxml import etree, html

from ingest.parse.body import PARAGRAPH, marked_body
from ingest.parse.elements import Element
from ingest.parse.selectors import Scope

MAX_ELEMENTS = 12_000
"""Above this trafilatura takes seconds; such pages are lists and dumps, and get their plain paragraphs."""

MIN_LENGTH = 25
SHORT = 1_000
ARTICLE_TAGS = frozenset({"article", "main"})
ARTICLE_CLASSES = ("entry-content", "post-content")

# It logs an error for each page without a body; here that is a status.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def body_text(page: Scope, as_lxml: Callable[[], html.HtmlElement | None], title: str | None) -> str:
    """Return the article's text, paragraphs separated by a blank line; empty where there is none.

    `page` must hold no comments any more; `as_lxml` gives the same as a tree. The title is not repeated at the head.
    """
    if len(page.page.below(page.node)) >= MAX_ELEMENTS:
        return _plain_paragraphs(page)
    marked = marked_body(page)
    if marked is not None:
        return _without_title(marked, title)
    tree = as_lxml()
    if tree is None:
        return ""
    try:
        document = trafilatura.bare_extraction(
            tree, fast=True, include_comments=False, include_tables=False, with_metadata=False, deduplicate=False
        )
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError, etree.Error):
        # A fault of the library on odd markup must not cost the comments of the page.
        return _plain_paragraphs(page)
    text = getattr(document, "text", None) or ""
    body = _without_title(text, title)
    lines = body.split("\n\n")
    if len(lines) < 2 and len(body) < SHORT:
        # On short articles it falls back to one flat line, headline and all.
        plain = _plain_paragraphs(page)
        body = plain if len(plain) >= 0.5 * len(body) else body
    return body if len(body) >= MIN_LENGTH else ""


def _without_title(text: str, title: str | None) -> str:
    lines = [line for raw in text.split("\n") if (line := raw.strip())]
    return "\n\n".join(lines[1:] if lines and lines[0] == title else lines)


def _plain_paragraphs(page: Scope) -> str:
    every = list(page.every(PARAGRAPH))
    nodes = [node for node in every if any(map(_is_article, node.above()))] or every
    return "\n\n".join(dict.fromkeys(filter(None, map(page.page.line, nodes[:5_000]))))


def _is_article(node: Element) -> bool:
    return node.tag in ARTICLE_TAGS or any(name in node.get("class") for name in ARTICLE_CLASSES)
