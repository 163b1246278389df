"""Words as rows of arrays: each is read through the conflict's lexicon once, when it is first met.

An entry is a token as it stands in a text (`Zorland's`, `#StopTheWar`, `?!`); a row is a folded word or a party's code.
One entry may amount to several rows (a hashtag) or none (an address).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance.fast.table import Hashes, Ints, code_points, fold_codes, spans, text_hash
from ingest.annotate.stance.masking import MARKS, PLACE, Masker, party_number
from ingest.annotate.stance.polarity import CLASSES, Polarity
from ingest.annotate.stance.words import BREAK, MAX_WORD, fold, fold_all

SEPARATOR = "\x1e"
TOKEN = re.compile(
    SEPARATOR + r"|(?!https?:|www\.)[^\W\d_][\w\u0300-\u036f\u055a-\u055c\u055e]*(?:['’ʼ´`‘][^\W\d_]{1,8})?"
    r"|[.!?;:…։՞՜\n।]+"
    r"|https?://\S{0,2000}|www\.\S{0,2000}|&(?:amp|gt|lt|quot|nbsp|#\d{1,6});|@\w+|#\w[\w\u0300-\u036f]*"
    r"|[\U0001F1E6-\U0001F1FF]{2}|\d+|[\u2190-\u2bff\U0001F300-\U0001FAFF]|https?|www"
)
"""The tokens of `words.py`, and the mark between two texts."""
_APOSTROPHE = re.compile("['’ʼ´`‘]")
_PLAIN = re.compile(r"[^\W\d_][\w\u0300-\u036f]*")

SIGNS = ("", *sorted(set(MARKS.values())))
CLASS_NUMBERS = {name: n for n, name in enumerate(sorted(CLASSES), 1)}
NEGATION = CLASS_NUMBERS["not"]
STEM, GRAM = 5, 4
TELLING = 4
"""Shorter words are common to too many languages, and say too little, to tell anything by themselves."""
ROLE_LETTERS = 3
FIRST_ROLE = 2
BREAK_ROW, PLACE_ROW = 0, 1
FIRST_WORD = FIRST_ROLE + ROLE_LETTERS * len(SIGNS)
"""Rows before it are fixed: BREAK, PLACE, then A, B and C with each sign."""

ARMENIAN, CYRILLIC, LATIN, OTHER, TURKIC, RUSSIAN, UKRAINIAN = range(7)
"""The letters counted of each entry, to tell a text's language."""
_NOBODY = -1


def _scripts() -> npt.NDArray[np.uint8]:
    """Return for each code point below 65,536 the script whose letter it is, or 255."""
    table = np.full(1 << 16, 255, np.uint8)
    table[[c for c in range(1 << 16) if chr(c).isalpha()]] = OTHER
    for low, high, script in ((0x531, 0x588, ARMENIAN), (0x400, 0x500, CYRILLIC), (0xC0, 0x25A, LATIN)):
        table[low:high] = script
    for low, high in ((0x41, 0x5B), (0x61, 0x7B)):
        table[low:high] = LATIN
    return table


class Grown:
    """An array that grows by doubling; `values` is the part in use."""

    def __init__(self, dtype: Any, width: int = 0) -> None:
        self._held = np.zeros((1024, width) if width else 1024, dtype)
        self.count = 0

    @property
    def values(self) -> npt.NDArray[Any]:
        """The part in use."""
        return self._held[: self.count]

    def extend(self, rows: npt.ArrayLike) -> None:
        """Add rows at the end."""
        added = np.asarray(rows, self._held.dtype)
        wanted = self.count + len(added)
        if wanted > len(self._held):
            larger = np.zeros((max(wanted, 2 * len(self._held)), *self._held.shape[1:]), self._held.dtype)
            larger[: self.count] = self.values
            self._held = larger
        self._held[self.count : wanted] = added
        self.count = wanted


