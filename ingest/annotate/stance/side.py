"""From stances toward each party to one side: derived jointly, so that the parties cannot contradict each other.

With z_i the log-odds of FAVOR over AGAINST toward party i, party i's pull is u_i = (z_i - mean of the others' z) / 2.
A softmax over the parties and anti_war, unclear, off_topic turns pulls and the kind-of-comment head into
probabilities; its few coefficients are shared by all parties, so no side is favoured by construction.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance.model import Calibration, log_softmax

Array = npt.NDArray[np.float64]

OTHER_SIDES = ("anti_war", "unclear", "off_topic")
UNCLEAR = "unclear"
MIN_MARGIN = 0.02
"""Parties closer than this in probability are a tie."""


def pulls(stance_logits: Array) -> Array:
    """Return u (texts x parties) from logits (texts x parties x 3)."""
    z = stance_logits[:, :, 0] - stance_logits[:, :, 1]
    count = z.shape[1]
    others = (z.sum(axis=1, keepdims=True) - z) / max(count - 1, 1)
    return np.asarray((z - others) / 2)


def side_log_probabilities(u: Array, kind_logits: Array, c: Calibration) -> Array:
    """Return log probabilities, texts x (parties + 3), the parties first and then OTHER_SIDES."""
    kinds = log_softmax(kind_logits) * c.kind_weight
    party = c.party_bias + kinds[:, :1] + c.party_weight * u
    return log_softmax(np.concatenate((party, kinds[:, 1:] + np.asarray(c.kind_bias)), axis=1))


def stance_probabilities(stance_logits: Array, sides: Array, c: Calibration) -> Array:
    """Return probabilities, texts x parties x 3: each party's own model, corrected by the joint judgement `sides`."""
    parties = stance_logits.shape[1]
    chance = np.exp(sides)
    favor = chance[:, :parties]
    joint = np.stack(
        (
            favor,
            favor.sum(axis=1, keepdims=True) - favor,
            np.repeat(chance[:, parties:].sum(axis=1)[:, None], parties, 1),
        ),
        axis=2,
    )
    mixed = (
        c.own_weight * log_softmax(stance_logits)
        + c.joint_weight * np.log(np.clip(joint, 1e-6, 1.0))
        + np.asarray(c.stance_bias)
    )
    return np.exp(log_softmax(mixed))


def decide(probabilities: Array, ids: tuple[str, ...], *, named: bool, c: Calibration) -> tuple[str, float, str | None]:
    """Return (side, confidence, abstain reason or None) for one text's side probabilities.

    An opposite error is worse than silence: a party is called only above the threshold chosen on held-out folds, and
    never when another party is as likely.
    """
    parties = len(ids)
    best = int(np.argmax(probabilities))
    unclear = float(probabilities[parties + OTHER_SIDES.index(UNCLEAR)])
    partisan = np.sort(probabilities[:parties])[::-1]
    if best >= parties:
        return OTHER_SIDES[best - parties], float(probabilities[best]), None
    if not named:
        return UNCLEAR, unclear, "no_party_named"
    if partisan[0] - partisan[1] < MIN_MARGIN:
        return UNCLEAR, unclear, "tie"
    if probabilities[best] < c.min_confidence:
        return UNCLEAR, unclear, "low_confidence"
    return ids[best], float(probabilities[best]), None
