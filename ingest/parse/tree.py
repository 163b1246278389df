"""A page on the fast tree, and what is taken out of it for Python: the part with comments, and the rest.

lexbor builds a page three times as fast as libxml2 does, and tells in C what of it a family wants to see. Only that
part becomes objects. What lexbor does in quadratic time (deep nesting) is first straightened by libxml2, which refuses
it; trafilatura, where it is asked for an article's body, gets an lxml tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html import escape
from itertools import takewhile

from lxml import etree, html
from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode, SelectolaxError

from ingest.parse.elements import Element, Elements
from ingest.parse.selectors import Selector

ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
"""The library's own look-up asks Python for the class of each element it touches, a tenth of the time of a page."""

MAX_FAST = 12_000
"""Tags of a page that lexbor gets as it is: nested in one another they cost it half a second, and four times that
for twice as many."""

MAX_BEFORE = 3
"""So many elements just before a thread may announce it."""

BEFORE = frozenset({"h2", "h3", "h4", "h5", "div", "p"})
NEAR = 8
"""Nodes looked at before a thread, those between elements among them."""


TOLD_BY = ("class", "id", "name", "about", "component", "data-comment-id", "data-comment-user-id", "data-node-id")
"""Attributes by which families are told. One way through the tree finds them all; a search for each takes as long."""

NAMED = f":is({', '.join(f'[{name}]' for name in TOLD_BY)})"


def needs_of(selector: Selector) -> frozenset[str]:
    """Return what must occur on a page where `selector` matches: classes and ids, and "[" before attributes."""
    named = {name or value for name, value in selector.literals}
    return selector.names | {"[" + name for name in named.intersection(TOLD_BY)}


