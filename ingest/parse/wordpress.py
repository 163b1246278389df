"""WordPress comments: classic and HTML5 themes, and themes that keep only the id `comment-N`.

The id is the one thing nearly every theme keeps, so comments are found by it first and by class only where no id is.
Selectors are data, most specific first; facts from the core comment walkers and from pages of many themes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile
from typing import cast
from urllib.parse import urljoin, urlsplit

from lxml import html
from selectolax.lexbor import LexborNode

from ingest.parse import phrases
from ingest.parse.dates import Moment, Reader, iso_moment, reader_for
from ingest.parse.decode import squeeze
from ingest.parse.markup import text_of, tidy, words_of
from ingest.parse.selectors import Scope, walk
from ingest.parse.thread import Context, Thread
from ingest.parse.tree import PageTree
from ingest.parse.wordpress_selectors import (
    ARTICLE_INSIDE,
    AUTHOR,
    COMMENT_ID,
    HEADING_BOXES,
    HEADING_CLASSES,
    HEADING_TAGS,
    LISTED,
    LISTS,
    MARKED,
    META,
    NO_ROOTS,
    NOT_TEXT,
    ROOT_CLASSES,
    ROOT_IDS,
    TEXT,
    TIME,
    WIDGETS,
    WITH_ID,
)
from ingest.records import Comment, CommentKind, PostedBasis

MAX_NAME = 200
MAX_SAMPLES = 50
PAGED = re.compile(r"(?:[?&]cpage=|/comment-page-)(\d{1,6})")
EXCERPT = re.compile(r"^\[(?:\.\.\.|…)\].*\[(?:\.\.\.|…)\]$", re.DOTALL)
BYLINE = re.compile(r"^comment (?:by|from)\s+(.+?)(?:\s+[—–-]\s+[^—–]*(?:19|20)\d\d.*)?$", re.IGNORECASE)
PING_LABEL = re.compile(r"^\s*(?:pingback|trackback|ping|pingbacks?/trackbacks?)\s*:\s*", re.IGNORECASE)


class WordPress:
    """The family `wordpress`; see Family."""

    name = "wordpress"
    version = "wordpress-4"

    def marked(self, page: PageTree) -> list[LexborNode]:
        """See Family."""
        found = [*page.vocabulary.with_id(_is_root_id), *page.vocabulary.with_class(ROOT_CLASSES)]
        # What defines a term of a list stands beside it.
        lists = (node.parent for node in found if node.tag == "dt")
        return [*found, *(node for node in lists if node is not None)]

    def roots(self, page: Scope) -> list[html.HtmlElement]:
        """Return the outermost comment containers, comments without one included, widgets of other posts left out."""
        named: dict[html.HtmlElement, None] = {}
        for node in cast("list[html.HtmlElement]", MARKED(page.node)):
            if not any(above in named or _is_widget(above) for above in node.iterancestors()) and _is_root(node):
                named[node] = None
        return [node for node in named if not _is_widget(node)]

    def read(self, roots: list[html.HtmlElement], context: Context) -> Thread:
        """Read comments, announced count, further comment pages and whether comments are closed."""
        nodes = list(_comment_nodes(roots))
        placed = _placed(nodes)
        scopes = [Scope(one.node, one.replies) for one in placed]
        reader = reader_for(context.language, context.fetched_at, map(_sample, islice(scopes, MAX_SAMPLES)))
        comments = tuple(
            _read_comment(scope, one, reader, ordinal)
            for ordinal, (scope, one) in enumerate(zip(scopes, placed, strict=True), start=1)
        )
        return Thread(
            comments=comments,
            declared_count=_declared(roots, set(nodes)),
            comment_pages=_further_pages(roots, context.url),
            closed=not nodes and any(phrases.CLOSED.search(text_of(root)) for root in roots),
        )


@dataclass(slots=True)
class Placed:
    """A comment's element, its parent's id, how deep it stands, and the elements of its direct replies."""

    node: html.HtmlElement
    parent: str | None
    depth: int
    replies: set[html.HtmlElement] = field(default_factory=set)


def _is_root_id(name: str) -> bool:
    return name.lower() in ROOT_IDS or COMMENT_ID.match(name) is not None


def _is_root(node: html.HtmlElement) -> bool:
    if node.tag in NO_ROOTS:
        return False
    return COMMENT_ID.match(node.get("id") or "") is not None or not ARTICLE_INSIDE(node)


def _is_widget(node: html.HtmlElement) -> bool:
    names = {(node.get("id") or "").lower(), *(node.get("class") or "").lower().split()}
    return not names.isdisjoint(WIDGETS)


def _comment_nodes(roots: list[html.HtmlElement]) -> Iterator[html.HtmlElement]:
    """Yield each comment's outermost element in page order, one per id."""
    seen: set[str] = set()
    for root in roots:
        for node in cast("list[html.HtmlElement]", WITH_ID(root)):
            key = _source_id(node)
            if key and key not in seen and not _is_anchor(node):
                seen.add(key)
                yield _with_definition(node) if node.tag == "dt" else node
    if not seen:
        for root in roots:
            yield from (node for node in root.iter("li") if _is_listed(node))


