"""One reader for every family whose markup can be told by selectors: a family is an instance of it, all data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice, takewhile
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from ingest.parse import phrases
from ingest.parse.dates import Moment, Reader, iso_moment, numeric_dates, reader_for
from ingest.parse.decode import squeeze
from ingest.parse.elements import Element, Elements, outermost
from ingest.parse.families.check import check_family
from ingest.parse.markup import text_of
from ingest.parse.selectors import Scope, Selector, compiled, css_of, words_in
from ingest.parse.thread import Context, Thread
from ingest.parse.tree import PageTree
from ingest.records import Comment, PostedBasis

MAX_NAME = 200
MAX_PAGES = 200
STAMPS = ("datetime", "content", "title", "data-time-string", "data-tippy-content")
EPOCHS = ("data-utime", "data-time", "data-timestamp", "data-comment-timestamp")
COUNT = re.compile(r"\d{1,3}(?:[,. \u00a0]\d{3})+(?!\d)|\d{1,9}")
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
    `who` cuts the name (its group `name`) out of the words of `who_at`, looked at before `author`.
    `id_required` and `text_required` pass over what has no id or no element of `text`.
    `only_with` must match somewhere on the page. `siblings` is True where a comment is not one element: what follows it
    up to the next one is its own. `opening` is True for forums: the first post of a first page is the article.
    `count` is where the page says how many comments there are, looked at before headings.
    `valid` says for which versions or years of the software the selectors were seen to hold.

    Raises ValueError for what cannot be one: the file and line, the field and the mend (`checked`).
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
    count: tuple[Selector, ...] = ()
    ids: re.Pattern[str] = re.compile(r"^comment-(?P<id>\d{1,18})$")
    id_attributes: tuple[str, ...] = ("id",)
    id_at: tuple[Selector, ...] = ()
    author_attribute: str | None = None
    who_at: tuple[Selector, ...] = ()
    who: re.Pattern[str] | None = None
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

    def __post_init__(self) -> None:
        """Refuse what would fail, or find nothing, only on a page."""
        check_family(self)

    @property
    def asks(self) -> tuple[tuple[Selector, ...], ...]:
        """See Family."""
        return (self.comment, self.only_with) if self.only_with else (self.comment,)

    def marked(self, page: PageTree) -> list[LexborNode]:
        """See Family."""
        words = page.vocabulary
        if (self.only_with and not words.may_match(self.only_with)) or not words.may_match(self.comment):
            return []
        if self.id_required and not self.id_at and not words.has_value((*self.id_attributes, "name"), self.ids):
            return []
        if not page.css(css_of(words.possible(self.comment))):
            return []
        address = CANONICAL if self.opening else ()
        groups = (address, self.only_with, self.comment, self.roots_at, self.beside, self.next_page, self.count)
        return page.css(css_of(*map(words.possible, groups)))

    def roots(self, page: Elements) -> list[Element]:
        """Return the containers of comments, and the comments that stand in none; an opening post is in neither."""
        whole = Scope(page, page.root)
        if self.only_with and whole.first(self.only_with) is None:
            return []
        comments = self._comments(whole)
        if not comments:
            return []
        found = [*(root for root in whole.every(self.roots_at) if not _has_headline(page, root)), *comments]
        if self.opening:
            # The container of a forum holds the article too, so only the posts are taken.
            found = comments if LATER_PAGE.search(_address(whole)) else comments[1:]
        return outermost([*found, *whole.every(self.beside)])

    def read(self, page: Elements, roots: list[Element], context: Context) -> Thread:
        """Read every comment in page order."""
        nodes = [node for root in roots for node in self._comments(Scope(page, root, within_page=True))]
        if self.siblings:
            nodes = page.wrap(_groups(page, nodes))
        seats = self._seats(page, nodes)
        scopes = {node: Scope(page, node, seat.replies) for node, seat in seats.items()}
        samples = numeric_dates(_sample(scope, self.time) for scope in scopes.values())
        reader = reader_for(context.language, context.fetched_at, samples)
        comments = tuple(
            self._read_comment(scopes[node], seat, reader, ordinal)
            for ordinal, (node, seat) in enumerate(seats.items(), start=1)
        )
        return Thread(
            comments=comments,
            declared_count=_declared(page, roots, set(nodes), self.count),
            comment_pages=tuple(_pages(page, self.next_page, context.url)) if roots else (),
            closed=not nodes and any(phrases.CLOSED.search(text_of(page, root)) for root in roots),
        )

    def _comments(self, scope: Scope) -> list[Element]:
        """Return the outermost element of each comment, in page order, one per id."""
        seen: set[str] = set()
        comments = []
        for node in sorted(set(scope.every(self.comment)), key=lambda one: one.at):
            name = self._named(scope.page, node)
            if (name or not self.id_required) and name not in seen and self._has_text(scope.page, node):
                comments.append(node)
                seen.update({name} if name else ())
        return comments

    def _has_text(self, page: Elements, node: Element) -> bool:
        return not self.text_required or Scope(page, node).first(self.text) is not None

    def _named(self, page: Elements, node: Element, part: str = "id") -> str | None:
        for name in self.id_attributes:
            match = self.ids.search(node.get(name))
            if match and match.groupdict().get(part):
                return match.group(part)
        if part != "id":
            return None
        # Some systems put the id on an anchor before or within the comment.
        before = next(page.before(node), None)
        near = [
            *(Scope(page, node).every(self.id_at) if self.id_at else ()),
            *([before] if before is not None and before.tag == "a" else []),
            *islice((one for one in page.below(node) if one.tag in {"a", "div", "span"}), 6),
        ]
        names = (one.get(name) for one in near for name in (*self.id_attributes, "name"))
        return next((match.group("id") for match in map(self.ids.search, names) if match), None)

    def _seats(self, page: Elements, nodes: list[Element]) -> dict[Element, Seat]:
        """Say under which other comment each stands."""
        seats: dict[Element, Seat] = {}
        by_name: dict[str, Seat] = {}
        for node in nodes:
            around = next((seats[above] for above in node.above() if above in seats), None)
            if around is not None:
                around.replies.add(node)
            name = self._named(page, node)
            stated = self._named(page, node, "parent") or self._quoted(page, node)
            above = by_name.get(stated or "") or around or self._indented_under(page, node, seats)
            seats[node] = seat = Seat(name, above.name if above else None, above.depth + 1 if above else 0)
            if name:
                by_name[name] = seat
        return seats

    def _quoted(self, page: Elements, node: Element) -> str | None:
        if self.quote_attribute is None or self.quoted is None:
            return None
        quoting = (one for one in page.below(node) if one.tag in {"blockquote", "aside", "div"})
        quotes = Scope(page, node).every(self.quote_at) if self.quote_at else quoting
        for quote in quotes:
            match = self.quoted.search(quote.get(self.quote_attribute))
            if match:
                return match.group(1)
        return None

    def _indented_under(self, page: Elements, node: Element, seats: dict[Element, Seat]) -> Seat | None:
        for box in node.above() if self.indent else ():
            if box.tag == "div" and self.indent in words_in(box.get("class")):
                return next((seats[one] for one in page.before(box) if one in seats), None)
        return None

    def _read_comment(self, scope: Scope, seat: Seat, reader: Reader, ordinal: int) -> Comment:
        moment = _moment(scope, self.time, reader, self.when)
        return Comment(
            ordinal=ordinal,
            text=self._text(scope, seat.replies),
            source_id=seat.name,
            parent_source_id=seat.parent,
            depth=seat.depth,
            author=self._signed(scope) or _author(scope, self.author, self.author_attribute),
            posted_at=moment.at,
            posted_at_basis=moment.basis,
            posted_at_raw=moment.raw,
        )

    def _signed(self, scope: Scope) -> str | None:
        if self.who is None:
            return None
        matches = (self.who.search(scope.page.words(found)) for found in scope.every(self.who_at))
        return next((match.group("name") for match in matches if match), None)

    def _text(self, scope: Scope, replies: set[Element]) -> str:
        without = {*replies, *scope.every(self.noise)}
        for quote in scope.every(self.quotes):
            quote.tag = "blockquote"
        body = scope.first(self.text)
        if body is None:
            return text_of(scope.page, scope.node, {*without, *scope.every(self.author), *scope.every(self.time)})
        return text_of(scope.page, body, without - {body}) or body.get("content").strip()


@dataclass(slots=True)
class Seat:
    """A comment's id, its parent's, its depth, and the elements of replies inside it."""

    name: str | None
    parent: str | None
    depth: int
    replies: set[Element] = field(default_factory=set)


def _has_headline(page: Elements, root: Element) -> bool:
    return any(one.tag == "h1" for one in page.below(root))


def _groups(page: Elements, nodes: list[Element]) -> list[list[Element]]:
    """Return each of `nodes` with what follows it up to the next one."""
    others = set(nodes)
    return [[node, *takewhile(lambda one: one not in others, page.after(node))] for node in nodes]


def _address(page: Scope) -> str:
    return next((one.get("href") for one in page.every(CANONICAL)), "")


def _author(scope: Scope, selectors: Iterable[Selector], attribute: str | None) -> str | None:
    if attribute and (name := squeeze(scope.node.get(attribute))):
        return name
    for found in scope.every(selectors):
        words = phrases.without_says(scope.page.words(found) or squeeze(found.get("content")))
        if words and len(words) <= MAX_NAME:
            return words
    return None


def _sample(scope: Scope, selectors: Iterable[Selector]) -> str:
    found = scope.first(selectors)
    return "" if found is None or found.get("datetime") else scope.page.words(found)


def _moment(scope: Scope, selectors: Iterable[Selector], reader: Reader, when: re.Pattern[str] | None) -> Moment:
    """Return the first readable time: a machine's stamp before the words shown, all of them before the first alone."""
    unread = Moment()
    for found in scope.each(selectors):
        shown = scope.page.words(found)
        if when is not None and (match := when.search(shown)):
            shown = match.group("time")
        if (at := _epoch(found)) is not None:
            return Moment(at, PostedBasis.STATED, shown or None)
        for stamp in (*(found.get(name) for name in STAMPS), shown, scope.page.opening(found)):
            words = squeeze(stamp)
            moment = iso_moment(words) if words else Moment()
            moment = moment if moment.at is not None else reader.read(words)
            if moment.at is not None:
                return Moment(moment.at, moment.basis, shown or words)
        unread = unread if unread.raw else Moment(raw=shown or None)
    return unread


