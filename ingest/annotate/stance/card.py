"""The model card: figures are written by the training, between the marks; the rest is written by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ingest.annotate.stance.corpus import Example
from ingest.annotate.stance.evaluate import NEUTRAL, Figures, Gold, coarse, confusion, evaluate, table
from ingest.annotate.stance.fit import MAX_WRONG_SIDE
from ingest.annotate.stance.model import Calibration
from ingest.records import SideScore

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
LEVELS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8)


def figures(
    version: str,
    examples: Sequence[Example],
    gold: Sequence[Gold],
    scores: Sequence[SideScore],
    calibration: Calibration,
    outside: Sequence[tuple[str, Figures]],
) -> str:
    """Return the measured part of the card as Markdown."""
    parties = [tuple(s.party_id for s in score.stances) for score in scores]
    truth = [coarse(e.side, p) if e.side in p else e.side for e, p in zip(examples, parties, strict=True)]
    called = [coarse(s.side, p) if s.side in p else s.side for s, p in zip(scores, parties, strict=True)]
    labels = ["A", "B", "anti_war", "unclear", "off_topic"]
    return "\n\n".join(
        (
            f"Model version `{version}`; {len(examples)} comments; five folds, near-duplicates kept together.",
            "### Cross-validated on the project's own corpus",
            table([("all", evaluate(gold, scores)), *_by(examples, gold, scores)]),
            "### On sets from outside, never trained on",
            table(outside) if outside else "Not measured: the sets were not on the machine that trained.",
            "### Confusion of sides (A: the conflict's first party, B: its second)",
            confusion(truth, called, labels),
            "### By side",
            _by_side(truth, called),
            "### Abstention",
            (
                f"A party is called at a confidence of {calibration.min_confidence:.2f} or more, the lowest at which "
                f"at most {MAX_WRONG_SIDE:.0%} of the partisan calls on held-out folds name the other party."
            ),
            _risk_coverage(truth, scores, parties),
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


def _risk_coverage(truth: Sequence[str], scores: Sequence[SideScore], parties: Sequence[tuple[str, ...]]) -> str:
    lines = [
        "| partisan calls at confidence >= | calls | share of all texts | right | other party |",
        "|---|---|---|---|---|",
    ]
    calls = [
        (s.confidence, t, c)
        for t, s, p in zip(truth, scores, parties, strict=True)
        if (c := coarse(s.side, p)) != NEUTRAL
    ]
    for level in LEVELS:
        kept = [(t, c) for confidence, t, c in calls if confidence >= level]
        if kept:
            right = sum(t == c for t, c in kept) / len(kept)
            wrong = sum(t in "AB" and t != c for t, c in kept) / len(kept)
            lines.append(f"| {level:.1f} | {len(kept)} | {len(kept) / len(truth):.1%} | {right:.1%} | {wrong:.1%} |")
    return "\n".join(lines)


def write_card(
    path: Path,
    version: str,
    examples: Sequence[Example],
    gold: Sequence[Gold],
    scores: Sequence[SideScore],
    calibration: Calibration,
    outside: Sequence[tuple[str, Figures]],
) -> str:
    """Put the figures between the card's marks and return them. Raises ValueError where the card has no marks."""
    text = path.read_text(encoding="utf-8") if path.exists() else f"# Stance model card\n\n{BEGIN}\n{END}\n"
    if BEGIN not in text or END not in text:
        raise ValueError(f"{path} lacks the lines {BEGIN} and {END}; put them where the figures belong")
    measured = figures(version, examples, gold, scores, calibration, outside)
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n{measured}\n{END}{after}", encoding="utf-8")
    return measured
