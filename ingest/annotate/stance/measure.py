"""Measuring any scorer on any labelled file: one table for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from sklearn.metrics import f1_score

from ingest.annotate.stance import Scorer
from ingest.annotate.stance.evaluate import Figures, evaluate
from ingest.annotate.stance.labelled import Labelled, conflict_for, made_up, named_in, read_labelled, toward
from ingest.annotate.stance.targets.beside import beside
from ingest.annotate.stance.targets.head import Heads
from ingest.conflict import Conflict
from ingest.records import SideScore

Load = Callable[[Conflict], Scorer]
LoadHeads = Callable[[], Heads | None]


@dataclass(frozen=True, slots=True)
class TargetFigures:
    """Stance toward single targets: `f_avg` is the official mean of F1(FAVOR) and F1(AGAINST), micro over targets.

    `headed` are the targets that heads of their own answered for, `learned` the texts those had been trained on.
    """

    count: int
    f_avg: float
    macro_f1: float
    accuracy: float
    abstained: float
    headed: tuple[str, ...] = ()
    learned: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """What a scorer and the heads for all parties make of a set together; those had learned `learned` of its texts."""

    version: str
    figures: Figures
    learned: int


class Measured(NamedTuple):
    """The version of a scorer and its figures on a set; `beside` where the set's manner has heads.

    `every_side` is the same scorer made to call a party wherever it abstained from one, as those are measured that
    never abstain; None where it abstained from none.
    """

    version: str
    figures: Figures | TargetFigures
    beside: Beside | None = None
    every_side: Figures | None = None

    def sided(self, name: str) -> list[tuple[str, Figures]]:
        """Return the rows that show the set called `name` in a table of sides; none of single targets."""
        if isinstance(self.figures, TargetFigures):
            return []
        rows = [(f"{name}, {self.version}", self.figures)]
        if self.every_side:
            rows.append((f"{name}, every side called", self.every_side))
        if self.beside:
            rows.append((f"{name}, with {self.beside.version}", self.beside.figures))
        return rows


def measure(
    path: Path,
    load: Load,
    known: Sequence[Conflict],
    conflict: Conflict | None = None,
    load_heads: LoadHeads = lambda: None,
) -> Measured:
    """Return the figures of the scorer that `load` gives on the labelled file `path`.

    The conflict is the one given, else the one of `known` that has the labels' parties, else one made of their names.
    A target labelled alone is left to its head, where `load_heads` gives one and no conflict is given; of stances
    toward parties that all have heads those are shown beside the scorer. Raises LabelledError.
    """
    rows = read_labelled(path)
    if rows[0].target is not None:
        return Measured(*_on_targets(path, rows, load, conflict, None if conflict else load_heads()))
    names = named_in(rows)
    chosen = conflict or conflict_for(names, known) or made_up(names)
    labelled = toward(rows, chosen, path)
    scorer = load(chosen)
    scores = scorer.score([row.given for row in labelled])
    gold = [row.gold for row in labelled]
    called = [replace(s, side=s.leaning, abstained=False) if s.leaning else s for s in scores]
    return Measured(
        scorer.model_version,
        evaluate(gold, scores),
        _beside(labelled, scores, chosen, load_heads),
        evaluate(gold, called) if called != scores else None,
    )


def _beside(
    rows: Sequence[Labelled], scores: Sequence[SideScore], conflict: Conflict, load_heads: LoadHeads
) -> Beside | None:
    """Return what the heads add; None where the set labels no stances, or not every party has a head."""
    names = {p.party_id: p.name for p in conflict.belligerents}
    heads = load_heads() if rows[0].gold.stances is not None else None
    if heads is None or not all(map(heads.knows, names.values())):
        return None
    texts = [row.given.text for row in rows]
    given = heads.read(texts)
    told = {party_id: heads.scores(name, given) for party_id, name in names.items()}
    figures = evaluate([row.gold for row in rows], beside(scores, told))
    return Beside(heads.version, figures, max(heads.seen(name, texts) for name in names.values()))


def _on_targets(
    path: Path, rows: Sequence[Labelled], load: Load, conflict: Conflict | None, heads: Heads | None
) -> tuple[str, TargetFigures]:
    by_target: dict[str, list[Labelled]] = defaultdict(list)
    for row in rows:
        by_target[str(row.target)].append(row)
    truth: list[str] = []
    called: list[str] = []
    headed: list[str] = []
    abstained = learned = 0
    versions: set[str] = set()
    for target, group in by_target.items():
        texts = [row.given.text for row in group]
        truth += [(row.gold.stances or {})[target] for row in group]
        if heads is not None and heads.knows(target):
            versions.add(heads.version)
            headed.append(target)
            learned += heads.seen(target, texts)
            called += heads.stances(target, texts)
            continue
        chosen = conflict or made_up([target])
        labelled = toward(group, chosen, path)
        scorer = load(chosen)
        versions.add(scorer.model_version.partition(".")[0])
        for row, score in zip(labelled, scorer.score([row.given for row in labelled]), strict=True):
            stance = next(one for one in score.stances if one.party_id == row.target)
            called.append(stance.stance)
            abstained += stance.abstained
    per_label = f1_score(truth, called, labels=["FAVOR", "AGAINST"], average=None, zero_division=0)
    right = sum(t == c for t, c in zip(truth, called, strict=True))
    figures = TargetFigures(
        count=len(truth),
        f_avg=float(per_label.mean()),
        macro_f1=float(f1_score(truth, called, average="macro", zero_division=0)),
        accuracy=right / len(truth),
        abstained=abstained / len(truth),
        headed=tuple(headed),
        learned=learned,
    )
    return ", ".join(sorted(versions)), figures


def target_table(rows: Sequence[tuple[str, TargetFigures]]) -> str:
    """Return figures on single targets as a Markdown table; shares in per cent."""
    lines = ["| | n | F avg | macro F1 | accuracy | abstained |", "|---|---|---|---|---|---|"]
    for name, f in rows:
        shares = " | ".join(f"{100 * value:.1f}" for value in (f.f_avg, f.macro_f1, f.accuracy, f.abstained))
        lines.append(f"| {name} | {f.count} | {shares} |")
    return "\n".join(lines)


def head_notes(rows: Sequence[tuple[str, TargetFigures]]) -> str:
    """Return, a line each, which targets heads answered for, and how many of the texts those had learned from."""
    lines = []
    for name, f in rows:
        if f.headed:
            lines.append(f"{name}: by a head of its own for {', '.join(f.headed)}.")
        if f.learned:
            lines.append(f"{name}: {f.learned} of {f.count} texts were learned from; of new texts this says nothing.")
    return "\n".join(lines)


def beside_notes(name: str, found: Beside) -> str:
    """Return, a line each, what the row with heads is to be read as."""
    lines = [f"{name}: {found.version} are heads that know the parties by name; no comment is scored by them."]
    if found.learned:
        lines.append(f"{name}: {found.learned} of {found.figures.count} texts were learned from, and flatter that row.")
    return "\n".join(lines)
