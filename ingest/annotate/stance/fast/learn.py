"""Fitting the fast scorer: pure functions from labelled examples to weights under hashes."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from ingest.annotate.stance.corpus import Example
from ingest.annotate.stance.fast.batch import Batch, read_batch
from ingest.annotate.stance.fast.features import (
    class_features,
    frame,
    joint_features,
    lore_pairs,
    lore_words,
    word_features,
)
from ingest.annotate.stance.fast.scorer import conflict_salt, regimes_of
from ingest.annotate.stance.fast.table import Hashes, Ints
from ingest.annotate.stance.fast.vocabulary import Vocabulary
from ingest.annotate.stance.fit import (
    CLASS_WEIGHT,
    IDF_SCALE,
    LORE_C,
    MIN_LORE,
    ROLE_C,
    SIDE_C,
    STANCE_C,
    Held,
    kind_of,
)
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.model import KINDS, STANCES
from ingest.annotate.stance.ngram import MAX_CHARACTERS
from ingest.annotate.stance.polarity import Polarity
from ingest.annotate.stance.quotes import own_words
from ingest.annotate.stance.side import OTHER_SIDES
from ingest.conflict import Conflict

MIN_COUNT = 3
MAX_ITERATIONS = 60
PAIR = 2

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lessons:
    """Examples of two belligerents as rows of features, seen from the conflict's first party and from its second.

    `mirror[i]` is the column that feature i is where the parties are exchanged. `way` is 1 where the first has the
    text's side, -1 where the second has it, else 0. `stances` is examples x 2, `lore` rows count words of the
    conflict's own story.
    """

    first: sparse.csr_matrix
    second: sparse.csr_matrix
    lore: sparse.csr_matrix
    hashes: Hashes
    lore_hashes: Hashes
    mirror: Ints
    classes: Bools
    way: Ints
    side: Ints
    kind: Ints
    stances: Ints
    regime: Ints
    words: Bools
    conflict: npt.NDArray[np.str_]
    parties: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Weights:
    """What one fit learned, a number (or one for each label) for each column of the lessons."""

    pull: Floats
    kinds: Floats
    kind_bias: Floats
    stances: Floats
    stance_bias: Floats
    lore: Floats
    lore_conflicts: frozenset[str]


def _groups(batch: Batch, lead: int, other: int, vocabulary: Vocabulary) -> tuple[Hashes, Ints, Bools]:
    seen = frame(batch, np.full(batch.count, lead), np.full(batch.count, other), vocabulary)
    hashes, counts = word_features(seen.rows, seen.head, vocabulary)
    plain = [(hashes, np.repeat(seen.text, counts)), *joint_features(seen, vocabulary)]
    classes = list(class_features(seen, vocabulary))
    size = sum(len(h) for h, _ in plain)
    everything = plain + classes
    found = np.concatenate([h for h, _ in everything])
    return found, np.concatenate([t for _, t in everything]), np.arange(len(found)) >= size


def lessons(
    examples: Sequence[Example], conflicts: Mapping[str, Conflict], polarity: Polarity
) -> tuple[Lessons, list[int]]:
    """Read and featurise the examples; also return the place of each row's example, for they go by conflict."""
    order: list[int] = []
    parts: dict[str, list[npt.NDArray[Any]]] = {
        k: [] for k in ("one", "two", "text", "class", "lore", "lore_text", "regime", "words")
    }
    parties = {}
    for name in sorted({e.conflict for e in examples}):
        masker = Masker(conflicts[name])
        if len(masker.belligerents) != PAIR:
            continue
        at = [i for i, e in enumerate(examples) if e.conflict == name]
        first, second = masker.belligerents
        parties[name] = (masker.party_ids[first], masker.party_ids[second])
        vocabulary = Vocabulary(masker, polarity)
        batch = read_batch([own_words(examples[i].given.text[:MAX_CHARACTERS]) for i in at], vocabulary)
        one, text, of_class = _groups(batch, first, second, vocabulary)
        two, _, _ = _groups(batch, second, first, vocabulary)
        salt = conflict_salt(name)
        said, counts = lore_words(batch.rows, salt, vocabulary)
        pairs, pair_text = lore_pairs(batch.rows, batch.text, batch.sentence, salt, vocabulary)
        begin = len(order)
        parts["lore"].append(np.concatenate((said, pairs)))
        parts["lore_text"].append(np.concatenate((np.repeat(batch.text, counts), pair_text)) + begin)
        for key, value in (("one", one), ("two", two), ("text", text + begin), ("class", of_class)):
            parts[key].append(value)
        parts["regime"].append(regimes_of(batch))
        parts["words"].append(batch.worded)
        order += at
    whole = {key: np.concatenate(values) for key, values in parts.items()}
    return _lay_out([examples[i] for i in order], whole, parties), order


