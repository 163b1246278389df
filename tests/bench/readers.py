"""The readers that are compared: each takes a saved page and gives its comments, or its article's body."""

from __future__ import annotations

from collections.abc import Callable

import newspaper
import trafilatura
from bs4 import BeautifulSoup
from resiliparse.extract.html2text import extract_plain_text
from selectolax.lexbor import LexborHTMLParser

from ingest.parse import parse
from ingest.records import Comment, Document

CommentReader = Callable[[Document], list[Comment] | list[str]]
BodyReader = Callable[[Document], str]


def _parley(document: Document) -> list[Comment]:
    return list(parse(document).comments)


def _parley_comments(document: Document) -> list[Comment]:
    return list(parse(document, article=False).comments)


def _trafilatura(*, fast: bool) -> CommentReader:
    def read(document: Document) -> list[str]:
        found = trafilatura.bare_extraction(document.content, fast=fast, include_comments=True)
        return [getattr(found, "comments", None) or ""]

    return read


def _resiliparse(document: Document) -> list[str]:
    """Give the lines that are there with comments on and not there with comments off."""
    markup = document.content.decode("utf-8", "replace")
    alone = set(extract_plain_text(markup, main_content=True, comments=False).splitlines())
    lines = extract_plain_text(markup, main_content=True, comments=True).splitlines()
    return ["\n".join(line for line in lines if line not in alone)]


def _beautiful_soup(document: Document) -> list[str]:
    return [node.get_text(" ") for node in BeautifulSoup(document.content, "lxml").select("li.comment")]


def _tree_alone(document: Document) -> list[str]:
    """Build lexbor's tree and read nothing: no reader on it can be faster."""
    LexborHTMLParser(document.content)
    return []


def _tree_and_selector(document: Document) -> list[str]:
    return [node.text(separator=" ") for node in LexborHTMLParser(document.content).css("li.comment")]


def _trafilatura_body(*, fast: bool) -> BodyReader:
    def read(document: Document) -> str:
        found = trafilatura.bare_extraction(
            document.content, fast=fast, include_comments=False, include_tables=False, with_metadata=True
        )
        return getattr(found, "text", None) or ""

    return read


def _newspaper(document: Document) -> str:
    article = newspaper.Article(document.url or "https://example.org/", language="en", fetch_images=False)
    article.download(input_html=document.content.decode("utf-8", "replace"))
    article.parse()
    return str(article.text)


COMMENTS: dict[str, CommentReader] = {
    "parley": _parley,
    "parley, comments only": _parley_comments,
    "trafilatura": _trafilatura(fast=False),
    "trafilatura, fast": _trafilatura(fast=True),
    "resiliparse": _resiliparse,
    "BeautifulSoup li.comment": _beautiful_soup,
    "lexbor li.comment": _tree_and_selector,
    "lexbor, the tree alone": _tree_alone,
}
"""Readers without structure give all their text as one comment, which favours them in recall."""

BODIES: dict[str, BodyReader] = {
    "parley": lambda document: parse(document).text,
    "trafilatura": _trafilatura_body(fast=False),
    "trafilatura, fast": _trafilatura_body(fast=True),
    "resiliparse": lambda document: extract_plain_text(
        document.content.decode("utf-8", "replace"), main_content=True, comments=False
    ),
    "newspaper4k": _newspaper,
}
