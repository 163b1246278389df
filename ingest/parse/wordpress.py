"""WordPress comments: classic and HTML5 themes, and themes that keep only the id `comment-N`.

The id is the one thing nearly every theme keeps, so comments are found by it first and by class only where no id is.
Selectors are data, most specific first; facts from the core comment walkers and from pages of many themes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, takewhile
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from ingest.parse import phrases
from ingest.parse.dates import Moment, Reader, iso_moment, numeric_dates, reader_for, says_time
from ingest.parse.decode import squeeze
from ingest.parse.elements import Element, Elements
from ingest.parse.markup import text_of, tidy
from ingest.parse.selectors import Scope, Selector, words_in
from ingest.parse.sheet import SheetScope
from ingest.parse.thread import Context, Thread
from ingest.parse.tree import PageTree
from ingest.parse.wordpress_answers import answered
from ingest.parse.wordpress_selectors import (
    ARTICLE_CLASSES,
    AUTHOR,
    COMMENT_ID,
    HEADING_BOXES,
    HEADING_CLASSES,
    HEADING_TAGS,
    LISTED,
    LISTS,
    META,
    NO_ROOTS,
    NOT_TEXT,
    ROOT_CLASSES,
    ROOT_IDS,
    SHEET,
    TEXT,
    TIME,
    WIDGETS,
)
from ingest.records import Comment, CommentKind, PostedBasis

MAX_NAME = 200
MAX_SAMPLES = 50
OPENING = 40
"""Elements and texts at the head of a comment among which a label stands that tells a ping."""

PAGED = re.compile(r"(?:[?&]cpage=|/comment-page-)(\d{1,6})")
EXCERPT = re.compile(r"^\[(?:\.\.\.|…)\].*\[(?:\.\.\.|…)\]$", re.DOTALL)
BYLINE = re.compile(r"^comment (?:by|from)\s+(.+?)(?:\s+[—–-]\s+[^—–]*(?:19|20)\d\d.*)?$", re.IGNORECASE)
PINGS = frozenset({"pingback", "trackback"})
PING_LABEL = re.compile(r"^\s*(?:pingback|trackback|ping|pingbacks?/trackbacks?)\s*:\s*", re.IGNORECASE)
BYLINE_OPENS, PING_OPENS = frozenset("cC"), frozenset("pPtT")
"""First letters of what the patterns find: looked at before the search."""


class WordPress:
    """The family `wordpress`; see Family."""

    name = "wordpress"
    version = "wordpress-7"
    asks: tuple[tuple[Selector, ...], ...] = ()

    def marked(self, page: PageTree) -> list[LexborNode]:
        """See Family."""
        return list(_with_definitions(page.vocabulary.named(_is_root_id, _has_root_class)))

    def roots(self, page: Elements) -> list[Element]:
        """Return the outermost comment containers, comments without one included, widgets of other posts left out."""
        named: list[Element] = []
        for node in page.marked:
            if not (named and named[-1].holds(node)) and _is_root(page, node):
                named.append(node)
        return [node for node in named if not any(map(_is_widget, (node, *node.above())))]

    def read(self, page: Elements, roots: list[Element], context: Context) -> Thread:
        """Read comments, announced count, further comment pages and whether comments are closed."""
        seats = _seats(_defined(page, list(_comment_nodes(page, roots))))
        scopes = [SheetScope(page, seat.node, seat.replies, SHEET) for seat in seats]
        if not any(seat.depth for seat in seats):
            _seat_by_answers(seats, scopes)
        samples = numeric_dates(map(_sample, islice(scopes, MAX_SAMPLES)))
        reader = reader_for(context.language, context.fetched_at, samples)
        comments = tuple(
            _read_comment(scope, seat, reader, ordinal)
            for ordinal, (scope, seat) in enumerate(zip(scopes, seats, strict=True), start=1)
        )
        return Thread(
            comments=comments,
            declared_count=_declared(page, roots, {seat.node for seat in seats}),
            comment_pages=_further_pages(page, roots, context.url),
            closed=not seats and any(phrases.CLOSED.search(text_of(page, root)) for root in roots),
        )


@dataclass(slots=True)
class Seat:
    """A comment's element and id, its parent's id, how deep it stands, and the elements of its direct replies."""

    node: Element
    name: str | None
    parent: str | None
    depth: int
    replies: set[Element] = field(default_factory=set)


@lru_cache(maxsize=20_000)
def _is_root_id(name: str) -> bool:
    return COMMENT_ID.match(name) is not None or name.lower() in ROOT_IDS


@lru_cache(maxsize=20_000)
def _has_root_class(classes: str) -> bool:
    return not ROOT_CLASSES.isdisjoint(classes.lower().split())


def _with_definitions(nodes: Iterable[LexborNode]) -> Iterator[LexborNode]:
    """Yield `nodes`, and after a term of a list what defines it: that stands beside it."""
    for node in nodes:
        yield node
        beside = node.next if node.tag == "dt" else None
        while beside is not None and beside.tag != "dt":
            if beside.tag == "dd":
                yield beside
            beside = beside.next


def _is_root(page: Elements, node: Element) -> bool:
    if node.tag in NO_ROOTS:
        return False
    if COMMENT_ID.match(node.get("id")):
        return True
    inside = page.below(node)
    if "h1" in [one.tag for one in inside]:
        return False
    names = " ".join([one.attributes.get("class") or "" for one in inside])
    return not any(name in names for name in ARTICLE_CLASSES)


def _is_widget(node: Element) -> bool:
    name, classes = node.get("id"), node.get("class")
    return name.lower() in WIDGETS or (classes != "" and not WIDGETS.isdisjoint(words_in(classes.lower())))


def _comment_nodes(page: Elements, roots: list[Element]) -> Iterator[tuple[Element, str | None]]:
    """Yield each comment's outermost element in page order with its id, one per id."""
    seen: set[str] = set()
    for root in roots:
        for node in (root, *page.below(root)):
            if "id" in node.attributes:
                name = _source_id(page, node)
                if name and name not in seen and not (node.tag in {"a", "span"} or page.is_empty(node)):
                    # Those only mark a place, as other systems do before a comment.
                    seen.add(name)
                    yield node, name
    if not seen:
        for root in roots:
            listed = (node for node in (root, *page.below(root)) if node.tag == "li" and _is_listed(node))
            yield from ((node, _source_id(page, node)) for node in listed)


