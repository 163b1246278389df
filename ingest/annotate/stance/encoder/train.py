"""Train the encoder, write its artefact, and measure it beside the n-grams on texts neither has seen.

python -m ingest.annotate.stance.encoder.train

Needs the extra `train`; uses a GPU where there is one; goes on where it was stopped. Goes on from what ships, unless it
is told otherwise.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance import Scorer
from ingest.annotate.stance.card import EVERY, sides, write_card
from ingest.annotate.stance.corpus import Example, load_known_conflicts
from ingest.annotate.stance.encoder.base import kept_pieces, packaged, pieces_of, read_base
from ingest.annotate.stance.encoder.blend import MAX_WRONG_SIDE, Blend, Opinions, fit_blend, risk, side_logs, weights_of
from ingest.annotate.stance.encoder.export import About, save_blend, save_encoder
from ingest.annotate.stance.encoder.held import Split, keep_split, kept_split, split
from ingest.annotate.stance.encoder.learn import LAYERS, TEACHER, Lesson, begin, learn, says, thinned
from ingest.annotate.stance.encoder.lessons import lessons_of, target_lessons, two_party_lessons, writer
from ingest.annotate.stance.encoder.network import NAME, Network
from ingest.annotate.stance.encoder.pieces import Pieces
from ingest.annotate.stance.encoder.predecessor import Predecessor, predecessor
from ingest.annotate.stance.encoder.scorer import EncoderScorer
from ingest.annotate.stance.evaluate import Gold, evaluate, table
from ingest.annotate.stance.fit import fit
from ingest.annotate.stance.known import FORM, known_examples
from ingest.annotate.stance.model import STANCES, Model, load_model
from ingest.annotate.stance.ngram import NAME as NGRAM
from ingest.annotate.stance.ngram import NgramScorer
from ingest.annotate.stance.outside import OUTSIDE, outside_sets, rows_of, target_rows
from ingest.annotate.stance.seen import see
from ingest.annotate.stance.side import OTHER_SIDES
from ingest.conflict import Conflict
from ingest.records import SideScore
from ingest.settings import Settings

SEED = 20201110
COURSES = 4
"""How often the texts about two parties are gone through; those about single targets only the first time."""
AGAIN = 3
"""How often one goes through them that goes on from what ships."""
OBSERVED = 400
"""So many passes show what numbers occur in the layers, before they are rounded."""
BEGIN, END = "<!-- encoder: begin -->", "<!-- encoder: end -->"


def stands_for(path: Path) -> dict[str, list[str]]:
    """Return the words each role begins as."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["role"]: row["words"].split("|") for row in csv.DictReader(file)}


def courses(
    learned: Sequence[Example], shared: Path, conflicts: dict[str, Conflict], pieces: Pieces
) -> list[list[Lesson]]:
    """Return what is gone through, course by course."""
    own = {name: writer(conflict, pieces) for name, conflict in conflicts.items()}
    core: set[Lesson] = {lesson for e in learned for lesson in lessons_of(e, own[e.conflict])}
    ours = len(core)
    single: list[Lesson] = []
    for path in sorted(shared.glob("*_train*.jsonl")):
        first = rows_of(path)[0]
        if "stances" in first:
            core.update(two_party_lessons(path, conflicts, own))
        elif "target" in first:
            single += target_lessons(target_rows(path), pieces)
    every = sorted(core, key=lambda lesson: lesson.pieces)
    print(f"lessons: {ours} ours, {len(every) - ours} of other sets about two parties, {len(single)} about one target")
    return [every + single, *([every] * (COURSES - 1))]


def judged(examples: Sequence[Example], by: Mapping[str, Scorer]) -> list[SideScore]:
    """Score each example by the scorer of its conflict."""
    found: dict[int, SideScore] = {}
    for name in {e.conflict for e in examples}:
        at = [i for i, e in enumerate(examples) if e.conflict == name]
        found.update(zip(at, by[name].score([examples[i].given for i in at]), strict=True))
    return [found[i] for i in range(len(examples))]


@dataclass(frozen=True, slots=True)
class Asked:
    """What both models say of labelled comments, and the truth: numbers of sides and of stances; `real` marks posts."""

    opinions: Opinions
    sides: npt.NDArray[np.int64]
    stances: npt.NDArray[np.int64]
    real: npt.NDArray[np.bool_]


