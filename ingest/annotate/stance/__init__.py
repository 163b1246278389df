"""Stance toward each party, and the side derived from it.

Scorers stand behind one small interface, so that a deeper model can take the place of the embedded one. Each is
imported when it is asked for: their libraries take seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from ingest.conflict import Conflict
from ingest.records import SideScore, StanceInput


class Scorer(Protocol):
    """What every stance model offers; `model_version` changes whenever its answers may."""

    model_version: str

    def score(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        """Score each input; the result is as long as the input and in its order."""
        ...


def _ngram(conflict: Conflict, stance_dir: Path) -> Scorer:
    from ingest.annotate.stance.ngram import load_ngram

    return load_ngram(conflict, stance_dir)


def _fast(conflict: Conflict, stance_dir: Path) -> Scorer:
    from ingest.annotate.stance.fast.scorer import load_fast_scorer

    return load_fast_scorer(conflict, stance_dir)


def _encoder(conflict: Conflict, stance_dir: Path) -> Scorer:
    from ingest.annotate.stance.encoder.scorer import load_encoder

    return load_encoder(conflict, stance_dir)


def _endpoint(conflict: Conflict, stance_dir: Path) -> Scorer:
    from ingest.annotate.stance.remote.endpoint import load_endpoint

    return load_endpoint(conflict, stance_dir)


def _hub(conflict: Conflict, stance_dir: Path) -> Scorer:
    from ingest.annotate.stance.remote.hub import load_hub

    return load_hub(conflict, stance_dir)


SCORERS: dict[str, Callable[[Conflict, Path], Scorer]] = {
    "ngram": _ngram,
    "fast": _fast,
    "encoder": _encoder,
    "endpoint": _endpoint,
    "hub": _hub,
}


DEFAULT_SCORER = "encoder"
"""What the pipeline and the commands use where nobody says otherwise."""


class UnknownScorerError(ValueError):
    """There is no scorer of that name; the message lists those there are."""


def load_scorer(name: str, conflict: Conflict, stance_dir: Path) -> Scorer:
    """Load the scorer `name` for one conflict; `stance_dir` holds the artefacts. Raises UnknownScorerError."""
    if name not in SCORERS:
        raise UnknownScorerError(f"no stance scorer {name!r}; there are: {', '.join(SCORERS)}")
    return SCORERS[name](conflict, stance_dir)
