"""An HTML page: one tree, comments read by the family that recognises them, then the article from what remains."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree, html

from ingest.parse.article import body_text
from ingest.parse.clock_shown import clock_shown
from ingest.parse.dates import reader_for
from ingest.parse.elsewhere import comments_elsewhere
from ingest.parse.families import AFTER_WORDPRESS, BEFORE_WORDPRESS
from ingest.parse.families.json_ld import NAME as JSON_LD
from ingest.parse.families.json_ld import VERSION as JSON_LD_VERSION
from ingest.parse.families.json_ld import read_json_ld
from ingest.parse.metadata import language_of, read_metadata
from ingest.parse.selectors import Scope
from ingest.parse.thread import Context, Family, Thread, status_of
from ingest.parse.wordpress import WordPress
from ingest.records import Document, Page, PostedBasis, PublishedBasis, Status

FAMILIES: tuple[Family, ...] = (*BEFORE_WORDPRESS, WordPress(), *AFTER_WORDPRESS)
"""Tried in order; the first that finds comments is the page's family, else the first that finds a place for them."""

ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
"""The library's own look-up asks Python for the class of each element it touches, a tenth of the time of a page."""

PLAIN = "html"
PLAIN_VERSION = "html-3"
"""A page of no known family: its article alone."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed page. `cut` is True where nesting was too deep and the rest was not read."""

    root: html.HtmlElement
    cut: bool


def read_html(text: str, document: Document) -> Page:
    """Read a page of markup."""
    tree = build_tree(text)
    if tree is None:
        return failed(document, Status.MALFORMED, "no element could be read from this page; fetch or save it again")
    context = Context(url=document.url, language=language_of(tree.root), fetched_at=document.fetched_at)
    page = Scope(tree.root)
    size = page.size
    found = _comments_of(page, context)
    elsewhere = None if found.thread.comments else comments_elsewhere(page)
    if found.roots:
        page = Scope(tree.root, set(found.roots))
        for root in found.roots:
            _cut_out(root)
    parser, version, thread = found.parser, found.version, found.thread
    metadata = read_metadata(page, document.url, reader_for(context.language, context.fetched_at))
    clock = clock_shown(page) if any(one.posted_at_basis is PostedBasis.BOUNDED for one in thread.comments) else ()
    body = body_text(tree.root, size, metadata.title)
    status, detail = status_of(body, thread)
    if elsewhere is not None and status is Status.NO_COMMENTS:
        status, detail = Status.COMMENTS_ELSEWHERE, elsewhere
    if tree.cut:
        status = Status.MALFORMED
        detail = (
            "tags are nested over 255 deep and only what stands before was read; save the page again from a browser"
        )
    return Page(
        source=document.source,
        url=document.url,
        status=status,
        status_detail=detail,
        parser=parser,
        parser_version=version,
        canonical_url=metadata.canonical_url,
        title=metadata.title,
        site_name=metadata.site_name,
        author=metadata.author,
        published_at=metadata.published_at,
        published_basis=PublishedBasis.UNKNOWN if metadata.published_at is None else PublishedBasis.STATED,
        modified_at=metadata.modified_at,
        language=metadata.language,
        section=metadata.section,
        text=body,
        tags=metadata.tags,
        declared_comment_count=thread.declared_count,
        comments=thread.comments,
        comment_pages=thread.comment_pages,
        clock=clock,
    )


def build_tree(text: str) -> Tree | None:
    """Parse `text` under the library's depth limit, so that a bomb of tags costs nothing; None for no element."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(ELEMENTS)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    cut = any("depth" in entry.message for entry in parser.error_log.filter_from_fatals())
    return Tree(root=root, cut=cut)


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
    roots: tuple[html.HtmlElement, ...] = ()


def _comments_of(page: Scope, context: Context) -> Found:
    empty: Found | None = None
    for family in FAMILIES:
        roots = family.roots(page)
        if not roots:
            continue
        found = Found(family.name, family.version, family.read(roots, context), tuple(roots))
        if found.thread.comments:
            return found
        empty = empty or found
    stated = read_json_ld(page.node, context)
    if stated.comments:
        return Found(JSON_LD, JSON_LD_VERSION, stated, empty.roots if empty else ())
    return empty or Found()


def _cut_out(node: html.HtmlElement) -> None:
    parent = node.getparent()
    if parent is not None:
        node.drop_tree()