def ask(network: Network, model: Model, held: Sequence[Example], conflicts: Mapping[str, Conflict]) -> Asked:
    """Ask the encoder, and n-grams that have not seen them either, about held-out comments."""
    parts: list[Opinions] = []
    order: list[Example] = []
    truth: list[int] = []
    stances: list[list[int]] = []
    for name in sorted({e.conflict for e in held}):
        scorer = EncoderScorer(network, NgramScorer(model, conflicts[name]), conflicts[name])
        rows = [e for e in held if e.conflict == name]
        parts.append(scorer.opinions([e.given for e in rows]))
        names = (*scorer.party_ids, *OTHER_SIDES)
        truth += [names.index(e.side) for e in rows]
        stances += [[STANCES.index(e.stances[p]) for p in scorer.party_ids] for e in rows]
        order += rows
    fields = ("encoder", "ngram", "stances", "regimes", "worded")
    every = Opinions(*(np.concatenate([getattr(p, f) for p in parts]) for f in fields))
    return Asked(every, np.array(truth), np.array(stances), np.array([e.form == FORM for e in order]))


def thresholds(asked: Asked, blend: Blend) -> str:
    """Return as Markdown what asking for a higher share costs and gains, on all held-out texts and on real posts."""
    logs, worded = side_logs(asked.opinions, blend), asked.opinions.worded
    on = {"all": np.ones(len(logs), dtype=bool), "posts": asked.real}
    found = {n: {s: (c, w) for s, c, w in risk(logs[k], asked.sides[k], worded[k])} for n, k in on.items() if k.any()}
    heads = " | ".join(f"{n}: calls | other party" for n in found)
    lines = [f"| share >= | {heads} |", "|---" * (1 + 2 * len(found)) + "|"]
    for share in list(found["all"])[::EVERY]:
        cells = [f"{c / on[n].sum():.1%} | {w:.1%}" for n, at in found.items() for c, w in [at.get(share, (0, 0.0))]]
        lines.append(f"| {share:.2f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def figures(held: Sequence[Example], scores: Mapping[str, Sequence[SideScore]]) -> str:
    """Return the held-out figures of each scorer as Markdown: whole, by language, and of real posts alone."""
    parts = {"all": list(range(len(held)))}
    parts |= {lang: [i for i, e in enumerate(held) if e.lang == lang] for lang in sorted({e.lang for e in held})}
    parts |= {"posts": [i for i, e in enumerate(held) if e.form == FORM]}
    gold = [Gold(e.side, e.stances) for e in held]
    rows = [
        (f"{name}, {part}", evaluate([gold[i] for i in at], [given[i] for i in at]))
        for name, given in scores.items()
        for part, at in parts.items()
        if at
    ]
    return table(rows)


def train(
    stance: Path,
    shared: Path,
    parts: Split,
    conflicts: dict[str, Conflict],
    checkpoint: Path,
    layers: int,
    before: Predecessor | None,
    *,
    anew: bool = False,
) -> None:
    """Train and save; `shared` holds labelled sets from outside, and may be missing.

    What ships learns from the one `before` it, and begins where that one stands; its weights are the mean of where that
    was and where it came to. Where there is none, where it has other layers, or `anew`, a teacher is trained first.
    """
    base = read_base(packaged())
    numbers = kept_pieces(base, (t for e in parts.learned for t in (e.given.text, e.given.parent_text or "")))
    pieces = pieces_of(base, numbers)
    lessons = courses(parts.learned, shared, conflicts, pieces)
    words = stands_for(stance / "roles.csv")
    if before is not None and before.layers == layers and not anew:
        lessons = lessons[-AGAIN:]
        told = before.says(lessons[0], pieces)
        weights = before.lent(begin(base, numbers, words, layers=layers, seed=SEED), layers)
    else:
        weights = begin(base, numbers, words, layers=TEACHER, seed=SEED)
        weights = learn(weights, lessons, base, layers=TEACHER, seed=SEED, checkpoint=checkpoint)
        told = {}
        if layers < TEACHER:
            told = says(weights, [lesson for course in lessons for lesson in course], base, layers=TEACHER)
            weights = thinned(weights, layers)
            if before is not None:
                told, weights = before.heard(told, pieces), before.lent(weights, layers)
    if told:
        weights = learn(
            weights, lessons, base, layers=layers, seed=SEED,
            checkpoint=checkpoint.with_stem(f"{checkpoint.stem}-student"), teacher=told,
        )  # fmt: skip
        if before is not None:
            weights = before.averaged(weights, layers)
    about = About(layers, base.heads, base.epsilon, pieces)
    some = [lesson.pieces for lesson in lessons[-1][:: len(lessons[-1]) // OBSERVED + 1]]
    save_encoder(stance / NAME, {n: v.numpy() for n, v in weights.items()}, about, some)
    keep_split(stance / NAME, parts)


def measure(stance: Path, shared: Path, parts: Split, conflicts: dict[str, Conflict]) -> str:
    """Calibrate the saved network beside n-grams that learned from the same texts; return the figures of both."""
    shipped = load_model(stance / NGRAM)
    blind = fit(see(parts.learned, conflicts, shipped.polarity), conflicts, shipped.polarity)
    blind = replace(blind, calibration=shipped.calibration)
    told = ask(Network(stance / NAME), blind, parts.calibrated, conflicts)
    blend = fit_blend(told.opinions, told.sides, told.stances, weights_of(told.real))
    save_blend(stance / NAME, blend)
    network = Network(stance / NAME)
    encoders = {n: EncoderScorer(network, NgramScorer(blind, c), c) for n, c in conflicts.items()}
    ngrams = {n: NgramScorer(blind, c) for n, c in conflicts.items()}
    held = parts.measured
    outside = outside_sets(shared, conflicts, lambda c: EncoderScorer(network, NgramScorer(shipped, c), c))
    by_encoder = judged(held, encoders)
    return "\n\n".join(
        (
            (
                f"Learned from {len(parts.learned)} comments and posts, calibrated on {len(parts.calibrated)}, "
                f"measured on {len(held)}; near-duplicates kept together."
            ),
            figures(held, {"encoder": by_encoder, "ngram": judged(held, ngrams)}),
            sides(held, by_encoder),
            "### Thresholds",
            (
                f"Where a party seems taken, one is called if it has {blend.rest.min_share:.2f} or more of that "
                f"probability: the lowest share from which on at most {MAX_WRONG_SIDE:.0%} of the partisan calls on "
                "the texts kept for calibration, real posts having half the weight, name the other party. On the texts "
                "kept for figures:"
            ),
            thresholds(ask(network, blind, held, conflicts), blend),
            "### On sets from outside, validation parts",
            table(outside) if outside else "Not measured: the sets were not on the machine that trained.",
        )
    )


def main() -> None:
    """Train; renew the artefact and the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--shared",
        type=Path,
        default=OUTSIDE,
        help="folder of labelled sets and posts from outside; skipped where missing",
    )
    parser.add_argument(
        "--layers",
        type=int,
        choices=(LAYERS, TEACHER),
        default=LAYERS,
        help=f"{TEACHER} ships the teacher itself: half as fast, 11 MB more, no better when last measured",
    )
    settings = Settings.from_env()
    parser.add_argument("--checkpoint", type=Path, default=settings.data / "warehouse" / "encoder.pt")
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--anew", action="store_true", help="train a new teacher beside what ships: some 70 minutes more"
    )
    source.add_argument("--alone", action="store_true", help="learn from a new teacher alone, not from what ships")
    parser.add_argument("--calibrate", action="store_true", help="keep the layers; calibrate and measure them anew")
    arguments = parser.parse_args()
    began = time.monotonic()
    conflicts = load_known_conflicts(settings.data)
    examples = known_examples(settings.data, arguments.shared, conflicts)
    kept = kept_split(settings.stance / NAME, needed=arguments.calibrate)
    parts = split(examples, conflicts, SEED, kept=kept)
    if not arguments.calibrate:
        before = None if arguments.alone else predecessor(settings.stance / NAME)
        train(
            settings.stance, arguments.shared, parts, conflicts, arguments.checkpoint, arguments.layers, before,
            anew=arguments.anew,
        )  # fmt: skip
    measured = measure(settings.stance, arguments.shared, parts, conflicts)
    write_card(settings.stance / "MODEL_CARD.md", measured, BEGIN, END)
    print(measured)
    print(f"trained and measured in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
