"""Train the fast scorer from what the n-grams learn from; write its artefact and its part of the card.

python -m ingest.annotate.stance.fast.train
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ingest.annotate.stance import Scorer, load_scorer
from ingest.annotate.stance.card import write_card
from ingest.annotate.stance.corpus import Example, load_known_conflicts
from ingest.annotate.stance.evaluate import Figures, Gold, evaluate, table
from ingest.annotate.stance.fast.learn import Lessons, Weights, columns, fit_fast, held_out, lessons
from ingest.annotate.stance.fast.model import NAME, FastModel, load_fast, save_fast
from ingest.annotate.stance.fast.scorer import FastScorer
from ingest.annotate.stance.fast.table import build
from ingest.annotate.stance.fit import MAX_WRONG_SIDE, calibrate
from ingest.annotate.stance.known import known_examples
from ingest.annotate.stance.labelled import conflict_for, named_in, read_labelled, toward
from ingest.annotate.stance.model import Calibration
from ingest.annotate.stance.ngram import NAME as NGRAM
from ingest.annotate.stance.outside import OUTSIDE, outside_sets
from ingest.annotate.stance.polarity import Polarity, load_polarity
from ingest.annotate.stance.train import FOLDS, folds
from ingest.conflict import Conflict
from ingest.records import SideScore, StanceInput
from ingest.settings import Settings

HELD_OUT = 2
"""So many of the folds are held out, one after the other, to calibrate and to measure on."""
BEGIN, END = "<!-- fast: begin -->", "<!-- fast: end -->"


def assemble(given: Lessons, weights: Weights, calibration: Calibration, polarity: Polarity) -> FastModel:
    """Put weights under their hashes."""
    rows, bias = columns(given, weights)
    parties = {name: given.parties[name] for name in sorted(weights.lore_conflicts)}
    half = (rows.astype(np.float16).astype(np.float32), weights.lore.astype(np.float16).astype(np.float32)[:, None])
    biases = tuple(round(float(b), 6) for b in bias)
    roles, lore = build(given.hashes, half[0]), build(given.lore_hashes, half[1])
    return FastModel(roles, lore, biases, parties, calibration, polarity)


def cross_validate(
    examples: Sequence[Example],
    given: Lessons,
    order: Sequence[int],
    conflicts: Mapping[str, Conflict],
    polarity: Polarity,
) -> tuple[Calibration, list[int], list[SideScore]]:
    """Return the calibration on the folds held out, the numbers of their examples, and what is said of each.

    Both the fit and the calibration that speak of an example saw nothing of its fold.
    """
    row = np.full(len(examples), -1)
    row[list(order)] = np.arange(len(order))
    parts = [row[part] for part in folds(examples, dict(conflicts))[:HELD_OUT]]
    parts = [part[part >= 0] for part in parts]
    fits = [fit_fast(given, np.setdiff1d(np.arange(len(order)), part)) for part in parts]
    held = [held_out(given, weights, part) for weights, part in zip(fits, parts, strict=True)]
    numbers: list[int] = []
    scores: list[SideScore] = []
    for k, (part, weights) in enumerate(zip(parts, fits, strict=True)):
        calibration = calibrate([h for j, fold in enumerate(held) if j != k for h in fold])
        model = assemble(given, weights, calibration, polarity)
        at = [order[i] for i in part.tolist()]
        for name in sorted({examples[i].conflict for i in at}):
            mine = [i for i in at if examples[i].conflict == name]
            numbers += mine
            scores += FastScorer(model, conflicts[name]).score([examples[i].given for i in mine])
    return calibrate([h for fold in held for h in fold]), numbers, scores


def demo_figures(
    folder: Path, conflicts: Mapping[str, Conflict], load: Callable[[Conflict], Scorer]
) -> list[tuple[str, Figures]]:
    """Measure a scorer on the labelled comments of the embedded demo, their words alone."""
    files = sorted(folder.glob("*.jsonl"))
    rows = [row for path in files for row in read_labelled(path)]
    conflict = conflict_for(named_in(rows), conflicts.values())
    if conflict is None:
        return []
    labelled = toward(rows, conflict, folder)
    scores = load(conflict).score([StanceInput(row.given.text) for row in labelled])
    return [("demo", evaluate([row.gold for row in labelled], scores))]


def main() -> None:
    """Train, write `data/stance/fast/`, measure, write the card's part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outside", type=Path, default=OUTSIDE)
    arguments = parser.parse_args()
    began = time.process_time()
    settings = Settings.from_env()
    conflicts = load_known_conflicts(settings.data)
    polarity = load_polarity(settings.stance / "polarity.csv")
    examples = known_examples(settings.data, arguments.outside, conflicts)
    given, order = lessons(examples, conflicts, polarity)
    calibration, numbers, scores = cross_validate(examples, given, order, conflicts, polarity)
    model = assemble(given, fit_fast(given, np.arange(len(order))), Calibration(), polarity)
    version = save_fast(replace(model, calibration=calibration), settings.stance / NAME)
    print(f"{len(order)} texts, {len(model.roles.keys)} + {len(model.lore.keys)} features, {version}, "
          f"{time.process_time() - began:.0f} s of CPU time", flush=True)  # fmt: skip
    rows = [("fast, held out", evaluate([Gold(examples[i].side, examples[i].stances) for i in numbers], scores))]
    shipped = load_fast(settings.stance / NAME)
    loaders: list[tuple[str, Callable[[Conflict], Scorer]]] = [
        (NAME, lambda c: FastScorer(shipped, c)),
        (NGRAM, lambda c: load_scorer(NGRAM, c, settings.stance)),
    ]
    for name, load in loaders:
        found = [*demo_figures(settings.data / "demo" / "comments", conflicts, load)]
        found += outside_sets(arguments.outside, conflicts, load)
        rows += [(f"{name}, {where}", figures) for where, figures in found]
    head = (
        f"Model version `{version}`; {len(order)} texts; {len(numbers)} of them ({HELD_OUT} of {FOLDS} "
        f"folds) held out in turn to calibrate and measure on; a party is called from a share of "
        f"{calibration.min_share:.2f} on (at most {MAX_WRONG_SIDE:.0%} of the calls held out name the other)."
    )
    write_card(settings.stance / "MODEL_CARD.md", f"{head}\n\n{table(rows)}", BEGIN, END)
    print(f"{head}\n\n{table(rows)}")


if __name__ == "__main__":
    main()
