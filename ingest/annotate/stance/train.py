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
from joblib import Parallel, delayed

from ingest.annotate.stance.card import figures, write_card
from ingest.annotate.stance.corpus import Example, load_known_conflicts
from ingest.annotate.stance.evaluate import Figures, Gold, evaluate
from ingest.annotate.stance.features import PARTY
from ingest.annotate.stance.fit import MIN_LORE, Held, calibrate, fit, hold_out, risk_coverage
from ingest.annotate.stance.known import known_examples
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.model import Model, load_model, save_model
from ingest.annotate.stance.ngram import NAME, NgramScorer
from ingest.annotate.stance.outside import OUTSIDE, outside_sets
from ingest.annotate.stance.polarity import Polarity, load_polarity
from ingest.annotate.stance.seen import Seen, see
from ingest.annotate.stance.words import BREAK
from ingest.conflict import Conflict
from ingest.records import SideScore
from ingest.settings import Settings

FOLDS = 5
SEED = 20201110
SHINGLE = 4
WORKERS = -1
"""Processes that fit models side by side: as many as there are cores. Each takes 2 GB."""
REPORTS = 5
"""How often the processes say how far they are: after each model, while there are few."""
SIMILAR = 0.5
LARGE = 2_000
"""Conflicts of fewer texts are left out of one training together."""


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


def _without(
    part: Sequence[int], seen: Seen, conflicts: dict[str, Conflict], polarity: Polarity
) -> tuple[Model, list[Held]]:
    """Return a model that has not seen `part`, uncalibrated, and what it says of that part."""
    inside = set(part)
    model = fit(seen.part(i for i in range(len(seen.examples)) if i not in inside), conflicts, polarity)
    return model, hold_out(model, [seen.examples[i] for i in part], conflicts)


def cross_validate(
    seen: Seen, conflicts: dict[str, Conflict], polarity: Polarity
) -> tuple[list[SideScore], list[Held], list[list[int]]]:
    """Return, for every example, what a model that has not seen its fold says, calibrated without its fold too."""
    examples = seen.examples
    parts = folds(examples, conflicts)
    tried = Parallel(n_jobs=WORKERS, verbose=REPORTS)(
        delayed(_without)(part, seen, conflicts, polarity) for part in parts
    )
    held = {i: h for part, (_, told) in zip(parts, tried, strict=True) for i, h in zip(part, told, strict=True)}
    jobs = []
    for part, (model, _) in zip(parts, tried, strict=True):
        inside = set(part)
        calibration = calibrate([h for i, h in held.items() if i not in inside])
        jobs.append(delayed(apply)(replace(model, calibration=calibration), examples, part, conflicts))
    told = zip(parts, Parallel(n_jobs=WORKERS, verbose=REPORTS)(jobs), strict=True)
    scores = {i: score for part, own in told for i, score in zip(part, own, strict=True)}
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


def train(seen: Seen, conflicts: dict[str, Conflict], polarity: Polarity) -> tuple[Model, list[SideScore], list[Held]]:
    """Return the final model, calibrated on held-out folds, the cross-validated scores and what they came from."""
    scores, held, _ = cross_validate(seen, conflicts, polarity)
    print("cross-validated; now the model that ships", flush=True)
    return replace(fit(seen, conflicts, polarity), calibration=calibrate(held)), scores, held


def _blind(
    parts: dict[str, list[int]], seen: Seen, conflicts: dict[str, Conflict], calibrated: Model
) -> list[tuple[str, Figures]]:
    """Measure `parts` by a model that has seen none of them, with the calibration of one that has."""
    inside = {i for part in parts.values() for i in part}
    rest = seen.part(i for i in range(len(seen.examples)) if i not in inside)
    model = replace(fit(rest, conflicts, calibrated.polarity), calibration=calibrated.calibration)
    rows = []
    for name, part in parts.items():
        gold = [Gold(seen.examples[i].side, seen.examples[i].stances) for i in part]
        rows.append((name, evaluate(gold, apply(model, seen.examples, part, conflicts))))
    return rows


def leave_conflicts_out(seen: Seen, conflicts: dict[str, Conflict], model: Model) -> list[tuple[str, Figures]]:
    """Measure each conflict by a model that never saw it: a large one by one of its own, the others by one for all."""
    counts = Counter(e.conflict for e in seen.examples)
    unseen: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, e in enumerate(seen.examples):
        name = e.conflict if counts[e.conflict] >= MIN_LORE else "the others"
        unseen[e.conflict if counts[e.conflict] >= LARGE else ""][name].append(i)
    jobs = (delayed(_blind)(dict(parts), seen, conflicts, model) for parts in unseen.values())
    return [row for rows in Parallel(n_jobs=WORKERS, verbose=REPORTS)(jobs) for row in rows]


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
    polarity = load_polarity(settings.stance / "polarity.csv")
    seen = see(examples, conflicts, polarity)
    model, scores, held = train(seen, conflicts, polarity)
    version = save_model(model, settings.stance / NAME)
    sizes = (model.stance_index, model.side_index, model.lore_index, model.context_index)
    print(f"{len(examples)} comments, {' + '.join(str(len(s)) for s in sizes)} features, {version}")
    gold = [Gold(e.side, e.stances) for e in examples]
    unseen = leave_conflicts_out(seen, conflicts, model)
    outside = outside_sets(arguments.outside, conflicts, lambda c: NgramScorer(load_model(settings.stance / NAME), c))
    risks = risk_coverage(held, model.calibration)
    measured = figures(version, examples, gold, scores, model.calibration, risks, unseen, outside)
    write_card(settings.stance / "MODEL_CARD.md", measured)
    print(measured)
    print(f"trained and measured in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
