"""What there is to learn from, as numbers: features are named once, and every fold and every model shares them.

Naming the features of 40,000 texts anew for each of fifteen models took as long as fitting them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ingest.annotate.stance.corpus import Example
from ingest.annotate.stance.features import lore_features, side_features, stance_features
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.ngram import MAX_CHARACTERS
from ingest.annotate.stance.polarity import Polarity
from ingest.annotate.stance.quotes import own_words
from ingest.conflict import Conflict

MIN_COUNT = 2

Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Table:
    """Features of texts, every occurrence by itself, as `model.matrix` has them.

    `names` are sorted. Row i has `columns[starts[i]:starts[i + 1]]`, in the order of the text; `first` marks where a
    column is met first in its row.
    """

    names: Sequence[str]
    columns: Numbers
    first: npt.NDArray[np.bool_]
    starts: npt.NDArray[np.int64]

    def part(self, at: npt.NDArray[np.int64]) -> Table:
        """Return the rows numbered `at`, in that order."""
        lengths = np.diff(self.starts)[at]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        where = np.arange(starts[-1]) + np.repeat(self.starts[at] - starts[:-1], lengths)
        return Table(self.names, self.columns[where], self.first[where], starts)

    def known(self, *, bias: bool = True) -> tuple[dict[str, int], sparse.csr_matrix]:
        """Return the features that MIN_COUNT rows or more have, numbered, and the rows over them."""
        kept = np.flatnonzero(np.bincount(self.columns[self.first], minlength=len(self.names)) >= MIN_COUNT)
        number = np.full(len(self.names), -1, dtype=np.int32)
        number[kept] = np.arange(len(kept))
        columns, lengths, size = number[self.columns], np.diff(self.starts), len(kept)
        data = np.repeat(1.0 / np.sqrt(np.maximum(lengths, 1)), lengths)[columns >= 0].astype(np.float32)
        ends = np.concatenate(([0], np.cumsum(columns >= 0)))[self.starts[1:]]
        columns = columns[columns >= 0]
        if bias:
            columns, data = np.insert(columns, ends, size), np.insert(data, ends, np.float32(1.0))
            ends, size = ends + np.arange(1, len(ends) + 1), size + 1
        index = {self.names[i]: n for n, i in enumerate(kept.tolist())}
        return index, sparse.csr_matrix((data, columns, np.concatenate(([0], ends))), shape=(len(lengths), size))


class _Reader:
    """Numbers feature names as they are met."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.rows: list[Numbers] = []
        self.first: list[npt.NDArray[np.bool_]] = []

    def add(self, names: Sequence[str]) -> None:
        numbers = self.numbers
        row = np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int32)
        first = np.zeros(len(row), dtype=np.bool_)
        first[np.unique(row, return_index=True)[1]] = True
        self.rows.append(row)
        self.first.append(first)

    def table(self) -> Table:
        names = sorted(self.numbers)
        rank = np.empty(len(names), dtype=np.int32)
        rank[[self.numbers[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        columns = np.concatenate(self.rows) if self.rows else np.zeros(0, dtype=np.int32)
        first = np.concatenate(self.first) if self.first else np.zeros(0, dtype=np.bool_)
        return Table(names, rank[columns], first, np.cumsum([0, *map(len, self.rows)]))


@dataclass(frozen=True, slots=True)
class Seen:
    """Training examples and their features.

    `views` has a row for each belligerent of each example, `kinds` and `lore` one for each example; example i has the
    views from `views_from[i]` to `views_from[i + 1]`. `ways` is 1 where the first of two belligerents has the text's
    side, -1 where the second has it, else 0.
    """

    examples: Sequence[Example]
    views: Table
    views_from: npt.NDArray[np.int64]
    kinds: Table
    lore: Table
    ways: npt.NDArray[np.int64]

    def part(self, at: Iterable[int]) -> Seen:
        """Return the examples numbered `at`, in that order."""
        chosen = np.fromiter(at, dtype=np.int64)
        counts = np.diff(self.views_from)[chosen]
        starts = np.concatenate(([0], np.cumsum(counts)))
        views = np.arange(starts[-1]) + np.repeat(self.views_from[chosen] - starts[:-1], counts)
        examples = [self.examples[i] for i in chosen]
        kinds, lore = self.kinds.part(chosen), self.lore.part(chosen)
        return Seen(examples, self.views.part(views), starts, kinds, lore, self.ways[chosen])


def _way(side: str, parties: Sequence[str]) -> int:
    return {parties[0]: 1, parties[1]: -1}.get(side, 0) if len(parties) == 2 else 0


def see(examples: Sequence[Example], conflicts: dict[str, Conflict], polarity: Polarity) -> Seen:
    """Read examples through their own conflict's lexicon."""
    maskers = {c: Masker(conflicts[c]) for c in {e.conflict for e in examples}}
    views, kinds, lore = _Reader(), _Reader(), _Reader()
    counts, ways = [0], []
    for e in examples:
        masker = maskers[e.conflict]
        reading = masker.read(own_words(e.given.text[:MAX_CHARACTERS]))
        for target in masker.belligerents:
            views.add(stance_features(masker.roles(reading, target), polarity)[0])
        kinds.add(side_features(reading.tokens, sum(i in reading.named for i in masker.belligerents), polarity))
        lore.add(lore_features(e.conflict, masker, reading, polarity)[0])
        counts.append(len(masker.belligerents))
        ways.append(_way(e.side, [masker.party_ids[i] for i in masker.belligerents]))
    return Seen(examples, views.table(), np.cumsum(counts), kinds.table(), lore.table(), np.array(ways, dtype=np.int64))
