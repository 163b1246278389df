"""Fitting the linear model and its calibration; pure functions from labelled examples to a Model."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from ingest.annotate.stance import side as sides
from ingest.annotate.stance.corpus import Example
from ingest.annotate.stance.features import context_features, side_features, stance_features
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.model import KINDS, STANCES, Calibration, Floats, Model, matrix
from ingest.annotate.stance.ngram import MAX_CHARACTERS, Case, NgramScorer
from ingest.annotate.stance.polarity import Polarity
from ingest.annotate.stance.quotes import own_words
from ingest.conflict import Conflict

MIN_COUNT = 2
STANCE_C = 1.0
IDF_SCALE = 4.0
CLASS_WEIGHT = 3.0
"""Word classes hold for words the corpus does not have; raised so, they are not drowned by the many n-grams."""
SIDE_C = 3.0
MAX_WRONG_SIDE = 0.05
"""The stated risk: of the partisan calls on held-out folds, at most this share may name the other party."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Held:
    """Logits for one held-out example, with its labels as numbers."""

    stance_logits: Array
    kind_logits: Array
    stances: tuple[int, ...]
    side: int
    named: bool


@dataclass(slots=True)
class Seen:
    """One training example as feature names: a list per belligerent, and one for the kind of comment."""

    example: Example
    views: list[list[str]]
    kinds: list[str]


def see(examples: Sequence[Example], conflicts: dict[str, Conflict], polarity: Polarity) -> list[Seen]:
    """Turn examples into feature names through their own conflict's lexicon."""
    maskers = {c: Masker(conflicts[c]) for c in {e.conflict for e in examples}}
    seen = []
    for e in examples:
        masker = maskers[e.conflict]
        reading = masker.read(own_words(e.given.text[:MAX_CHARACTERS]))
        named = sum(i in reading.named for i in masker.belligerents)
        views = [stance_features(masker.roles(reading, t), polarity)[0] for t in masker.belligerents]
        seen.append(Seen(e, views, side_features(reading.tokens, named, polarity)))
    return seen


def _index(rows: Iterable[Sequence[str]]) -> dict[str, int]:
    counts = Counter(name for row in rows for name in set(row))
    return {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= MIN_COUNT))}


def _rarity(rows: sparse.csr_matrix, index: dict[str, int]) -> npt.NDArray[np.float32]:
    """Return the smoothed inverse document frequency of each column, word classes raised; 1 for the bias."""
    held = np.bincount(rows.indices, minlength=rows.shape[1])
    rarity = 1.0 + np.log((1 + rows.shape[0]) / (1 + held))
    rarity[[i for name, i in index.items() if name[0] == "%"]] *= CLASS_WEIGHT
    rarity[-1] = 1.0
    return np.asarray(rarity / IDF_SCALE, dtype=np.float32)


def _fit_linear(
    rows: sparse.csr_matrix, labels: Sequence[int], classes: int, c: float, index: dict[str, int]
) -> Floats:
    """Return (features + 1) x classes weights of a multinomial logistic regression; the last row is the bias."""
    learner = LogisticRegression(C=c, max_iter=200, fit_intercept=False)
    # Rare features count for more while learning; folded back into the weights, this costs nothing when scoring.
    rarity = _rarity(rows, index)
    rows = sparse.csr_matrix(rows @ sparse.diags(rarity))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        learner.fit(rows, labels)
    weights = np.zeros((rows.shape[1], classes), dtype=np.float32)
    if len(learner.classes_) == 2:
        weights[:, learner.classes_[1]] = learner.coef_[0] / 2
        weights[:, learner.classes_[0]] = -learner.coef_[0] / 2
    else:
        weights[:, learner.classes_] = learner.coef_.T
    weights *= rarity[:, None]
    # What ships is half precision, so what is calibrated must be too.
    return weights.astype(np.float16).astype(np.float32)


def _ids(rows: Iterable[Sequence[str]], index: dict[str, int]) -> list[list[int]]:
    return [[i for n in row if (i := index.get(n)) is not None] for row in rows]


def kind_of(side: str) -> int:
    """Return the number of the kind of comment a side belongs to."""
    return KINDS.index(side) if side in KINDS else 0


def fit(seen: Sequence[Seen], conflicts: dict[str, Conflict], polarity: Polarity) -> Model:
    """Train both parts, uncalibrated: once without context to learn which way contexts lean, then with them."""
    bare = _fit_once(seen, [s.views for s in seen], polarity)
    if not any(s.example.given.parent_text or s.example.given.article_title for s in seen):
        return bare
    return _fit_once(seen, _with_context(seen, bare, conflicts), polarity)


