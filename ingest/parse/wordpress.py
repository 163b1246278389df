"""WordPress comments: classic and HTML5 themes, and themes that keep only the id `comment-N`.

The id is the one thing nearly every theme keeps, so comments are found by it first and by class only where no id is.
Selectors are data, most specific first; facts from the core comment walkers and from pages of many themes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import cast
from urllib.parse import urljoin, urlsplit

from bs4 import Tag
from bs4.element import NavigableString
from lxml import etree, html

from ingest.parse import phrases
from ingest.parse.dates import Moment, Reader, iso_moment, reader_for
from ingest.parse.decode import squeeze
from ingest.parse.selectors import Scope
from ingest.parse.soup import attribute, soup_of, text_of, tidy
from ingest.parse.thread import Context, Thread
from ingest.parse.wordpress_selectors import (
    ARTICLE_INSIDE,
    AUTHOR,
    CANDIDATES,
    COMMENT_ID,
    HEADINGS,
    LIST_CLASSES,
    META,
    NOT_TEXT,
    ROOT_CLASSES,
    ROOT_IDS,
    TEXT,
    TIME,
    WIDGETS,
)
from ingest.records import Comment, CommentKind

MAX_NAME = 200
PAGED = re.compile(r"(?:[?&]cpage=|/comment-page-)(\d{1,6})")
EXCERPT = re.compile(r"^\[(?:\.\.\.|…)\].*\[(?:\.\.\.|…)\]$", re.DOTALL)
PING_LABEL = re.compile(r"^\s*(?:pingback|trackback|ping|pingbacks?/trackbacks?)\s*:\s*", re.IGNORECASE)


class WordPress:
    """The family `wordpress`; see Family."""

    name = "wordpress"
    version = "wordpress-1"

    def roots(self, tree: html.HtmlElement) -> list[html.HtmlElement]:
        """Return the outermost comment containers, comments without one included, widgets of other posts left out."""
        found: set[html.HtmlElement] = set()
        outermost: list[html.HtmlElement] = []
        for node in cast("list[html.HtmlElement]", CANDIDATES(tree)):
            below = any(ancestor in found or _is_widget(ancestor) for ancestor in node.iterancestors())
            if not below and _is_root(node) and not _is_widget(node):
                found.add(node)
                outermost.append(node)
        return outermost

    def read(self, roots: list[html.HtmlElement], context: Context) -> Thread:
        """Read comments, announced count, further comment pages and whether comments are closed."""
        soup = soup_of(
            "\n".join(etree.tostring(root, encoding="unicode", method="html", with_tail=False) for root in roots)
        )
        nodes = list(_comment_nodes(soup))
        declared = _declared(soup, roots, {id(node) for node in nodes})
        placed = _detached(nodes)
        scopes = [Scope(node) for node, _, _ in placed]
        reader = reader_for(context.language, context.fetched_at, map(_sample, scopes))
        comments = tuple(
            replace(_read_comment(scope, reader, ordinal), parent_source_id=parent, depth=depth)
            for ordinal, (scope, (_, parent, depth)) in enumerate(zip(scopes, placed, strict=True), start=1)
        )
        return Thread(
            comments=comments,
            declared_count=declared,
            comment_pages=_further_pages(roots, context.url),
            closed=not nodes and phrases.CLOSED.search(text_of(soup)) is not None,
        )


def _is_root(node: html.HtmlElement) -> bool:
    identity = node.get("id") or ""
    classes = (node.get("class") or "").lower().split()
    if node.tag in {"body", "html", "a", "input", "textarea", "script", "link", "button", "label", "span"}:
        return False
    if COMMENT_ID.match(identity):
        return True
    named = identity.lower() in ROOT_IDS or any(name in ROOT_CLASSES for name in classes)
    return named and not node.xpath(ARTICLE_INSIDE)


def _is_widget(node: html.HtmlElement) -> bool:
    names = {(node.get("id") or "").lower(), *(node.get("class") or "").lower().split()}
    return not names.isdisjoint(WIDGETS)


def _comment_nodes(soup: Tag) -> Iterator[Tag]:
    """Yield each comment's outermost element in page order, one per id."""
    seen: set[str] = set()
    for node in soup.find_all(id=COMMENT_ID):
        key = _source_id(node)
        if key and key not in seen and not _is_anchor(node):
            seen.add(key)
            yield node
    if not seen:
        lists = ", ".join(f".{name} > li" for name in LIST_CLASSES)
        yield from soup.select(f"li.comment, li.pingback, li.trackback, {lists}, .children > li")