def _lay_out(
    examples: Sequence[Example], found: dict[str, npt.NDArray[Any]], parties: dict[str, tuple[str, str]]
) -> Lessons:
    count = len(examples)
    hashes, columns = np.unique(np.concatenate((found["one"], found["two"])), return_inverse=True)
    one, two = np.split(columns, 2)
    mirror = np.zeros(len(hashes), np.int64)
    mirror[one], mirror[two] = two, one
    classes = np.zeros(len(hashes), np.bool_)
    classes[one], classes[two] = found["class"], found["class"]
    first, second = (_matrix(found["text"], c, (count, len(hashes))) for c in (one, two))
    held = np.bincount(first.indices, minlength=len(hashes)) + np.bincount(second.indices, minlength=len(hashes))
    kept = np.flatnonzero(held >= MIN_COUNT)
    number = np.full(len(hashes), -1)
    number[kept] = np.arange(len(kept))
    lore_hashes, lore_columns = np.unique(found["lore"], return_inverse=True)
    lore = _matrix(found["lore_text"], lore_columns, (count, len(lore_hashes)))
    lore_kept = np.flatnonzero(np.bincount(lore.indices, minlength=len(lore_hashes)) >= MIN_COUNT)
    names = [(*parties[e.conflict], *OTHER_SIDES) for e in examples]
    side = np.array([n.index(e.side) for n, e in zip(names, examples, strict=True)])
    return Lessons(
        first[:, kept], second[:, kept], lore[:, lore_kept], hashes[kept], lore_hashes[lore_kept],
        number[mirror[kept]], classes[kept], np.where(side == 0, 1, np.where(side == 1, -1, 0)), side,
        np.array([kind_of(e.side) for e in examples]),
        np.array([[STANCES.index(e.stances[p]) for p in parties[e.conflict]] for e in examples]),
        np.asarray(found["regime"]), np.asarray(found["words"]), np.array([e.conflict for e in examples]), parties,
    )  # fmt: skip


def _matrix(text: Ints, columns: Ints, shape: tuple[int, int]) -> sparse.csr_matrix:
    """Return counts over the root of the row's length; that length counts what is dropped as rare later."""
    sizes = np.bincount(text, minlength=shape[0])
    values = (1.0 / np.sqrt(np.maximum(sizes, 1)))[text].astype(np.float32)
    return sparse.coo_matrix((values, (text, columns)), shape=shape).tocsr()


def _rarity(rows: sparse.csr_matrix, classes: Bools | None = None) -> npt.NDArray[np.float32]:
    """Return the smoothed inverse document frequency of each column, word classes raised."""
    held = np.bincount(rows.indices, minlength=rows.shape[1])
    rarity = 1.0 + np.log((1 + rows.shape[0]) / (1 + held))
    if classes is not None:
        rarity[classes] *= CLASS_WEIGHT
    return np.asarray(rarity / IDF_SCALE, np.float32)


def _fit(
    rows: sparse.csr_matrix, labels: Ints, c: float, rarity: npt.NDArray[np.float32], *, bias: bool
) -> tuple[Floats, Floats]:
    """Return weights (columns x labels, or one column of two labels) and biases of a logistic regression."""
    learner = LogisticRegression(C=c, max_iter=MAX_ITERATIONS, fit_intercept=bias)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        learner.fit(sparse.csr_matrix(rows @ sparse.diags(rarity)), labels)
    return np.asarray(learner.coef_.T * rarity[:, None], np.float64), np.asarray(learner.intercept_, np.float64)


def fit_fast(given: Lessons, part: Ints) -> Weights:
    """Learn from the rows `part`.

    The stances are learned from both views of each, the pull from their difference, the kind of comment from their
    sum, so that nothing is learned of one party that is not learned of the other.
    """
    first, second = given.first[part], given.second[part]
    both = sparse.vstack((first, second)).tocsr()
    rarity = _rarity(both, given.classes)
    stances, stance_bias = _fit(both, given.stances[part].T.ravel(), STANCE_C, rarity, bias=True)
    partisan = np.flatnonzero(given.way[part])
    pull, _ = _fit(first[partisan] - second[partisan], given.way[part][partisan], ROLE_C, rarity, bias=False)
    kinds, kind_bias = _fit((first + second) / 2, given.kind[part], SIDE_C, rarity, bias=True)
    counts = Counter(given.conflict[part][partisan].tolist())
    told = frozenset(name for name, count in counts.items() if count >= MIN_LORE)
    chosen = part[partisan][np.isin(given.conflict[part][partisan], list(told))]
    lore, _ = _fit(given.lore[chosen], given.way[chosen], LORE_C, _rarity(given.lore[chosen]), bias=False)
    return Weights(pull[:, 0], kinds, kind_bias, stances, stance_bias, lore[:, 0], told)


def columns(given: Lessons, weights: Weights) -> tuple[Floats, Floats]:
    """Return all weights as seen from A in one pass (features x COLUMNS of `model.py`), and the biases."""
    mirror = given.mirror
    table = np.column_stack((
        weights.pull - weights.pull[mirror], (weights.kinds + weights.kinds[mirror]) / 2, weights.stances,
        weights.stances[mirror],
    ))  # fmt: skip
    return table, np.concatenate(([0.0], weights.kind_bias, weights.stance_bias, weights.stance_bias))


def held_out(given: Lessons, weights: Weights, part: Ints) -> list[Held]:
    """Say, uncalibrated, what the fit says of rows it has not seen."""
    table, bias = columns(given, weights)
    said = given.first[part] @ table + bias
    told = np.isin(given.conflict[part], list(weights.lore_conflicts))
    lore = np.where(told, given.lore[part] @ weights.lore, 0.0)
    kinds, pull = len(KINDS), said[:, 0] / 2
    stances = said[:, 1 + kinds :].reshape(len(part), PAIR, len(STANCES))
    cues = np.stack((np.stack((pull, -pull), 1), np.stack((lore, -lore), 1), np.zeros((len(part), PAIR))), axis=1)
    return [
        Held(stances[k], said[k, 1 : 1 + kinds], cues[k], int(given.regime[i]), bool(given.words[i]),
             tuple(given.stances[i].tolist()), int(given.side[i]))
        for k, i in enumerate(part.tolist())
    ]  # fmt: skip