def _is_listed(node: html.HtmlElement) -> bool:
    above = node.getparent()
    return not LISTED.isdisjoint((node.get("class") or "").split()) or (
        above is not None and not LISTS.isdisjoint((above.get("class") or "").split())
    )


def _is_anchor(node: html.HtmlElement) -> bool:
    """Tell whether an element only marks a place, as other systems do before a comment; a real one has children."""
    return node.tag in {"a", "span"} or (len(node) == 0 and not (node.text or "").strip())


def _with_definition(term: html.HtmlElement) -> html.HtmlElement:
    """Return one new element, in the place of a list's `term`, around it and what defines it."""
    whole = term.makeelement("div", {"id": term.get("id") or "", "class": term.get("class") or ""})
    following = list(takewhile(lambda one: one.tag != "dt", term.itersiblings()))
    term.addprevious(whole)
    whole.extend([term, *following])
    return whole


def _source_id(node: html.HtmlElement) -> str | None:
    match = COMMENT_ID.match(node.get("id") or "")
    if match is None and node.tag == "li":
        # Some themes put the id on an anchor that opens the comment.
        names = (one.get("id") or one.get("name") or "" for one in islice(node.iterdescendants("a", "div"), 3))
        match = next(filter(None, map(COMMENT_ID.match, names)), None)
    return match.group(1) if match else None


def _placed(nodes: list[html.HtmlElement]) -> list[Placed]:
    """Say of each comment under which other it stands."""
    known: dict[html.HtmlElement, Placed] = {}
    for node in nodes:
        above = next((known[one] for one in node.iterancestors() if one in known), None)
        if above is None:
            known[node] = Placed(node, None, 0)
        else:
            known[node] = Placed(node, _source_id(above.node), above.depth + 1)
            above.replies.add(node)
    return list(known.values())


def _read_comment(scope: Scope, seat: Placed, reader: Reader, ordinal: int) -> Comment:
    node = scope.node
    kind = _kind(node)
    author = _author(scope)
    moment = _moment(scope, reader, author)
    text = _text(scope, author, seat.replies)
    if kind is CommentKind.COMMENT and EXCERPT.match(text):
        kind = CommentKind.PINGBACK
    if kind is CommentKind.PINGBACK:
        author, text = _ping_source(node, author, text)
    return Comment(
        ordinal=ordinal,
        text=text,
        source_id=_source_id(node),
        parent_source_id=seat.parent,
        depth=seat.depth,
        author=author,
        posted_at=moment.at,
        posted_at_basis=moment.basis,
        posted_at_raw=moment.raw,
        kind=kind,
    )


def _kind(node: html.HtmlElement) -> CommentKind:
    classes = (node.get("class") or "").lower().split()
    if {"pingback", "trackback"} & set(classes) or (node.get("id") or "").startswith(("ping", "trackback")):
        return CommentKind.PINGBACK
    opening = " ".join(islice(node.itertext(), 12))[:160].lstrip()
    return CommentKind.PINGBACK if PING_LABEL.match(opening) else CommentKind.COMMENT


def _author(scope: Scope) -> str | None:
    for found in scope.every(AUTHOR):
        words = squeeze(_own_words(found))
        name = BYLINE.sub(r"\1", phrases.without_says(words)) if len(words) <= MAX_NAME else ""
        if name and not PING_LABEL.match(name + ":"):
            return name
    return None


def _own_words(found: html.HtmlElement) -> str:
    """Return a name element's text without what themes put into it: a date, "says", a link to the comment."""
    if len(found) == 0:
        return found.text or ""
    linked = next((link for link in found.iter("a") if "url" in (link.get("class") or "").split()), None)
    if linked is not None and linked is not found and (words := words_of(linked)):
        return words
    return " ".join(_own_pieces(found))


def _own_pieces(node: html.HtmlElement) -> Iterator[str]:
    """Yield the words in `node` in page order, those of noisy elements left out."""
    yield node.text or ""
    for child in node:
        if not _is_name_noise(child):
            yield from _own_pieces(child)
        yield child.tail or ""


def _is_name_noise(node: html.HtmlElement) -> bool:
    classes = node.get("class") or ""
    noisy = "says" in classes or "date" in classes or "meta" in classes or "#comment-" in (node.get("href") or "")
    return noisy or node.tag in {"time", "small", "script", "style"}


