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


def kept_split(folder: Path, examples: Sequence[Example]) -> Split:
    """Return the split that the artefact in `folder` was trained on; what came later counts as learned.

    Raises ModelError where it has no note of it: what is held out cannot be guessed.
    """
    try:
        ids = json.loads((folder / SPLIT).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{error.filename} is missing; train anew, without --calibrate") from None
    calibrated, measured = set(ids["calibrated"]), set(ids["measured"])
    return Split(
        [e for e in examples if e.example_id not in calibrated | measured],
        [e for e in examples if e.example_id in calibrated],
        [e for e in examples if e.example_id in measured],
    )


def split(examples: Sequence[Example], conflicts: dict[str, Conflict], seed: int) -> Split:
    """Split by groups: near-duplicates and replies to one parent are on one side."""
    roots = groups(examples, conflicts)
    order = np.random.default_rng(seed).permutation(sorted(set(roots)))
    size = len(order) // HELD
    part = dict.fromkeys(order[:size].tolist(), 1) | dict.fromkeys(order[size : 2 * size].tolist(), 2)
    parts: list[list[Example]] = [[], [], []]
    for example, root in zip(examples, roots, strict=True):
        parts[0 if example.form == UNSURE else part.get(root, 0)].append(example)
    return Split(*parts)
