"""What the model of kinds goes by: words, pairs of words and runs of characters, hashed so that no list is kept.

Names are all read as one: what kind of event a report tells may not hang on who and where, and reports by a writer not
learned from are told better so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer

from ingest.annotate.events.words import fold, tokenize

SIZE = 2**18
"""How many hashes features of one sort fall into."""
SORTS = 3
LEAST = 2
"""A feature that fewer reports have is not learned."""
MOST_CHARACTERS = 2_000
"""So much of a text is read: what an event is stands in its first lines."""

NAME = "zz"
"""What stands for a name."""
ARMS = frozenset({"IED", "IEDS", "VBIED", "UAV", "UAVS", "RPG", "RPGS", "TNT"})
"""Words written in capitals that are no names."""

_MARKS = "\"'“”‘’«»()[],.!?:;…"
_STOPS = ".!?:;…"

Floats = npt.NDArray[np.float32]
Columns = npt.NDArray[np.int64]


def nameless(text: str) -> str:
    """Return a text in small letters with a mark for each name: a run of capitalised words within a sentence.

    A text of which half the words or more are capitalised, as in some headlines, keeps its words.
    """
    words = [word for word in text.split() if word.strip(_MARKS)]
    capitals = [word.strip(_MARKS)[0].isupper() for word in words]
    told = sum(capitals) * 2 < len(words)
    found: list[str] = []
    is_first = True
    for word, is_capital in zip(words, capitals, strict=True):
        if not (told and is_capital and not is_first) or word.strip(_MARKS).upper() in ARMS:
            found.append(fold(word))
        else:
            end = word[-1] if word[-1] in _MARKS else ""
            if found[-1] == NAME:
                found.pop()
            found.append(NAME + end)
        is_first = word[-1] in _STOPS
    return " ".join(found)


def _words(text: str) -> list[str]:
    found = [word.key for word in tokenize(text)]
    return found + [f"{a} {b}" for a, b in pairwise(("^", *found, "$"))]


def _hashed(**given: object) -> HashingVectorizer:
    return HashingVectorizer(
        n_features=SIZE, alternate_sign=False, norm=None, lowercase=False, dtype=np.float32, **given
    )


def features(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return texts x (SORTS * SIZE): one and the logarithm of how often a feature is there.

    The sorts are characters across words, characters within words, and words with pairs of them.
    """
    folded = [nameless(text[:MOST_CHARACTERS]) or " " for text in texts]
    parts = [
        _hashed(analyzer="char", ngram_range=(2, 5)).transform(folded),
        _hashed(analyzer="char_wb", ngram_range=(3, 5)).transform(folded),
        _hashed(analyzer=_words).transform(folded),
    ]
    found = sparse.csr_matrix(sparse.hstack(parts))
    found.data = 1 + np.log(found.data)
    return found


def rarity(given: sparse.csr_matrix) -> tuple[Columns, Floats]:
    """Return the features that reports enough have, and for each a weight that falls with their number."""
    counts, texts = np.bincount(given.indices, minlength=given.shape[1]), given.shape[0]
    columns = np.flatnonzero(counts >= LEAST)
    return columns, (np.log((1 + texts) / (1 + counts[columns])) + 1).astype(np.float32)


def weighed(given: sparse.csr_matrix, columns: Columns, weights: Floats) -> sparse.csr_matrix:
    """Return texts x columns, features weighed, and those of one sort made of length one together."""
    kept = sparse.csr_matrix(given[:, columns] @ sparse.diags(weights))
    rows = np.repeat(np.arange(kept.shape[0]), np.diff(kept.indptr))
    runs = rows * SORTS + columns[kept.indices] // SIZE
    kept.data /= np.sqrt(np.bincount(runs, kept.data**2))[runs]
    return kept