def _with_context(seen: Sequence[Seen], model: Model, conflicts: dict[str, Conflict]) -> list[list[list[str]]]:
    scorers = {c: NgramScorer(model, conflicts[c]) for c in sorted({s.example.conflict for s in seen})}
    views = []
    for s in seen:
        scorer, given = scorers[s.example.conflict], s.example.given
        reading = scorer.masker.read(own_words(given.text[:MAX_CHARACTERS]))
        rows = [list(v) for v in s.views]
        if not any(i in reading.named for i in scorer.masker.belligerents):
            for mark, text in (("parent", given.parent_text), ("title", given.article_title)):
                if text:
                    for row, lean in zip(rows, scorer.leans([own_words(text[:MAX_CHARACTERS])])[0], strict=True):
                        row.extend(context_features(reading.tokens, mark, int(lean))[0])
        views.append(rows)
    return views


def _fit_once(seen: Sequence[Seen], views: Sequence[Sequence[Sequence[str]]], polarity: Polarity) -> Model:
    flat = [row for rows in views for row in rows]
    labels = [STANCES.index(stance) for s in seen for stance in s.example.stances.values()]
    stance_index, side_index = _index(flat), _index(s.kinds for s in seen)
    stance = _fit_linear(
        matrix(_ids(flat, stance_index), len(stance_index)), labels, len(STANCES), STANCE_C, stance_index
    )
    kinds = [kind_of(s.example.side) for s in seen]
    side = _fit_linear(
        matrix(_ids((s.kinds for s in seen), side_index), len(side_index)), kinds, len(KINDS), SIDE_C, side_index
    )
    return Model(stance_index, side_index, stance, side, Calibration(), polarity)


def hold_out(model: Model, examples: Sequence[Example], conflicts: dict[str, Conflict]) -> list[Held]:
    """Run the shipped path, uncalibrated, on examples the model has not seen."""
    held: dict[int, Held] = {}
    for conflict in sorted({e.conflict for e in examples}):
        at = [i for i, e in enumerate(examples) if e.conflict == conflict]
        scorer = NgramScorer(model, conflicts[conflict])
        own = [own_words(examples[i].given.text[:MAX_CHARACTERS]) for i in at]
        cases = scorer.cases([examples[i].given for i in at], own)
        logits, kinds = scorer.stance_logits(cases), scorer.kind_logits(cases)
        names = (*scorer.party_ids, *sides.OTHER_SIDES)
        for k, i in enumerate(at):
            stances = tuple(STANCES.index(examples[i].stances[p]) for p in scorer.party_ids)
            held[i] = Held(logits[k], kinds[k], stances, names.index(examples[i].side), _named(scorer, cases[k]))
    return [held[i] for i in range(len(examples))]


def _named(scorer: NgramScorer, case: Case) -> bool:
    return scorer.names_belligerent(case.reading) or case.has_context


def calibrate(held: Sequence[Held]) -> Calibration:
    """Fit the side's and the stances' coefficients on held-out logits by likelihood, then choose the threshold.

    Examples of conflicts with more than two belligerents are left out: the corpus has none.
    """
    pairs = [h for h in held if len(h.stances) == 2]
    logits, kinds = np.stack([h.stance_logits for h in pairs]), np.stack([h.kind_logits for h in pairs])
    gold = np.array([h.side for h in pairs])
    stances = np.array([h.stances for h in pairs])
    u = sides.pulls(logits)

    def side_fit(x: Array) -> Calibration:
        return Calibration(float(x[0]), float(x[1]), float(x[2]), (float(x[3]), float(x[4]), float(x[5])))

    def side_loss(x: Array) -> float:
        logs = sides.side_log_probabilities(u, kinds, side_fit(x))
        return float(-logs[np.arange(len(gold)), gold].mean() + 1e-3 * np.square(x[1:]).sum())

    best = side_fit(optimize.minimize(side_loss, np.array([1.0, 0, 1, 0, 0, 0]), method="L-BFGS-B").x)
    logs = sides.side_log_probabilities(u, kinds, best)

    def stance_fit(x: Array) -> Calibration:
        bias = (float(x[2]), float(x[3]), 0.0)
        return replace(best, own_weight=float(x[0]), joint_weight=float(x[1]), stance_bias=bias)

    def stance_loss(x: Array) -> float:
        p = sides.stance_probabilities(logits, logs, stance_fit(x))
        return float(-np.log(np.clip(np.take_along_axis(p, stances[:, :, None], 2), 1e-9, 1)).mean())

    fitted = stance_fit(optimize.minimize(stance_loss, np.array([1.0, 0.5, 0, 0]), method="L-BFGS-B").x)
    return replace(fitted, min_confidence=_threshold(np.exp(logs), gold, [h.named for h in pairs]))


def _threshold(chances: Array, gold: npt.NDArray[np.int64], named: Sequence[bool]) -> float:
    """Return the lowest confidence at which partisan calls name the wrong party no more often than MAX_WRONG_SIDE."""
    best = chances.argmax(axis=1)
    confidence = chances.max(axis=1)
    calls = (best < 2) & np.asarray(named) & (np.abs(chances[:, 0] - chances[:, 1]) >= sides.MIN_MARGIN)
    for threshold in np.arange(0.34, 0.95, 0.01):
        kept = calls & (confidence >= threshold)
        if kept.any() and ((gold < 2) & (best != gold))[kept].mean() <= MAX_WRONG_SIDE:
            return round(float(threshold), 2)
    return 0.95
