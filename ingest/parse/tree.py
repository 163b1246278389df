"""A page on the fast tree, and the small slower trees cut out of it: the part with comments, and the rest.

lexbor builds a page three times as fast as libxml2 does, and tells in C what of it a family wants to see. Only that
part is built again as an lxml tree, on which families are written. What lexbor does in quadratic time (deep nesting)
is first straightened by libxml2, which refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape

from lxml import etree, html
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from ingest.parse.selectors import Selector

ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
"""The library's own look-up asks Python for the class of each element it touches, a tenth of the time of a page."""

MARK = "data-parley-mark"
MAX_FAST = 12_000
"""Tags of a page that lexbor gets as it is: nested in one another they cost it half a second, and four times that
for twice as many."""

MAX_BEFORE = 3
"""So many elements just before a thread may announce it."""

BEFORE = frozenset({"h2", "h3", "h4", "h5", "div", "p"})
NEAR = 8
"""Nodes looked at before a thread, those between elements among them."""


class Vocabulary:
    """The names and values that occur in a page's markup: what a selector names and is not here cannot match."""

    __slots__ = ("_classed", "_ids", "_joined", "_known", "_named", "_names", "_text")

    def __init__(self, parser: LexborHTMLParser, text: str) -> None:
        self._named = parser.css("[id]")
        self._ids = [node.id or "" for node in self._named]
        self._classed = [(node, node.attrs["class"] or "") for node in parser.css("[class]")]
        self._names = {*" ".join([words for _, words in self._classed]).split(), *self._ids}
        self._joined = "\n".join(self._ids)
        self._text = text
        self._known: dict[tuple[str, str], bool] = {}

    def possible(self, selectors: Iterable[Selector]) -> list[Selector]:
        """Return those of `selectors` that may match; the others surely do not."""
        return [one for one in selectors if one.names <= self._names and all(map(self._occurs, one.literals))]

    def may_match(self, selectors: Iterable[Selector]) -> bool:
        """Tell whether one of `selectors` may match; it surely does not where this is False."""
        names = self._names
        return any(one.names <= names and all(map(self._occurs, one.literals)) for one in selectors)

    def has_id(self, pattern: re.Pattern[str]) -> bool:
        """Tell whether some element's id has `pattern` in it."""
        return any(map(pattern.search, self._ids))

    def with_id(self, fits: Callable[[str], object]) -> list[LexborNode]:
        """Return the elements whose id `fits`."""
        return [node for node, name in zip(self._named, self._ids, strict=True) if fits(name)]

    def with_class(self, names: frozenset[str]) -> list[LexborNode]:
        """Return the elements with one of the classes `names` (lower case), in whatever case they are written."""
        if names.isdisjoint(map(str.lower, self._names)):
            return []
        return [node for node, words in self._classed if not names.isdisjoint(words.lower().split())]

    def _occurs(self, test: tuple[str, str]) -> bool:
        known = self._known.get(test)
        if known is None:
            name, value = test
            written = {value, escape(value)}
            known = value in self._joined if name == "id" else any(one in self._text for one in written)
            self._known[test] = known
        return known


class PageTree:
    """One page on the fast tree. `cut` is True once nesting was found too deep and something was not read."""

    def __init__(self, text: str) -> None:
        """Build it. Raises ValueError where there is no element at all."""
        self.cut = False
        if text.count("<") > MAX_FAST:
            straight = self._built(text)
            if straight is None:
                raise ValueError("no element could be read")
            text = etree.tostring(straight, encoding="unicode", method="html")
        try:
            self._parser = LexborHTMLParser(text)
        except SelectolaxError as error:
            raise ValueError("no element could be read") from error
        body = self._parser.body
        if body is None or (body.child is None and (self._parser.head is None or self._parser.head.child is None)):
            raise ValueError("no element could be read")
        self._text = text
        self._marked: dict[str, LexborNode] = {}
        self._shown: list[str] = []
        if MARK in text:
            for node in self._parser.css(f"[{MARK}]"):
                del node.attrs[MARK]
        self._vocabulary: Vocabulary | None = None

    def css(self, query: str) -> list[LexborNode]:
        """Return the elements that `query` matches, in page order; none for an empty one."""
        return self._parser.css(query) if query else []

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

    def excerpt(self, marked: Iterable[LexborNode]) -> html.HtmlElement | None:
        """Return a page of only what is `marked`, what stands just before it and the names of what is around it.

        None for no element. What was marked, in page order, carries a mark by which `remove` knows it.
        """
        for name in self._shown:
            # Another family's marks mean nothing to this one.
            del self._marked[name].attrs[MARK]
        for node in marked:
            node.attrs[MARK] = str(node.mem_id)
        nodes = {node.mem_id: node for node in self._parser.css(f"[{MARK}]")}
        self._shown = [str(name) for name in nodes]
        self._marked.update(zip(self._shown, nodes.values(), strict=True))
        return self._built("".join(_pruned(nodes)), plain=True)

    def remove(self, elements: Iterable[html.HtmlElement]) -> None:
        """Take the counterparts of an excerpt's `elements` out of the page."""
        for element in elements:
            node = self._marked.get(element.get(MARK) or "")
            if node is not None and node.parent is not None and node.tag not in {"html", "body"}:
                node.decompose()

    def rest(self) -> html.HtmlElement | None:
        """Return what is left of the page; None where no element is."""
        return self._built(self._parser.html or "")

    def _built(self, text: str, *, plain: bool = False) -> html.HtmlElement | None:
        """Parse `text` under the library's depth limit, so that a bomb of tags costs nothing; None for no element.

        A tree of `plain` elements lacks what lxml.html adds to them (text_content), and is touched at half the cost.
        """
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        if not plain:
            parser.set_element_class_lookup(ELEMENTS)
        try:
            root = etree.fromstring(text.encode("utf-8", "replace"), parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
            return None
        self.cut = self.cut or any("depth" in entry.message for entry in parser.error_log.filter_from_fatals())
        return root


def _pruned(nodes: dict[int, LexborNode]) -> Iterator[str]:
    """Yield markup of the outermost of `nodes` under the open tags of what is around them, each tag once."""
    around: dict[int, LexborNode] = {}
    inside = set(nodes)
    threads = 0
    for node in nodes.values():
        fresh: list[LexborNode] = []
        above = _parent(node)
        while above is not None and above.mem_id not in around and above.mem_id not in inside:
            fresh.append(above)
            above = _parent(above)
        if above is not None and above.mem_id in inside:
            # All of it stands in the markup of the node around it.
            inside.update(one.mem_id for one in fresh)
            continue
        while around and (above is None or next(reversed(around)) != above.mem_id):
            yield f"</{around.popitem()[1].tag}>"
        for one in reversed(fresh):
            around[one.mem_id] = one
            yield _open_tag(one)
        if node.tag not in {"link", "meta"}:
            threads += 1
            yield from (one.html or "" for one in _before(node, first=threads == 1) if one.mem_id not in inside)
        yield node.html or ""
    yield from (f"</{one.tag}>" for one in reversed(around.values()))


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


def _open_tag(node: LexborNode) -> str:
    attributes = "".join(f' {name}="{escape(value or "")}"' for name, value in node.attributes.items())
    return f"<{node.tag}{attributes}>"