def _is_listed(node: Element) -> bool:
    above = node.parent
    return not LISTED.isdisjoint(words_in(node.get("class"))) or (
        above is not None and not LISTS.isdisjoint(words_in(above.get("class")))
    )


def _defined(page: Elements, nodes: list[tuple[Element, str | None]]) -> list[tuple[Element, str | None]]:
    """Return `nodes`, a term of a list replaced by an element around it and what defines it."""
    terms = [node for node, _ in nodes if node.tag == "dt"]
    groups = [[term, *takewhile(lambda one: one.tag != "dt", page.after(term))] for term in terms]
    whole = dict(zip(terms, page.wrap(groups), strict=True)) if groups else {}
    return [(whole.get(node, node), name) for node, name in nodes]


def _source_id(page: Elements, node: Element) -> str | None:
    match = COMMENT_ID.match(node.get("id"))
    if match is None and node.tag == "li":
        # Some themes put the id on an anchor that opens the comment.
        inside = islice((one for one in page.below(node) if one.tag in {"a", "div"}), 3)
        names = (one.get("id") or one.get("name") for one in inside)
        match = next(filter(None, map(COMMENT_ID.match, names)), None)
    return match.group(1) if match else None


def _seats(nodes: list[tuple[Element, str | None]]) -> list[Seat]:
    """Say of each comment under which other it stands."""
    seats: list[Seat] = []
    around: list[Seat] = []
    for node, name in nodes:
        while around and around[-1].node.end <= node.at:
            around.pop()
        above = around[-1] if around else None
        seat = Seat(node, name, above.name if above else None, above.depth + 1 if above else 0)
        if above is not None:
            above.replies.add(node)
        seats.append(seat)
        around.append(seat)
    return seats


