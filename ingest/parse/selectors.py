"""CSS selectors as data, matched by look-up: a selector whose rarest part does not occur in a comment costs nothing.

The part of CSS that families need and no more: tag, class, id, attribute tests, descendants and children.
"""

from __future__ import annotations

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ingest.parse.elements import Element, Elements

TOKEN = re.compile(
    r"(?P<class>\.[\w-]+)|(?P<id>#[\w-]+)|(?P<tag>[a-zA-Z](?:[\w-]|\\:)*)"
    r"|\[(?P<name>[\w:-]+)(?:(?P<how>[~^$*]?=)(?P<quote>['\"]?)(?P<value>.*?)(?P=quote))?\]|(?P<join>\s*>\s*|\s+)"
)

TESTS: dict[str, Callable[[str, str], bool]] = {
    "=": operator.eq,
    "^=": str.startswith,
    "$=": str.endswith,
    "*=": operator.contains,
    "~=": lambda found, wanted: wanted in found.split(),
}


ASKED: set[str] = set()
"""Every part of every selector: an index leaves out the other names, of which each comment has some of its own."""


@lru_cache(maxsize=20_000)
def words_in(value: str) -> frozenset[str]:
    """Return the words of an attribute, as `class` has them."""
    return frozenset(value.split())


@dataclass(frozen=True, slots=True)
class Compound:
    """What one element must have; `child` is True where it must be a child of the compound before it."""

    tag: str | None
    name: str | None
    classes: frozenset[str]
    attributes: frozenset[str]
    tests: tuple[tuple[str, str, str], ...]
    child: bool

    @property
    def keys(self) -> list[str]:
        """What it asks for as an index has it: an id is rarer than a class, a class than an attribute, than a tag."""
        named = ["#" + self.name] if self.name else []
        tag = [self.tag] if self.tag else []
        return [*named, *("." + one for one in self.classes), *("[" + one for one in self.attributes), *tag]

    def fits(self, node: Element) -> bool:
        """Tell whether `node` alone has everything."""
        if self.tag is not None and node.tag != self.tag:
            return False
        attributes = node.attributes
        if self.classes and not self.classes <= words_in(attributes.get("class") or ""):
            return False
        if self.name is not None and attributes.get("id") != self.name:
            return False
        for name in self.attributes:
            if name not in attributes:
                return False
        return not self.tests or all(TESTS[how](attributes.get(name) or "", value) for name, how, value in self.tests)


class Selector:
    """One compiled selector without commas; `names` are the classes and ids without which it cannot match."""

    __slots__ = ("compounds", "css", "is_key", "keys", "literals", "names", "rarest")

    def __init__(self, css: str) -> None:
        self.css = css
        self.compounds = tuple(_compounds(css))
        last = self.compounds[-1]
        if not all(one.keys for one in self.compounds):
            raise ValueError(f"selector {css!r}: a part of it names nothing; give tags, .class, #id or [name=value]")
        self.rarest = last.keys[0]
        self.is_key = len(self.compounds) == len(last.keys) == 1 and not last.tests
        self.keys = frozenset(key for one in self.compounds for key in one.keys)
        if not self.keys <= ASKED:
            ASKED.update(self.keys)
            _keys_of.cache_clear()
        self.names = frozenset(key[1:] for key in self.keys if key[0] in ".#")
        tests = {(name, value) for one in self.compounds for name, _, value in one.tests if value}
        tested = {"[" + name for name, _ in tests}
        self.literals = frozenset({*tests, *(("", key[1:]) for key in self.keys - tested if key[0] == "[")})

    def matches(self, node: Element, top: Element | None) -> bool:
        """Tell whether `node`, somewhere below `top`, is what the selector means."""
        last = len(self.compounds) - 1
        return self.compounds[last].fits(node) and (last == 0 or self._led(node, top, last))

    def _led(self, node: Element, top: Element | None, at: int) -> bool:
        wanted, child = self.compounds[at - 1], self.compounds[at].child
        above: Element | None = node
        while above is not top and above is not None and (above := above.parent) is not None:
            if wanted.fits(above) and (at == 1 or self._led(above, top, at - 1)):
                return True
            if child:
                return False
        return False


