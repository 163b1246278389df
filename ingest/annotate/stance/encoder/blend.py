"""How far to trust the encoder and the n-grams, by what a text gives to go by: learned on held-out comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance import side as sides
from ingest.annotate.stance.model import REGIMES, Calibration, log_softmax

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

KINDS = len(sides.OTHER_SIDES)
NGRAM_AT_FIRST = 0.3
TIGHTNESS = 3e-3
"""How strongly the weights are held at where they begin: some regimes have few held-out comments."""
MIN_CALLS = 100
"""Fewer held-out calls than this say nothing of a threshold."""
MAX_WRONG_SIDE = 0.08
"""The stated risk: of the partisan calls on held-out texts, at most this share may name the other party.

Real posts have half the weight there, as they are what it is used on; of the invented ones half were written as
near-identical pairs of opposite sides."""


@dataclass(frozen=True, slots=True)
class Blend:
    """A log-linear pool of two opinions; one weight of each for every regime, the rest shared.

    `party` lifts all parties alike, so neither is favoured; `kinds` lifts anti_war, unclear and off_topic.
    `rest` holds what the stances and the decision need, as in the n-gram model.
    """

    encoder: tuple[float, ...] = (1.0,) * len(REGIMES)
    ngram: tuple[float, ...] = (NGRAM_AT_FIRST,) * len(REGIMES)
    party: tuple[float, ...] = (0.0,) * len(REGIMES)
    kinds: tuple[float, ...] = (0.0,) * KINDS
    rest: Calibration = field(default_factory=Calibration)


@dataclass(frozen=True, slots=True)
class Opinions:
    """What both models say of some texts.

    `encoder` and `ngram` are texts x (parties + 3) logits of the sides, `stances` texts x parties x 3 logits, `regimes`
    a number in REGIMES for each text, `worded` whether it is more than names. Where the encoder is not asked, its
    logits are 0 and the stances those of the n-grams.
    """

    encoder: Array
    ngram: Array
    stances: Array
    regimes: Numbers
    worded: npt.NDArray[np.bool_]


def side_logs(opinions: Opinions, blend: Blend) -> Array:
    """Return log probabilities of the sides: the parties first, then sides.OTHER_SIDES."""
    at = opinions.regimes
    pooled = log_softmax(opinions.encoder) * np.asarray(blend.encoder)[at][:, None]
    pooled = pooled + log_softmax(opinions.ngram) * np.asarray(blend.ngram)[at][:, None]
    pooled[:, :-KINDS] += np.asarray(blend.party)[at][:, None]
    pooled[:, -KINDS:] += np.asarray(blend.kinds)
    return log_softmax(pooled)


def weights_of(real: npt.NDArray[np.bool_]) -> Array:
    """Return the weights with which real texts together count as much as invented ones; their mean is 1."""
    if real.all() or not real.any():
        return np.ones(len(real))
    share = float(real.mean())
    return np.asarray(np.where(real, 0.5 / share, 0.5 / (1 - share)))


def fit_blend(opinions: Opinions, gold_sides: Numbers, gold_stances: Numbers, weights: Array) -> Blend:
    """Fit on held-out texts about two parties by likelihood, then choose the threshold of share.

    `gold_sides` numbers the side as `side_logs` does; `gold_stances` is texts x parties. -1 means not known. `weights`
    says how much each text counts.
    """
    from scipy import optimize  # a fifth of a second that scoring need not wait for

    begin = _numbers(Blend())
    known = np.flatnonzero(gold_sides >= 0)

    def side_loss(x: Array) -> float:
        logs = side_logs(opinions, _blend(x))
        told = np.average(logs[known, gold_sides[known]], weights=weights[known])
        return float(-told + TIGHTNESS * np.square(x - begin).sum())

    best = _blend(optimize.minimize(side_loss, begin, method="L-BFGS-B").x)
    logs = side_logs(opinions, best)
    rated = gold_stances.min(axis=1) >= 0

    def stance_fit(x: Array) -> Calibration:
        bias = (float(x[2]), float(x[3]), 0.0)
        return Calibration(own_weight=float(x[0]), joint_weight=float(x[1]), stance_bias=bias)

    def stance_loss(x: Array) -> float:
        p = sides.stance_probabilities(opinions.stances[rated], logs[rated], stance_fit(x))
        right = np.take_along_axis(p, gold_stances[rated][:, :, None], 2)
        return float(-np.average(np.log(np.clip(right, 1e-9, 1)).mean(axis=(1, 2)), weights=weights[rated]))

    rest = stance_fit(optimize.minimize(stance_loss, np.array([1.0, 0.3, 0.0, 0.0]), method="L-BFGS-B").x)
    return replace(best, rest=replace(rest, min_share=least_share(logs, gold_sides, opinions.worded, weights)))


def least_share(logs: Array, gold: Numbers, worded: npt.NDArray[np.bool_], weights: Array) -> float:
    """Return the lowest share of the partisan probability from which on the stated risk holds."""
    found = risk(logs, gold, worded, weights)
    failing = [share for share, calls, wrong in found if wrong > MAX_WRONG_SIDE and calls >= MIN_CALLS]
    return round(max(failing, default=0.5) + 0.01, 2)


def risk(
    logs: Array, gold: Numbers, worded: npt.NDArray[np.bool_], weights: Array | None = None
) -> list[tuple[float, int, float]]:
    """Return (share, partisan calls, share of them that name the other party, by weight) at every threshold."""
    counts = np.ones(len(logs)) if weights is None else weights
    chances = np.exp(logs)
    parties = chances[:, :-KINDS]
    taken, best = parties.sum(axis=1), parties.argmax(axis=1)
    share = parties.max(axis=1) / taken
    able = (taken > chances[:, -KINDS:].max(axis=1)) & worded
    wrong = (gold >= 0) & (gold < parties.shape[1]) & (gold != best)
    found = []
    for threshold in np.arange(0.5 + sides.MIN_MARGIN / 2, 0.995, 0.01):
        kept = able & (share >= threshold)
        if kept.any():
            missed = float(np.average(wrong[kept], weights=counts[kept]))
            found.append((round(float(threshold), 2), int(kept.sum()), missed))
    return found


def _numbers(blend: Blend) -> Array:
    return np.array([*blend.encoder, *blend.ngram, *blend.party, *blend.kinds])


def _blend(x: Sequence[float] | Array) -> Blend:
    n = len(REGIMES)
    values = [float(v) for v in x]
    return Blend(tuple(values[:n]), tuple(values[n : 2 * n]), tuple(values[2 * n : 3 * n]), tuple(values[3 * n :]))
