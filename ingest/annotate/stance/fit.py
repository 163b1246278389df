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
from ingest.annotate.stance.features import context_features
from ingest.annotate.stance.model import (
    CUES,
    KINDS,
    KNOWN,
    PULL,
    REGIMES,
    STANCES,
    Calibration,
    Floats,
    Model,
)
from ingest.annotate.stance.ngram import CONTEXTS, MAX_CHARACTERS, NgramScorer, says_enough
from ingest.annotate.stance.polarity import Polarity
from ingest.annotate.stance.quotes import own_words
from ingest.annotate.stance.seen import MIN_COUNT, Seen
from ingest.conflict import Conflict

STANCE_C = 1.0
IDF_SCALE = 4.0
CLASS_WEIGHT = 3.0
"""Word classes hold for words the corpus does not have; raised so, they are not drowned by the many n-grams."""
SIDE_C = 3.0
ROLE_C = 2.0
LORE_C = 2.0
CONTEXT_C = 1.0
MIN_LORE = 300
"""A conflict with fewer partisan comments in the corpus has no lore of its own."""
LEAST_WEIGHT = 0.1
"""A stance feature none of whose weights reaches this is left out: nearly half are; of 1,000 posts 3 change side."""
MIN_CALLS = 100
"""Fewer held-out calls than this say nothing of a threshold."""
MAX_WRONG_SIDE = 0.10
"""The stated risk: of the partisan calls on held-out folds, at most this share may name the other party."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Held:
    """What the model says of one held-out example, with its labels as numbers."""

    stance_logits: Array
    kind_logits: Array
    cues: Array
    regime: int
    words: bool
    stances: tuple[int, ...]
    side: int


def _index(rows: Iterable[Iterable[str]]) -> dict[str, int]:
    counts = Counter(name for row in rows for name in set(row))
    return {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= MIN_COUNT))}


def _rarity(rows: sparse.csr_matrix, index: dict[str, int]) -> npt.NDArray[np.float32]:
    """Return the smoothed inverse document frequency of each column, word classes raised."""
    held = np.bincount(rows.indices, minlength=rows.shape[1])
    rarity = 1.0 + np.log((1 + rows.shape[0]) / (1 + held))
    rarity[[i for name, i in index.items() if name[0] == "%"]] *= CLASS_WEIGHT
    return np.asarray(rarity / IDF_SCALE, dtype=np.float32)


def _fit_linear(
    rows: sparse.csr_matrix, labels: Sequence[int], classes: int, c: float, index: dict[str, int]
) -> Floats:
    """Return (features + 1) x classes weights of a multinomial logistic regression; the last row is the bias."""
    learner = LogisticRegression(C=c, max_iter=200, fit_intercept=False)
    # Rare features count for more while learning; folded back into the weights, this costs nothing when scoring.
    rarity = _rarity(rows, index)
    rarity[-1] = 1.0 / IDF_SCALE
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


def _fit_pull(rows: sparse.csr_matrix, ways: Sequence[int], c: float, index: dict[str, int]) -> Floats:
    """Return one weight a column that tells texts of way 1 from texts of way -1; without a bias, so both are alike."""
    if len(set(ways)) < 2:
        return np.zeros(rows.shape[1], dtype=np.float32)
    rarity = _rarity(rows, index)
    learner = LogisticRegression(C=c, max_iter=300, fit_intercept=False)
    learner.fit(sparse.csr_matrix(rows @ sparse.diags(rarity)), ways)
    return np.asarray(learner.coef_[0] * rarity, dtype=np.float16).astype(np.float32)


def kind_of(side: str) -> int:
    """Return the number of the kind of comment a side belongs to."""
    return KINDS.index(side) if side in KINDS else 0


def fit(seen: Seen, conflicts: dict[str, Conflict], polarity: Polarity) -> Model:
    """Train every part, uncalibrated; last what an answer means, for which contexts must have been read."""
    labels = [STANCES.index(stance) for e in seen.examples for stance in e.stances.values()]
    stance_index, views = seen.views.known()
    stance = _fit_linear(views, labels, len(STANCES), STANCE_C, stance_index)
    kinds = [kind_of(e.side) for e in seen.examples]
    side_index, side_rows = seen.kinds.known()
    side = _fit_linear(side_rows, kinds, len(KINDS), SIDE_C, side_index)
    stance = np.column_stack((stance, _fit_roles(seen, views, stance_index)))
    stance_index, stance = _heavy(stance_index, stance)
    lore_index, lore, parties = _fit_lore(seen, conflicts)
    model = Model(
        stance_index, side_index, lore_index, {}, stance, side, lore, np.zeros(0, np.float32), parties,
        Calibration(), polarity,
    )  # fmt: skip
    return _fit_context(model, seen, conflicts)


def _heavy(index: dict[str, int], weights: Floats) -> tuple[dict[str, int], Floats]:
    """Return the features that weigh LEAST_WEIGHT or more in any column, and their weights; the bias stays last."""
    kept = np.flatnonzero(np.abs(weights[:-1]).max(axis=1) >= LEAST_WEIGHT)
    names = list(index)
    return {names[i]: k for k, i in enumerate(kept)}, weights[np.append(kept, len(index))]


def _fit_roles(seen: Seen, views: sparse.csr_matrix, index: dict[str, int]) -> Floats:
    at = np.flatnonzero(seen.ways)
    difference = views[seen.views_from[at]] - views[seen.views_from[at] + 1]
    return _fit_pull(sparse.csr_matrix(difference), seen.ways[at].tolist(), ROLE_C, index)


def _fit_lore(seen: Seen, conflicts: dict[str, Conflict]) -> tuple[dict[str, int], Floats, dict[str, tuple[str, str]]]:
    """Learn what each conflict's readers bring up for either party, where the corpus has enough of them."""
    counts = Counter(e.conflict for e, way in zip(seen.examples, seen.ways, strict=True) if way)
    at = [i for i, e in enumerate(seen.examples) if seen.ways[i] and counts[e.conflict] >= MIN_LORE]
    index, rows = seen.lore.part(np.array(at, dtype=np.int64)).known(bias=False)
    parties = {}
    for conflict in sorted({seen.examples[i].conflict for i in at}):
        first, second = (p.party_id for p in conflicts[conflict].belligerents)
        parties[conflict] = (first, second)
    return index, _fit_pull(rows, seen.ways[at].tolist(), LORE_C, {}), parties


