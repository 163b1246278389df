"""What a head for one target goes by: character and word n-grams, and what the base makes of the text.

N-grams are hashed, so no vocabulary is kept. Here names stay names: a head is for one target and for no other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.kernel_approximation import RBFSampler

from ingest.annotate.stance.words import camel_parts, fold

SIZE = 2**18
"""How many hashes n-grams of one kind fall into; 500 posts have 50,000 n-grams, so few share one."""
KINDS = 3
LEAST = 1 / 1000
"""An n-gram that a smaller share of a set's texts has, or only one of them, is not learned."""
WAVES, WIDTH, WEIGHT = 2048, 0.5, 4.0
"""How many waves stand for the states, how fast likeness falls with distance, and how much they weigh together beside
one kind of n-grams."""

Real = np.float32
Floats = npt.NDArray[np.float32]
Columns = npt.NDArray[np.int64]

_SKIPPED = re.compile(r"https?://\S*|www\.\S*|&(?:\w+|#\d+);")
_USER = re.compile(r"@\w+")
_TAG = re.compile(r"#(\w+)")
_TOKEN = re.compile(r"[#@]?\w+(?:['’]\w+)?|[^\w\s]+")


def tidy(text: str) -> str:
    """Return a post without addresses, and with all users alike."""
    return _USER.sub("@user", _SKIPPED.sub(" ", text))


def opened(text: str, *, whole: bool = True) -> str:
    """Return a post with the words of each hashtag written out, after it if it is to stay whole as well."""

    def words_of(tag: re.Match[str]) -> str:
        return f"{tag[0] if whole else ''} {' '.join(tag[1][a:b] for a, b in camel_parts(tag[1]))} "

    return _TAG.sub(words_of, text)


def _words(text: str) -> list[str]:
    found = _TOKEN.findall(text)
    return found + [f"{a} {b}" for a, b in pairwise(("^", *found, "$"))]


def _hashed(**given: object) -> HashingVectorizer:
    return HashingVectorizer(n_features=SIZE, alternate_sign=False, norm=None, lowercase=False, dtype=Real, **given)


def ngrams(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return texts x (KINDS * SIZE): one and the logarithm of how often an n-gram is there.

    The kinds are characters across words, characters within words, and words with pairs of them.
    """
    plain = [fold(tidy(text)) for text in texts]
    spread = [fold(opened(tidy(text))) for text in texts]
    parts = [
        _hashed(analyzer="char", ngram_range=(2, 5)).transform(plain),
        _hashed(analyzer="char_wb", ngram_range=(3, 5)).transform(spread),
        _hashed(analyzer=_words).transform(spread),
    ]
    found = sparse.csr_matrix(sparse.hstack(parts))
    found.data = 1 + np.log(found.data)
    return found


def rarity(given: sparse.csr_matrix) -> tuple[Columns, Floats]:
    """Return the n-grams that texts enough have, and for each a weight that falls with their number."""
    counts, texts = np.bincount(given.indices, minlength=given.shape[1]), given.shape[0]
    columns = np.flatnonzero(counts >= max(2, texts * LEAST))
    return columns, (np.log((1 + texts) / (1 + counts[columns])) + 1).astype(Real)


def weighed(given: sparse.csr_matrix, columns: Columns, weights: Floats) -> sparse.csr_matrix:
    """Return texts x columns, n-grams weighed, and those of one kind made of length one together."""
    kept = sparse.csr_matrix(given[:, columns] @ sparse.diags(weights))
    rows = np.repeat(np.arange(kept.shape[0]), np.diff(kept.indptr))
    runs = rows * KINDS + columns[kept.indices] // SIZE
    kept.data /= np.sqrt(np.bincount(runs, kept.data**2))[runs]
    return kept


def spoken(text: str) -> str:
    """Return a post as it would be said: without addresses and users, hashtags as words."""
    return opened(_USER.sub(" ", _SKIPPED.sub(" ", text)), whole=False)


def waves(told: Floats, middle: Floats) -> Floats:
    """Return texts x (1 + WAVES): a one, and waves over the directions in which states lie from `middle`.

    A linear model over them is nearly one of the likeness of directions to those it has learned (a Gaussian kernel,
    Rahimi and Recht 2007), with which the states gave twice what they give by themselves. Without states only the one.
    """
    ones = np.ones((len(told), 1), Real)
    if not told.shape[1]:
        return ones
    away = told - middle
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    return np.concatenate((ones, WEIGHT**0.5 * _sampler(told.shape[1]).transform(away)), axis=1)


@lru_cache
def _sampler(width: int) -> RBFSampler:
    return RBFSampler(gamma=WIDTH, n_components=WAVES, random_state=0).fit(np.zeros((1, width), Real))


@dataclass(frozen=True, slots=True)
class Given:
    """Texts as a head sees them: their n-grams (texts x KINDS * SIZE) and states (texts x width, or x 0)."""

    grams: sparse.csr_matrix
    states: Floats

    def take(self, at: npt.NDArray[np.int64 | np.bool_]) -> Given:
        """Return some of the texts."""
        return Given(self.grams[at], self.states[at])


def read(texts: Sequence[str], states: Callable[[Sequence[str]], Floats] | None = None) -> Given:
    """Read texts, with a reader's `states` or by their n-grams alone."""
    found = states(texts) if states and texts else np.zeros((len(texts), 0), Real)
    return Given(ngrams(texts), found)
