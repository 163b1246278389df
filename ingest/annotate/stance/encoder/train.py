"""Train the encoder, write its artefact, and measure it beside the n-grams on comments neither has seen.

python -m ingest.annotate.stance.encoder.train [--layers N] [--with FILE]

Needs the extra `train`; uses a GPU where there is one; goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ingest.annotate.stance import Scorer
from ingest.annotate.stance.card import write_card
from ingest.annotate.stance.corpus import Example, load_corpus, load_known_conflicts
from ingest.annotate.stance.encoder.base import kept_pieces, packaged, pieces_of, read_base
from ingest.annotate.stance.encoder.blend import Blend, Opinions, fit_blend
from ingest.annotate.stance.encoder.export import About, save_blend, save_encoder
from ingest.annotate.stance.encoder.inputs import ROLES, Lore, Said, Writer
from ingest.annotate.stance.encoder.learn import ANY_NEUTRAL, LAYERS, Lesson, begin, learn
from ingest.annotate.stance.encoder.network import NAME, Network
from ingest.annotate.stance.encoder.pieces import Pieces
from ingest.annotate.stance.encoder.scorer import EncoderScorer
from ingest.annotate.stance.evaluate import Figures, Gold, evaluate, side_of, table
from ingest.annotate.stance.fit import MIN_LORE, fit, see
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.model import STANCES, Model, load_model
from ingest.annotate.stance.ngram import MAX_CHARACTERS, NgramScorer
from ingest.annotate.stance.ngram import NAME as NGRAM
from ingest.annotate.stance.outside import two_party
from ingest.annotate.stance.quotes import own_words
from ingest.annotate.stance.side import OTHER_SIDES
from ingest.annotate.stance.train import groups
from ingest.conflict import Conflict
from ingest.records import SideScore
from ingest.settings import Settings

SEED = 20201110
EPOCHS = 4
"""Held-out comments were judged worse after five passes over a corpus of this size than after three."""
HELD = 5
"""One group of near-duplicates in so many is held out, for calibration and figures."""
BEGIN, END = "<!-- encoder: begin -->", "<!-- encoder: end -->"


def writers(conflicts: Mapping[str, Conflict], lore: Mapping[str, Sequence[str]], pieces: Pieces) -> dict[str, Writer]:
    """Return a writer for each conflict; those in `lore` are read in their own terms."""
    found = {}
    for name, conflict in conflicts.items():
        own = None
        if name in lore:
            mark = len(pieces) + len(ROLES) + list(lore).index(name)
            own = Lore(mark, {p.place_id: p.name for p in conflict.places})
        found[name] = Writer(Masker(conflict), pieces, own)
    return found


def lore_of(examples: Sequence[Example], conflicts: Mapping[str, Conflict]) -> dict[str, list[str]]:
    """Return the belligerents of each conflict with comments enough to learn what its readers bring up."""
    counts = Counter(e.conflict for e in examples if e.side in e.stances)
    return {c: [p.party_id for p in conflicts[c].belligerents] for c in sorted(counts) if counts[c] >= MIN_LORE}


def lesson(example: Example, writer: Writer, *, any_neutral: bool = False) -> Lesson:
    """Turn an example about two parties into one pass and what it should say."""
    masker, given = writer.masker, example.given

    def said(text: str) -> Said:
        own = own_words(text[:MAX_CHARACTERS])
        return Said(own, masker.read(own))

    view = writer.views(said(given.text), said(given.parent_text) if given.parent_text else None)[0]
    ids = [masker.party_ids[n] for n in sorted(masker.belligerents, key=lambda n: not view.leads(n))]
    if example.side in ids:
        side = ids.index(example.side)
    else:
        side = ANY_NEUTRAL if any_neutral else 2 + OTHER_SIDES.index(example.side)
    first, second = (STANCES.index(example.stances[i]) for i in ids)
    return Lesson(view.pieces, side, (first, second))


def outside_lessons(path: Path, conflicts: Mapping[str, Conflict], by: Mapping[str, Writer]) -> list[Lesson]:
    """Read a set labelled toward both parties of a known conflict. ValueError where it is of none."""
    found = two_party(path, conflicts.values())
    if found is None:
        raise ValueError(f"{path}: no conflict under data/conflicts/ has parties of the names its stances give")
    conflict, inputs, gold = found
    ids = [p.party_id for p in conflict.belligerents]
    lessons = []
    for given, g in zip(inputs, gold, strict=True):
        stances = g.stances or {}
        example = Example("", conflict.conflict_id, "", given, side_of(stances, ids), stances, "")
        lessons.append(lesson(example, by[conflict.conflict_id], any_neutral=True))
    return lessons


def hold_out(examples: Sequence[Example], conflicts: dict[str, Conflict]) -> tuple[list[Example], list[Example]]:
    """Return (to learn from, held out); near-duplicates and replies to one parent are on one side."""
    roots = groups(examples, conflicts)
    order = np.random.default_rng(SEED).permutation(sorted(set(roots)))
    held = set(order[: len(order) // HELD].tolist())
    kept = [e for e, r in zip(examples, roots, strict=True) if r not in held]
    return kept, [e for e, r in zip(examples, roots, strict=True) if r in held]


def judged(examples: Sequence[Example], by: Mapping[str, Scorer]) -> list[SideScore]:
    """Score each example by the scorer of its conflict."""
    found: dict[int, SideScore] = {}
    for name in {e.conflict for e in examples}:
        at = [i for i, e in enumerate(examples) if e.conflict == name]
        found.update(zip(at, by[name].score([examples[i].given for i in at]), strict=True))
    return [found[i] for i in range(len(examples))]


def calibrate(network: Network, model: Model, held: Sequence[Example], conflicts: Mapping[str, Conflict]) -> Blend:
    """Fit the blend on held-out comments, `model` being n-grams that have not seen them either."""
    parts: list[Opinions] = []
    sides: list[int] = []
    stances: list[list[int]] = []
    for name in sorted({e.conflict for e in held}):
        scorer = EncoderScorer(network, NgramScorer(model, conflicts[name]), conflicts[name])
        rows = [e for e in held if e.conflict == name]
        parts.append(scorer.opinions([e.given for e in rows]))
        names = (*scorer.party_ids, *OTHER_SIDES)
        sides += [names.index(e.side) for e in rows]
        stances += [[STANCES.index(e.stances[p]) for p in scorer.party_ids] for e in rows]
    fields = ("encoder", "ngram", "stances", "regimes", "worded")
    every = Opinions(*(np.concatenate([getattr(p, f) for p in parts]) for f in fields))
    return fit_blend(every, np.array(sides), np.array(stances))


def figures(held: Sequence[Example], scores: Mapping[str, Sequence[SideScore]]) -> str:
    """Return the held-out figures of each scorer as Markdown, whole and by language."""
    rows: list[tuple[str, Figures]] = []
    for name, given in scores.items():
        gold = [Gold(e.side, e.stances) for e in held]
        rows.append((f"{name}, all", evaluate(gold, given)))
        for lang in sorted({e.lang for e in held}):
            at = [i for i, e in enumerate(held) if e.lang == lang]
            rows.append((f"{name}, {lang}", evaluate([gold[i] for i in at], [given[i] for i in at])))
    return table(rows)


def train(
    stance: Path, conflicts: dict[str, Conflict], outside: Sequence[Path], checkpoint: Path, layers: int = LAYERS
) -> str:
    """Train, save and calibrate; return the figures. `outside` are sets labelled toward both parties of a conflict."""
    examples = load_corpus(stance / "corpus", conflicts)
    kept, held = hold_out(examples, conflicts)
    base = read_base(packaged())
    numbers = kept_pieces(base, (t for e in examples for t in (e.given.text, e.given.parent_text or "")))
    lore = lore_of(examples, conflicts)
    by = writers(conflicts, lore, pieces_of(base, numbers))
    lessons = [lesson(e, by[e.conflict]) for e in kept]
    for path in outside:
        lessons += outside_lessons(path, conflicts, by)
    print(f"{len(lessons)} comments to learn from, {len(held)} held out, {len(numbers)} pieces", flush=True)
    weights = begin(base, numbers, len(lore), layers=layers, seed=SEED)
    weights = learn(weights, lessons, base, layers=layers, epochs=EPOCHS, seed=SEED, checkpoint=checkpoint)
    about = About(layers, base.heads, base.epsilon, pieces_of(base, numbers), lore)
    save_encoder(stance / NAME, {n: v.numpy() for n, v in weights.items()}, about)
    return measure(stance, kept, held, conflicts)


def measure(stance: Path, kept: Sequence[Example], held: Sequence[Example], conflicts: dict[str, Conflict]) -> str:
    """Calibrate the saved network on `held` beside n-grams learned from `kept` alone; return the figures of both."""
    shipped = load_model(stance / NGRAM)
    blind = fit(see(kept, conflicts, shipped.polarity), conflicts, shipped.polarity)
    blind = replace(blind, calibration=shipped.calibration)
    blend = calibrate(Network(stance / NAME), blind, held, conflicts)
    save_blend(stance / NAME, blend)
    network = Network(stance / NAME)
    encoders = {n: EncoderScorer(network, NgramScorer(blind, c), c) for n, c in conflicts.items()}
    ngrams = {n: NgramScorer(blind, c) for n, c in conflicts.items()}
    return figures(held, {"encoder": judged(held, encoders), "ngram": judged(held, ngrams)})


def main() -> None:
    """Train with the corpus and, if given, a set from outside; renew the artefact and the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--with",
        dest="outside",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="learn from a JSONL of texts with stances toward both parties too; may be given again",
    )
    parser.add_argument("--layers", type=int, default=LAYERS, help="how many of the base's layers; more are slower")
    settings = Settings.from_env()
    parser.add_argument("--checkpoint", type=Path, default=settings.data / "warehouse" / "encoder.pt")
    arguments = parser.parse_args()
    began = time.monotonic()
    conflicts = load_known_conflicts(settings.data)
    measured = train(settings.stance, conflicts, arguments.outside, arguments.checkpoint, arguments.layers)
    write_card(settings.stance / "MODEL_CARD.md", measured, BEGIN, END)
    print(measured)
    print(f"trained and measured in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