@lru_cache(maxsize=256)
def line_wise(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return `pattern` as it reads each line by itself."""
    return re.compile(pattern.pattern, pattern.flags | re.MULTILINE)


class Vocabulary:
    """The names and values that occur in a page's markup: what a selector names and is not here cannot match."""

    __slots__ = (
        "_attributes",
        "_called",
        "_classes",
        "_ids",
        "_known",
        "_names",
        "_nodes",
        "_parser",
        "_text",
        "_values",
    )

    def __init__(self, parser: LexborHTMLParser, text: str) -> None:
        self._parser = parser
        self._nodes = parser.css(NAMED)
        self._attributes = [node.attributes for node in self._nodes]
        self._called = set().union(*self._attributes)
        self._ids = [one.get("id") or "" for one in self._attributes]
        self._classes = [one.get("class") or "" for one in self._attributes]
        self._names = {*" ".join(self._classes).split(), *self._ids}
        self._values = {"id": "\n".join(self._ids)}
        self._text = text
        self._known: dict[tuple[str, str], bool] = {}

    def possible(self, selectors: Iterable[Selector]) -> list[Selector]:
        """Return those of `selectors` that may match; the others surely do not."""
        return [one for one in selectors if one.names <= self._names and all(map(self._occurs, one.literals))]

    def may_match(self, selectors: Iterable[Selector]) -> bool:
        """Tell whether one of `selectors` may match; it surely does not where this is False."""
        names = self._names
        for one in selectors:
            if one.names <= names and (not one.literals or all(map(self._occurs, one.literals))):
                return True
        return False

    def told(self, needs: frozenset[str]) -> frozenset[str]:
        """Return what of `needs` occurs: names, and attributes by which families are told (see `needs_of`)."""
        return needs & (self._names | {"[" + name for name in TOLD_BY if name in self._called})

    def has_value(self, names: Iterable[str], pattern: re.Pattern[str]) -> bool:
        """Tell whether the value of one of the attributes `names`, each a line of its own, has `pattern` in it."""
        lines = line_wise(pattern)
        return any(lines.search(self._values_of(name)) for name in names)

    def _values_of(self, name: str) -> str:
        if name not in self._values:
            every = self._attributes if name in self._called else []
            if name not in TOLD_BY:
                every = [node.attributes for node in self._parser.css(f"[{name}]")]
            self._values[name] = "\n".join([one[name] or "" for one in every if name in one])
        return self._values[name]

    def named(self, id_fits: Callable[[str], bool], classes_fit: Callable[[str], bool]) -> list[LexborNode]:
        """Return the elements, in page order, whose id or whose classes fit."""
        every = zip(self._nodes, self._ids, self._classes, strict=True)
        return [node for node, name, words in every if (name and id_fits(name)) or (words and classes_fit(words))]

    def _occurs(self, test: tuple[str, str]) -> bool:
        known = self._known.get(test)
        if known is None:
            known = self._known[test] = self._looked_up(*test)
        return known

    def _looked_up(self, name: str, value: str) -> bool:
        """Tell whether an attribute has a value in it; without a name, whether there is an attribute called so."""
        if (name or value) in TOLD_BY:
            return (name or value) in self._called and (not name or value in self._values_of(name))
        return any(one in self._text for one in {value, escape(value)})


class PageTree:
    """One page on the fast tree. `cut` is True once nesting was found too deep and something was not read."""

    def __init__(self, text: str, utf8: bytes | None = None) -> None:
        """Build it, from the same text in UTF-8 if given. Raises ValueError where there is no element at all."""
        self.cut = False
        if text.count("<") > MAX_FAST:
            straight = self._built(text)
            if straight is None:
                raise ValueError("no element could be read")
            text, utf8 = etree.tostring(straight, encoding="unicode", method="html"), None
        try:
            self._parser = LexborHTMLParser(utf8 or text, options=LexborDocumentOptions.WO_EVENTS)
        except SelectolaxError as error:
            raise ValueError("no element could be read") from error
        body = self._parser.body
        if body is None or (body.child is None and (self._parser.head is None or self._parser.head.child is None)):
            raise ValueError("no element could be read")
        self._text = text
        self._vocabulary: Vocabulary | None = None

    def css(self, query: str) -> list[LexborNode]:
        """Return the elements that `query` matches, in page order; none for an empty one."""
        found = self._parser.css(query) if query else []
        return list({node.mem_id: node for node in found}.values())

    @property
    def vocabulary(self) -> Vocabulary:
        """What occurs in the page's markup, looked up once."""
        if self._vocabulary is None:
            self._vocabulary = Vocabulary(self._parser, self._text)
        return self._vocabulary

    @property
    def root(self) -> LexborNode | None:
        """The outermost element."""
        return self._parser.root

    def scripts(self, kind: str) -> Iterator[str]:
        """Yield the text of every script whose type names `kind`."""
        for script in self._parser.css("script"):
            if kind in (script.attrs.get("type") or ""):
                yield script.text() or ""

    def excerpt(self, marked: Iterable[LexborNode]) -> Elements:
        """Return only what is `marked` (in page order), what stands just before it and what is around it, by name."""
        page = Elements()
        wanted = {node.mem_id for node in marked}
        built: set[int] = set()
        around: dict[int, Element] = {}
        threads = 0
        for node in marked:
            if node.mem_id not in wanted:
                # It stood in another, and is marked there.
                continue
            outside = list(takewhile(lambda one: one.mem_id not in around and one.mem_id not in built, _above(node)))
            above = _parent(outside[-1] if outside else node)
            if above is not None and above.mem_id in built:
                # It stands in what was built as what is before a thread.
                continue
            place = None if above is None else around[above.mem_id]
            page.close(place)
            for one in reversed(outside):
                around[one.mem_id] = place = page.open(one, place)
            beside = []
            if node.tag not in {"link", "meta"}:
                threads += 1
                beside = _before(node, first=threads == 1)
            for one in (*beside, node):
                if one.mem_id not in built and one.mem_id not in around:
                    page.add(one, place, wanted)
                    built.add(one.mem_id)
        page.close()
        self.cut = self.cut or page.cut
        return page

    def remove(self, nodes: Iterable[LexborNode]) -> None:
        """Take `nodes`, none of them in another, out of the page."""
        for node in nodes:
            if node.parent is not None and node.tag not in {"html", "body"}:
                node.decompose()

    def rest(self) -> Elements:
        """Return what is left of the page."""
        page = Elements()
        if self._parser.root is not None:
            page.add(self._parser.root, None, set())
        self.cut = self.cut or page.cut
        return page

    def as_lxml(self) -> html.HtmlElement | None:
        """Return what is left of the page as the slower tree that trafilatura reads; None where no element is."""
        return self._built(self._parser.html or "")

    def _built(self, text: str) -> html.HtmlElement | None:
        """Parse `text` under the library's depth limit, so that a bomb of tags costs nothing; None for no element."""
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        parser.set_element_class_lookup(ELEMENTS)
        try:
            root = etree.fromstring(text.encode("utf-8", "replace"), parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
            return None
        self.cut = self.cut or any("depth" in entry.message for entry in parser.error_log.filter_from_fatals())
        return root


def _above(node: LexborNode) -> Iterator[LexborNode]:
    above = _parent(node)
    while above is not None:
        yield above
        above = _parent(above)


def _parent(node: LexborNode) -> LexborNode | None:
    above = node.parent
    return None if above is None or above.tag == "-document" else above


def _before(node: LexborNode, *, first: bool) -> list[LexborNode]:
    """Return the elements just before `node` that may belong to it: an anchor, or what announces the first."""
    found: list[LexborNode] = []
    one = node.prev
    for _ in range(NEAR):
        if one is None or len(found) == MAX_BEFORE:
            break
        if one.tag == "a" or (first and one.tag in BEFORE):
            found.append(one)
        one = one.prev
    return found[::-1]
