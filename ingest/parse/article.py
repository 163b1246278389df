"""The article's body: trafilatura in its fast mode, after comments have been cut out of the tree."""

from __future__ import annotations

import logging

import trafilatura
from lxml import etree, html

MAX_ELEMENTS = 30_000
"""Above this trafilatura takes seconds; such pages are lists and dumps, and get their plain paragraphs."""

MIN_LENGTH = 25
PARAGRAPHS = "//article//p | //main//p | //*[contains(@class,'entry-content') or contains(@class,'post-content')]//p"

# It logs an error for each page without a body; here that is a status.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def body_text(tree: html.HtmlElement, size: int) -> str:
    """Return the article's text, paragraphs separated by a blank line; empty where there is none.

    `tree` must hold no comments any more and may be changed; `size` is its number of elements.
    """
    if size > MAX_ELEMENTS:
        return _plain_paragraphs(tree)
    try:
        document = trafilatura.bare_extraction(
            tree, fast=True, include_comments=False, include_tables=False, with_metadata=False, deduplicate=False
        )
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError, etree.Error):
        # A fault of the library on odd markup must not cost the comments of the page.
        return _plain_paragraphs(tree)
    text = (document.text or "") if document is not None else ""
    lines = [line.strip() for line in text.split("\n")]
    body = "\n\n".join(line for line in lines if line)
    return body if len(body) >= MIN_LENGTH else ""


def _plain_paragraphs(tree: html.HtmlElement) -> str:
    texts = (" ".join(str(node.text_content()).split()) for node in tree.xpath(PARAGRAPHS)[:5_000])
    return "\n\n".join(dict.fromkeys(text for text in texts if text))
