"""CSS selectors as data, matched quickly: one that needs a class the comment does not have is never tried."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import soupsieve
from bs4 import Tag

NEEDED = re.compile(r"\.[\w-]+|#[\w-]+|\[[\w-]+|(?<![\w.#\[=~^*|$'\"-])[a-z][a-z0-9]*(?![\w-]*[\]=])")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|[~^*|$]?=\s*[\w-]+")


class Selector:
    """One compiled selector without commas, and the classes, ids, tags and attributes it cannot do without."""

    __slots__ = ("matcher", "needs")

    def __init__(self, css: str) -> None:
        self.matcher = soupsieve.compile(css)
        self.needs = frozenset(NEEDED.findall(QUOTED.sub("", css)))


def compiled(*css: str) -> tuple[Selector, ...]:
    """Compile selectors, most specific first."""
    return tuple(Selector(one) for one in css)


class Scope:
    """One element and what occurs below it, gathered once for the many selectors tried on it."""

    __slots__ = ("has", "node")

    def __init__(self, node: Tag) -> None:
        self.node = node
        self.has: set[str] = set()
        for tag in node.find_all(True):
            self.has.add(tag.name)
            for name, value in tag.attrs.items():
                self.has.add(f"[{name}")
                if name == "class":
                    self.has.update(f".{one}" for one in (value if isinstance(value, list) else str(value).split()))
                elif name == "id":
                    self.has.add(f"#{value}")

    def first(self, selectors: Iterable[Selector]) -> Tag | None:
        """Return the first match of the first selector that matches at all."""
        return next(self.each(selectors), None)

    def each(self, selectors: Iterable[Selector]) -> Iterator[Tag]:
        """Yield the first match of every selector that matches."""
        for selector in selectors:
            if selector.needs <= self.has and (found := selector.matcher.select_one(self.node)) is not None:
                yield found

    def every(self, selectors: Iterable[Selector]) -> Iterator[Tag]:
        """Yield all matches of every selector, selector by selector."""
        for selector in selectors:
            if selector.needs <= self.has:
                yield from selector.matcher.select(self.node)
