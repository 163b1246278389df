"""Groups texts that report the same thing, so that an engineer who answers for one sees the others beside it.

Texts are compared by words, by parts of words and by names and numbers. Each is then taken as the mean of its nearest
neighbours, twice: two reports that share few words are close where the same others are close to both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfVectorizer

NEIGHBOURS, NEARNESS, ROUNDS = 8, 2, 2
"""How many neighbours a text is the mean of, weighted by similarity to this power, and how often."""

APART = 0.12
"""Mean cosine distance from which two groups stay two: set on the training part of ECB+ (cited in the tests)."""

_NAME = re.compile(r"\b[^\W\d_a-zа-яёա-և][\w-]+|\d[\d.,]*")

Matrix = NDArray[np.float64]


def group(texts: Sequence[str], apart: float = APART) -> list[int]:
    """Return a group number for each text, from 0 in order of first appearance; work and memory are quadratic."""
    if len(texts) < 2:
        return [0] * len(texts)
    similarity = sum(_similarity(texts, v) for v in _vectorizers()) / len(_vectorizers())
    distance = 1 - _by_neighbours(np.asarray(similarity, dtype=np.float64))
    np.fill_diagonal(distance, 0.0)
    condensed = squareform(np.clip((distance + distance.T) / 2, 0.0, None), checks=False)
    found = fcluster(linkage(condensed, "average"), apart, "distance")
    numbers: dict[int, int] = {}
    return [numbers.setdefault(int(label), len(numbers)) for label in found]


def _vectorizers() -> tuple[TfidfVectorizer, ...]:
    return (
        TfidfVectorizer(sublinear_tf=True, stop_words="english"),
        TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(4, 4)),
        TfidfVectorizer(sublinear_tf=True, analyzer=_names),
    )


def _names(text: str) -> list[str]:
    return [name.lower() for name in _NAME.findall(text)]


def _similarity(texts: Sequence[str], vectorizer: TfidfVectorizer) -> Matrix:
    try:
        vectors = vectorizer.fit_transform(texts)
    except ValueError:  # no text has a word of this kind
        return np.zeros((len(texts), len(texts)))
    return np.asarray((vectors @ vectors.T).toarray())


def _by_neighbours(similarity: Matrix) -> Matrix:
    closeness = similarity
    for _ in range(ROUNDS):
        nearest = np.argsort(-closeness, axis=1)[:, :NEIGHBOURS]
        weights = np.zeros_like(closeness)
        np.put_along_axis(weights, nearest, np.take_along_axis(closeness, nearest, axis=1) ** NEARNESS, axis=1)
        np.fill_diagonal(weights, np.maximum(weights.diagonal(), 1e-9))
        means = weights / weights.sum(axis=1, keepdims=True) @ similarity
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
        closeness = means @ means.T
    return closeness
