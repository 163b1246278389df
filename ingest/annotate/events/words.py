"""Words of any script, with their places in the text: what every matcher of this package looks at.

Nothing here knows a conflict. Names are compared by `fold`, inflected forms by `Inflection`, phrases by `PhraseIndex`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

MAX_CHARACTERS = 200_000
"""A text is read so far and no further: beyond it lie dumps, not news, and the work stays bounded."""

MAX_WORD = 48
MOST_REMEMBERED = 100_000
SHORTEST_STEM = 3

# Soft hyphens, zero-width characters and the Armenian accent, exclamation and question marks stand inside words.
_IN_WORD = r"\w\u00ad\u200b-\u200d\u055b-\u055e"
_WORD = re.compile(rf"[{_IN_WORD}]+(?:['\u2019\u02bc\u02bb`\u2018][{_IN_WORD}]+)*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u055b-\u055e\u0307]")
_APOSTROPHES = re.compile("[\u2019\u02bc\u02bb`\u2018]")

T = TypeVar("T")


class Word(NamedTuple):
    """One item of a text: its folded form and its characters [start, end)."""

    key: str
    start: int
    end: int


class Found(NamedTuple):
    """A phrase found at items [first, last] of a sequence, with the values filed under it."""

    first: int
    last: int
    values: tuple[Any, ...]


@lru_cache(maxsize=MOST_REMEMBERED)
def fold(word: str) -> str:
    """Return the form words are compared by: no case, no invisible characters, dotless and dotted i as one.

    Letters keep their diacritics: without them some towns would read as quite other towns.
    """
    if word.isascii():
        return word.lower()
    folded = _INVISIBLE.sub("", word.replace("İ", "i").casefold())
    return _APOSTROPHES.sub("'", folded).replace("ı", "i").replace("ё", "е")


def tokenize(text: str) -> list[Word]:
    """Split the first MAX_CHARACTERS of `text` into words; hyphens part words, apostrophes do not."""
    return [Word(fold(m[0]), m.start(), m.end()) for m in _WORD.finditer(text[:MAX_CHARACTERS]) if len(m[0]) < MAX_WORD]


@cache
def language_data() -> dict[str, Any]:
    """Return `language.toml`: endings, months, weekdays, numbers."""
    with Path(__file__).with_name("language.toml").open("rb") as file:
        return tomllib.load(file)


def _script(word: str) -> str:
    first = word[0]
    if "\u0400" <= first <= "\u052f":
        return "cyrillic"
    return "armenian" if "\u0530" <= first <= "\u058f" else "latin"


@cache
def _suffixes(script: str) -> frozenset[str]:
    return frozenset(fold(s) for s in language_data()["suffixes"][script])


@cache
def _dropped(script: str) -> tuple[str, ...]:
    return tuple(fold(s) for s in language_data()["dropped_endings"].get(script, ()))


@lru_cache(maxsize=MOST_REMEMBERED)
def forms(word: str) -> tuple[str, ...]:
    """Return the keys under which `word`, perhaps inflected, may be filed: itself, then its stems, longest first.

    A key that begins with "~" is the stem of a name whose own ending falls away when it is inflected.
    """
    bare, _, tail = word.partition("'")
    keys = [word] if not tail else [word, word.replace("'", ""), *([bare] if len(tail) <= 6 else [])]
    script = _script(word)
    for base in dict.fromkeys((bare, word.replace("'", ""))):
        for cut in range(len(base) - 1, SHORTEST_STEM - 1, -1):
            if base[cut:] in _suffixes(script):
                keys += (base[:cut], "~" + base[:cut])
    return tuple(dict.fromkeys(keys))


@lru_cache(maxsize=50_000)
def name_keys(word: str) -> tuple[str, ...]:
    """Return the keys a name's word is filed under: itself, and its stem where its ending falls away."""
    keys = [word.replace("'", "")]
    for ending in _dropped(_script(word)):
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            keys.append("~" + word[: -len(ending)])
            break
    return (word, *keys) if "'" in word else tuple(keys)


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

    def add(self, phrase: Sequence[str], value: T) -> None:
        """File `value` under the folded words of `phrase`; an empty phrase is ignored."""
        self._prefix_lengths.update(len(word) - 1 for word in phrase[:2] if word.endswith("*"))
        self._seen.clear()
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
        return [*forms(word), *(word[:n] + "*" for n in self._prefix_lengths if len(word) >= n)]

    def _starting(self, word: str) -> tuple[_Start[T], ...]:
        if word not in self._seen:
            if len(self._seen) > MOST_REMEMBERED:
                self._seen.clear()
            found = (self._by_first.get(key) for key in self._keys(word))
            self._seen[word] = tuple(start for start in found if start is not None)
        return self._seen[word]

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
        found, index = [], 0
        while index < len(items):
            hit = self.find_at(items, index)
            if hit is not None:
                found.append(hit)
            index = index + 1 if hit is None else hit.last + 1
        return found


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


def designations(items: Sequence[Word]) -> list[Word]:
    """Return what weapons are called by, a few letters and a number, as one word each: "Su-25", "F 16"."""
    pairs = zip(items, items[1:], strict=False)
    return [
        Word(a.key + b.key, a.start, b.end)
        for a, b in pairs
        if b.key.isdecimal() and len(b.key) < 4 and a.key.isalpha() and len(a.key) < 4
    ]


@lru_cache(maxsize=MOST_REMEMBERED)
def word_matches(word: str, pattern: str) -> bool:
    """Say whether `word` is `pattern`, an inflected form of it, or (pattern `abc*`) begins with it."""
    if word == pattern:
        return True
    if pattern.endswith("*"):
        return word.startswith(pattern[:-1])
    keys = forms(word)
    return any(key in keys for key in name_keys(pattern))
