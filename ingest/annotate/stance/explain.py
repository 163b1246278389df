"""Which words carried a decision: a linear model's weights, summed where each feature stands in the text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance.masking import PLACE, Reading
from ingest.annotate.stance.words import BREAK
from ingest.records import Span

MAX_SPANS = 3
MIN_SHARE = 0.35

SHORT = 3
"""Words of so many letters or fewer ("is", "это") join what is said; they carry it only where nothing longer does."""

_SILENT = {BREAK, "!", "?", PLACE}


def token_weights(places: Sequence[int], weights: npt.NDArray[np.floating], count: int) -> npt.NDArray[np.float64]:
    """Return for each of `count` tokens the sum of the weights of the features standing there."""
    summed = np.bincount(np.asarray(places, dtype=np.int64), weights=weights, minlength=count)
    return np.asarray(summed[:count], dtype=np.float64)


def evidence(reading: Reading, scores: npt.NDArray[np.float64]) -> tuple[Span, ...]:
    """Return up to three spans, in order, of the words that speak most for the decision.

    A bare party name or place is never evidence: no label may rest on a name alone. Where only joints speak between
    names ("X is Y"), the statement as a whole is what decided.
    """
    able = np.array([t not in _SILENT and (t[0] != "§" or t[-1] in "+-") for t in reading.tokens], dtype=bool)
    long = np.array([len(t) > SHORT or t[0] == "§" for t in reading.tokens], dtype=bool)
    usable = np.where(able & long, scores, 0.0)
    if not len(usable) or usable.max() <= 0:
        usable = np.where(able, scores, 0.0)
        if not len(usable) or usable.max() <= 0:
            return ()
        if stated := _statement(reading):
            return stated
    top = [int(i) for i in np.argsort(-usable, kind="stable")[:MAX_SPANS] if usable[i] >= MIN_SHARE * usable.max()]
    spans: list[Span] = []
    for i in sorted(top):
        if spans and reading.starts[i] <= spans[-1].end + 1:
            spans[-1] = Span(spans[-1].start, reading.ends[i])
        else:
            spans.append(Span(reading.starts[i], reading.ends[i]))
    return tuple(spans)


def _statement(reading: Reading) -> tuple[Span, ...]:
    """Return the span from the first name or place to the last, if there are two."""
    at = [i for i, t in enumerate(reading.tokens) if t == PLACE or t[0] == "§"]
    return (Span(reading.starts[at[0]], reading.ends[at[-1]]),) if len(at) > 1 else ()
