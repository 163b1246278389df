"""Fitting a weighted ridge regression for each target and stance against the rest; all of it pure.

Least squares did as well as a support vector machine, and has one answer, found in a second. How rare an n-gram is the
whole set tells: of one target's texts alone that was a point of F avg worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import Ridge
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold

from ingest.annotate.stance.targets.features import Columns, Floats, Given, rarity, waves, weighed
from ingest.annotate.stance.targets.head import Head

ALPHA = 12.0
FOLDS = 5

Ints = npt.NDArray[np.int64]
Names = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Told:
    """Texts, whom each is about, and its stance (a number in STANCES)."""

    given: Given
    targets: Names
    truth: Ints

    def take(self, at: npt.NDArray[np.int64 | np.bool_]) -> Told:
        """Return some of the texts."""
        return Told(self.given.take(at), self.targets[at], self.truth[at])


def fit_heads(told: Told) -> dict[str, Head]:
    """Learn a head for each target from all texts about any of them."""
    columns, rare = rarity(told.given.grams)
    middle = told.given.states.mean(axis=0)
    found = {}
    for target in np.unique(told.targets):
        own = told.take(told.targets == target)
        there = np.isin(columns, own.given.grams.indices)
        found[str(target)] = _fit(own.given, own.truth, columns[there], rare[there], middle)
    return found


def _fit(given: Given, truth: Ints, columns: Columns, rare: Floats, middle: Floats) -> Head:
    parts = (weighed(given.grams, columns, rare), sparse.csr_matrix(waves(given.states, middle)))
    together = sparse.csr_matrix(sparse.hstack(parts))
    stances = tuple(int(n) for n in np.unique(truth))
    one = _ridge(together, truth == stances[0])
    # Of two stances the one is what the other is not.
    rest = [-one] if len(stances) == 2 else [_ridge(together, truth == n) for n in stances[1:]]
    weights = np.stack([one, *rest], axis=1).astype(np.float32)
    return Head(stances, columns, rare, weights[: len(columns)], middle, weights[len(columns) :])


def _ridge(given: sparse.csr_matrix, told: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return the weights of one stance against the rest, both counting alike however rare either is."""
    share = min(max(float(told.mean()), 1e-9), 1 - 1e-9)
    model = Ridge(alpha=ALPHA, fit_intercept=False, solver="lsqr", tol=1e-3)
    model.fit(given, np.where(told, 1.0, -1.0), sample_weight=np.where(told, 0.5 / share, 0.5 / (1 - share)))
    return np.asarray(model.coef_, dtype=np.float64)


def cross_validated(told: Told, groups: Sequence[str], seed: int) -> Ints:
    """Return for each text of a set the stance that a head gives it which has not seen its group."""
    called = np.zeros(len(told.truth), np.int64)
    names = [f"{n} {target}" for n, target in zip(told.truth, told.targets, strict=True)]
    kinds = np.unique(names, return_inverse=True)[1]
    for learned, held in StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(kinds, kinds, groups):
        heads = fit_heads(told.take(learned))
        called[held] = calls(heads, told.given.take(held), told.targets[held])
    return called


def calls(heads: Mapping[str, Head], given: Given, targets: Names) -> Ints:
    """Return the stance of each text toward its target."""
    called = np.zeros(len(targets), np.int64)
    for target in np.unique(targets):
        own = np.flatnonzero(targets == target)
        called[own] = heads[str(target)].calls(given.take(own))
    return called


def f_avg(truth: Ints, called: Ints) -> float:
    """Return the mean of the F1 of FAVOR and that of AGAINST, the first two stances; micro over targets."""
    return float(f1_score(truth, called, labels=[0, 1], average=None, zero_division=0).mean())