class Vocabulary:
    """What is known of every token met so far in one conflict; `clear` forgets it."""

    def __init__(self, masker: Masker, polarity: Polarity) -> None:
        self.masker = masker
        self.polarity = polarity
        self._scripts = _scripts()
        self._outsiders = text_hash([f"\u00a7{p}" for p in masker.party_ids])
        self.clear()

    def clear(self) -> None:
        """Begin anew with the fixed rows."""
        self.entries: dict[str, int] = {}
        self.rows: dict[str, int] = {}
        self.words: list[str] = []
        self.starts, self.counts, self.flat = Grown(np.int64), Grown(np.int64), Grown(np.int64)
        self.letters = Grown(np.int32, 7)
        self.party, self.sign, self.kind = Grown(np.int8), Grown(np.int8), Grown(np.int8)
        self.worded, self.telling = Grown(np.bool_), Grown(np.bool_)
        self.opens, self.follows = Grown(np.bool_), Grown(np.bool_)
        self.word, self.stem, self.lore = Grown(np.uint64), Grown(np.uint64), Grown(np.uint64)
        self.grams, self.gram_starts, self.gram_counts = Grown(np.uint64), Grown(np.int64), Grown(np.int64)
        fixed = [BREAK, PLACE, *(f"\u00a7\u00a7{letter}{sign}" for letter in "ABC" for sign in SIGNS)]
        self._add_rows(fixed, [None, PLACE, *[None] * (len(fixed) - FIRST_ROLE)])

    def numbers(self, tokens: Sequence[str]) -> Ints:
        """Return the entry of each token, adding those not met before."""
        known = self.entries
        found = list(map(known.get, tokens))
        if None in found:
            self._meet(dict.fromkeys(t for t, n in zip(tokens, found, strict=True) if n is None))
            found = list(map(known.get, tokens))
        return np.array(found, np.int64)

    def _meet(self, tokens: Iterable[str]) -> None:
        """Read new tokens: each amounts to the rows that the masker makes of it."""
        new = list(tokens)
        plain = [t for t in new if t.isalpha()]
        folded = dict(zip(plain, fold_all([t[:MAX_WORD] for t in plain]), strict=True))
        read = [(folded[t] or BREAK,) if t in folded else self._read(t) for t in new]
        missing = {code: None for codes in read for code in codes if code not in self.rows}
        self._add_rows(list(missing), [self._code_of(word) for word in missing])
        counts = np.fromiter(map(len, read), np.int64, len(read))
        begin = self.flat.count
        self.flat.extend([self.rows[code] for codes in read for code in codes])
        self.starts.extend(begin + np.cumsum(counts) - counts)
        self.counts.extend(counts)
        self._count_letters(new)
        self.entries.update(zip(new, range(len(self.entries), len(self.entries) + len(new)), strict=True))

    def _read(self, token: str) -> tuple[str, ...]:
        """Return the folded words (or codes) of one token; a plain word is kept as it is, whatever it names."""
        if token == SEPARATOR:
            return ()
        if _PLAIN.fullmatch(bare := _APOSTROPHE.split(token, maxsplit=1)[0]):
            return (fold(bare[:MAX_WORD]) or BREAK,)
        reading = self.masker.read(token)
        return tuple(f"{PLACE}/{s}" if s else t for t, s in zip(reading.tokens, reading.sites, strict=True))

    def _code_of(self, word: str) -> str | None:
        """Return the code of a party or "PLACE/<id>" for a folded word that names one, else None."""
        return word if word[0] == "\u00a7" or word.startswith(PLACE) else self.masker.name(word)

    def add_code(self, code: str) -> int:
        """Return the row of a party's or place's code, for a name of several words."""
        if code not in self.rows:
            self._add_rows([code], [code])
        return self.rows[code]

    def _add_rows(self, words: Sequence[str], codes: Sequence[str | None]) -> None:
        if not words:
            return
        self.rows.update(zip(words, range(len(self.rows), len(self.rows) + len(words)), strict=True))
        self.words += words
        place = np.array([c is not None and c.startswith(PLACE) for c in codes])
        party = np.array([party_number(c) if c is not None and c[0] == "\u00a7" else _NOBODY for c in codes])
        self.party.extend(np.where(place, _NOBODY - 1, party))
        self.sign.extend([SIGNS.index(c[-1]) if c and c[0] == "\u00a7" and c[-1] in SIGNS else 0 for c in codes])
        plain = [c is None and w[0].isalpha() for w, c in zip(words, codes, strict=True)]
        self.kind.extend(
            [CLASS_NUMBERS.get(self.polarity[w], 0) if p else 0 for w, p in zip(words, plain, strict=True)]
        )
        cheer = [c is not None and c[0] == "\u00a7" and c[-1] in "+-" for c in codes]
        self.worded.extend(np.logical_or(plain, cheer))
        self.telling.extend([len(w) >= TELLING and w[0].isalpha() for w in words])
        self.opens.extend([self.masker.begins_phrase(w) for w in words])
        self.follows.extend([self.masker.continues_phrase(w) for w in words])
        self._hash(words, codes, party, np.array(plain))

    def _hash(
        self, words: Sequence[str], codes: Sequence[str | None], party: Ints, plain: npt.NDArray[np.bool_]
    ) -> None:
        points, starts, counts = code_points([f"<{w}>" for w in words])
        whole = fold_codes(points, starts + 1, counts - 2)
        self.word.extend(whole)
        self.stem.extend(fold_codes(points, starts + 1, np.minimum(counts - 2, STEM)))
        lore = text_hash([c if c is not None and c.startswith(PLACE) else w for w, c in zip(words, codes, strict=True)])
        belligerent = np.isin(party, self.masker.belligerents)
        lore[party >= 0] = self._outsiders[party[party >= 0]]
        lore[belligerent] = text_hash(["\u00a7"])[0]
        self.lore.extend(lore)
        pieces = np.where(plain, np.maximum(counts - GRAM + 1, 1), 0)
        self.gram_starts.extend(self.grams.count + np.cumsum(pieces) - pieces)
        self.gram_counts.extend(pieces)
        at = spans(starts, pieces)
        self.grams.extend(fold_codes(points, at, np.minimum(np.repeat(counts, pieces), GRAM)))

    def _count_letters(self, tokens: Sequence[str]) -> None:
        """Count the letters of each script in tokens; hashtags, names of users and addresses have none."""
        points, _, counts = code_points([t if t[0].isalpha() else "" for t in tokens])
        owner = np.repeat(np.arange(len(tokens)), counts)
        script = self._scripts[np.minimum(points, (1 << 16) - 1)]
        letter = script <= OTHER
        letters = np.zeros((len(tokens), 7), np.int32)
        seen = np.bincount(owner[letter] * (OTHER + 1) + script[letter], minlength=len(tokens) * (OTHER + 1))
        letters[:, : OTHER + 1] = seen.reshape(-1, OTHER + 1)
        for column, marks in ((TURKIC, "əƏǝıİğĞ"), (RUSSIAN, "ыэъёЫЭЪЁ"), (UKRAINIAN, "іїєґІЇЄҐ")):
            held = np.isin(points, [ord(m) for m in marks])
            letters[:, column] = np.bincount(owner[held], minlength=len(tokens))
        self.letters.extend(letters)


def gram_hashes(vocabulary: Vocabulary, rows: Ints) -> tuple[Hashes, Ints]:
    """Return the character grams of `rows`, and how many each has."""
    counts = vocabulary.gram_counts.values[rows]
    return vocabulary.grams.values[spans(vocabulary.gram_starts.values[rows], counts)], counts
