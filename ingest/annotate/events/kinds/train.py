"""Train the model of kinds on the invented reports and tell how good it is.

python -m ingest.annotate.events.kinds.train

Seconds on one core; the same reports give the same file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from sklearn.metrics import f1_score
from sklearn.model_selection import LeaveOneGroupOut, StratifiedGroupKFold
from sklearn.svm import LinearSVC

from ingest.annotate.events.kinds.features import Floats, features, rarity, weighed
from ingest.annotate.events.kinds.model import FORMAT, KindModel, save_kinds, softmax
from ingest.annotate.events.kinds.reports import Report, alike, labels_of, read_reports
from ingest.annotate.events.kinds.types import EVENT_TYPE, LABELS
from ingest.settings import Settings

SEED = 2021
FOLDS = 5
PENALTY = 0.3
"""Inverse strength of the L2 penalty: the best of 0.1, 0.3 and 1 on writers not learned from."""

Ints = npt.NDArray[np.int64]
Splits = Iterator[tuple[Ints, Ints]]


def fit(reports: Sequence[Report], sharpness: float = 1.0) -> KindModel:
    """Learn from reports; each label against the rest."""
    given = features([report.text for report in reports])
    columns, rare = rarity(given)
    learner = LinearSVC(C=PENALTY, random_state=SEED).fit(weighed(given, columns, rare), labels_of(reports))
    weights = np.zeros((len(columns), len(LABELS)), np.float32)
    # What no report is labelled is never the answer.
    bias = np.full(len(LABELS), -1e3, np.float32)
    weights[:, learner.classes_], bias[learner.classes_] = learner.coef_.T, learner.intercept_
    return KindModel(f"kinds-{FORMAT}-untold", columns, rare, weights, bias, sharpness)


def held_out(reports: Sequence[Report], splits: Splits) -> Floats:
    """Return each report's scores from a model that has not seen its part."""
    scores = np.zeros((len(reports), len(LABELS)), np.float32)
    for learned, held in splits:
        model = fit([reports[n] for n in learned])
        scores[held] = model.scores([reports[n].text for n in held])
    return scores


def by_writer(reports: Sequence[Report]) -> Splits:
    """Return splits that each hold out one writer: what an unseen hand may expect."""
    groups = [report.writer for report in reports]
    return iter(LeaveOneGroupOut().split(groups, labels_of(reports), groups))


def by_fold(reports: Sequence[Report]) -> Splits:
    """Return FOLDS splits with nearly the same texts together."""
    groups = alike([report.text for report in reports])
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    return iter(splitter.split(groups, labels_of(reports), groups))


def sharpness_of(scores: Floats, truth: Ints) -> float:
    """Return the factor with which scores are the likeliest as probabilities."""

    def loss(logarithm: float) -> float:
        told = softmax(scores, float(np.exp(logarithm)))[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(told, 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 4.0), method="bounded").x))


def weighted_f1(truth: Ints, called: Ints) -> float:
    """Return the mean of the labels' F1, each weighed by how many reports have it."""
    return float(f1_score(truth, called, average="weighted", zero_division=0))


def calibration_error(shares: npt.NDArray[np.float64], truth: Ints, bins: int = 10) -> float:
    """Return how far confidence and the share of right answers lie apart, in `bins` of equal width."""
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    at = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(float(sure[at == n].mean() - right[at == n].mean())) * float((at == n).mean()) for n in np.unique(at)]
    return float(sum(gaps))


def main() -> None:
    """Measure, train on all, write the model."""
    folder = Settings.from_env().kinds
    reports = read_reports(folder)
    truth, typed = labels_of(reports), labels_of(reports) < len(EVENT_TYPE)
    folds = held_out(reports, by_fold(reports))
    writers = held_out(reports, by_writer(reports))
    sharpness = sharpness_of(writers, truth)
    for name, scores in ((f"{FOLDS} folds", folds), ("writers held out", writers)):
        f1 = weighted_f1(truth[typed], scores[typed][:, : len(EVENT_TYPE)].argmax(axis=1))
        error = calibration_error(softmax(scores, sharpness), truth)
        print(f"{name}: weighted F1 over {len(EVENT_TYPE)} types {f1:.3f}, calibration error {error:.3f}")
    save_kinds(folder, fit(reports, sharpness))
    print(f"learned from {len(reports):,} reports; sharpness {sharpness:.2f}")


if __name__ == "__main__":
    main()
