"""Classes of words (`bad`, `harm`, `good`, ...) that say the same in every language served.

A few thousand comments cannot show a linear model every word for "occupier"; a short list written by hand can.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from ingest.annotate.stance.words import fold

CLASSES = frozenset({"bad", "harm", "good", "victim", "demand", "peace", "not", "we", "you", "they"})
MAX_CACHE = 200_000


class PolarityError(ValueError):
    """The word list cannot be used; the message names file, line and mend."""


def load_polarity(path: Path) -> Polarity:
    """Read `class,term,language` rows; a term ending in * stands for all that begin so."""
    terms: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            if row["class"] not in CLASSES:
                raise PolarityError(f"{path}:{number}: class {row['class']!r} is none of {', '.join(sorted(CLASSES))}")
            term = row["term"].strip()
            terms.setdefault(fold(term.rstrip("*")) + ("*" if term.endswith("*") else ""), row["class"])
    return Polarity(terms)


class Polarity:
    """Looks words up: the whole word first, then the longest beginning that is listed."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        self.terms = dict(terms)
        self._longest = max(map(len, terms), default=0)
        self._cache: dict[str, str] = {}

    def __getitem__(self, word: str) -> str:
        """Return the word's class, or an empty string."""
        found = self._cache.get(word)
        if found is None:
            found = self.terms.get(word) or next(
                (c for n in range(min(len(word), self._longest), 1, -1) if (c := self.terms.get(word[:n] + "*"))), ""
            )
            if len(self._cache) < MAX_CACHE:
                self._cache[word] = found
        return found
