"""Weights by hash: a feature is a 64-bit number, its weights a row of a table; what was never learned has none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

Hashes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

SLOT_BITS = 21
KEY_BITS = 32
_FIRST, _SECOND, _FOLD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(29)


def mix(a: npt.NDArray[np.integer] | int, b: npt.NDArray[np.integer] | int) -> Hashes:
    """Hash two numbers into one, elementwise; the order counts."""
    with np.errstate(over="ignore"):
        h = (np.asarray(a, np.uint64) * _FIRST) ^ np.asarray(b, np.uint64)
        h = (h ^ (h >> _FOLD)) * _SECOND
    return np.asarray(h ^ (h >> _FOLD))


def keys_of(hashes: Hashes) -> npt.NDArray[np.uint32]:
    """Return what of a hash is kept: its upper 32 bits, of which the uppermost choose a slot."""
    return (hashes >> np.uint64(64 - KEY_BITS)).astype(np.uint32)


class Table:
    """Rows of weights under 32-bit keys, no two in one slot; a hash without a row gets one of noughts."""

    def __init__(self, keys: npt.NDArray[np.uint32], weights: Floats) -> None:
        self.keys = keys
        self.weights = weights
        self._rows = np.vstack((weights, np.zeros((1, weights.shape[1]), np.float32)))
        self._keys = np.append(keys, np.uint32(0))
        self._slots = np.full(1 << SLOT_BITS, len(keys), np.int32)
        self._slots[keys >> np.uint32(KEY_BITS - SLOT_BITS)] = np.arange(len(keys), dtype=np.int32)

    def numbers(self, hashes: Hashes) -> npt.NDArray[np.int32]:
        """Return the row of each hash; the last row, all noughts, for those that have none."""
        keys = keys_of(hashes)
        found = self._slots[keys >> np.uint32(KEY_BITS - SLOT_BITS)]
        return np.where(self._keys[found] == keys, found, np.int32(len(self.keys)))

    def sums(self, hashes: Hashes, counts: Ints) -> Floats:
        """Return the weights summed over runs of `counts` hashes each, a row a run."""
        return sum_rows(self._rows, self.numbers(hashes), counts)


def sum_rows(rows: Floats, numbers: npt.NDArray[np.integer], counts: Ints) -> Floats:
    """Return sums of `rows[numbers]` over runs of `counts` each."""
    ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    ones = np.ones(len(numbers), np.float32)
    shape = (len(counts), len(rows))
    return np.asarray(sparse.csr_matrix((ones, numbers, ends), shape=shape) @ rows, dtype=np.float32)


def build(hashes: Hashes, weights: Floats) -> Table:
    """Make a table; of features that meet in a slot the heaviest stays."""
    heavy = np.argsort(-np.abs(weights).max(axis=1), kind="stable")
    keys = keys_of(hashes)[heavy]
    _, first = np.unique(keys >> np.uint32(KEY_BITS - SLOT_BITS), return_index=True)
    kept = heavy[first]
    kept = kept[np.abs(weights[kept]).max(axis=1) > 0]
    return Table(keys_of(hashes)[kept], weights[kept])


def spans(starts: Ints, counts: Ints) -> Ints:
    """Return start, start + 1, ... for `counts` steps, run after run."""
    total = int(counts.sum())
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)[:-1]))
    return np.repeat(starts - before, counts) + np.arange(total)


def text_hash(words: Sequence[str]) -> Hashes:
    """Return a hash of each word, the same on every machine and run."""
    codes, starts, counts = code_points(words)
    return fold_codes(codes, starts, counts)


def code_points(words: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Ints, Ints]:
    """Return the words' code points in one array, where each begins, and how long each is."""
    codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    counts = np.fromiter(map(len, words), np.int64, len(words))
    return codes, np.cumsum(counts) - counts, counts


def fold_codes(codes: npt.NDArray[np.uint32], starts: Ints, counts: Ints) -> Hashes:
    """Return a hash of each run of code points."""
    at = spans(starts, counts)
    place = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    ends = np.concatenate((np.zeros(1, np.uint64), np.cumsum(mix(codes[at], place), dtype=np.uint64)))
    last = np.cumsum(counts)
    with np.errstate(over="ignore"):
        return mix(ends[last] - ends[last - counts], counts)
