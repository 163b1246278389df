"""Train a head for every target that labelled sets are about, write them, and tell how good they are.

python -m ingest.annotate.stance.targets.train

To be run after the encoder's training: the heads go by its states.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance.card import write_card
from ingest.annotate.stance.encoder.network import NAME as ENCODER
from ingest.annotate.stance.encoder.network import Network
from ingest.annotate.stance.labelled import read_labelled
from ingest.annotate.stance.model import STANCES
from ingest.annotate.stance.outside import FEW_TARGETS, OUTSIDE, rows_of, target_rows
from ingest.annotate.stance.targets.features import Given, read
from ingest.annotate.stance.targets.fit import FOLDS, Ints, Names, cross_validated, f_avg, fit_heads
from ingest.annotate.stance.targets.head import NAME, SCORERS, Head, fingerprint, mark, save_about, save_heads
from ingest.annotate.stance.words import fold
from ingest.settings import Settings

SEED = 20160616
ENOUGH = 200
"""Targets with fewer texts get no head."""
MOST = 2_000
"""So many texts of a target are learned from, drawn by SEED: the encoder reads a hundred a second."""
REPEATS = 3
BEGIN, END = "<!-- targets: begin -->", "<!-- targets: end -->"


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """The texts of one set, whom each is about, its stance (a number in STANCES), and if the encoder has learned it."""

    name: str
    texts: list[str]
    targets: Names
    truth: Ints
    known: npt.NDArray[np.bool_]

    def take(self, at: npt.NDArray[np.bool_]) -> LabelledSet:
        """Return some of the texts."""
        texts = [text for text, there in zip(self.texts, at, strict=True) if there]
        return LabelledSet(self.name, texts, self.targets[at], self.truth[at], self.known[at])

    @property
    def groups(self) -> list[str]:
        """Copies of one text have one name."""
        return [fold(text) for text in self.texts]


def read_set(path: Path) -> LabelledSet | None:
    """Read a set; None where it is not about a few targets with texts enough."""
    first = rows_of(path)[0]
    if first.get("target") is None or "stance" not in first:
        return None
    rows = read_labelled(path)
    counts = Counter(str(row.target) for row in rows)
    if len(counts) >= FEW_TARGETS:
        return None
    rng, drawn = np.random.default_rng(SEED), []
    for target in sorted(t for t, n in counts.items() if n >= ENOUGH):
        own = [row for row in rows if row.target == target]
        drawn += [own[i] for i in sorted(rng.permutation(len(own))[:MOST].tolist())]
    truth = [STANCES.index((row.gold.stances or {})[str(row.target)]) for row in drawn]
    texts = [row.given.text for row in drawn]
    told = {fold(row.given.text) for row in target_rows(path)}
    known = np.array([fold(text) in told for text in texts])
    return LabelledSet(path.stem, texts, np.array([str(row.target) for row in drawn]), np.array(truth), known)


def measured(one: LabelledSet, given: Given, repeats: int = REPEATS) -> list[float]:
    """Return the F avg of a set's heads, once for each repeat, on texts that neither they nor the encoder have seen."""
    called = [cross_validated(given, one.targets, one.truth, one.groups, SEED + n) for n in range(repeats)]
    return [f_avg(one.truth[~one.known], c[~one.known]) for c in called]


def row(name: str, one: LabelledSet, figures: Sequence[float]) -> str:
    """Return one set's figures as a line of the card's table."""
    mean, low, high = (f"{100 * value:.1f}" for value in (float(np.mean(figures)), min(figures), max(figures)))
    targets = ", ".join(np.unique(one.targets))
    return f"| {name} | {one.name}: {targets} | {(~one.known).sum()} | {mean} | {low} to {high} |"


def train(stance: Path, sets: Sequence[LabelledSet]) -> str:
    """Train and save all heads; return their figures as Markdown."""
    about = (
        f"Judged by heads that had not seen the text: {FOLDS} folds, drawn {REPEATS} times, copies kept together. "
        "Texts that the encoder has learned from are left out of the figures, of both scorers alike."
    )
    lines = [about, "", "| | set: targets | n | F avg | lowest to highest |", "|---|---|---|---|---|"]
    folder = stance / NAME
    folder.mkdir(exist_ok=True)
    targets: list[str] = []
    for scorer in SCORERS:
        network = Network(stance / ENCODER) if scorer == ENCODER else None
        heads: dict[str, Head] = {}
        for one in sets:
            given = read(one.texts, network)
            lines.append(row(scorer, one, measured(one, given)))
            print(lines[-1], flush=True)
            heads = fit_heads(given, one.targets, one.truth) | heads
        save_heads(folder, scorer, heads)
        targets = list(heads)
    learned = [mark(target, text) for one in sets for target, text in zip(one.targets, one.texts, strict=True)]
    save_about(folder, targets, learned, fingerprint(stance))
    return "\n".join(lines)


def main() -> None:
    """Train; renew the artefact and the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--shared",
        type=Path,
        default=OUTSIDE,
        help="folder of labelled sets from outside; without it there is nothing to learn from",
    )
    arguments = parser.parse_args()
    settings, began = Settings.from_env(), time.process_time()
    sets = [one for path in sorted(arguments.shared.glob("*_train*.jsonl")) if (one := read_set(path))]
    if not sets:
        print(f"no labelled set about single targets in {arguments.shared}: the heads are left as they are")
        return
    write_card(settings.stance / "MODEL_CARD.md", train(settings.stance, sets), BEGIN, END)
    print(f"trained and measured in {time.process_time() - began:.0f} s of CPU time")


if __name__ == "__main__":
    main()