def _is_anchor(node: Tag) -> bool:
    """Tell whether an element only marks a place, as other systems do before a comment; a real one has children."""
    return node.name in {"a", "span"} or (node.find(True) is None and not node.get_text(strip=True))


def _source_id(node: Tag) -> str | None:
    match = COMMENT_ID.match(attribute(node, "id"))
    return match.group(1) if match else None


def _detached(nodes: list[Tag]) -> list[tuple[Tag, str | None, int]]:
    """Return (element, parent's id, depth) per comment, replies cut out so that no element holds another comment."""
    known = {id(node): node for node in nodes}
    depths: dict[int, int] = {}
    placed: list[tuple[Tag, str | None, int]] = []
    for node in nodes:
        parent = next((known[id(above)] for above in node.parents if id(above) in known), None)
        depths[id(node)] = 0 if parent is None else depths[id(parent)] + 1
        placed.append((node, _source_id(parent) if parent is not None else None, depths[id(node)]))
    for node, _, depth in reversed(placed):
        if depth:
            node.extract()
    return placed


def _read_comment(scope: Scope, reader: Reader, ordinal: int) -> Comment:
    node = scope.node
    kind = _kind(node)
    author = _author(scope)
    moment = _moment(scope, reader)
    text = _text(scope, author)
    if kind is CommentKind.COMMENT and EXCERPT.match(text):
        kind = CommentKind.PINGBACK
    if kind is CommentKind.PINGBACK:
        author, text = _ping_source(node, author, text)
    return Comment(
        ordinal=ordinal,
        text=text,
        source_id=_source_id(node),
        author=author,
        posted_at=moment.at,
        posted_at_basis=moment.basis,
        posted_at_raw=moment.raw,
        kind=kind,
    )


def _kind(node: Tag) -> CommentKind:
    classes = attribute(node, "class").lower().split()
    if {"pingback", "trackback"} & set(classes) or attribute(node, "id").startswith(("ping", "trackback")):
        return CommentKind.PINGBACK
    labelled = PING_LABEL.match(squeeze(node.get_text(" ", strip=True)[:80]))
    return CommentKind.PINGBACK if labelled else CommentKind.COMMENT


def _author(scope: Scope) -> str | None:
    for found in scope.every(AUTHOR):
        words = squeeze(_own_words(found))
        name = phrases.without_says(words) if len(words) <= MAX_NAME else ""
        if name and not PING_LABEL.match(name + ":"):
            return name
    return None


def _own_words(found: Tag) -> str:
    """Return a name element's text without what themes put into it: a date, "says", a link to the comment."""
    linked = found.find("a", class_="url")
    if isinstance(linked, Tag) and linked.get_text(strip=True):
        return linked.get_text(" ")
    return " ".join(
        str(piece)
        for piece in found.find_all(string=True)
        if type(piece) is NavigableString and not _below_noise(piece, found)
    )


def _below_noise(piece: NavigableString, top: Tag) -> bool:
    for parent in piece.parents:
        if parent is top:
            return False
        classes = attribute(parent, "class")
        noisy = "says" in classes or "date" in classes or "meta" in classes or "#comment-" in attribute(parent, "href")
        if noisy or parent.name in {"time", "small", "script", "style"}:
            return True
    return False


