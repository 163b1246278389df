"""An HTML page: one tree, comments read by the family that recognises them, then the article from what remains."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborNode

from ingest.parse.article import body_text
from ingest.parse.clock_shown import clock_shown
from ingest.parse.dates import reader_for
from ingest.parse.elsewhere import comments_elsewhere
from ingest.parse.families import AFTER_WORDPRESS, BEFORE_WORDPRESS
from ingest.parse.families.generic import Generic
from ingest.parse.families.json_ld import NAME as JSON_LD
from ingest.parse.families.json_ld import VERSION as JSON_LD_VERSION
from ingest.parse.families.json_ld import read_json_ld
from ingest.parse.families.tried import Tried
from ingest.parse.metadata import language_of, read_metadata
from ingest.parse.selectors import Scope
from ingest.parse.thread import Context, Family, Thread, status_of, status_of_thread
from ingest.parse.tree import PageTree
from ingest.parse.wordpress import WordPress
from ingest.records import Document, Page, PostedBasis, PublishedBasis, Status

GENERIC = Generic()
"""The last resort, after all that pages state."""

FAMILIES: tuple[Family, ...] = (*BEFORE_WORDPRESS, WordPress(), *AFTER_WORDPRESS)
"""Tried in order; the first that finds comments is the page's family, else the first that finds a place for them."""

TRIED = Tried(FAMILIES)

PLAIN = "html"
PLAIN_VERSION = "html-7"
"""A page of no known family: its article alone."""


def read_html(text: str, document: Document, *, article: bool = True, utf8: bytes | None = None) -> Page:
    """Read a page of markup; without `article` its comments alone, and all that belongs to the thread.

    `utf8` is the same text where it is at hand in UTF-8.
    """
    try:
        page = PageTree(text, utf8)
    except ValueError:
        return failed(document, Status.MALFORMED, "no element could be read from this page; fetch or save it again")
    context = Context(url=document.url, language=language_of(page), fetched_at=document.fetched_at)
    found = comments_of(page, context)
    elsewhere = None if found.thread.comments else comments_elsewhere(page)
    thread = found.thread
    base = Page(
        source=document.source,
        url=document.url,
        status=Status.PARSED,
        parser=found.parser,
        parser_version=found.version,
        language=context.language,
        declared_comment_count=thread.declared_count,
        comments=thread.comments,
        comment_pages=thread.comment_pages,
    )
    if article:
        page.remove(found.roots)
        base = _with_article(base, page, context)
    status, detail = status_of(base.text, thread) if article else status_of_thread(thread)
    if elsewhere is not None and status is Status.NO_COMMENTS:
        status, detail = Status.COMMENTS_ELSEWHERE, elsewhere
    if page.cut:
        status = Status.MALFORMED
        detail = (
            "tags are nested over 255 deep and only what stands before was read; save the page again from a browser"
        )
    return replace(base, status=status, status_detail=detail)


def _with_article(base: Page, page: PageTree, context: Context) -> Page:
    """Return `base` with what the rest of the page, comments cut out, says of its article."""
    rest = page.rest()
    scope = Scope(rest, rest.root)
    metadata = read_metadata(scope, base.url, reader_for(context.language, context.fetched_at))
    bounded = any(one.posted_at_basis is PostedBasis.BOUNDED for one in base.comments)
    clock = clock_shown(scope) if bounded else ()
    return replace(
        base,
        canonical_url=metadata.canonical_url,
        title=metadata.title,
        site_name=metadata.site_name,
        author=metadata.author,
        published_at=metadata.published_at,
        published_basis=PublishedBasis.UNKNOWN if metadata.published_at is None else PublishedBasis.STATED,
        modified_at=metadata.modified_at,
        section=metadata.section,
        text=body_text(scope, page.as_lxml, metadata.title),
        tags=metadata.tags,
        clock=clock,
    )


def failed(document: Document, status: Status, detail: str) -> Page:
    """Return the Page of a document that no family could read."""
    return Page(
        source=document.source,
        url=document.url,
        status=status,
        status_detail=detail,
        parser="none",
        parser_version="none-1",
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Who reads a page's comments, what was read, and the elements to cut out of the article."""

    parser: str = PLAIN
    version: str = PLAIN_VERSION
    thread: Thread = field(default_factory=Thread)
    roots: tuple[LexborNode, ...] = ()


def comments_of(page: PageTree, context: Context) -> Found:
    """Return what the first family that finds comments reads, else the place for them that one finds."""
    empty: Found | None = None
    for family in TRIED.on(page):
        found = read_by(family, page, context)
        if found is not None and found.thread.comments:
            return found
        empty = empty or found
    stated = read_json_ld(page.scripts("ld+json"), context)
    if stated.comments:
        return Found(JSON_LD, JSON_LD_VERSION, stated, empty.roots if empty else ())
    return read_by(GENERIC, page, context) or empty or Found()


def read_by(family: Family, page: PageTree, context: Context) -> Found | None:
    """Return what `family` reads; None on a page of another one."""
    marked = family.marked(page)
    if not marked:
        return None
    excerpt = page.excerpt(marked)
    roots = family.roots(excerpt)
    if not roots:
        return None
    nodes = tuple(excerpt.marked[root] for root in roots)
    return Found(family.name, family.version, family.read(excerpt, roots, context), nodes)
