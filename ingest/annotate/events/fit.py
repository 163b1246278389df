"""Fits the confidence of links to articles linked by hand: `python -m ingest.annotate.events.fit CONFLICT_FOLDER...`.

Writes `calibration.toml`; the same articles and linker give the same file. Run it after a change of weights, vocabulary
or material, and raise METHOD in linker.py.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from ingest.annotate.events.calibration import CALIBRATION, FEATURES, GROUPS
from ingest.annotate.events.linker import Linker
from ingest.annotate.events.material import FILE, Told, read_told
from ingest.conflict import load_conflict

STRENGTH = 5.0
"""Inverse strength of the L2 penalty: chosen, like FEATURES, by what each event's articles get from those of others."""

GUESSED = FEATURES.index("guessed")

Case = tuple[tuple[float, ...], bool]


def cases(linker: Linker, told: Sequence[Told], is_dated: bool) -> list[Case]:
    """Return, of every event the linker considers for an article, what speaks for it and whether it was told.

    With `is_dated` False the articles are read without their dates, so that such pages have a fit of their own.
    """
    found: list[Case] = []
    for known in told:
        article = known.article if is_dated else replace(known.article, published_at=None)
        if is_dated and article.published_at is None:
            continue
        for event_id, is_primary, values in linker.considered(article):
            wanted = {known.primary} if is_primary and known.primary else known.events
            if values[GUESSED]:  # an event that takes in the one told is what backing off is for
                wanted = wanted.union(*(linker.ancestors(told_id) for told_id in wanted))
            found.append((values, event_id in wanted))
    return found


def fit(found: Sequence[Case]) -> dict[str, float]:
    """Return the bias and the weight of each feature. Raises ValueError where all cases are alike."""
    values, told = zip(*found, strict=True)
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(np.array(values), told)
    return {"bias": float(model.intercept_[0]), **dict(zip(FEATURES, map(float, model.coef_[0]), strict=True))}


def main(folders: Sequence[str]) -> None:
    """Fit to all articles linked by hand in `folders` and write the file."""
    lines = ["# Written by fit.py: the log-odds that a link is right, from what speaks for it. Do not edit by hand."]
    conflicts = [(Linker(load_conflict(folder)), read_told(folder / FILE)) for folder in map(Path, folders)]
    for is_dated, name in GROUPS.items():
        found = [case for linker, told in conflicts for case in cases(linker, told, is_dated)]
        lines += [
            "",
            f"[{name}]",
            f"cases = {len(found)}",
            f"right = {sum(told for _, told in found)}",
            *(f"{key} = {weight:.4f}" for key, weight in fit(found).items()),
        ]
    CALIBRATION.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
