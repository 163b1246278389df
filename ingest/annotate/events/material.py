"""Articles linked by hand, from a conflict's folder: what confidences are fitted to and floors are measured on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.annotate.events.errors import LinksError
from ingest.records import ArticleInput, EventLink

FILE = "links/articles.jsonl"
HELD = "links/held.jsonl"
"""Articles of the same form that nothing is fitted to: what unseen ones may expect."""
"""In the conflict's folder: one object per line with id, half, language, published, title, text, primary, others."""

BINS = 10


@dataclass(frozen=True, slots=True)
class Told:
    """An article and the events it tells: `primary` None where it is about none, `others` by role."""

    article: ArticleInput
    half: str
    language: str
    primary: str | None
    others: dict[str, str]

    @property
    def events(self) -> set[str]:
        """All its events."""
        return {*self.others, *([self.primary] if self.primary else [])}


@dataclass(frozen=True, slots=True)
class Figures:
    """How links compare with those made by hand; shares of 1. `calibration_error` is over ten bins of confidence."""

    articles: int
    primary_accuracy: float
    recall_at_3: float
    precision: float
    recall: float
    f1: float
    calibration_error: float


def read_told(path: Path) -> list[Told]:
    """Read `path`. Raises LinksError naming file and line where a line is not such an object."""
    told = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            day = datetime.fromisoformat(row["published"]).replace(hour=12, tzinfo=UTC) if row["published"] else None
            article = ArticleInput(row["id"], row["title"], row["text"], day)
            told.append(Told(article, row["half"], row["language"], row["primary"], dict(row["others"])))
        except (ValueError, KeyError, TypeError) as error:
            raise LinksError(
                f"{path}:{number}: {error!r}; a line is an object with id, half, language, published, title, text, "
                "primary and others"
            ) from error
    return told


def compare(told: Sequence[Told], links: Sequence[Sequence[EventLink]]) -> Figures:
    """Compare the links of each article with those made by hand."""
    right = sum(
        next((link.event_id for link in found if link.role == "primary"), None) == known.primary
        for known, found in zip(told, links, strict=True)
    )
    about = [(known.primary, found) for known, found in zip(told, links, strict=True) if known.primary]
    at_three = sum(primary in {link.event_id for link in found[:3]} for primary, found in about)
    sure = [
        (link.confidence, link.event_id in known.events)
        for known, found in zip(told, links, strict=True)
        for link in found
    ]
    hits, wanted = sum(hit for _, hit in sure), sum(len(known.events) for known in told)
    return Figures(
        articles=len(told),
        primary_accuracy=right / len(told),
        recall_at_3=at_three / max(1, len(about)),
        precision=hits / max(1, len(sure)),
        recall=hits / max(1, wanted),
        f1=2 * hits / max(1, len(sure) + wanted),
        calibration_error=calibration_error(sure),
    )


def calibration_error(pairs: Iterable[tuple[float, bool]]) -> float:
    """Return the expected calibration error: |mean confidence - share right| over bins, weighted by their size.

    Source: Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI 2015.
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, hit in pairs:
        bins.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, hit))
    total = sum(map(len, bins.values()))
    return sum(abs(sum(c for c, _ in b) - sum(hit for _, hit in b)) for b in bins.values()) / max(1, total)
