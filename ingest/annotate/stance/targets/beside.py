"""Heads beside a scorer: what those that know the manner of a labelled set add to what a scorer says of its texts.

A head for a party has learned that party's name, and so which side is usual in its set. A comment must never be judged
by that, so scoring does not know of heads; a measurement shows both, the scorer alone and with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ingest.annotate.stance.evaluate import side_of
from ingest.annotate.stance.model import STANCES, log_softmax
from ingest.annotate.stance.targets.features import Floats
from ingest.records import PartyStance, SideScore

WEIGHT = 2.5
"""How much a head's scores, which lie about between -1 and 1, weigh beside a scorer's log probabilities. Between 2 and
3 the figures on the validation part it was chosen on are flat."""
LEAST = 1e-6


def beside(scores: Sequence[SideScore], told: Mapping[str, Floats]) -> list[SideScore]:
    """Return the scores with the stances that they and the heads together find likeliest, and the sides that follow.

    `told` has for every party_id what its head gives each text: texts x STANCES. Nothing is abstained on.
    """
    found = []
    for i, score in enumerate(scores):
        stances = tuple(_pooled(one, told[one.party_id][i]) for one in score.stances)
        side = side_of({s.party_id: s.stance for s in stances}, [s.party_id for s in stances])
        found.append(replace(score, side=side, abstained=False, abstain_reason=None, stances=stances, evidence=()))
    return found


def _pooled(one: PartyStance, told: Floats) -> PartyStance:
    logs = np.log(np.maximum((one.p_favor, one.p_against, one.p_none), LEAST)) + WEIGHT * told
    chances = np.exp(log_softmax(logs))
    favor, against, none = map(float, chances)
    best = int(chances.argmax())
    return PartyStance(one.party_id, STANCES[best], favor, against, none, float(chances[best]), abstained=False)
