"""Words of comments in several scripts: cut, folded to one spelling, and undressed of their endings.

Folding joins spellings that people mix (dotted and dotless i, letters with and without marks), so that one lexicon
entry finds them all. Endings are known by script, which is all that names need.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

BREAK = "\n"
MAX_WORD = 60
MIN_STEM = 3

_TOKEN = re.compile(
    r"(?P<skip>https?://\S{0,2000}|www\.\S{0,2000}|&(?:amp|gt|lt|quot|nbsp|#\d{1,6});|@\w+)"
    r"|(?P<tag>#\w[\w\u0300-\u036f]*)"
    r"|(?P<flag>[\U0001F1E6-\U0001F1FF]{2})"
    r"|(?P<word>[^\W\d_][\w\u0300-\u036f\u055a-\u055c\u055e]*)(?:['’ʼ´`‘][^\W\d_]{1,8})?"
    r"|(?P<number>\d+)"
    r"|(?P<stop>[.!?;:…։՞՜\n।]+)"
    r"|(?P<sign>[\u2190-\u2bff\U0001F300-\U0001FAFF])"
)


HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
"""What shows nothing and parts no words: soft hyphens, characters without width, marks of direction, tags."""
_SHAPELESS = frozenset(("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn"))
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by their category that show nothing all the same."""


def unhidden(text: str) -> tuple[str, Sequence[int]]:
    """Return `text` without HIDDEN characters, and the index in `text` of each character that is left."""
    if text.isascii() or HIDDEN.search(text) is None:
        return text, range(len(text))
    kept = [i for i, one in enumerate(text) if HIDDEN.match(one) is None]
    return "".join(text[i] for i in kept), kept


def blank(text: str) -> bool:
    """Tell whether nothing of a text shows: no character, or only spaces, controls and others without a shape."""
    return all(one in _UNSEEN or unicodedata.category(one) in _SHAPELESS for one in text)


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and the half-open range it came from."""

    text: str
    start: int
    end: int


def _latin_folds() -> dict[int, str]:
    folds = {}
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            folds[code] = base.lower()
    return (
        folds
        | {ord("ı"): "i", ord("ə"): "e", ord("ǝ"): "e", ord("ё"): "е", ord("ø"): "o", ord("ł"): "l"}
        | dict.fromkeys((*range(0x300, 0x370), *range(0x55A, 0x55F)), "")
    )


_FOLD = _latin_folds()
_REPEAT = re.compile(r"(.)\1{2,}")


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Lower the case, drop Latin marks, join dotted and dotless i, shorten "sooooo" to "soo"."""
    lowered = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower().translate(_FOLD)
    return _REPEAT.sub(r"\1\1", lowered)


def fold_all(found: Sequence[str]) -> list[str]:
    """Return `fold` of each word, at a fraction of the cost; no word may hold a line's end."""
    if not found:
        return []
    joined = unicodedata.normalize("NFKC", "\n".join(found)).lower().translate(_FOLD)
    return _REPEAT.sub(r"\1\1", joined).split("\n")


def words(text: str) -> Iterator[Word]:
    """Yield the words, signs and sentence breaks of `text` in order; addresses and @names are passed over."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "word":
            yield Word(fold(match["word"][:MAX_WORD]) or BREAK, match.start(), match.end())
            if "\u055e" in match["word"]:
                # Armenian sets its question mark inside the word that is asked about.
                yield Word("?", match.start(), match.end())
        elif kind == "stop":
            mark = match["stop"]
            for sign in ("!", "?"):
                if sign in mark or (sign == "?" and "՞" in mark):
                    yield Word(sign, match.start(), match.end())
            yield Word(BREAK, match.start(), match.end())
        elif kind == "tag":
            yield Word(match["tag"][: 2 * MAX_WORD], match.start(), match.end())
        elif kind != "skip":
            yield Word(match[0], match.start(), match.end())


_CAMEL = re.compile(r"[^\W\d_](?:[^\W\d_]*?)(?=[A-Z\u0531-\u0556А-ЯƏÇŞĞÜÖİ_\d]|$)|\d+")


def camel_parts(body: str) -> list[tuple[int, int]]:
    """Return the ranges of the words of "StopTheWar" or "stop_the_war"; one range where nothing shows a seam."""
    if body.isupper() or body.islower():
        parts = [m.span() for m in re.finditer(r"[^\W\d_]+|\d+", body)]
    else:
        parts = [m.span() for m in _CAMEL.finditer(body)]
    return parts or [(0, len(body))]


# Written after folding: i stands for ı, u for ü, e for ə.
_TURKIC = (
    r"(?:l[iu]|s[iu]z|c[ae])?(?:l[ae]r)?(?:[iu]m[iu]z|[iu]n[iu]z|[iu]m|s[iu]|[iu]n|[iu])?"
    r"(?:n?[iu]n|d[ae]n|t[ae]n|d[ae]|t[ae]|n?[ae]|y[ae]|n?[iu]|y[iu]|l[ae]|yl[ae])?(?:k[iu](?:l[ae]r)?)?(?:d[iu]r(?:l[ae]r)?|t[iu]r)?"
)
_LATIN_ENDING = re.compile(rf"(?:s|es|ns|n|ian|ians|{_TURKIC})")
_CYRILLIC_ENDING = re.compile(
    r"(?:а|я|ы|и|у|ю|е|о|ой|ей|ою|ею|ом|ем|ам|ям|ами|ями|ах|ях|ов|ев|ёв|ий|ый|ая|яя|ое|ее|ого|его|ому|ему|ым|им|ую|юю"
    r"|ых|их|ыми|ими|ые|ие|ин|ина|ину|ином|ине|ь|й)"
)
_ARMENIAN_ENDING = re.compile(r"(?:ական|ացի|ցի)?(?:ներ|եր)?(?:ի|ու|ից|ով|ում|ին|անն)?(?:ը|ն|ս|դ|նը)?(?:է|ն)?")
_CYRILLIC_TAIL = "аяйьоеыиуюэ"


def _ending(script: str) -> re.Pattern[str] | None:
    if script < "\u0250":
        return _LATIN_ENDING
    if "\u0400" <= script <= "\u04ff":
        return _CYRILLIC_ENDING
    return _ARMENIAN_ENDING if "\u0531" <= script <= "\u0587" else None


@lru_cache(maxsize=100_000)
def inflections(word: str) -> tuple[str, ...]:
    """Return the base forms that `word` may be an inflected form of, the longest first, itself not included."""
    pattern = _ending(word[:1])
    if pattern is None or len(word) <= MIN_STEM or not word.isalpha():
        return ()
    stems = []
    for cut in range(len(word) - 1, max(MIN_STEM, len(word) - 14) - 1, -1):
        stem, ending = word[:cut], word[cut:]
        if pattern.fullmatch(ending):
            stems.append(stem)
            if pattern is _CYRILLIC_ENDING:
                stems.extend(stem + tail for tail in _CYRILLIC_TAIL)
                stems.extend((stem + "ий", stem + "ый"))
    if pattern is _CYRILLIC_ENDING:
        stems.extend(word + tail for tail in _CYRILLIC_TAIL)
    return tuple(dict.fromkeys(stems))
