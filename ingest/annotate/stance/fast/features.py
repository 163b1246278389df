"""Features of a batch as hashes of neighbouring rows; the same n-grams tied to roles as in `stance/features.py`.

Each group of features goes with the number of the text that each hash belongs to, ascending. What hangs on one word
alone (itself, its beginning, its character grams, each under the roles its sentence names) is apart, so that a scorer
may remember its sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ingest.annotate.stance.fast.batch import Batch, letters_of
from ingest.annotate.stance.fast.table import Hashes, Ints, mix
from ingest.annotate.stance.fast.vocabulary import (
    FIRST_ROLE,
    FIRST_WORD,
    NEGATION,
    PLACE_ROW,
    SIGNS,
    Vocabulary,
    gram_hashes,
)

HEADS = 7
"""0 for no role anywhere; A, B, both in this sentence; the same three where only an earlier one names them."""
WINDOW = 4
_WORD, _STEM, _GRAM, _PAIR, _TRIPLE, _BETWEEN, _LEFT, _RIGHT, _WHOLE = range(101, 110)
_CLASS, _CLASS_BETWEEN, _CLASS_AFTER, _STEP, _STEPS, _LORE, _LORE_PAIR, _LORE_GRAM = range(110, 118)

Group = tuple[Hashes, Ints]
"""Hashes, and the text each belongs to, ascending."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A batch seen from one party of each text: the row each token is read as, its role, what surrounds it.

    `role` is 1 for A, 2 for B, else 0; `head` is one of HEADS, `between` tells the roles before and after a token.
    """

    rows: Ints
    text: Ints
    sentence: Ints
    role: Ints
    head: Ints
    between: Ints
    whole: Ints


def frame(batch: Batch, lead: Ints, other: Ints, vocabulary: Vocabulary) -> Frame:
    """See a batch from party `lead` of each text, its rival being `other`."""
    rows = letters_of(batch, lead, other, vocabulary)
    letter = (rows - FIRST_ROLE) // len(SIGNS)
    role = np.where((rows >= FIRST_ROLE) & (rows < FIRST_WORD) & (letter < 2), letter + 1, 0)
    text, sentence, size = batch.text, batch.sentence, len(rows)
    whole = np.zeros(batch.count, np.int64)
    for bit in (1, 2):
        whole[text[role == bit]] |= bit
    spans_ = int(sentence[-1]) + 1 if size else 0
    here, place = np.zeros(spans_, np.int64), np.zeros(spans_, np.int64)
    for bit in (1, 2):
        here[sentence[role == bit]] |= bit
    # The last sentence before this one, in the same text, that names a role.
    place[sentence] = text
    order = np.arange(spans_)
    last = np.maximum.accumulate(np.where(here > 0, order, 0))
    carried = np.where((here[last] > 0) & (place[last] == place), here[last], whole[place] if spans_ else 0)
    head = np.where(here > 0, here, np.where(carried > 0, carried + 3, 0))[sentence]
    return Frame(rows, text, sentence, role, head, _between(role, text, sentence, here), whole)


def _between(role: Ints, text: Ints, sentence: Ints, here: Ints) -> Ints:
    """Return 15 codes: the last role passed (of an earlier sentence where this one names none) times the next."""
    size = len(role)
    at = np.arange(size)
    named = role > 0
    last = np.maximum.accumulate(np.where(named, at, -1)) if size else at
    coming = np.minimum.accumulate(np.where(named, at, size)[::-1])[::-1] if size else at
    # A token is not its own neighbour; those with a role are left out of what this serves.
    safe_last, safe_next = np.maximum(last, 0), np.minimum(coming, size - 1)
    passed = np.where((last >= 0) & (sentence[safe_last] == sentence), role[safe_last], 0)
    earlier = (last >= 0) & (text[safe_last] == text) & (here[sentence] == 0)
    passed = np.where(earlier, role[safe_last] + 2, passed)
    follows = np.where((coming < size) & (sentence[safe_next] == sentence), role[safe_next], 0)
    return np.asarray(passed * 3 + follows)


def word_features(rows: Ints, heads: Ints, vocabulary: Vocabulary) -> tuple[Hashes, Ints]:
    """Return the features of rows each under a head, those of one row together, and how many each has."""
    grams, counts = gram_hashes(vocabulary, rows)
    each = counts + 2
    hashes = np.zeros(int(each.sum()), np.uint64)
    begins = np.cumsum(each) - each
    hashes[begins] = mix(vocabulary.word.values[rows], _WORD)
    hashes[begins + 1] = mix(mix(vocabulary.stem.values[rows], heads), _STEM)
    rest = np.ones(len(hashes), np.bool_)
    rest[begins] = rest[begins + 1] = False
    hashes[rest] = mix(mix(grams, np.repeat(heads, counts)), _GRAM)
    return hashes, each


def joint_features(seen: Frame, vocabulary: Vocabulary) -> Iterator[Group]:
    """Yield the groups of features that hang on several tokens."""
    yield mix(seen.whole, _WHOLE), np.arange(len(seen.whole))
    word, stem = vocabulary.word.values[seen.rows], vocabulary.stem.values[seen.rows]
    same = seen.sentence[1:] == seen.sentence[:-1]
    before = np.concatenate((np.zeros(1, np.uint64), np.where(same, word[:-1], np.uint64(0))))[: len(word)]
    pair = mix(before, word)
    yield mix(pair, _PAIR), seen.text
    third = np.flatnonzero(same[1:] & same[:-1]) + 2
    yield mix(mix(pair[third - 1], word[third]), _TRIPLE), seen.text[third]
    plain = np.flatnonzero(seen.rows >= FIRST_WORD)
    yield mix(mix(stem[plain], seen.between[plain]), _BETWEEN), seen.text[plain]
    yield from _windows(seen, word, stem)


def _windows(seen: Frame, word: Hashes, stem: Hashes) -> Iterator[Group]:
    centres = np.flatnonzero((seen.role > 0) | (seen.rows == PLACE_ROW))
    for step in range(1, WINDOW + 1):
        for at, near, side in (
            (centres[centres >= step], -step, _LEFT),
            (centres[centres < len(word) - step], step, _RIGHT),
        ):
            kept = at[seen.sentence[at] == seen.sentence[at + near]]
            yield mix(mix(word[kept], stem[kept + near]), side), seen.text[kept]


def class_features(seen: Frame, vocabulary: Vocabulary) -> Iterator[Group]:
    """Yield word classes by where they stand between the roles, and the order of roles and classes."""
    kind = np.where(seen.rows >= FIRST_WORD, vocabulary.kind.values[seen.rows], 0).astype(np.int64)
    at = np.flatnonzero((kind > 0) | (seen.role > 0) | (seen.rows == PLACE_ROW))
    negated = np.zeros(len(at), np.int64)
    negated[1:] = (kind[at[:-1]] == NEGATION) & (seen.sentence[at[1:]] == seen.sentence[at[:-1]])
    kept = kind[at] != NEGATION
    at, negated = at[kept], negated[kept]
    kinds, sentence, text = kind[at], seen.sentence[at], seen.text[at]
    symbol = np.where(kinds > 0, kinds + 3, np.where(seen.role[at] > 0, seen.role[at], 3))
    signed = kinds * 2 + negated
    said = np.flatnonzero(kinds > 0)
    yield mix(mix(signed[said], seen.head[at[said]]), _CLASS), text[said]
    yield mix(mix(signed[said], seen.between[at[said]]), _CLASS_BETWEEN), text[said]
    after = said[said > 0]
    after = after[sentence[after] == sentence[after - 1]]
    yield mix(mix(signed[after], symbol[after - 1]), _CLASS_AFTER), text[after]
    new = np.ones(len(at), np.bool_)
    new[1:] = (symbol[1:] != symbol[:-1]) | (sentence[1:] != sentence[:-1])
    symbol, sentence, text = symbol[new], sentence[new], text[new]
    two = np.flatnonzero(sentence[1:] == sentence[:-1])
    yield mix(mix(symbol[two], symbol[two + 1]), _STEP), text[two]
    three = np.flatnonzero(sentence[2:] == sentence[:-2])
    yield mix(mix(mix(symbol[three], symbol[three + 1]), symbol[three + 2]), _STEPS), text[three]


def lore_words(rows: Ints, salt: Hashes, vocabulary: Vocabulary) -> tuple[Hashes, Ints]:
    """Return what each row alone says in a conflict's own story: itself and its character grams."""
    grams, counts = gram_hashes(vocabulary, rows)
    each = counts + 1
    hashes = np.zeros(int(each.sum()), np.uint64)
    begins = np.cumsum(each) - each
    hashes[begins] = mix(mix(vocabulary.lore.values[rows], salt), _LORE)
    rest = np.ones(len(hashes), np.bool_)
    rest[begins] = False
    hashes[rest] = mix(mix(grams, salt), _LORE_GRAM)
    return hashes, each


def lore_pairs(rows: Ints, text: Ints, sentence: Ints, salt: Hashes, vocabulary: Vocabulary) -> Group:
    """Return the pairs of neighbours in a conflict's own story."""
    word = vocabulary.lore.values[rows]
    same = sentence[1:] == sentence[:-1]
    before = np.concatenate((np.zeros(1, np.uint64), np.where(same, word[:-1], np.uint64(0))))[: len(word)]
    return mix(mix(mix(before, word), salt), _LORE_PAIR), text
