"""From what people answered to what the model's shares of sides would be without its errors: adjusted counts.

Of every hundred comments for one party the model calls some for another, and some for none. Comments drawn at random
and answered by people say how many. The matrix of P(called | taken) turned round maps shares as called to shares as
taken; it holds for any selection of comments in which the model errs as it does in the whole (Forman 2008,
doi:10.1007/s10618-008-0097-y). P(taken | called) is weighted by how often each class is called, so that on all comments
of the conflict the result is what double sampling gives (Tenenbein 1970).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

NEITHER = "neither"
"""The class of anti_war, unclear and off_topic; every belligerent is a class of its own."""
MIN_ANSWERS = 30
"""Random answers that each class of the model's calls must have."""
REPLICATES = 400
MIN_SINGULAR = 0.1
"""Below it the model calls sides nearly alike whatever they are, and no matrix can be turned round."""
_SEED = 20_201_109


@dataclass(frozen=True, slots=True)
class Correction:
    """`weights`: replicates x taken x called, each mapping shares as called to shares as taken, columns adding up to 1.

    Replicate 0 is the estimate, the others answers drawn anew. `noise`: replicates x called, standard normal and 0 for
    replicate 0, by which the counts of calls are moved to be comments drawn anew.
    """

    weights: Array
    noise: Array


def class_of(side: str, parties: Sequence[str]) -> str:
    """Return the class a side counts in."""
    return side if side in parties else NEITHER


def answers_needed(answers: Array, calls: Array) -> int:
    """Return how many more random answers will likely give each class of calls MIN_ANSWERS; 0 where all have them.

    `answers` is called x taken, `calls` the comments the model calls each class. A class that is never called waits
    for nothing.
    """
    missing = np.maximum(MIN_ANSWERS - answers.sum(axis=1), 0)
    shares = calls / max(float(calls.sum()), 1.0)
    waiting = (missing > 0) & (calls > 0)
    if not calls.any():
        return MIN_ANSWERS * len(calls)
    return int(np.ceil(missing[waiting] / shares[waiting]).max()) if waiting.any() else 0


def estimate(answers: Array, calls: Array, replicates: int = REPLICATES) -> Correction | None:
    """Return the correction that `answers` (called x taken) support, None where they are too few or the model too weak.

    `calls`: comments the model calls each class. One pseudo-answer a class, spread over all classes alike, keeps small
    samples from certainty.
    """
    if answers_needed(answers, calls) or not (calls > 0).all():
        return None
    rng = np.random.default_rng(_SEED)
    sizes = answers.sum(axis=1).astype(int)
    drawn = [rng.multinomial(size, row / size, replicates) for size, row in zip(sizes, answers, strict=True)]
    counts = np.concatenate((answers[None], np.stack(drawn, axis=1).astype(float)))
    joint = _smoothed(counts) * (calls / calls.sum())[:, None]
    called_given_taken = joint / joint.sum(axis=1, keepdims=True)
    if np.linalg.svd(called_given_taken[0], compute_uv=False).min() < MIN_SINGULAR:
        return None
    noise = rng.standard_normal((replicates + 1, len(calls)))
    noise[0] = 0.0
    return Correction(np.linalg.pinv(called_given_taken), noise)


def _smoothed(counts: Array) -> Array:
    """Return P(taken | called) of each replicate's counts."""
    classes = counts.shape[-1]
    return np.asarray((counts + 1 / classes) / (counts.sum(axis=-1, keepdims=True) + 1))