def _sample(scope: Scope) -> str:
    """Return words that may show whether the page writes the month first."""
    found = scope.first(TIME)
    return "" if found is None or found.name == "time" else squeeze(found.get_text(" "))


def _moment(scope: Scope, reader: Reader) -> Moment:
    """Return the first readable time of the places themes put it; unreadable words are kept as they stand."""
    unread = Moment()
    for found in scope.each(TIME):
        stamp = attribute(found, "datetime") or (attribute(found, "title") if found.name == "abbr" else "")
        moment = iso_moment(stamp.strip()) if stamp else Moment()
        shown = squeeze(found.get_text(" "))
        if moment.at is None:
            moment = reader.read(shown)
        if moment.at is not None:
            return replace(moment, raw=shown or stamp)
        unread = unread if unread.raw else Moment(raw=shown or None)
    return unread


def _text(scope: Scope, author: str | None) -> str:
    body = scope.first(TEXT)
    target = scope.node if body is None else body
    for noise in list(scope.every(NOT_TEXT)):
        if noise is not target:
            noise.extract()
    if body is not None:
        return _without_notice(text_of(target))
    for noise in list(scope.every(META)):
        noise.extract()
    lines = text_of(_blocks_only(target)).split("\n")
    if lines[0] == author:
        del lines[0]
    return _without_notice(
        "\n".join(line for line in lines if not (phrases.SAYS_ALONE.match(line) or phrases.REPLY.match(line)))
    )


def _without_notice(text: str) -> str:
    """Drop the site's notice to the writer that a comment waits for approval."""
    return tidy("\n".join(line for line in text.split("\n") if not phrases.MODERATION.match(line)))


def _blocks_only(target: Tag) -> Tag:
    """Drop bare words beside the paragraphs of a comment without a text container: they are "says:", dates, bars."""
    for block in (target, *target.find_all(["div", "article"])):
        if block.find("p", recursive=False) is None:
            continue
        for piece in [child for child in block.children if isinstance(child, NavigableString)]:
            piece.extract()
    return target


def _ping_source(node: Tag, author: str | None, text: str) -> tuple[str | None, str]:
    """Return a ping's source and excerpt; core themes show only "Pingback: source"."""
    link = node.find("a")
    if author is None and isinstance(link, Tag):
        author = squeeze(link.get_text(" ")) or None
    text = PING_LABEL.sub("", text).strip()
    return author, "" if text == author else text


def _declared(soup: Tag, roots: list[html.HtmlElement], comments: set[int]) -> int | None:
    """Return the announced number: from a heading in the roots, else from the heading just before them."""
    for heading in soup.select(HEADINGS):
        if any(id(above) in comments for above in heading.parents):
            continue
        number = phrases.declared_count(squeeze(heading.get_text(" ")))
        if number is not None:
            return number
    for root in roots[:1]:
        for sibling in list(root.itersiblings(preceding=True))[:3]:
            if sibling.tag in {"h2", "h3", "h4", "h5", "div", "p"}:
                words = squeeze(str(sibling.text_content()))
                if len(words) < 200 and (number := phrases.declared_count(words)) is not None:
                    return number
    return None


def _further_pages(roots: list[html.HtmlElement], url: str | None) -> tuple[str, ...]:
    """Return addresses of the thread's other pages, absolute where the page's own address is known, in page order."""
    found: dict[str, int] = {}
    for root in roots:
        for link in root.iter("a"):
            address, _, fragment = (link.get("href") or "").strip().partition("#")
            match = PAGED.search(address)
            if match is None or COMMENT_ID.match(fragment) or "replytocom=" in address:
                continue
            try:
                absolute = urljoin(url or "", address)
                scheme = urlsplit(absolute).scheme
            except ValueError:
                continue
            if scheme in {"http", "https", ""} and absolute != url:
                found.setdefault(absolute, int(match.group(1)))
    return tuple(sorted(found, key=lambda address: (found[address], address)))