def _epoch(node: Element) -> datetime | None:
    """Return the time an attribute gives in seconds, or thousandths, since 1970."""
    matches = (EPOCH.search(node.get(name)) for name in EPOCHS)
    return next((datetime.fromtimestamp(int(match.group()), UTC) for match in matches if match), None)


def _declared(page: Elements, roots: list[Element], comments: set[Element], count: tuple[Selector, ...]) -> int | None:
    for node in Scope(page, page.root, comments).every(count) if count else ():
        words = page.words(node) or node.get("content")
        number = phrases.declared_count(words)
        if number is None and (digits := COUNT.search(words)):
            number = int(re.sub(r"\D", "", digits[0]))
        if number is not None:
            return number
    for root in roots:
        if root in comments:
            continue
        for node in Scope(page, root, comments).every(HEADINGS):
            if (number := phrases.declared_count(page.words(node))) is not None:
                return number
    return None


def _pages(page: Elements, selectors: tuple[Selector, ...], url: str | None) -> Iterator[str]:
    """Yield the addresses of the thread's other pages, each once, in page order."""
    seen = {url}
    for link in islice(Scope(page, page.root).every(selectors), MAX_PAGES) if selectors else ():
        try:
            address = urljoin(url or "", link.get("href").partition("#")[0])
            scheme = urlsplit(address).scheme
        except ValueError:
            continue
        if scheme in {"http", "https"} and address not in seen:
            seen.add(address)
            yield address
