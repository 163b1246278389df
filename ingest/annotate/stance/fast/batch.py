"""A batch of texts as arrays: which rows stand where, who is named, and what stands between whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance.fast.table import Ints, spans
from ingest.annotate.stance.fast.vocabulary import BREAK_ROW, FIRST_ROLE, PLACE_ROW, SEPARATOR, SIGNS, TOKEN, Vocabulary
from ingest.annotate.stance.masking import MARKS
from ingest.annotate.stance.words import HIDDEN

Bools = npt.NDArray[np.bool_]
MAX_PHRASE = 8
MIN_TELLING = 3
"""A text that names nobody says nothing with fewer telling words: what is learned of them is their language."""
TOWN = SIGNS.index(MARKS["place"])


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts read. Per token: `rows`, `text` (ascending), `sentence` (ascending). Per text: the rest.

    `entry`, `entry_text` are the tokens as they stand, for the language check. `first` is the number of the
    belligerent first named, `second` of the other (in a war of more: the second named), -1 where there is none;
    `named` and `called` count the belligerents named at all and otherwise than by a town.
    """

    count: int
    entry: Ints
    entry_text: Ints
    rows: Ints
    text: Ints
    sentence: Ints
    first: Ints
    second: Ints
    named: Ints
    called: Ints
    worded: Bools


def read_batch(texts: Sequence[str], vocabulary: Vocabulary) -> Batch:
    """Cut and read texts, all in one pass."""
    joined = SEPARATOR.join(texts)
    if joined.count(SEPARATOR) != len(texts) - 1:
        joined = SEPARATOR.join(t.replace(SEPARATOR, " ") for t in texts)
    joined = HIDDEN.sub("", joined)
    entry = vocabulary.numbers(TOKEN.findall(joined))
    ends = entry == vocabulary.entries.get(SEPARATOR, -1)
    entry_text = np.cumsum(ends)
    counts = vocabulary.counts.values[entry]
    rows = vocabulary.flat.values[spans(vocabulary.starts.values[entry], counts)]
    text = np.repeat(entry_text, counts)
    rows, text = _join_phrases(rows, text, vocabulary)
    stop = rows == BREAK_ROW
    sentence = np.cumsum(stop) + text
    rows, text, sentence = rows[~stop], text[~stop], sentence[~stop]
    first, second, named, called = _parties(rows, text, len(texts), vocabulary)
    telling = np.bincount(text, vocabulary.telling.values[rows], len(texts))
    worded = np.bincount(text, vocabulary.worded.values[rows], len(texts)) > 0
    worded &= (named > 0) | (telling >= MIN_TELLING)
    return Batch(len(texts), entry, entry_text, rows, text, sentence, first, second, named, called, worded)


def _join_phrases(rows: Ints, text: Ints, vocabulary: Vocabulary) -> tuple[Ints, Ints]:
    """Put the code of a name in several words where its first word stood, and drop the others."""
    able = vocabulary.opens.values[rows[:-1]] & vocabulary.follows.values[rows[1:]] & (text[:-1] == text[1:])
    dropped = np.zeros(len(rows), np.bool_)
    end = 0
    for at in np.flatnonzero(able).tolist():
        if at < end:
            continue
        last = min(at + MAX_PHRASE, int(np.searchsorted(text, text[at], "right")))
        found = vocabulary.masker.phrase([vocabulary.words[r] for r in rows[at:last].tolist()])
        if found is not None:
            code, length = found
            end = at + length
            rows[at] = vocabulary.add_code(code)
            dropped[at + 1 : end] = True
    return (rows[~dropped], text[~dropped]) if end else (rows, text)


def _parties(rows: Ints, text: Ints, count: int, vocabulary: Vocabulary) -> tuple[Ints, Ints, Ints, Ints]:
    belligerents = vocabulary.masker.belligerents
    party = vocabulary.party.values[rows]
    # A text that names nobody is read from the conflict's first party; without a name, nothing hangs on it.
    never = len(rows)
    begins = np.full((len(belligerents), count), never)
    named, called = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for k, number in enumerate(belligerents):
        at = np.flatnonzero(party == number)
        begins[k, text[at][::-1]] = at[::-1]
        named += begins[k] < never
        by_name = at[vocabulary.sign.values[rows[at]] != TOWN]
        called += np.bincount(text[by_name], minlength=count) > 0
    order = np.argsort(begins, axis=0, kind="stable")
    numbers = np.asarray(belligerents)
    first, second = numbers[order[0]], numbers[order[1]]
    if len(belligerents) > 2:
        second = np.where(named > 1, second, -1)
    return first, second, named, called


def letters_of(batch: Batch, lead: Ints, other: Ints, vocabulary: Vocabulary) -> Ints:
    """Return the row each token is read as: A for party `lead`, B for `other`, C for anyone else, PLACE for a place."""
    rows, text = batch.rows, batch.text
    party = vocabulary.party.values[rows].astype(np.int64)
    letter = np.where(party == lead[text], 0, np.where(party == other[text], 1, 2))
    role = FIRST_ROLE + letter * len(SIGNS) + vocabulary.sign.values[rows]
    return np.where(party >= 0, role, np.where(party < -1, PLACE_ROW, rows))
