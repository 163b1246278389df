"""Phrases of one or more words, perhaps inflected, found in a text in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from ingest.annotate.events.words import MOST_REMEMBERED, Word, forms, name_keys, tokenize, word_matches

T = TypeVar("T")


class Found(NamedTuple):
    """A phrase found at items [first, last] of a sequence, with the values filed under it."""

    first: int
    last: int
    values: tuple[Any, ...]


def phrase_of(text: str) -> tuple[str, ...]:
    """Split a phrase of the data files into folded words, keeping a trailing `*` of each."""
    words = []
    for part in text.replace("-", " ").split():
        tokens = [w.key for w in tokenize(part)]
        if tokens and part.endswith("*"):
            tokens[-1] += "*"
        words += tokens
    return tuple(words)


class _Start(Generic[T]):
    """What begins with one word: values of phrases that end there, and longer phrases by their second word."""

    def __init__(self) -> None:
        self.values: list[T] = []
        self.longer: dict[str, list[tuple[tuple[str, ...], T]]] = {}


class PhraseIndex(Generic[T]):
    """Phrases filed under values, found in a sequence of words in one pass, longest first.

    In a phrase a word may end in `*` (any continuation). Other words match their inflected forms too. Work is linear
    in the sequence: each word is looked up once (and remembered), longer phrases by their second word.
    """

    def __init__(self) -> None:
        self._by_first: dict[str, _Start[T]] = {}
        self._prefix_lengths: set[int] = set()
        self._seen: dict[str, tuple[_Start[T], ...]] = {}
        self._keys_seen: dict[str, list[str]] = {}

    def add(self, phrase: Sequence[str], value: T) -> None:
        """File `value` under the folded words of `phrase`; an empty phrase is ignored."""
        self._prefix_lengths.update(len(word) - 1 for word in phrase[:2] if word.endswith("*"))
        self._seen.clear()
        self._keys_seen.clear()
        for key in _pattern_keys(phrase[0]) if phrase else ():
            start = self._by_first.setdefault(key, _Start())
            if len(phrase) == 1:
                if value not in start.values:
                    start.values.append(value)
                continue
            for second in _pattern_keys(phrase[1]):
                entries = start.longer.setdefault(second, [])
                if (tuple(phrase), value) not in entries:
                    entries.append((tuple(phrase), value))

    def _keys(self, word: str) -> list[str]:
        keys = self._keys_seen.get(word)
        if keys is None:
            if len(self._keys_seen) > MOST_REMEMBERED:
                self._keys_seen.clear()
            keys = [*forms(word), *(word[:n] + "*" for n in self._prefix_lengths if len(word) >= n)]
            self._keys_seen[word] = keys
        return keys

    def _starting(self, word: str) -> tuple[_Start[T], ...]:
        starting = self._seen.get(word)
        if starting is None:
            if len(self._seen) > MOST_REMEMBERED:
                self._seen.clear()
            found = (self._by_first.get(key) for key in self._keys(word))
            starting = self._seen[word] = tuple(start for start in found if start is not None)
        return starting

    def find_at(self, items: Sequence[Word], index: int) -> Found | None:
        """Return the longest phrase that begins at `items[index]`, with all its values."""
        starting = self._starting(items[index].key)
        if not starting:
            return None
        length, values = 1, [value for start in starting for value in start.values]
        if any(start.longer for start in starting) and index + 1 < len(items):
            seconds = self._keys(items[index + 1].key)
            for phrase, value in (e for start in starting for k in seconds for e in start.longer.get(k, ())):
                if len(phrase) < length or not _continues(items, index, phrase):
                    continue
                values = [*values, value] if len(phrase) == length else [value]
                length = len(phrase)
        return Found(index, index + length - 1, tuple(dict.fromkeys(values))) if values else None

    def find(self, items: Sequence[Word]) -> list[Found]:
        """Return what is found from left to right, without overlaps."""
        found, free = [], 0
        for hit in self.find_each(items):
            if hit.first >= free:
                found.append(hit)
                free = hit.last + 1
        return found

    def find_each(self, items: Sequence[Word]) -> Iterator[Found]:
        """Yield the longest phrase that begins at each word, overlaps included."""
        seen = self._seen.get
        for index in [n for n, (key, _, _) in enumerate(items) if seen(key) != ()]:  # most begin nothing, as met before
            hit = self.find_at(items, index)
            if hit is not None:
                yield hit


def _pattern_keys(word: str) -> tuple[str, ...]:
    return (word,) if word.endswith("*") else name_keys(word)


def _continues(items: Sequence[Word], index: int, phrase: tuple[str, ...]) -> bool:
    if index + len(phrase) > len(items):
        return False
    for offset in range(2, len(phrase)):
        word, pattern = items[index + offset].key, phrase[offset]
        if word != pattern and not word_matches(word, pattern):
            return False
    return True
