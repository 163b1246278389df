"""What the encoder's training holds out, to calibrate with and to measure on, and a note of it beside the artefact."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.annotate.stance.corpus import Example
from ingest.annotate.stance.known import UNSURE
from ingest.annotate.stance.model import ModelError
from ingest.annotate.stance.train import groups
from ingest.conflict import Conflict

SPLIT = "split.json"
"""Beside the artefact: which comments were held out of its training."""
HELD = 10
"""One group of near-duplicates in so many is kept for calibration, and another for figures."""


@dataclass(frozen=True, slots=True)
class Split:
    """Labelled comments to learn from, to calibrate with, and to measure on."""

    learned: list[Example]
    calibrated: list[Example]
    measured: list[Example]


def keep_split(folder: Path, parts: Split) -> None:
    """Note beside the artefact what was held out, so that it stays so when names change what is a near-duplicate."""
    held = {"calibrated": parts.calibrated, "measured": parts.measured}
    ids = {name: sorted(e.example_id for e in part) for name, part in held.items()}
    (folder / SPLIT).write_text(json.dumps(ids, indent=0) + "\n", encoding="utf-8")


def kept_split(folder: Path, *, needed: bool) -> tuple[set[str], set[str]] | None:
    """Return the ids of what the artefact in `folder` was calibrated with and measured on; None without a note.

    Raises ModelError where one is `needed`: what an artefact has not learned from cannot be guessed.
    """
    path = folder / SPLIT
    if not path.exists():
        if needed:
            raise ModelError(f"{path} is missing; train anew, without --calibrate")
        return None
    ids = json.loads(path.read_text(encoding="utf-8"))
    return set(ids["calibrated"]), set(ids["measured"])


def split(
    examples: Sequence[Example],
    conflicts: dict[str, Conflict],
    seed: int,
    kept: tuple[set[str], set[str]] | None = None,
) -> Split:
    """Split by groups: near-duplicates and replies to one parent are on one side.

    What is `kept` stays held out from training to training, so that models can be compared; what came later is
    learned from, but for what is near to something held out: that is left out of all three parts.
    """
    roots = groups(examples, conflicts)
    if kept is not None:
        calibrated, measured = kept
        near = {root for e, root in zip(examples, roots, strict=True) if e.example_id in calibrated | measured}
        return Split(
            [e for e, root in zip(examples, roots, strict=True) if root not in near],
            [e for e in examples if e.example_id in calibrated],
            [e for e in examples if e.example_id in measured],
        )
    order = np.random.default_rng(seed).permutation(sorted(set(roots)))
    size = len(order) // HELD
    part = dict.fromkeys(order[:size].tolist(), 1) | dict.fromkeys(order[size : 2 * size].tolist(), 2)
    parts: list[list[Example]] = [[], [], []]
    for example, root in zip(examples, roots, strict=True):
        parts[0 if example.form == UNSURE else part.get(root, 0)].append(example)
    return Split(*parts)
