"""From stances toward each party to one side: derived jointly, so that the parties cannot contradict each other.

Each cue (roles, the conflict's lore, context) gives every party a pull: its score over the mean of the others'.
A softmax over the parties and anti_war, unclear, off_topic turns pulls and the kind-of-comment head into
probabilities; its few coefficients are shared by all parties, so no side is favoured by construction.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance.model import KNOWN, Calibration, log_softmax

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

RULES = 6
"""To be raised whenever the same artefact gives other answers: by what is read of a text, or how numbers decide."""

OTHER_SIDES = ("anti_war", "unclear", "off_topic")
UNCLEAR = "unclear"
MIN_MARGIN = 0.02
"""Parties closer than this in probability are a tie."""


def version_of(artefact: str, names: object) -> str:
    """Return a scorer's version: its artefact's and, after the dot, a hash of RULES and the conflict's `names`."""
    return f"{artefact}.{hashlib.sha256(repr((RULES, names)).encode()).hexdigest()[:6]}"


def pulls(z: Array) -> Array:
    """Return each party's score over the mean of the others', halved (texts x parties, as `z`)."""
    count = z.shape[1]
    others = (z.sum(axis=1, keepdims=True) - z) / max(count - 1, 1)
    return np.asarray((z - others) / 2)


def side_log_probabilities(cues: Array, regimes: Numbers, kind_logits: Array, c: Calibration) -> Array:
    """Return log probabilities, texts x (parties + 3), the parties first and then OTHER_SIDES.

    `cues` is CUES x texts x parties, `regimes` the number in REGIMES of each text.
    """
    kinds = log_softmax(kind_logits) * c.kind_weight
    weights = (np.asarray(c.cue_weights) * np.asarray(KNOWN))[regimes]
    pull = np.einsum("ctp,tc->tp", cues, weights)
    party = np.asarray(c.party_bias)[regimes][:, None] + kinds[:, :1] + pull
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


def decide(
    probabilities: Array, ids: tuple[str, ...], *, named: bool, words: bool, c: Calibration
) -> tuple[str, float, str | None]:
    """Return (side, confidence, abstain reason or None) for one text's side probabilities.

    An opposite error is worse than silence: where a party seems taken, one is called only with the share of that
    probability chosen on held-out folds. Of names and flags without a word (not `words`) nothing is told at all.
    """
    parties = len(ids)
    partisan, other = probabilities[:parties], probabilities[parties:]
    if named and not words:
        return UNCLEAR, float(other[OTHER_SIDES.index(UNCLEAR)]), "low_confidence"
    taken = float(partisan.sum())
    if taken <= other.max():
        best = int(np.argmax(other))
        return OTHER_SIDES[best], float(other[best]), None
    best = int(np.argmax(partisan))
    share = float(partisan[best]) / taken
    unclear = float(other[OTHER_SIDES.index(UNCLEAR)])
    if share - float(np.delete(partisan, best).max()) / taken < MIN_MARGIN:
        return UNCLEAR, unclear, "tie" if named else "no_party_named"
    if share < c.min_share or not words:
        return UNCLEAR, unclear, "low_confidence" if named else "no_party_named"
    return ids[best], float(partisan[best]), None


def leaning(probabilities: Array, ids: tuple[str, ...]) -> str:
    """Return the likeliest party, however little likelier it is."""
    return ids[int(np.argmax(probabilities[: len(ids)]))]


def silent(
    stances: Array,
    *,
    named: bool | Bools,
    sided: bool | Bools,
    words: bool | Bools,
    abstained: bool | Bools,
    least: float,
) -> Bools:
    """Return for each stance, texts x parties (or the parties of one text), whether the model abstains from it.

    It does where the likeliest has less than `least`, where the text names nobody and takes nobody's side (`sided`),
    where it is a name without a word, and where it `abstained` from the side: stance and side must not disagree.
    """
    heard = (np.asarray(named) | np.asarray(sided)) & np.asarray(words) & ~np.asarray(abstained)
    return np.asarray(~heard[..., None] | (stances.max(axis=-1) < least))