def _seat_by_answers(seats: list[Seat], scopes: Sequence[Scope]) -> None:
    """Put the comments of a flat list under those before them that they quote or link."""
    before: dict[str, Seat] = {}
    for seat, scope in zip(seats, scopes, strict=True):
        above = before.get(answered(scope, before) or "")
        if above is not None:
            seat.parent, seat.depth = above.name, above.depth + 1
        if seat.name:
            before.setdefault(seat.name, seat)


def _read_comment(scope: Scope, seat: Seat, reader: Reader, ordinal: int) -> Comment:
    kind = _kind(scope)
    author = _author(scope)
    moment = _moment(scope, reader, author)
    text = _text(scope, author, seat.replies)
    if kind is CommentKind.COMMENT and EXCERPT.match(text):
        kind = CommentKind.PINGBACK
    if kind is CommentKind.PINGBACK:
        author, text = _ping_source(scope, author, text)
    return Comment(
        ordinal=ordinal,
        text=text,
        source_id=seat.name,
        parent_source_id=seat.parent,
        depth=seat.depth,
        author=author,
        posted_at=moment.at,
        posted_at_basis=moment.basis,
        posted_at_raw=moment.raw,
        kind=kind,
    )


def _kind(scope: Scope) -> CommentKind:
    node = scope.node
    if not PINGS.isdisjoint(words_in(node.get("class").lower())) or node.get("id").startswith(("ping", "trackback")):
        return CommentKind.PINGBACK
    if scope.page.first_letter(node, OPENING) not in PING_OPENS:
        return CommentKind.COMMENT
    opening = " ".join(islice(scope.page.texts(node, OPENING), 12))[:160].lstrip()
    return CommentKind.PINGBACK if PING_LABEL.match(opening) else CommentKind.COMMENT


def _author(scope: Scope) -> str | None:
    for found in scope.every(AUTHOR):
        words = squeeze(_own_words(scope.page, found))
        name = phrases.without_says(words) if len(words) <= MAX_NAME else ""
        if name[:1] in BYLINE_OPENS and (byline := BYLINE.match(name)):
            name = byline[1]
        if name and not (name[0] in PING_OPENS and PING_LABEL.match(name + ":")):
            return name
    return None


def _own_words(page: Elements, found: Element) -> str:
    """Return a name element's text without what themes put into it: a date, "says", a link to the comment."""
    inside = page.below(found)
    if not inside:
        return page.line(found)
    linked = next((link for link in inside if link.tag == "a" and "url" in words_in(link.get("class"))), None)
    if linked is not None and (words := page.words(linked)):
        return words
    return page.words(found, {node for node in inside if _is_name_noise(node)})


def _is_name_noise(node: Element) -> bool:
    classes = node.get("class")
    noisy = "says" in classes or "date" in classes or "meta" in classes or "#comment-" in node.get("href")
    return noisy or node.tag in {"time", "small", "script", "style"}


def _sample(scope: Scope) -> str:
    """Return words that may show whether the page writes the month first."""
    found = scope.first(TIME)
    return "" if found is None or found.tag == "time" else scope.page.words(found)


def _moment(scope: Scope, reader: Reader, author: str | None) -> Moment:
    """Return the first readable time of the places themes put it; unreadable times are kept as they stand."""
    unread = Moment()
    for found in scope.each(TIME):
        stamp = found.get("datetime") or (found.get("title") if found.tag == "abbr" else "")
        moment = _stamped(stamp.strip()) if stamp else Moment()
        shown = scope.page.words(found)
        if moment.at is None:
            moment = reader.read(shown)
        if moment.at is None and author and author in shown:
            moment = reader.read(shown.partition(author)[2])
        if moment.at is not None:
            return Moment(moment.at, moment.basis, shown or stamp)
        if not unread.raw and says_time(shown.replace(author or " ", " ")):
            unread = Moment(raw=shown)
    return unread


