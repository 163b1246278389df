"""The article's body, after comments have been cut out of the tree: where the markup names it, else by trafilatura."""

from __future__ import annotations

import logging
from typing import cast

import trafilatura
from lxml import etree, html

from ingest.parse.body import marked_body
from ingest.parse.selectors import Scope

MAX_ELEMENTS = 12_000
"""Above this trafilatura takes seconds; such pages are lists and dumps, and get their plain paragraphs."""

MIN_LENGTH = 25
SHORT = 1_000
SIZE = etree.XPath("count(//*)")
PARAGRAPHS = "//article//p | //main//p | //*[contains(@class,'entry-content') or contains(@class,'post-content')]//p"

# It logs an error for each page without a body; here that is a status.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def body_text(page: Scope, title: str | None) -> str:
    """Return the article's text, paragraphs separated by a blank line; empty where there is none.

    `page` must hold no comments any more and its tree may be changed. The title is not repeated at the head.
    """
    tree = page.node
    if cast("float", SIZE(tree)) > MAX_ELEMENTS:
        return _plain_paragraphs(tree)
    marked = marked_body(page)
    if marked is not None:
        return _without_title(marked, title)
    try:
        document = trafilatura.bare_extraction(
            tree, fast=True, include_comments=False, include_tables=False, with_metadata=False, deduplicate=False
        )
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError, etree.Error):
        # A fault of the library on odd markup must not cost the comments of the page.
        return _plain_paragraphs(tree)
    text = getattr(document, "text", None) or ""
    body = _without_title(text, title)
    lines = body.split("\n\n")
    if len(lines) < 2 and len(body) < SHORT:
        # On short articles it falls back to one flat line, headline and all.
        plain = _plain_paragraphs(tree)
        body = plain if len(plain) >= 0.5 * len(body) else body
    return body if len(body) >= MIN_LENGTH else ""


def _without_title(text: str, title: str | None) -> str:
    lines = [line for raw in text.split("\n") if (line := raw.strip())]
    return "\n\n".join(lines[1:] if lines and lines[0] == title else lines)


def _plain_paragraphs(tree: html.HtmlElement) -> str:
    nodes = tree.xpath(PARAGRAPHS) or tree.xpath("//p")
    texts = (" ".join(str(node.text_content()).split()) for node in nodes[:5_000])
    return "\n\n".join(dict.fromkeys(text for text in texts if text))