def _fit_context(model: Model, seen: Seen, conflicts: dict[str, Conflict]) -> Model:
    """Learn from partisan texts under a leaning parent or title whether their words agree with it."""
    found: list[tuple[dict[str, float], int]] = []
    scorers = {c: NgramScorer(model, conflicts[c]) for c in sorted({e.conflict for e in seen.examples})}
    for e, way in zip(seen.examples, seen.ways.tolist(), strict=True):
        scorer, given = scorers[e.conflict], e.given
        contexts = [(mark, text) for key, mark in CONTEXTS if (text := getattr(given, key))]
        if not way or not contexts:
            continue
        reading = scorer.masker.read(own_words(given.text[:MAX_CHARACTERS]))
        row: dict[str, float] = {}
        for (mark, _), lean in zip(contexts, scorer.leans([t for _, t in contexts]), strict=True):
            names, values, _ = context_features(reading.tokens, mark, scorer.count_named(reading), model.polarity)
            for name, value in zip(names, values, strict=True):
                row[name] = row.get(name, 0.0) + value * float(lean[0])
        found.append((row, way))
    index = _index([list(row) for row, _ in found])
    known = [[(index[n], v) for n, v in row.items() if n in index] for row, _ in found]
    data = [v for row in known for _, v in row]
    columns = [n for row in known for n, _ in row]
    starts = np.cumsum([0, *map(len, known)])
    rows = sparse.csr_matrix((data, columns, starts), shape=(len(found), len(index)))
    weights = _fit_pull(rows, [way for _, way in found], CONTEXT_C, {}) if index else np.zeros(0, np.float32)
    return replace(model, context_index=index, context=weights)


def hold_out(model: Model, examples: Sequence[Example], conflicts: dict[str, Conflict]) -> list[Held]:
    """Run the shipped path, uncalibrated, on examples the model has not seen."""
    held: dict[int, Held] = {}
    for conflict in sorted({e.conflict for e in examples}):
        at = [i for i, e in enumerate(examples) if e.conflict == conflict]
        scorer = NgramScorer(model, conflicts[conflict])
        own = [own_words(examples[i].given.text[:MAX_CHARACTERS]) for i in at]
        cases = scorer.cases([examples[i].given for i in at], own)
        logits, kinds, regimes = scorer.stance_logits(cases), scorer.kind_logits(cases), scorer.regimes(cases)
        cues = scorer.cues(cases, logits)
        names = (*scorer.party_ids, *sides.OTHER_SIDES)
        for k, i in enumerate(at):
            stances = tuple(STANCES.index(examples[i].stances[p]) for p in scorer.party_ids)
            side, words = names.index(examples[i].side), says_enough(cases[k], int(regimes[k]))
            held[i] = Held(logits[k][:, :PULL], kinds[k], cues[:, k], int(regimes[k]), words, stances, side)
    return [held[i] for i in range(len(examples))]


