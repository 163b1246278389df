"""Labelled sets from outside the project: read where they lie on this machine, never shipped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ingest.annotate.stance import Scorer
from ingest.annotate.stance.evaluate import Figures, Gold
from ingest.annotate.stance.labelled import Labelled, read_labelled
from ingest.annotate.stance.measure import measure
from ingest.conflict import Conflict
from ingest.records import StanceInput
from ingest.settings import REPO_ROOT

OUTSIDE = REPO_ROOT.parent / "shared" / "data" / "stance"
"""Where the trainings look for the sets, and for the posts we labelled, unless they are told otherwise."""
LEARNED = "_train"
"""In the name of a set that is learned from."""
FEW_TARGETS = 20
"""A set about fewer targets teaches each of them a head of its own."""
TARGET_WORDS = 80
"""Longer texts of the sets about single targets cost the encoder more time than they teach."""
PER_SET, SHARE = 3_000, 3
"""At most so many of a set, and no more than one in SHARE: the rest is left to measure on."""
DRAW = 20201110
"""Draws them: the same for every training, so that heads can be measured on what the encoder has not learned."""


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Read a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def target_rows(path: Path) -> list[Labelled]:
    """Return what the encoder learns from of a set about single targets: some of its shorter texts."""
    rows = [r for r in read_labelled(path) if r.target and len(r.given.text.split()) <= TARGET_WORDS]
    order = np.random.default_rng(DRAW).permutation(len(rows))
    return [rows[i] for i in sorted(order[: min(PER_SET, len(rows) // SHARE)].tolist())]


def match_parties(stances: dict[str, str], conflict: Conflict) -> dict[str, str] | None:
    """Turn stances keyed by party name into stances keyed by party_id; None where the names are not this conflict's."""
    known = {p.name.casefold(): p.party_id for p in conflict.belligerents}
    found = {known[n.casefold()]: s for n, s in stances.items() if n.casefold() in known}
    return found if len(found) == len(known) else None


def two_party(path: Path, conflicts: Iterable[Conflict]) -> tuple[Conflict, list[StanceInput], list[Gold]] | None:
    """Read a set labelled toward both parties of a conflict the project knows; None where there is no such conflict."""
    rows = rows_of(path)
    for conflict in conflicts:
        stances = [match_parties(r["stances"], conflict) for r in rows]
        labelled = [(r, s) for r, s in zip(rows, stances, strict=True) if s is not None]
        if labelled:
            return conflict, [StanceInput(r["text"]) for r, _ in labelled], [Gold(None, s) for _, s in labelled]
    return None


def outside_sets(
    folder: Path, conflicts: dict[str, Conflict], load: Callable[[Conflict], Scorer]
) -> list[tuple[str, Figures]]:
    """Measure the scorer `load` gives on every validation set in `folder` that is about two parties.

    A conflict the project does not know is made of the names the labels give. Empty where the folder is missing.
    """
    if not folder.is_dir():
        print(f"no outside sets at {folder}: measured on the project's own texts only")
        return []
    measured = []
    for path in sorted(folder.glob("*_val.jsonl")):
        if LEARNED not in path.stem:
            figures = measure(path, load, list(conflicts.values())).figures
            if isinstance(figures, Figures):
                measured.append((path.stem, figures))
    return measured