def _stamped(stamp: str) -> Moment:
    """Read a machine's stamp. Many themes print the site's own clock with "+00:00", so that states no offset."""
    moment = iso_moment(stamp)
    doubtful = moment.basis is PostedBasis.STATED and stamp.endswith("+00:00")
    return Moment(moment.at, PostedBasis.BOUNDED, moment.raw) if doubtful else moment


def _text(scope: Scope, author: str | None, replies: set[Element]) -> str:
    body = scope.first(TEXT)
    without = {*replies, *scope.every(NOT_TEXT)}
    if body is not None:
        without.discard(body)
        text = text_of(scope.page, body, without)
        whole = "body" in body.get("class")
        return _without_notice(_without_buttons(text) if whole else text)
    without.update(scope.every(META))
    mute = set(_around_paragraphs(scope, replies))
    lines = text_of(scope.page, scope.node, without, mute).split("\n")
    if lines[0] == author:
        del lines[0]
    return _without_notice(_without_buttons("\n".join(lines)))


def _without_buttons(text: str) -> str:
    """Drop lines that only introduce or follow what is said: "says:", "Reply", "Report comment"."""
    lines = text.split("\n")
    said = [line for line in lines if not phrases.is_button(line)]
    return text if len(said) == len(lines) else tidy("\n".join(said))


def _without_notice(text: str) -> str:
    """Drop the site's notice to the writer that a comment waits for approval."""
    lines = text.split("\n")
    said = [line for line in lines if len(line) > phrases.LONGEST_NOTICE or not phrases.MODERATION.match(line)]
    return text if len(said) == len(lines) else tidy("\n".join(said))


def _around_paragraphs(scope: Scope, replies: set[Element]) -> Iterator[Element]:
    """Yield blocks whose bare words beside their paragraphs are no text of a comment: "says:", dates, bars."""
    for node in scope.page.walk(scope.node, replies):
        block = node.parent if node.tag == "p" else None
        if block is not None and (block is scope.node or block.tag in {"div", "article"}):
            yield block


def _ping_source(scope: Scope, author: str | None, text: str) -> tuple[str | None, str]:
    """Return a ping's source and excerpt; core themes show only "Pingback: source"."""
    link = next((one for one in scope.page.below(scope.node) if one.tag == "a"), None)
    if author is None and link is not None:
        author = scope.page.words(link) or None
    text = PING_LABEL.sub("", text).strip()
    return author, "" if text == author else text


def _declared(page: Elements, roots: list[Element], comments: set[Element]) -> int | None:
    """Return the announced number: from a heading in the roots, else from the heading just before them."""
    for root in roots:
        for node in (root, *page.walk(root, comments)) if root not in comments else ():
            if node.tag in HEADING_TAGS or (
                node.tag in HEADING_BOXES and not HEADING_CLASSES.isdisjoint(words_in(node.get("class")))
            ):
                number = phrases.declared_count(page.words(node))
                if number is not None:
                    return number
    for sibling in islice(page.before(roots[0]), 3):
        if sibling.tag in {"h2", "h3", "h4", "h5", "div", "p"}:
            words = page.words(sibling)
            if len(words) < 200 and (number := phrases.declared_count(words)) is not None:
                return number
    return None


def _further_pages(page: Elements, roots: list[Element], url: str | None) -> tuple[str, ...]:
    """Return addresses of the thread's other pages, absolute where the page's own address is known, in page order."""
    found: dict[str, int] = {}
    for root in roots:
        for link in (root, *page.below(root)):
            if link.tag != "a":
                continue
            href = link.get("href")
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
