"""How good a scorer is, in the same figures for every scorer and every labelled set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from ingest.annotate.stance.model import STANCES
from ingest.records import SideScore

NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Gold:
    """What a labelled text should be given. `stances` or `side` may be missing from a set."""

    side: str | None
    stances: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The metrics of one scorer on one set; shares 0..1, None where the set has no such labels.

    `stance_f1` is macro over FAVOR, AGAINST, NONE; `side_f1` macro over first party, second party, neutral;
    `side_f1_fine` over every side there is. `wrong_side` is the share of partisan calls whose truth is the other
    party; `partisan_right` the share that are exactly right. `coverage` is the share of texts not abstained on.
    `ece` is the expected calibration error of the stance probabilities in ten bins.
    """

    count: int
    stance_f1: float | None
    stance_f1_majority: float | None
    side_f1: float
    side_f1_majority: float
    side_f1_fine: float
    accuracy: float
    accuracy_majority: float
    wrong_side: float
    partisan_right: float
    partisan_recall: float
    coverage: float
    ece: float | None


def expected_calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the mean gap between confidence and share right over equal-width bins, weighted by their size."""
    c, r = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    which = np.minimum((c * bins).astype(int), bins - 1)
    gaps = [abs(c[which == b].mean() - r[which == b].mean()) * float((which == b).mean()) for b in np.unique(which)]
    return float(sum(gaps))


def _f1(truth: Sequence[str], called: Sequence[str]) -> float:
    return float(f1_score(truth, called, labels=sorted(set(truth)), average="macro", zero_division=0))


def _majority(truth: Sequence[str]) -> list[str]:
    labels, counts = np.unique(np.asarray(truth), return_counts=True)
    return [str(labels[int(np.argmax(counts))])] * len(truth)


def coarse(side: str, parties: Sequence[str]) -> str:
    """Return "A", "B", ... for a party in display order, "neutral" for everything else."""
    return chr(ord("A") + parties.index(side)) if side in parties else NEUTRAL


def side_of(stances: dict[str, str], parties: Sequence[str]) -> str:
    """Derive the side a set of stances amounts to: the one party favoured, or spared while the others are not.

    A party that the set does not rate counts as NONE.
    """
    rank = {"FAVOR": 1, "NONE": 0, "AGAINST": -1}
    ranks = sorted(((rank[stances.get(p, "NONE")], p) for p in parties), reverse=True)
    return ranks[0][1] if ranks[0][0] > ranks[1][0] else "unclear"


def evaluate(gold: Sequence[Gold], scores: Sequence[SideScore]) -> Figures:
    """Compare scores with labels, text by text."""
    order = [[s.party_id for s in score.stances] for score in scores]
    truth = [g.side or side_of(g.stances or {}, p) for g, p in zip(gold, order, strict=True)]
    called = [s.side for s in scores]
    truth3 = [coarse(s, p) for s, p in zip(truth, order, strict=True)]
    called3 = [coarse(s, p) for s, p in zip(called, order, strict=True)]
    calls = [(t, c) for t, c in zip(truth3, called3, strict=True) if c != NEUTRAL]
    partisan = sum(t != NEUTRAL for t in truth3)
    rated = [(g.stances or {}, s) for g, x in zip(gold, scores, strict=True) for s in x.stances]
    pairs = [(stances[s.party_id], s) for stances, s in rated if s.party_id in stances]
    stance_truth = [t for t, _ in pairs]
    stance_called = [s.stance for _, s in pairs]
    best = [max(s.p_favor, s.p_against, s.p_none) for _, s in pairs]
    right = [STANCES[int(np.argmax((s.p_favor, s.p_against, s.p_none)))] == t for t, s in pairs]
    return Figures(
        count=len(scores),
        stance_f1=_f1(stance_truth, stance_called) if pairs else None,
        stance_f1_majority=_f1(stance_truth, _majority(stance_truth)) if pairs else None,
        side_f1=_f1(truth3, called3),
        side_f1_majority=_f1(truth3, _majority(truth3)),
        side_f1_fine=_f1(truth, called),
        accuracy=float(accuracy_score(truth3, called3)),
        accuracy_majority=float(accuracy_score(truth3, _majority(truth3))),
        wrong_side=sum(NEUTRAL not in (t, c) and t != c for t, c in calls) / max(len(calls), 1),
        partisan_right=sum(t == c for t, c in calls) / max(len(calls), 1),
        partisan_recall=sum(t == c for t, c in calls) / max(partisan, 1),
        coverage=sum(not s.abstained for s in scores) / max(len(scores), 1),
        ece=expected_calibration_error(best, right) if pairs else None,
    )


COLUMNS = (
    ("n", "count"),
    ("stance F1", "stance_f1"),
    ("majority", "stance_f1_majority"),
    ("side F1", "side_f1"),
    ("majority", "side_f1_majority"),
    ("side F1 (all)", "side_f1_fine"),
    ("accuracy", "accuracy"),
    ("wrong side", "wrong_side"),
    ("partisan right", "partisan_right"),
    ("partisan found", "partisan_recall"),
    ("coverage", "coverage"),
    ("ECE", "ece"),
)


def table(rows: Sequence[tuple[str, Figures]]) -> str:
    """Return the figures as a Markdown table, one line per set; shares in per cent."""
    lines = ["| | " + " | ".join(n for n, _ in COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for name, figures in rows:
        values = [getattr(figures, key) for _, key in COLUMNS]
        cells = ["–" if v is None else str(v) if isinstance(v, int) else f"{100 * v:.1f}" for v in values]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def confusion(gold: Sequence[str], called: Sequence[str], labels: Sequence[str]) -> str:
    """Return a confusion matrix as Markdown: rows are the truth, columns what was called."""
    counts = confusion_matrix(gold, called, labels=list(labels))
    lines = ["| truth \\ called | " + " | ".join(labels) + " |", "|---" * (len(labels) + 1) + "|"]
    lines += [f"| {n} | " + " | ".join(map(str, row)) + " |" for n, row in zip(labels, counts, strict=True)]
    return "\n".join(lines)