def css_of(*selectors: Iterable[Selector]) -> str:
    """Return all selectors as one group, as other engines read it."""
    return ", ".join(dict.fromkeys(selector.css for group in selectors for selector in group))


def compiled(*css: str) -> tuple[Selector, ...]:
    """Compile selectors, most specific first. Raises ValueError at what this part of CSS does not have."""
    return tuple(map(Selector, css))


class Scope:
    """One element and an index of what occurs in it, so that each of many selectors is one look-up.

    `without` are elements left out with everything in them: the replies below a comment. The element itself is no
    match, unless `within_page`: then it is, and selectors also see what stands around it. The index is made at the
    first look-up, and sees the page as it was then.
    """

    __slots__ = ("_index", "_within_page", "_without", "node", "page")

    def __init__(
        self, page: Elements, node: Element, without: Collection[Element] = (), *, within_page: bool = False
    ) -> None:
        self.page = page
        self.node = node
        self._without = without
        self._within_page = within_page
        self._index: dict[str, list[Element]] | None = None

    @property
    def index(self) -> dict[str, list[Element]]:
        """The elements by tag, `.class`, `#id` and `[attribute`, where some selector asks for it; in page order."""
        if self._index is None:
            self._index = self._indexed()
        return self._index

    def _indexed(self) -> dict[str, list[Element]]:
        index = defaultdict[str, list[Element]](list)
        found = self.page.walk(self.node, self._without)
        for one in (self.node, *found) if self._within_page else found:
            attributes = one.attributes
            for key in _keys_of(one.tag, attributes.get("class"), *attributes):
                index[key].append(one)
            if "id" in attributes and (key := f"#{attributes['id']}") in ASKED:
                index[key].append(one)
        return dict(index)

    def first(self, selectors: Iterable[Selector]) -> Element | None:
        """Return the first match of the first selector that matches at all."""
        return next(self.each(selectors), None)

    def each(self, selectors: Iterable[Selector]) -> Iterator[Element]:
        """Yield the first match of every selector that matches."""
        index = self.index
        for selector in selectors:
            if selector.rarest in index and self._may_match(selector):
                for found in self._matches(selector):
                    yield found
                    break

    def every(self, selectors: Iterable[Selector]) -> Iterator[Element]:
        """Yield all matches of every selector, selector by selector."""
        index = self.index
        for selector in selectors:
            if selector.rarest in index and self._may_match(selector):
                yield from self._matches(selector)

    def _may_match(self, selector: Selector) -> bool:
        return selector.is_key or self._within_page or selector.keys <= self.index.keys()

    def _matches(self, selector: Selector) -> Iterable[Element]:
        nodes = self.index[selector.rarest]
        if selector.is_key:
            return nodes
        top = None if self._within_page else self.node
        return (node for node in nodes if selector.matches(node, top))


@lru_cache(maxsize=20_000)
def _keys_of(tag: str, classes: str | None, *names: str) -> tuple[str, ...]:
    """Return what an index has of an element; comments of a page, and pages of a site, repeat them."""
    words = ("." + word for word in (classes or "").split())
    return tuple(ASKED.intersection((tag, *words, *("[" + name for name in names))))


def _compounds(css: str) -> Iterator[Compound]:
    child = False
    for part, join in _parts(css):
        names = [one["name"] for one in part if one["name"]]
        tests = ((one["name"], one["how"], one["value"]) for one in part if one["how"])
        yield Compound(
            tag=next((one["tag"].replace("\\", "") for one in part if one["tag"]), None),
            name=next((one["id"][1:] for one in part if one["id"]), None),
            classes=frozenset(one["class"][1:] for one in part if one["class"]),
            attributes=frozenset(names),
            tests=tuple(tests),
            child=child,
        )
        child = ">" in join


def _parts(css: str) -> Iterator[tuple[list[re.Match[str]], str]]:
    """Yield the tokens of each compound, and what joins it to the next."""
    part: list[re.Match[str]] = []
    at = 0
    while at < len(css):
        token = TOKEN.match(css, at)
        if token is None:
            raise ValueError(f"selector {css!r}: nothing here reads {css[at:]!r}; use tags, .class, #id, [name=value]")
        at = token.end()
        if token["join"]:
            yield part, token["join"]
            part = []
        else:
            part.append(token)
    yield part, ""