def _sample(scope: Scope) -> str:
    """Return words that may show whether the page writes the month first."""
    found = scope.first(TIME)
    return "" if found is None or found.tag == "time" else words_of(found)


def _moment(scope: Scope, reader: Reader, author: str | None) -> Moment:
    """Return the first readable time of the places themes put it; unreadable words are kept as they stand."""
    unread = Moment()
    for found in scope.each(TIME):
        stamp = found.get("datetime") or (found.get("title") if found.tag == "abbr" else "") or ""
        moment = _stamped(stamp.strip()) if stamp else Moment()
        shown = words_of(found)
        if moment.at is None:
            moment = reader.read(shown)
        if moment.at is None and author and author in shown:
            moment = reader.read(shown.partition(author)[2])
        if moment.at is not None:
            return replace(moment, raw=shown or stamp)
        unread = unread if unread.raw else Moment(raw=shown or None)
    return unread


def _stamped(stamp: str) -> Moment:
    """Read a machine's stamp. Many themes print the site's own clock with "+00:00", so that states no offset."""
    moment = iso_moment(stamp)
    doubtful = moment.basis is PostedBasis.STATED and stamp.endswith("+00:00")
    return replace(moment, basis=PostedBasis.BOUNDED) if doubtful else moment


def _text(scope: Scope, author: str | None, replies: set[html.HtmlElement]) -> str:
    body = scope.first(TEXT)
    without = {*replies, *scope.every(NOT_TEXT)}
    if body is not None:
        without.discard(body)
        text = text_of(body, without)
        whole = "body" in (body.get("class") or "")
        return _without_notice(_without_buttons(text) if whole else text)
    without.update(scope.every(META))
    lines = text_of(scope.node, without, set(_around_paragraphs(scope.node, without))).split("\n")
    if lines[0] == author:
        del lines[0]
    return _without_notice(_without_buttons("\n".join(lines)))


def _without_buttons(text: str) -> str:
    """Drop lines that only introduce or follow what is said: "says:", "Reply", "Report comment"."""
    lines = text.split("\n")
    said = [line for line in lines if not (phrases.SAYS_ALONE.match(line) or phrases.REPLY.match(line))]
    return text if len(said) == len(lines) else tidy("\n".join(said))


def _without_notice(text: str) -> str:
    """Drop the site's notice to the writer that a comment waits for approval."""
    lines = text.split("\n")
    said = [line for line in lines if len(line) > phrases.LONGEST_NOTICE or not phrases.MODERATION.match(line)]
    return text if len(said) == len(lines) else tidy("\n".join(said))


def _around_paragraphs(node: html.HtmlElement, without: set[html.HtmlElement]) -> Iterator[html.HtmlElement]:
    """Yield blocks whose bare words beside their paragraphs are no text of a comment: "says:", dates, bars."""
    for block in walk(node, without):
        if (block is node or block.tag in {"div", "article"}) and any(child.tag == "p" for child in block):
            yield block


def _ping_source(node: html.HtmlElement, author: str | None, text: str) -> tuple[str | None, str]:
    """Return a ping's source and excerpt; core themes show only "Pingback: source"."""
    link = node.find(".//a")
    if author is None and link is not None:
        author = words_of(link) or None
    text = PING_LABEL.sub("", text).strip()
    return author, "" if text == author else text


def _declared(roots: list[html.HtmlElement], comments: set[html.HtmlElement]) -> int | None:
    """Return the announced number: from a heading in the roots, else from the heading just before them."""
    for root in roots:
        for node in root.iter(*HEADING_TAGS, *HEADING_BOXES) if root not in comments else ():
            if node.tag in HEADING_TAGS or not HEADING_CLASSES.isdisjoint((node.get("class") or "").split()):
                number = phrases.declared_count(words_of(node))
                if number is not None and comments.isdisjoint(node.iterancestors()):
                    return number
    for root in roots[:1]:
        for sibling in list(root.itersiblings(preceding=True))[:3]:
            if sibling.tag in {"h2", "h3", "h4", "h5", "div", "p"}:
                words = words_of(sibling)
                if len(words) < 200 and (number := phrases.declared_count(words)) is not None:
                    return number
    return None


def _further_pages(roots: list[html.HtmlElement], url: str | None) -> tuple[str, ...]:
    """Return addresses of the thread's other pages, absolute where the page's own address is known, in page order."""
    found: dict[str, int] = {}
    for root in roots:
        for link in root.iter("a"):
            href = link.get("href") or ""
            if "cpage=" not in href and "/comment-page-" not in href:
                continue
            address, _, fragment = href.strip().partition("#")
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
