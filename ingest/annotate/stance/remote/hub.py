"""A transformer from a hub as a scorer, by natural language inference.

Off by default and not installed: `.venv/bin/uv pip install --editable '.[hub]'` brings its libraries. PARLEY_HUB_MODEL
names the model, a folder or a hub's name; a folder needs no network.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ingest.annotate.stance.quotes import own_words
from ingest.annotate.stance.remote.derive import Chances, Judgement, empty_score, is_empty, score_of
from ingest.conflict import Conflict
from ingest.records import SideScore, StanceInput

HYPOTHESES = (
    "The author of this comment supports {party}.",
    "The author of this comment is against {party}.",
    "The author of this comment takes no position on {party}.",
)
"""In the order FAVOR, AGAINST, NONE."""

MAX_CHARACTERS = 2_000

Classifier = Callable[[Sequence[str], list[str]], list[list[float]]]
"""Texts and hypotheses to chances that sum to 1 over the hypotheses of each text."""


class HubError(RuntimeError):
    """The transformer cannot be loaded; the message says what to install or name."""


class HubScorer:
    """One pass per comment and party."""

    def __init__(self, conflict: Conflict, classify: Classifier, model: str) -> None:
        self.conflict = conflict
        self.classify = classify
        asked = "|".join((*HYPOTHESES, *(p.name for p in conflict.belligerents)))
        self.model_version = f"hub-{model}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"

    def score(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        """Score each input in order."""
        spoken = [i for i, given in enumerate(inputs) if not is_empty(given)]
        texts = [_premise(inputs[i]) for i in spoken]
        told: dict[int, dict[str, Chances]] = {i: {} for i in spoken}
        for party in self.conflict.belligerents if spoken else ():
            rows = self.classify(texts, [hypothesis.format(party=party.name) for hypothesis in HYPOTHESES])
            for i, (favor, against, none) in zip(spoken, rows, strict=True):
                told[i][party.party_id] = (favor, against, none)
        return [
            score_of(self.conflict, Judgement(told[i]), self.model_version)
            if i in told
            else empty_score(self.conflict, self.model_version)
            for i in range(len(inputs))
        ]


def load_hub(conflict: Conflict, stance_dir: Path) -> HubScorer:
    """Load PARLEY_HUB_MODEL. Raises HubError where the libraries or the model's name are missing."""
    del stance_dir
    name = os.environ.get("PARLEY_HUB_MODEL")
    if not name:
        raise HubError("the scorer 'hub' needs PARLEY_HUB_MODEL: a model for natural language inference, or its folder")
    try:
        from transformers import pipeline
    except ImportError as error:
        raise HubError(
            "the scorer 'hub' needs its libraries; in Parley's folder: .venv/bin/uv pip install --editable '.[hub]'"
        ) from error
    try:
        run = pipeline("zero-shot-classification", model=name)
    except (OSError, ValueError) as error:
        raise HubError(
            f"the model {name!r} cannot be loaded ({type(error).__name__}); name a folder or a hub's model"
        ) from error
    return HubScorer(conflict, _classifier(run), Path(name).name)


def _classifier(run: Callable[..., Any]) -> Classifier:
    def classify(texts: Sequence[str], hypotheses: list[str]) -> list[list[float]]:
        rows = run(list(texts), candidate_labels=hypotheses, hypothesis_template="{}", batch_size=16)
        return [
            [dict(zip(row["labels"], row["scores"], strict=True))[one] for one in hypotheses]
            for row in (rows if isinstance(rows, list) else [rows])
        ]

    return classify


def _premise(given: StanceInput) -> str:
    own = " ".join(own_words(given.text).split())[:MAX_CHARACTERS]
    return own or given.text[:MAX_CHARACTERS]