def _calibration(x: Array) -> Calibration:
    """Lay out the numbers the optimiser moves: cue weights row by row, a bias per regime, then the kinds."""
    cues, biases = len(REGIMES) * len(CUES), len(REGIMES)
    weights = tuple(map(tuple, x[:cues].reshape(len(REGIMES), len(CUES)).tolist()))
    rest = x[cues + biases :].tolist()
    return Calibration(weights, tuple(x[cues : cues + biases].tolist()), rest[0], tuple(rest[1:4]))


def calibrate(held: Sequence[Held]) -> Calibration:
    """Fit the side's and the stances' coefficients on held-out logits by likelihood, then choose the threshold.

    Examples of conflicts with more than two belligerents are left out: the corpus has none.
    """
    pairs = [h for h in held if len(h.stances) == 2]
    logits, kinds = np.stack([h.stance_logits for h in pairs]), np.stack([h.kind_logits for h in pairs])
    cues, regimes = np.stack([h.cues for h in pairs], axis=1), np.array([h.regime for h in pairs])
    gold = np.array([h.side for h in pairs])
    stances = np.array([h.stances for h in pairs])
    begin = np.concatenate((np.asarray(KNOWN, dtype=float).ravel(), np.zeros(len(REGIMES)), [1.0, 0, 0, 0]))

    def side_loss(x: Array) -> float:
        logs = sides.side_log_probabilities(cues, regimes, kinds, _calibration(x))
        return float(-logs[np.arange(len(gold)), gold].mean() + 1e-3 * np.square(x - begin).sum())

    best = _calibration(optimize.minimize(side_loss, begin, method="L-BFGS-B").x)
    logs = sides.side_log_probabilities(cues, regimes, kinds, best)

    def stance_fit(x: Array) -> Calibration:
        bias = (float(x[2]), float(x[3]), 0.0)
        return replace(best, own_weight=float(x[0]), joint_weight=float(x[1]), stance_bias=bias)

    def stance_loss(x: Array) -> float:
        p = sides.stance_probabilities(logits, logs, stance_fit(x))
        return float(-np.log(np.clip(np.take_along_axis(p, stances[:, :, None], 2), 1e-9, 1)).mean())

    fitted = stance_fit(optimize.minimize(stance_loss, np.array([1.0, 0.5, 0, 0]), method="L-BFGS-B").x)
    return replace(fitted, min_share=_min_share(risk_coverage(pairs, best)))


@dataclass(frozen=True, slots=True)
class Risk:
    """At a threshold: how many parties are called, the share that is right, and the share that is the other party."""

    min_share: float
    calls: int
    right: float
    wrong_side: float


def risk_coverage(held: Sequence[Held], calibration: Calibration) -> list[Risk]:
    """Return the risk of partisan calls at every threshold from low to high; two-party conflicts only."""
    pairs = [h for h in held if len(h.stances) == 2]
    cues, regimes = np.stack([h.cues for h in pairs], axis=1), np.array([h.regime for h in pairs])
    kinds, gold = np.stack([h.kind_logits for h in pairs]), np.array([h.side for h in pairs])
    chances = np.exp(sides.side_log_probabilities(cues, regimes, kinds, calibration))
    taken, best = chances[:, :2].sum(axis=1), chances[:, :2].argmax(axis=1)
    share = chances[:, :2].max(axis=1) / taken
    able = (taken > chances[:, 2:].max(axis=1)) & np.array([h.words for h in pairs])
    rows = []
    for threshold in np.arange(0.5 + sides.MIN_MARGIN / 2, 0.995, 0.01):
        kept = able & (share >= threshold)
        if kept.any():
            right, wrong = (best == gold)[kept].mean(), ((gold < 2) & (best != gold))[kept].mean()
            rows.append(Risk(round(float(threshold), 2), int(kept.sum()), float(right), float(wrong)))
    return rows


def _min_share(risks: Sequence[Risk]) -> float:
    """Return the lowest threshold from which on the other party is called no more often than MAX_WRONG_SIDE."""
    failing = [r.min_share for r in risks if r.wrong_side > MAX_WRONG_SIDE and r.calls >= MIN_CALLS]
    return round(max(failing, default=0.5) + 0.01, 2)
