"""Families written as a function of a BeautifulSoup, for markup that selectors cannot tell.

A soup costs ten times what the other trees do, so it holds only the containers of comments, and is made only on pages
that have one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bs4 import BeautifulSoup
from selectolax.lexbor import LexborNode

from ingest.parse.elements import Element, Elements, outermost
from ingest.parse.selectors import Scope, Selector, css_of
from ingest.parse.thread import Context, Thread
from ingest.parse.tree import PageTree


@dataclass(frozen=True)
class SoupFamily:
    """A family whose comments `reads` finds in a soup of the elements `roots_at`; see Family.

    `reads` must give each comment an `ordinal` from 1 in page order, and no parent that is not among them.
    """

    name: str
    version: str
    valid: str
    roots_at: tuple[Selector, ...]
    reads: Callable[[BeautifulSoup, Context], Thread]

    @property
    def asks(self) -> tuple[tuple[Selector, ...], ...]:
        """See Family."""
        return (self.roots_at,)

    def marked(self, page: PageTree) -> list[LexborNode]:
        """See Family."""
        return page.css(css_of(page.vocabulary.possible(self.roots_at)))

    def roots(self, page: Elements) -> list[Element]:
        """Return the outermost containers."""
        return outermost(Scope(page, page.root).every(self.roots_at))

    def read(self, page: Elements, roots: list[Element], context: Context) -> Thread:
        """Read what `reads` finds in the containers."""
        return self.reads(BeautifulSoup("".join(page.marked[root].html or "" for root in roots), "lxml"), context)
