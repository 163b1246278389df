"""CSS selectors as data, matched by look-up: a selector whose rarest part does not occur in a comment costs nothing.

The part of CSS that families need and no more: tag, class, id, attribute tests, descendants and children.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import html

TOKEN = re.compile(
    r"(?P<class>\.[\w-]+)|(?P<id>#[\w-]+)|(?P<tag>[a-zA-Z][\w-]*)"
    r"|\[(?P<name>[\w:-]+)(?:(?P<how>[~^$*]?=)(?P<quote>['\"]?)(?P<value>.*?)(?P=quote))?\]|(?P<join>\s*>\s*|\s+)"
)

TESTS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda found, wanted: found == wanted,
    "^=": lambda found, wanted: found.startswith(wanted),
    "$=": lambda found, wanted: found.endswith(wanted),
    "*=": lambda found, wanted: wanted in found,
    "~=": lambda found, wanted: wanted in found.split(),
}


ASKED: set[str] = set()
"""Every part of every selector: an index leaves out the other names, of which each comment has some of its own."""


@dataclass(frozen=True, slots=True)
class Compound:
    """What one element must have; `child` is True where it must be a child of the compound before it."""

    needs: tuple[str, ...]
    tests: tuple[tuple[str, str, str], ...]
    child: bool

    def fits(self, node: html.HtmlElement) -> bool:
        """Tell whether `node` alone has everything."""
        for need in self.needs:
            if need[0] == ".":
                if need[1:] not in (node.get("class") or "").split():
                    return False
            elif need[0] == "#":
                if node.get("id") != need[1:]:
                    return False
            elif need[0] == "[":
                if need[1:] not in node.attrib:
                    return False
            elif node.tag != need:
                return False
        return all(TESTS[how](node.get(name) or "", value) for name, how, value in self.tests)


class Selector:
    """One compiled selector without commas; `keys` must all be in an index for it to match."""

    __slots__ = ("compounds", "css", "keys", "literals", "names", "rarest")

    def __init__(self, css: str) -> None:
        self.css = css
        self.compounds = tuple(_compounds(css))
        self.keys = frozenset(need for one in self.compounds for need in one.needs)
        ASKED.update(self.keys)
        self.names = frozenset(key[1:] for key in self.keys if key[0] in ".#")
        tests = {(name, value) for one in self.compounds for name, _, value in one.tests if value}
        tested = {"[" + name for name, _ in tests}
        self.literals = frozenset({*tests, *(("", key[1:]) for key in self.keys - tested if key[0] == "[")})
        # An id is rarer than a class, a class than an attribute, an attribute than a tag.
        self.rarest = min(self.compounds[-1].needs, key=lambda need: "#.[".find(need[0]) % 4)

    def matches(self, node: html.HtmlElement, top: html.HtmlElement) -> bool:
        """Tell whether `node`, somewhere below `top`, is what the selector means."""
        last = len(self.compounds) - 1
        return self.compounds[last].fits(node) and (last == 0 or self._led(node, top, last))

    def _led(self, node: html.HtmlElement, top: html.HtmlElement, at: int) -> bool:
        wanted, child = self.compounds[at - 1], self.compounds[at].child
        above = node
        while above is not top and (above := above.getparent()) is not None:
            if wanted.fits(above) and (at == 1 or self._led(above, top, at - 1)):
                return True
            if child:
                return False
        return False


class Selectors(tuple[Selector, ...]):
    """Selectors, most specific first; each list is itself and equal to no other, so that it can be looked up by."""

    __slots__ = ()

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def css_of(*selectors: Iterable[Selector]) -> str:
    """Return all selectors as one group, as other engines read it."""
    return ", ".join(dict.fromkeys(selector.css for group in selectors for selector in group))


def compiled(*css: str) -> Selectors:
    """Compile selectors, most specific first. Raises ValueError at what this part of CSS does not have."""
    return Selectors(Selector(one) for one in css)


class Scope:
    """One element and an index of what occurs below it, so that each of many selectors is one look-up.

    `without` are elements left out with everything in them: the replies below a comment. The element itself is never
    a match. The index is made at the first look-up, and sees the tree as it was then.
    """

    __slots__ = ("_index", "_keys", "_without", "node")

    def __init__(self, node: html.HtmlElement, without: Collection[html.HtmlElement] = ()) -> None:
        self.node = node
        self._without = without
        self._index: dict[str, list[html.HtmlElement]] | None = None
        self._keys: frozenset[str] | None = None

    @property
    def index(self) -> dict[str, list[html.HtmlElement]]:
        """The elements by tag, `.class`, `#id` and `[attribute`, each list in page order."""
        if self._index is None:
            self._index = self._indexed()
        return self._index

    def _indexed(self) -> dict[str, list[html.HtmlElement]]:
        index = defaultdict[str, list[html.HtmlElement]](list)
        elements = walk(self.node, self._without)
        next(elements)
        for one in elements:
            index[one.tag].append(one)
            for name, value in one.items():
                index["[" + name].append(one)
                if name == "class":
                    for word in value.split():
                        if (key := "." + word) in ASKED:
                            index[key].append(one)
                elif name == "id" and (key := "#" + value) in ASKED:
                    index[key].append(one)
        return dict(index)

    def first(self, selectors: Iterable[Selector]) -> html.HtmlElement | None:
        """Return the first match of the first selector that matches at all."""
        return next(self.each(selectors), None)

    def each(self, selectors: Iterable[Selector]) -> Iterator[html.HtmlElement]:
        """Yield the first match of every selector that matches."""
        for selector in self._possible(selectors):
            found = next(self._matches(selector), None)
            if found is not None:
                yield found

    def every(self, selectors: Iterable[Selector]) -> Iterator[html.HtmlElement]:
        """Yield all matches of every selector, selector by selector."""
        for selector in self._possible(selectors):
            yield from self._matches(selector)

    def _possible(self, selectors: Iterable[Selector]) -> Iterable[Selector]:
        """Return those of `selectors` of which all parts occur here, the most specific first."""
        if self._keys is None:
            self._keys = frozenset(self.index)
        if isinstance(selectors, Selectors):
            return _possible(selectors, self._keys)
        return [selector for selector in selectors if selector.keys <= self._keys]

    def _matches(self, selector: Selector) -> Iterator[html.HtmlElement]:
        top = self.node
        for node in self.index[selector.rarest]:
            if selector.matches(node, top):
                yield node


@lru_cache(maxsize=2_000)
def _possible(selectors: Selectors, keys: frozenset[str]) -> list[Selector]:
    """Return the selectors of which all parts occur; the comments of a page ask the same question again and again."""
    return [selector for selector in selectors if selector.keys <= keys]


def walk(node: html.HtmlElement, without: Collection[html.HtmlElement] = ()) -> Iterator[html.HtmlElement]:
    """Yield `node` and the elements below it in page order, none of `without` and nothing in them."""
    if not without:
        yield from node.iter()
        return
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(child for child in reversed(one) if child not in without)


def _compounds(css: str) -> Iterator[Compound]:
    needs: list[str] = []
    tests: list[tuple[str, str, str]] = []
    child = False
    at = 0
    while at < len(css):
        token = TOKEN.match(css, at)
        if token is None:
            raise ValueError(f"selector {css!r}: nothing here reads {css[at:]!r}; use tags, .class, #id, [name=value]")
        at = token.end()
        if token["join"]:
            yield Compound(tuple(needs), tuple(tests), child)
            needs, tests, child = [], [], ">" in token["join"]
        elif token["name"]:
            needs.append("[" + token["name"])
            if token["how"]:
                tests.append((token["name"], token["how"], token["value"]))
        else:
            needs.append(token[0])
    yield Compound(tuple(needs), tuple(tests), child)
