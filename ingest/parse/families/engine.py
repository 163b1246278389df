"""One reader for every family whose markup can be told by selectors: a family is an instance of it, all data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice, takewhile
from urllib.parse import urljoin, urlsplit

from lxml import html
from selectolax.lexbor import LexborNode

from ingest.parse import phrases
from ingest.parse.dates import Moment, Reader, iso_moment, reader_for
from ingest.parse.decode import squeeze
from ingest.parse.markup import text_of, words_of
from ingest.parse.selectors import Scope, Selector, compiled, css_of
from ingest.parse.thread import Context, Thread
from ingest.parse.tree import PageTree
from ingest.records import Comment, PostedBasis

MAX_NAME = 200
MAX_PAGES = 200
STAMPS = ("datetime", "content", "title", "data-time-string", "data-tippy-content")
EPOCHS = ("data-utime", "data-time", "data-timestamp", "data-comment-timestamp")
EPOCH = re.compile(r"^\d{9,10}(?=\d{3}$|$)")
LATER_PAGE = re.compile(r"[?&/](?:page|start|p)[-=/](?!0|1\b)\d|/page-?(?!1\b)\d")
CANONICAL = compiled("link[rel=canonical]")
HEADINGS = compiled("h1", "h2", "h3", "h4", "h5", "h6", ".comment-count", ".comments-count", ".count")


@dataclass(frozen=True)
class MarkupFamily:
    """A family told by selectors (see `selectors`), each list with the most specific first.

    `comment` finds comments, `roots_at` what is cut out of the article with them (the comments alone where it is
    empty), `beside` what repeats them for scripts. `ids` are looked for in a comment's attributes `id_attributes`, then
    in the elements `id_at` inside it, then in the anchors before and just inside it; a group `parent` names the comment
    answered. Without it a parent is the one that a quote names (`quoted` in the attribute `quote_attribute` of a
    blockquote, or of the elements `quote_at`), or the comment around this one, or before the `indent` around it.
    `quotes` are quoted words that stand in no blockquote. `when` cuts the time (its group `time`) out of other words.
    `id_required` and `text_required` pass over what has no id or no element of `text`.
    `only_with` must match somewhere on the page. `siblings` is True where a comment is not one element: what follows it
    up to the next one is its own. `opening` is True for forums: the first post of a first page is the article.
    `valid` says for which versions or years of the software the selectors were seen to hold.
    """

    name: str
    version: str
    valid: str
    comment: tuple[Selector, ...]
    text: tuple[Selector, ...]
    author: tuple[Selector, ...] = ()
    time: tuple[Selector, ...] = ()
    noise: tuple[Selector, ...] = ()
    roots_at: tuple[Selector, ...] = ()
    beside: tuple[Selector, ...] = ()
    next_page: tuple[Selector, ...] = ()
    ids: re.Pattern[str] = re.compile(r"^comment-(?P<id>\d{1,18})$")
    id_attributes: tuple[str, ...] = ("id",)
    id_at: tuple[Selector, ...] = ()
    author_attribute: str | None = None
    indent: str | None = None
    quote_attribute: str | None = None
    quoted: re.Pattern[str] | None = None
    quote_at: tuple[Selector, ...] = ()
    quotes: tuple[Selector, ...] = ()
    when: re.Pattern[str] | None = None
    opening: bool = False
    id_required: bool = False
    text_required: bool = False
    only_with: tuple[Selector, ...] = ()
    siblings: bool = False

    def marked(self, page: PageTree) -> list[LexborNode]:
        """See Family."""
        words = page.vocabulary
        if not words.may_match(self.comment) or (self.only_with and not words.may_match(self.only_with)):
            return []
        if self.id_required and not self.id_at and not self._has_ids(page):
            return []
        if not page.css(css_of(words.possible(self.comment))):
            return []
        address = CANONICAL if self.opening else ()
        groups = (address, self.only_with, self.comment, self.roots_at, self.beside, self.next_page)
        return page.css(css_of(*map(words.possible, groups)))

    def _has_ids(self, page: PageTree) -> bool:
        """Tell whether anything on the page carries an id of a comment."""
        if "id" in self.id_attributes and page.vocabulary.has_id(self.ids):
            return True
        others = [f"[{name}]" for name in (*self.id_attributes, "name") if name != "id"]
        return any(
            self.ids.search(value or "")
            for node in page.css(", ".join(others))
            for name, value in node.attributes.items()
            if name != "id"
        )

    def roots(self, page: Scope) -> list[html.HtmlElement]:
        """Return the containers of comments, and the comments that stand in none; an opening post is in neither."""
        if self.only_with and page.first(self.only_with) is None:
            return []
        comments = self._comments(page)
        if not comments:
            return []
        found = {*(root for root in page.every(self.roots_at) if root.find(".//h1") is None), *comments}
        if self.opening:
            # The container of a forum holds the article too, so only the posts are taken.
            first = comments[0]
            found = {node for node in comments if node is not first or LATER_PAGE.search(_address(page))}
        found.update(page.every(self.beside))
        return [
            node for node in page.node.iter(*{one.tag for one in found}) if node in found and not _below(node, found)
        ]

    def read(self, roots: list[html.HtmlElement], context: Context) -> Thread:
        """Read every comment in page order."""
        nodes = [node for root in roots for node in self._comments(_around(root))]
        if self.siblings:
            nodes = [_gathered(node, set(nodes)) for node in nodes]
        seats = self._seats(nodes)
        scopes = {node: Scope(node, seat.replies) for node, seat in seats.items()}
        reader = reader_for(
            context.language, context.fetched_at, (_sample(scope, self.time) for scope in scopes.values())
        )
        comments = tuple(
            self._read_comment(scopes[node], seat, reader, ordinal)
            for ordinal, (node, seat) in enumerate(seats.items(), start=1)
        )
        return Thread(
            comments=comments,
            declared_count=_declared(roots, set(nodes)),
            comment_pages=tuple(_pages(roots, self.next_page, context.url)),
            closed=not nodes and any(phrases.CLOSED.search(text_of(root)) for root in roots),
        )

    def _comments(self, page: Scope) -> list[html.HtmlElement]:
        """Return the outermost element of each comment, in page order, one per id."""
        found = set(page.every(self.comment))
        seen: set[str] = set()
        comments = []
        for node in page.node.iter(*{one.tag for one in found}) if found else ():
            name = self._named(node) if node in found else None
            if node in found and (name or not self.id_required) and name not in seen and self._has_text(node):
                comments.append(node)
                seen.update({name} if name else ())
        return comments

    def _has_text(self, node: html.HtmlElement) -> bool:
        return not self.text_required or Scope(node).first(self.text) is not None

    def _named(self, node: html.HtmlElement, part: str = "id") -> str | None:
        for name in self.id_attributes:
            match = self.ids.search(node.get(name) or "")
            if match and match.groupdict().get(part):
                return match.group(part)
        if part != "id":
            return None
        # Some systems put the id on an anchor before or within the comment.
        before = node.getprevious()
        near = [
            *(Scope(node).every(self.id_at) if self.id_at else ()),
            *([before] if before is not None and before.tag == "a" else []),
            *islice(node.iterdescendants("a", "div", "span"), 6),
        ]
        names = (one.get(name) or "" for one in near for name in (*self.id_attributes, "name"))
        return next((match.group("id") for match in map(self.ids.search, names) if match), None)

    def _seats(self, nodes: list[html.HtmlElement]) -> dict[html.HtmlElement, Seat]:
        """Say under which other comment each stands."""
        seats: dict[html.HtmlElement, Seat] = {}
        by_name: dict[str, Seat] = {}
        for node in nodes:
            around = next((seats[above] for above in node.iterancestors() if above in seats), None)
            if around is not None:
                around.replies.add(node)
            name = self._named(node)
            stated = self._named(node, "parent") or self._quoted(node)
            above = by_name.get(stated or "") or around or self._indented_under(node, seats)
            seats[node] = seat = Seat(name, above.name if above else None, above.depth + 1 if above else 0)
            if name:
                by_name[name] = seat
        return seats

    def _quoted(self, node: html.HtmlElement) -> str | None:
        if self.quote_attribute is None or self.quoted is None:
            return None
        quoting = node.iterdescendants("blockquote", "aside", "div")
        quotes = Scope(node).every(self.quote_at) if self.quote_at else quoting
        for quote in quotes:
            match = self.quoted.search(quote.get(self.quote_attribute) or "")
            if match:
                return match.group(1)
        return None

    def _indented_under(self, node: html.HtmlElement, seats: dict[html.HtmlElement, Seat]) -> Seat | None:
        for box in node.iterancestors("div") if self.indent else ():
            if self.indent in (box.get("class") or "").split():
                return next((seats[one] for one in box.itersiblings(preceding=True) if one in seats), None)
        return None

    def _read_comment(self, scope: Scope, seat: Seat, reader: Reader, ordinal: int) -> Comment:
        moment = _moment(scope, self.time, reader, self.when)
        return Comment(
            ordinal=ordinal,
            text=self._text(scope, seat.replies),
            source_id=seat.name,
            parent_source_id=seat.parent,
            depth=seat.depth,
            author=_author(scope, self.author, self.author_attribute),
            posted_at=moment.at,
            posted_at_basis=moment.basis,
            posted_at_raw=moment.raw,
        )

    def _text(self, scope: Scope, replies: set[html.HtmlElement]) -> str:
        without = {*replies, *scope.every(self.noise)}
        for quote in scope.every(self.quotes):
            quote.tag = "blockquote"
        body = scope.first(self.text)
        if body is None:
            return text_of(scope.node, {*without, *scope.every(self.author), *scope.every(self.time)})
        return text_of(body, without - {body}) or (body.get("content") or "").strip()


@dataclass(slots=True)
class Seat:
    """A comment's id, its parent's, its depth, and the elements of replies inside it."""

    name: str | None
    parent: str | None
    depth: int
    replies: set[html.HtmlElement] = field(default_factory=set)


def _below(node: html.HtmlElement, others: set[html.HtmlElement]) -> bool:
    return any(above in others for above in node.iterancestors())


def _gathered(first: html.HtmlElement, others: set[html.HtmlElement]) -> html.HtmlElement:
    """Return one new element, in the place of `first`, around it and what follows it up to the next of `others`."""
    whole = first.makeelement("div", {"id": first.get("id") or ""})
    following = list(takewhile(lambda one: one not in others, first.itersiblings()))
    first.addprevious(whole)
    whole.extend([first, *following])
    return whole


class Within(Scope):
    """A scope whose selectors also see what stands around it: a comment may be told by the list it is in."""

    __slots__ = ()

    def _possible(self, selectors: Iterable[Selector]) -> Iterable[Selector]:
        return selectors

    def _matches(self, selector: Selector) -> Iterator[html.HtmlElement]:
        needs = selector.compounds[-1].needs
        if all(need in self.index for need in needs):
            top = self.node.getroottree().getroot()
            rarest = min((self.index[need] for need in needs), key=len)
            yield from (node for node in rarest if selector.matches(node, top))


def _around(root: html.HtmlElement) -> Scope:
    """Return a scope in which `root` itself can be found."""
    scope = Within(root)
    for need in (
        root.tag,
        *(f"[{name}" for name in root.attrib),
        *(f".{one}" for one in (root.get("class") or "").split()),
        f"#{root.get('id')}",
    ):
        scope.index.setdefault(need, []).insert(0, root)
    return scope


def _address(page: Scope) -> str:
    return next((one.get("href") or "" for one in page.index.get("link", ()) if one.get("rel") == "canonical"), "")


def _author(scope: Scope, selectors: Iterable[Selector], attribute: str | None) -> str | None:
    if attribute and (name := squeeze(scope.node.get(attribute) or "")):
        return name
    for found in scope.every(selectors):
        words = phrases.without_says(words_of(found) or squeeze(found.get("content") or ""))
        if words and len(words) <= MAX_NAME:
            return words
    return None


def _sample(scope: Scope, selectors: Iterable[Selector]) -> str:
    found = scope.first(selectors)
    return "" if found is None or found.get("datetime") else words_of(found)


def _moment(scope: Scope, selectors: Iterable[Selector], reader: Reader, when: re.Pattern[str] | None) -> Moment:
    """Return the first readable time: a machine's stamp before the words shown, all of them before the first alone."""
    unread = Moment()
    for found in scope.each(selectors):
        shown = words_of(found)
        if when is not None and (match := when.search(shown)):
            shown = match.group("time")
        if (at := _epoch(found)) is not None:
            return Moment(at, PostedBasis.STATED, shown or None)
        for stamp in (*(found.get(name) for name in STAMPS), shown, found.text):
            words = squeeze(stamp or "")
            moment = iso_moment(words) if words else Moment()
            moment = moment if moment.at is not None else reader.read(words)
            if moment.at is not None:
                return replace(moment, raw=shown or words)
        unread = unread if unread.raw else Moment(raw=shown or None)
    return unread


def _epoch(node: html.HtmlElement) -> datetime | None:
    """Return the time an attribute gives in seconds, or thousandths, since 1970."""
    matches = (EPOCH.search(node.get(name) or "") for name in EPOCHS)
    return next((datetime.fromtimestamp(int(match.group()), UTC) for match in matches if match), None)


def _declared(roots: list[html.HtmlElement], comments: set[html.HtmlElement]) -> int | None:
    for root in roots:
        if root in comments:
            continue
        scope = Scope(root, comments)
        for node in scope.every(HEADINGS):
            if (number := phrases.declared_count(words_of(node))) is not None:
                return number
    return None


def _pages(roots: list[html.HtmlElement], selectors: Iterable[Selector], url: str | None) -> Iterator[str]:
    """Yield the addresses of the thread's other pages, each once, in page order."""
    seen = {url}
    top = roots[0].getroottree().getroot() if roots and selectors else None
    for link in islice(Scope(top).every(selectors), MAX_PAGES) if top is not None else ():
        try:
            address = urljoin(url or "", (link.get("href") or "").partition("#")[0])
            scheme = urlsplit(address).scheme
        except ValueError:
            continue
        if scheme in {"http", "https"} and address not in seen:
            seen.add(address)
            yield address
