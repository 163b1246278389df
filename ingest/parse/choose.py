"""Which parser reads a document, and what becomes of one that none can read."""

from __future__ import annotations

from dataclasses import replace

from ingest.parse.clock import VERSION as CLOCK_VERSION
from ingest.parse.clock import settled
from ingest.parse.crowded import MAX_ATTRIBUTES, has_crowded_tag
from ingest.parse.decode import decoded
from ingest.parse.exports import VERSION as EXPORT_VERSION
from ingest.parse.exports import read_export
from ingest.parse.families.json_ld import VERSION as JSON_LD_VERSION
from ingest.parse.own_words import own_page
from ingest.parse.page import FAMILIES, GENERIC, PLAIN_VERSION, failed, read_html
from ingest.parse.rendered_text import VERSION as RENDERED_TEXT_VERSION
from ingest.parse.rendered_text import read_text
from ingest.parse.sniff import binary_kind, is_html, other_kind
from ingest.records import Document, Page, Status

MAX_BYTES = 20 * 1024 * 1024
MAX_STRAY = 16

PARSE_VERSION = "|".join(
    (
        "choose-9",
        CLOCK_VERSION,
        PLAIN_VERSION,
        RENDERED_TEXT_VERSION,
        JSON_LD_VERSION,
        EXPORT_VERSION,
        *(family.version for family in FAMILIES),
        GENERIC.version,
    )
)
"""The version of the whole room: it changes whenever the version of any parser does."""


def parse(document: Document, *, article: bool = True) -> Page:
    """Read a document: what the page says and every comment on it. Pure, and never raises on any content.

    Without `article` a page of markup is read for its comments alone, several times as fast: no title, text or tags,
    and wall clocks are not put into UTC by what the article shows of its site's clock; all else of a Comment is equal.

    Trouble ends in `status` with a sentence in `status_detail`: EMPTY, TOO_LARGE (over 20 MiB), UNSUPPORTED_TYPE,
    MALFORMED. An export of several threads is no single page and ends in UNSUPPORTED_TYPE; `parse_all` reads it.
    """
    pages = parse_all(document, article=article)
    if len(pages) == 1:
        return pages[0]
    detail = f"this export holds {len(pages):,} threads, not one page; read it with parse_all or split it by thread"
    return failed(document, Status.UNSUPPORTED_TYPE, detail)


def parse_all(document: Document, *, article: bool = True) -> tuple[Page, ...]:
    """Read a document that may hold several threads, as exports do: one Page each, never none; else like `parse`."""
    return tuple(settled(own_page(page)) for page in _pages(document, article=article))


def _pages(document: Document, *, article: bool) -> tuple[Page, ...]:
    trouble = _trouble(document)
    if trouble is not None:
        return (failed(document, *trouble),)
    found = decoded(document.content, document.charset)
    if found is None:
        return (failed(document, Status.MALFORMED, "no charset reads these bytes; save the page again as UTF-8"),)
    text, utf8 = found
    if not text or text.isspace():
        detail = "nothing but white space is in this file; fetch or save the page again"
        return (failed(document, Status.EMPTY, detail),)
    declared = _from_declaration(text)
    text, utf8 = declared, utf8 if declared is text else None
    kind = other_kind(text, document.media_type)
    if kind is None:
        if has_crowded_tag(text):
            detail = f"a tag has over {MAX_ATTRIBUTES:,} attributes, which no real page has; save the page again"
            return (failed(document, Status.MALFORMED, detail),)
        markup = is_html(text, document.media_type)
        return (read_html(text, document, article=article, utf8=utf8) if markup else read_text(text, document),)
    detail = f"this looks like {kind} without comments that are known here; give the article's own address"
    threads = tuple(replace(page, is_data=True) for page in read_export(text, document))
    return threads or (failed(document, Status.UNSUPPORTED_TYPE, detail),)


def _from_declaration(text: str) -> str:
    """Drop stray characters before an XML declaration, which must stand first."""
    start = text.find("<?xml", 0, MAX_STRAY)
    return text[start:] if start > 0 and "<" not in text[:start] else text


def _trouble(document: Document) -> tuple[Status, str] | None:
    """Return what the bytes alone rule out."""
    content = document.content
    if not content or content.isspace():
        return Status.EMPTY, "there is nothing in this file; fetch or save the page again"
    if len(content) > MAX_BYTES:
        size = f"{len(content) / 1024 / 1024:.0f} MiB"
        return (
            Status.TOO_LARGE,
            f"{size} is over the limit of {MAX_BYTES // 1024 // 1024} MiB for one page; split it or leave it out",
        )
    kind = binary_kind(content, document.charset)
    if kind is not None:
        return Status.UNSUPPORTED_TYPE, f"this looks like {kind}, not a page; give saved .html or .txt"
    return None
