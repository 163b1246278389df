"""Stance toward each party, and the side derived from it.

Scorers stand behind one small interface, so that a deeper model can take the place of the embedded one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from ingest.annotate.stance.ngram import load_ngram
from ingest.conflict import Conflict
from ingest.records import SideScore, StanceInput


class Scorer(Protocol):
    """What every stance model offers; `model_version` changes whenever its answers may."""

    model_version: str

    def score(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        """Score each input; the result is as long as the input and in its order."""
        ...


SCORERS: dict[str, Callable[[Conflict, Path], Scorer]] = {"ngram": load_ngram}


def load_scorer(name: str, conflict: Conflict, stance_dir: Path) -> Scorer:
    """Load the scorer `name` for one conflict; `stance_dir` holds the artefacts. ValueError on an unknown name."""
    if name not in SCORERS:
        raise ValueError(f"no stance scorer {name!r}; there are: {', '.join(SCORERS)}")
    return SCORERS[name](conflict, stance_dir)
