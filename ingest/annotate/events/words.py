"""Words of any script, with their places in the text: what every matcher of this package looks at.

Nothing here knows a conflict. Words are compared by `fold`, inflected ones by their `forms`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

MAX_CHARACTERS = 200_000
"""A text is read so far and no further: beyond it lie dumps, not news, and the work stays bounded."""

MAX_WORD = 48
MOST_REMEMBERED = 100_000
SHORTEST_STEM = 3

# Soft hyphens, zero-width characters and U+055B..U+055E, accents and question marks put on a vowel, stand in words.
_IN_WORD = r"\w\u00ad\u200b-\u200d\u055b-\u055e"
_WORD = re.compile(rf"[{_IN_WORD}]+(?:['\u2019\u02bc\u02bb`\u2018][{_IN_WORD}]+)*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u055b-\u055e\u0307]")
_APOSTROPHES = re.compile("[\u2019\u02bc\u02bb`\u2018]")


class Word(NamedTuple):
    """One item of a text: its folded form and its characters [start, end)."""

    key: str
    start: int
    end: int


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
    matches = _WORD.finditer(text[:MAX_CHARACTERS])
    words = (Word(fold(m[0]), m.start(), m.end()) for m in matches if m.end() - m.start() < MAX_WORD)
    return [_without_elision(word) if "'" in word.key else word for word in words if word.key]


def _without_elision(word: Word) -> Word:
    """Return what follows an elided article or preposition: "l'attacco", "d'un"; other words as they are."""
    head, _, tail = word.key.partition("'")
    if head not in _elided() or len(tail) < SHORTEST_STEM or word.end - word.start != len(word.key):
        return word
    return Word(tail, word.start + len(head) + 1, word.end)


@cache
def _elided() -> frozenset[str]:
    return frozenset(language_data()["elided"]["words"])


@cache
def language_data() -> dict[str, Any]:
    """Return `language.toml`: endings, months, weekdays, numbers."""
    with Path(__file__).with_name("language.toml").open("rb") as file:
        return tomllib.load(file)


def _script(word: str) -> str:
    for script, (first, last) in _scripts():
        if first <= word[0] <= last:
            return script
    return "latin"


@cache
def _scripts() -> tuple[tuple[str, tuple[str, str]], ...]:
    return tuple((script, (first, last)) for script, (first, last) in language_data()["scripts"].items())


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


def designations(items: Sequence[Word]) -> list[Word]:
    """Return what weapons are called by, a few letters and a number, as one word each: "Su-25", "F 16"."""
    pairs = pairwise(items)
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
