"""Which families are tried on a page: those of whose names something is in its markup.

Pages of one site have the same of these names, so what was found for the first holds for the others.
"""

from __future__ import annotations

from collections.abc import Iterable

from ingest.parse.thread import Family
from ingest.parse.tree import PageTree, needs_of

MAX_KNOWN = 4_096
"""Sets of names remembered."""


class Tried:
    """Families in the order in which they are tried."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = [
            (family, [[needs_of(one) for one in selectors] for selectors in family.asks]) for family in families
        ]
        self._names = frozenset().union(*(needs for _, asks in self._families for one in asks for needs in one))
        self._known: dict[frozenset[str], tuple[Family, ...]] = {}

    def on(self, page: PageTree) -> tuple[Family, ...]:
        """Return the families that may find comments on `page`; the others surely do not."""
        told = page.vocabulary.told(self._names)
        if told not in self._known:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[told] = tuple(
                family
                for family, asks in self._families
                if all(any(needs <= told for needs in selectors) for selectors in asks)
            )
        return self._known[told]
