"""Train a head for every target that labelled sets are about, write them, and tell how good they are.

python -m ingest.annotate.stance.targets.train

To be run after the encoder's training: the heads go by its vocabulary.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from ingest.annotate.stance import Scorer, load_scorer
from ingest.annotate.stance.card import write_card
from ingest.annotate.stance.corpus import load_known_conflicts
from ingest.annotate.stance.encoder.base import packaged, read_base
from ingest.annotate.stance.encoder.network import NAME as ENCODER
from ingest.annotate.stance.evaluate import Figures, Gold, table
from ingest.annotate.stance.labelled import Labelled, read_labelled
from ingest.annotate.stance.measure import measure
from ingest.annotate.stance.model import STANCES
from ingest.annotate.stance.outside import FEW_TARGETS, LEARNED, OUTSIDE, rows_of
from ingest.annotate.stance.targets.features import read
from ingest.annotate.stance.targets.fit import FOLDS, Told, cross_validated, f_avg, fit_heads
from ingest.annotate.stance.targets.head import NAME, SCORERS, Head, Heads, load_heads, mark, save_about, save_heads
from ingest.annotate.stance.targets.reader import LAYERS, Reader, fingerprint
from ingest.annotate.stance.words import fold
from ingest.conflict import Conflict
from ingest.settings import Settings

SEED = 20160616
ENOUGH = 200
"""Targets with fewer texts get no head."""
MOST = 6_000
"""So many texts of a set are learned from, of each target as many, drawn by SEED: the base reads fifty a second."""
REPEATS = 3
BEGIN, END = "<!-- targets: begin -->", "<!-- targets: end -->"


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """The labelled texts of one set; of one `jointly` labelled every text is there once for each of its targets."""

    name: str
    rows: list[Labelled]
    jointly: bool = False

    @property
    def targets(self) -> list[str]:
        """The targets the set is about, by name."""
        return sorted({str(row.target) for row in self.rows})


def read_set(path: Path) -> LabelledSet | None:
    """Read a set; None where it is not about a few targets with texts enough."""
    first = rows_of(path)[0]
    jointly = isinstance(first.get("stances"), dict)
    if not jointly and (first.get("target") is None or "stance" not in first):
        return None
    rows = [one for row in read_labelled(path) for one in _by_target(row)]
    counts = Counter(str(row.target) for row in rows)
    if len(counts) >= FEW_TARGETS:
        return None
    rng, drawn = np.random.default_rng(SEED), []
    for target in sorted(t for t, n in counts.items() if n >= ENOUGH):
        about = [row for row in rows if row.target == target]
        most = MOST if jointly else MOST // len(counts)
        drawn += [about[i] for i in sorted(rng.permutation(len(about))[:most].tolist())]
    return LabelledSet(path.stem, drawn, jointly)


def _by_target(row: Labelled) -> list[Labelled]:
    """Return a row for each target that a text is labelled toward."""
    if row.target is not None:
        return [row]
    stances = row.gold.stances or {}
    return [replace(row, gold=Gold(None, {name: stance}), target=name) for name, stance in stances.items()]


def told(rows: Sequence[Labelled], reader: Reader | None) -> Told:
    """Read labelled texts, with the base or by their n-grams alone."""
    targets = [str(row.target) for row in rows]
    truth = [STANCES.index((row.gold.stances or {})[t]) for row, t in zip(rows, targets, strict=True)]
    texts = {text: n for n, text in enumerate(dict.fromkeys(row.given.text for row in rows))}
    given = read(list(texts), reader.states if reader else None)
    return Told(given.take(np.array([texts[row.given.text] for row in rows])), np.array(targets), np.array(truth))


def measured(one: LabelledSet, texts: Told, repeats: int = REPEATS) -> list[float]:
    """Return the F avg of a set's heads, once for each repeat, on texts they have not seen."""
    groups = [fold(row.given.text) for row in one.rows]
    return [f_avg(texts.truth, cross_validated(texts, groups, SEED + n)) for n in range(repeats)]


def row(name: str, one: LabelledSet, figures: Sequence[float]) -> str:
    """Return one set's figures as a line of the card's table."""
    mean, low, high = (f"{100 * value:.1f}" for value in (float(np.mean(figures)), min(figures), max(figures)))
    about = f"{one.name}: {', '.join(one.targets)}"
    return f"| {name} | {about} | {len(one.rows)} | {mean} | {low} to {high} |"


def train(stance: Path, sets: Sequence[LabelledSet]) -> str:
    """Train and save all heads; return their figures as Markdown."""
    about = f"Judged by heads that had not seen the text: {FOLDS} folds, drawn {REPEATS} times, copies kept together."
    lines = [about, "", "| | set: targets | n | F avg | lowest to highest |", "|---|---|---|---|---|"]
    folder = stance / NAME
    targets: list[str] = []
    for scorer in SCORERS:
        reader = Reader(stance / ENCODER, folder / LAYERS) if scorer == ENCODER else None
        heads: dict[str, Head] = {}
        for one in sets:
            texts = told(one.rows, reader)
            if not one.jointly:
                lines.append(row(scorer, one, measured(one, texts)))
                print(lines[-1], flush=True)
            heads = fit_heads(texts) | heads
        save_heads(folder, scorer, heads)
        targets = list(heads)
    learned = [mark(str(r.target), r.given.text) for one in sets for r in one.rows]
    save_about(folder, targets, learned, fingerprint(stance / ENCODER, folder / LAYERS))
    return "\n".join(lines)


def besides(stance: Path, shared: Path, known: Sequence[Conflict]) -> str:
    """Return as Markdown what the heads add to each scorer on validation sets labelled toward several parties."""
    rows: list[tuple[str, Figures]] = []
    for path, scorer in product(sorted(shared.glob("*_val.jsonl")), SCORERS):

        def load(conflict: Conflict, scorer: str = scorer) -> Scorer:
            return load_scorer(scorer, conflict, stance)

        def heads(scorer: str = scorer) -> Heads | None:
            return load_heads(scorer, stance)

        found = measure(path, load, known, load_heads=heads) if LEARNED not in path.stem else None
        if found and found.beside and isinstance(found.figures, Figures):
            rows.append((f"{path.stem}, {scorer}", found.figures))
            rows.append((f"{path.stem}, {scorer} and heads", found.beside.figures))
    return table(rows) if rows else "None was on the machine that trained."


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
    from ingest.annotate.stance.encoder.export import save_base  # needs the extra `train`, which the rest does not

    (settings.stance / NAME).mkdir(exist_ok=True)
    save_base(settings.stance / NAME / LAYERS, read_base(packaged()))
    figures = train(settings.stance, sets)
    known = list(load_known_conflicts(settings.data).values())
    figures += "\n\nToward both parties of a war, on validation parts:\n\n"
    figures += besides(settings.stance, arguments.shared, known)
    write_card(settings.stance / "MODEL_CARD.md", figures, BEGIN, END)
    print(f"trained and measured in {time.process_time() - began:.0f} s of CPU time")


if __name__ == "__main__":
    main()
