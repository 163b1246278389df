"""What ships teaches its successor, beside a new teacher. Training only.

Two that have learned apart err apart: their mean is surer than either (the model card has the figures). And a successor
that has heard what was said before it calls a comment otherwise only for a reason, so that a series goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from ingest.annotate.stance.encoder.export import read_encoder
from ingest.annotate.stance.encoder.held import SPLIT
from ingest.annotate.stance.encoder.inputs import ROLES, View
from ingest.annotate.stance.encoder.learn import REPORT, Lesson, Weights
from ingest.annotate.stance.encoder.network import ABOUT, Network
from ingest.annotate.stance.encoder.pieces import UNKNOWN, Pieces
from ingest.annotate.stance.model import ModelError

MANY = 32 * REPORT


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The encoder that ships; `weights` are those it has learned, by the names `learn` has for them."""

    network: Network
    weights: dict[str, npt.NDArray[np.float32]]

    @property
    def layers(self) -> int:
        """Return how many layers it has."""
        return len({n.partition(".")[0] for n in self.weights if n[0].isdigit()})

    def says(self, lessons: Collection[Lesson], pieces: Pieces) -> dict[Lesson, npt.NDArray[np.float32]]:
        """Return what it says of each lesson (OUTPUTS logits), whose piece numbers are those of `pieces`."""
        own = self.network.pieces
        number = {name: n for n, name in enumerate(own.names)}
        at = [number.get(name, UNKNOWN) for name in pieces.names]
        at += range(len(own), len(own) + len(ROLES))
        order = list(dict.fromkeys(lessons))
        found: dict[Lesson, npt.NDArray[np.float32]] = {}
        for start in range(0, len(order), MANY):
            some = order[start : start + MANY]
            views = [View(tuple(at[n] for n in lesson.pieces), (), frozenset()) for lesson in some]
            found.update(zip(some, (passed.logits for passed in self.network.run(views)), strict=True))
            print(f"asked the predecessor of {len(found)} lessons of {len(order)}", flush=True)
        return found

    def heard(
        self, told: Mapping[Lesson, npt.NDArray[np.float32]], pieces: Pieces
    ) -> dict[Lesson, npt.NDArray[np.float32]]:
        """Return the mean of what a new teacher has `told` of lessons and what this one says of them."""
        own = self.says(told, pieces)
        return {lesson: np.float32(0.5) * (logits + own[lesson]) for lesson, logits in told.items()}

    def lent(self, weights: Weights, layers: int) -> Weights:
        """Return `weights` with this one's in their place, as copies, where it has so many layers as well."""
        return weights | {n: torch.tensor(v) for n, v in self.weights.items() if self.layers == layers}

    def averaged(self, weights: Weights, layers: int) -> Weights:
        """Return the mean of `weights` and this one's, where it has so many layers as well."""
        stood = self.weights if self.layers == layers else {}
        return weights | {n: (weights[n] + torch.tensor(v)) / 2 for n, v in stood.items()}


def predecessor(folder: Path) -> Predecessor | None:
    """Load the encoder in `folder`; None where there is none, or no note of what it has not learned from.

    Without that note texts are held out anew, and what has learned them must not teach. Raises ModelError where it
    cannot be used.
    """
    if not (folder / ABOUT).exists():
        return None
    if not (folder / SPLIT).exists():
        print(f"{folder / SPLIT} is missing, so the encoder there may know what is held out now: it does not teach")
        return None
    try:
        return Predecessor(Network(folder), read_encoder(folder))
    except ModelError as error:
        raise ModelError(f"the encoder that ships cannot teach the next one: {error} --alone") from error
