"""Train the embedded stance model from the repository's own corpus, and write its artefact and card.

python -m ingest.annotate.stance.train
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ingest.annotate.stance.card import figures, write_card
from ingest.annotate.stance.corpus import Example, load_known_conflicts
from ingest.annotate.stance.evaluate import Figures, Gold, evaluate
from ingest.annotate.stance.features import PARTY
from ingest.annotate.stance.fit import MIN_LORE, Held, calibrate, fit, hold_out, risk_coverage, see
from ingest.annotate.stance.known import known_examples
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.model import Model, load_model, save_model
from ingest.annotate.stance.ngram import NAME, NgramScorer
from ingest.annotate.stance.outside import OUTSIDE, outside_sets
from ingest.annotate.stance.polarity import Polarity, load_polarity
from ingest.annotate.stance.words import BREAK
from ingest.conflict import Conflict
from ingest.records import SideScore
from ingest.settings import Settings

FOLDS = 5
SEED = 20201110
SHINGLE = 4
SIMILAR = 0.5


def shingles(tokens: Sequence[str]) -> set[tuple[str, ...]]:
    """Return the token 4-grams of a text with all parties alike, so that a text and its mirror image are the same."""
    alike = [PARTY if t[0] == "§" else t for t in tokens if t != BREAK]
    return {tuple(alike[k : k + SHINGLE]) for k in range(max(len(alike) - SHINGLE + 1, 1))}


def groups(examples: Sequence[Example], conflicts: dict[str, Conflict]) -> list[int]:
    """Return group numbers: near-duplicates, mirror images and replies to one parent must not be torn apart.

    Two texts are near-duplicates where they share half of the shorter one's masked word 4-grams.
    """
    owner = list(range(len(examples)))

    def root(i: int) -> int:
        while owner[i] != i:
            i = owner[i]
        return i

    def join(i: int, j: int) -> None:
        # The smaller number always wins, so that the outcome does not hang on the order of joining.
        first, second = sorted((root(i), root(j)))
        owner[second] = first

    maskers = {c: Masker(conflicts[c]) for c in {e.conflict for e in examples}}
    mine = [shingles(maskers[e.conflict].read(e.given.text).tokens) for e in examples]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, own in enumerate(mine):
        for j, shared in Counter(j for s in own for j in holders[s]).items():
            if shared >= SIMILAR * min(len(own), len(mine[j])):
                join(i, j)
        for shingle in own:
            holders[shingle].append(i)
    parents: dict[str, int] = {}
    for i, e in enumerate(examples):
        if e.given.parent_text:
            join(i, parents.setdefault(e.given.parent_text, i))
    return [root(i) for i in range(len(examples))]


def folds(examples: Sequence[Example], conflicts: dict[str, Conflict]) -> list[list[int]]:
    """Split into FOLDS parts, whole groups together, seeded."""
    group = np.array(groups(examples, conflicts))
    order = np.random.default_rng(SEED).permutation(np.unique(group))
    parts = [set(order[k::FOLDS].tolist()) for k in range(FOLDS)]
    return [[i for i, g in enumerate(group.tolist()) if g in part] for part in parts]


def cross_validate(
    examples: Sequence[Example], conflicts: dict[str, Conflict], polarity: Polarity
) -> tuple[list[SideScore], list[Held], list[list[int]]]:
    """Return, for every example, what a model that has not seen its fold says, calibrated without its fold too."""
    seen = see(examples, conflicts, polarity)
    parts = folds(examples, conflicts)
    models: list[Model] = []
    held: dict[int, Held] = {}
    for part in parts:
        inside = set(part)
        models.append(fit([s for i, s in enumerate(seen) if i not in inside], conflicts, polarity))
        held |= dict(zip(part, hold_out(models[-1], [examples[i] for i in part], conflicts), strict=True))
    scores: dict[int, SideScore] = {}
    for part, model in zip(parts, models, strict=True):
        inside = set(part)
        calibration = calibrate([h for i, h in held.items() if i not in inside])
        scores |= dict(
            zip(part, apply(replace(model, calibration=calibration), examples, part, conflicts), strict=True)
        )
    every = range(len(examples))
    return [scores[i] for i in every], [held[i] for i in every], parts


def apply(
    model: Model, examples: Sequence[Example], part: Sequence[int], conflicts: dict[str, Conflict]
) -> list[SideScore]:
    """Score the examples numbered in `part`, each in its own conflict."""
    scores: dict[int, SideScore] = {}
    for conflict in sorted({examples[i].conflict for i in part}):
        at = [i for i in part if examples[i].conflict == conflict]
        scorer = NgramScorer(model, conflicts[conflict])
        scores |= dict(zip(at, scorer.score([examples[i].given for i in at]), strict=True))
    return [scores[i] for i in part]


def train(
    examples: Sequence[Example], conflicts: dict[str, Conflict], polarity: Polarity
) -> tuple[Model, list[SideScore], list[Held]]:
    """Return the final model, calibrated on held-out folds, the cross-validated scores and what they came from."""
    scores, held, _ = cross_validate(examples, conflicts, polarity)
    model = fit(see(examples, conflicts, polarity), conflicts, polarity)
    return replace(model, calibration=calibrate(held)), scores, held


def leave_conflicts_out(
    examples: Sequence[Example], conflicts: dict[str, Conflict], model: Model
) -> list[tuple[str, Figures]]:
    """Measure each large conflict, and the small ones together, by a model that never saw one like it."""
    counts = Counter(e.conflict for e in examples)
    group = [e.conflict if counts[e.conflict] >= MIN_LORE else "the others" for e in examples]
    seen = see(examples, conflicts, model.polarity)
    rows = []
    for name in dict.fromkeys(group):
        part = [i for i, g in enumerate(group) if g == name]
        blind = fit([s for s, g in zip(seen, group, strict=True) if g != name], conflicts, model.polarity)
        scores = apply(replace(blind, calibration=model.calibration), examples, part, conflicts)
        rows.append((name, evaluate([Gold(examples[i].side, examples[i].stances) for i in part], scores)))
    return rows


def main() -> None:
    """Train, write `data/stance/ngram/`, measure, write the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--outside",
        type=Path,
        default=OUTSIDE,
        help="folder of labelled sets to measure on and of posts we labelled; skipped where missing",
    )
    arguments = parser.parse_args()
    began = time.monotonic()
    settings = Settings.from_env()
    conflicts = load_known_conflicts(settings.data)
    examples = known_examples(settings.data, arguments.outside, conflicts)
    model, scores, held = train(examples, conflicts, load_polarity(settings.stance / "polarity.csv"))
    version = save_model(model, settings.stance / NAME)
    sizes = (model.stance_index, model.side_index, model.lore_index, model.context_index)
    print(f"{len(examples)} comments, {' + '.join(str(len(s)) for s in sizes)} features, {version}")
    gold = [Gold(e.side, e.stances) for e in examples]
    unseen = leave_conflicts_out(examples, conflicts, model)
    outside = outside_sets(arguments.outside, conflicts, lambda c: NgramScorer(load_model(settings.stance / NAME), c))
    risks = risk_coverage(held, model.calibration)
    measured = figures(version, examples, gold, scores, model.calibration, risks, unseen, outside)
    write_card(settings.stance / "MODEL_CARD.md", measured)
    print(measured)
    print(f"trained and measured in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
