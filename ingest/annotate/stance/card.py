"""The model card: figures are written by the training, between the marks; the rest is written by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ingest.annotate.stance.corpus import Example
from ingest.annotate.stance.evaluate import Figures, Gold, coarse, confusion, evaluate, table
from ingest.annotate.stance.fit import MAX_WRONG_SIDE, Risk
from ingest.annotate.stance.model import Calibration
from ingest.annotate.stance.side import OTHER_SIDES
from ingest.records import SideScore

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
EVERY = 5
"""Each how-manieth threshold the card shows."""


def figures(
    version: str,
    examples: Sequence[Example],
    gold: Sequence[Gold],
    scores: Sequence[SideScore],
    calibration: Calibration,
    risks: Sequence[Risk],
    unseen: Sequence[tuple[str, Figures]],
    outside: Sequence[tuple[str, Figures]],
) -> str:
    """Return the measured part of the card as Markdown."""
    return "\n\n".join(
        (
            f"Model version `{version}`; {len(examples)} comments; five folds, near-duplicates kept together.",
            "### Cross-validated on the project's own corpus",
            table([("all", evaluate(gold, scores)), *_by(examples, gold, scores)]),
            "### On conflicts left out of the training",
            table(unseen),
            "### On sets from outside, never trained on",
            table(outside) if outside else "Not measured: the sets were not on the machine that trained.",
            sides(examples, scores),
            "### Abstention",
            (
                f"Where a party seems taken, one is called if it has {calibration.min_share:.2f} or more of that "
                f"probability: the lowest share from which on at most {MAX_WRONG_SIDE:.0%} of the partisan calls on "
                "held-out folds name the other party."
            ),
            _risk_coverage(risks, len(examples)),
        )
    )


def sides(examples: Sequence[Example], scores: Sequence[SideScore]) -> str:
    """Return which sides were taken for which, and how each party's own comments fared."""
    parties = [tuple(s.party_id for s in score.stances) for score in scores]
    truth = [coarse(e.side, p) if e.side in p else e.side for e, p in zip(examples, parties, strict=True)]
    called = [coarse(s.side, p) if s.side in p else s.side for s, p in zip(scores, parties, strict=True)]
    return "\n\n".join(
        (
            "### Confusion of sides (A: the conflict's first party, B: its second)",
            confusion(truth, called, ("A", "B", *OTHER_SIDES)),
            "### By side",
            _by_side(truth, called),
        )
    )


def _by(examples: Sequence[Example], gold: Sequence[Gold], scores: Sequence[SideScore]) -> list[tuple[str, Figures]]:
    rows = []
    for key in ("lang", "conflict"):
        for value, _ in Counter(getattr(e, key) for e in examples).most_common():
            at = [i for i, e in enumerate(examples) if getattr(e, key) == value]
            rows.append((value, evaluate([gold[i] for i in at], [scores[i] for i in at])))
    return rows


def _by_side(truth: Sequence[str], called: Sequence[str]) -> str:
    lines = ["| side | n | called right | called the other party | left unclear or neutral |", "|---|---|---|---|---|"]
    for side, other in (("A", "B"), ("B", "A")):
        own = Counter(c for t, c in zip(truth, called, strict=True) if t == side)
        n = max(own.total(), 1)
        rest = n - own[side] - own[other]
        lines.append(f"| {side} | {n} | {own[side] / n:.1%} | {own[other] / n:.1%} | {rest / n:.1%} |")
    return "\n".join(lines)


def _risk_coverage(risks: Sequence[Risk], count: int) -> str:
    lines = ["| share >= | calls | share of all texts | right | other party |", "|---|---|---|---|---|"]
    lines += [
        f"| {r.min_share:.2f} | {r.calls} | {r.calls / count:.1%} | {r.right:.1%} | {r.wrong_side:.1%} |"
        for r in risks[::EVERY]
    ]
    return "\n".join(lines)


def write_card(path: Path, measured: str, begin: str = BEGIN, end: str = END) -> None:
    """Put the figures between the card's marks. Raises ValueError where the card has no marks."""
    text = path.read_text(encoding="utf-8") if path.exists() else f"# Stance model card\n\n{begin}\n{end}\n"
    if begin not in text or end not in text:
        raise ValueError(f"{path} lacks the lines {begin} and {end}; put them where the figures belong")
    before, after = text.split(begin)[0], text.split(end)[1]
    path.write_text(f"{before}{begin}\n{measured}\n{end}{after}", encoding="utf-8")
