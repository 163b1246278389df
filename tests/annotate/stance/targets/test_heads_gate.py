"""The gate of the heads: floors that may only rise, cross-validated on a set from outside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.annotate.stance import load_scorer
from ingest.annotate.stance.encoder.network import NAME as ENCODER
from ingest.annotate.stance.measure import measure
from ingest.annotate.stance.targets.head import NAME, SCORERS, load_heads
from ingest.annotate.stance.targets.train import LabelledSet, measured, read_set, told
from ingest.conflict import load_conflicts
from tests.annotate.stance.conftest import STANCE

SET = "semeval2016_train.jsonl"
TARGETS = {"ngram": 5, "encoder": 1}
"""How many of the set's targets are looked at: the base reads some fifty texts a second. The card has the whole."""
FLOORS = {"ngram": 0.69, "encoder": 0.77}
BOTH, BOTH_FLOOR = "russia_ukraine_val", 0.60
"""Stances toward both parties: side F1 of the scorer together with the heads of both, on every second text."""
MOST_BYTES = 16 * 2**20


def some(one: LabelledSet, targets: int) -> LabelledSet:
    """Return the texts about a set's first targets."""
    return replace(one, rows=[row for row in one.rows if row.target in one.targets[:targets]])


@pytest.fixture(scope="module")
def labelled(shared: Path) -> LabelledSet:
    one = read_set(shared / "stance" / SET)
    assert one is not None
    return one


@pytest.mark.parametrize("scorer", SCORERS)
def test_cross_validated(labelled: LabelledSet, scorer: str) -> None:
    heads, one = load_heads(scorer, STANCE), some(labelled, TARGETS[scorer])
    assert heads is not None
    (figure,) = measured(one, told(one.rows, heads.reader), repeats=1)
    print(scorer, len(one.rows), figure)
    assert figure >= FLOORS[scorer]


@pytest.mark.parametrize("scorer", SCORERS)
def test_what_ships_answers_for_every_target(labelled: LabelledSet, scorer: str) -> None:
    heads = load_heads(scorer, STANCE)
    assert heads is not None
    for row in labelled.rows[::200]:
        target, text = str(row.target), row.given.text
        assert heads.seen(target, [text]) == 1
        assert set(heads.stances(target, [text])) <= {"FAVOR", "AGAINST", "NONE"}


def test_beside_the_scorer_on_both_parties_of_a_war(shared: Path, conflicts_folder: Path, tmp_path: Path) -> None:
    lines = (shared / "stance" / f"{BOTH}.jsonl").read_text(encoding="utf-8").split("\n")
    part = tmp_path / f"{BOTH}.jsonl"
    part.write_text("\n".join(lines[::2]), encoding="utf-8")
    found = measure(
        part,
        lambda conflict: load_scorer(ENCODER, conflict, STANCE),
        load_conflicts(conflicts_folder),
        load_heads=lambda: load_heads(ENCODER, STANCE),
    )
    print(found)
    assert found.beside is not None
    assert found.beside.learned <= 1, "one post stands in both parts of the set"
    assert found.beside.figures.side_f1 >= BOTH_FLOOR


def test_the_artefact_is_small() -> None:
    assert sum(file.stat().st_size for file in (STANCE / NAME).iterdir()) <= MOST_BYTES
