"""The evaluation gate of the shipped default: floors that may only rise, on texts it never learned from.

The embedded demo's comments are invented and were written without sight of any model; the validation sets are of real
posts and comments. What the floors stand for is in the model card.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.annotate.stance import DEFAULT_SCORER, Scorer, load_scorer
from ingest.annotate.stance.evaluate import Figures, Gold, evaluate
from ingest.annotate.stance.measure import measure
from ingest.conflict import load_conflict, load_conflicts
from ingest.records import StanceInput
from ingest.settings import REPO_ROOT
from tests.annotate.stance.conftest import STANCE

DEMO = REPO_ROOT / "data" / "demo"
DEMO_SIDE_F1, DEMO_FOUND, DEMO_WRONG_SIDE = 0.63, 0.54, 0.13
FLOORS = {"russia_ukraine_val": 0.54, "israel_palestine_reddit_val": 0.58}
"""Side macro F1. The second is of a war no model of ours has seen, by its parties' bare names and what they bring.

All texts are asked about. While it was each third one, the second floor stood at 0.59, for a model that has 0.576 of
all; the one after it has 0.587 of all and 0.572 of those 499, so a third was too few for a floor.
"""
EVERY_SIDE = {"russia_ukraine_val": 0.57, "israel_palestine_reddit_val": 0.57}
"""The same with a party called wherever the scorer abstained from one, as scorers are measured that never abstain."""
MOST_BYTES = 36 * 2**20


def demo() -> tuple[list[StanceInput], list[Gold]]:
    """Return the demo's labelled comments and their sides."""
    files = [*sorted((DEMO / "comments").glob("*.jsonl")), DEMO / "extra_comments.jsonl"]
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line]
    by_id = {row["id"]: row for row in rows}
    labelled = [row for row in rows if row.get("side") not in (None, "empty") and row["text"].strip()]
    parents = [by_id.get(row.get("reply_to") or "", {}).get("text") for row in labelled]
    inputs = [StanceInput(row["text"], parent) for row, parent in zip(labelled, parents, strict=True)]
    return inputs, [Gold(row["side"]) for row in labelled]


@pytest.fixture(scope="module")
def default(conflicts_folder: Path) -> Scorer:
    return load_scorer(DEFAULT_SCORER, load_conflict(conflicts_folder / "nagorno_karabakh"), STANCE)


def test_on_the_demo(default: Scorer) -> None:
    inputs, gold = demo()
    figures = evaluate(gold, default.score(inputs))
    print(figures)
    assert len(inputs) > 1500
    assert figures.side_f1 >= DEMO_SIDE_F1
    assert figures.partisan_recall >= DEMO_FOUND
    assert figures.wrong_side <= DEMO_WRONG_SIDE


@pytest.mark.parametrize("name", FLOORS)
def test_on_real_texts(name: str, shared: Path, conflicts_folder: Path) -> None:
    found = measure(
        shared / "stance" / f"{name}.jsonl",
        lambda conflict: load_scorer(DEFAULT_SCORER, conflict, STANCE),
        load_conflicts(conflicts_folder),
    )
    print(found)
    assert isinstance(found.figures, Figures)
    assert found.figures.side_f1 >= FLOORS[name]
    assert found.every_side is not None
    assert found.every_side.side_f1 >= EVERY_SIDE[name]


def test_what_the_default_loads_is_small() -> None:
    # The encoder is pooled with the n-grams, so a scorer is as large as both.
    assert sum(f.stat().st_size for name in (DEFAULT_SCORER, "ngram") for f in (STANCE / name).iterdir()) <= MOST_BYTES
