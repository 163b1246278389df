"""Labelled files in three shapes, measured in one table; and the answers people give, which are such a file too."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.annotate.stance.evaluate import Figures
from ingest.annotate.stance.known import answered
from ingest.annotate.stance.labelled import (
    LabelledError,
    conflict_for,
    made_up,
    named_in,
    read_labelled,
    taken,
    toward,
)
from ingest.annotate.stance.labels import Label, LabelError, append_label, read_labels, stances_of
from ingest.annotate.stance.measure import TargetFigures, measure, target_table
from ingest.annotate.stance.remote.derive import Judgement, score_of
from ingest.conflict import Conflict, Term
from ingest.records import SideScore, StanceInput

CONFLICT = made_up(["North", "South"])


class Cheers:
    """A scorer that hears whom a text cheers."""

    model_version = "cheers-1"

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict

    def score(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        return [score_of(self.conflict, self._judged(one.text), self.model_version) for one in inputs]

    def _judged(self, text: str) -> Judgement:
        return Judgement(
            {p.party_id: (0.9, 0.05, 0.05) if p.name in text else (0.05, 0.05, 0.9) for p in self.conflict.parties}
        )


def write(folder: Path, *rows: object) -> Path:
    path = folder / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_party_that_is_not_rated_counts_nowhere(tmp_path: Path) -> None:
    rows = [{"text": "Go North", "stances": {"North": "FAVOR"}}, {"text": "x", "stances": {"South": "NONE"}}]
    _, figures, *_ = measure(write(tmp_path, *rows), Cheers, [CONFLICT])
    assert isinstance(figures, Figures)
    assert (figures.stance_f1, figures.side_f1) == (1.0, 1.0)


@pytest.mark.parametrize(
    "rows",
    [
        [
            {"text": "Go North", "stances": {"North": "FAVOR", "South": "AGAINST"}},
            {"text": "Go South", "stances": {"North": "NONE", "South": "FAVOR"}},
        ],
        [
            {"text": "Go North", "side": "Pro-North"},
            {"text": "Go South", "side": "south"},
            {"text": "x", "side": "Neutral"},
        ],
    ],
)
def test_sides(tmp_path: Path, rows: list[object]) -> None:
    version, figures, *_ = measure(write(tmp_path, *rows), Cheers, [CONFLICT])
    assert isinstance(figures, Figures)
    assert version == "cheers-1"
    assert (figures.count, figures.side_f1, figures.wrong_side) == (len(rows), 1.0, 0.0)


class Timid(Cheers):
    """A scorer that hears the same and calls nothing."""

    def score(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        heard = super().score(inputs)
        return [
            replace(s, side="unclear", abstained=True, abstain_reason="low_confidence", leaning=s.side)
            if s.side in {p.party_id for p in self.conflict.parties}
            else s
            for s in heard
        ]


def test_what_abstains_is_also_shown_as_if_it_never_did(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"text": "Go North", "side": "North"},
        {"text": "Go South", "side": "South"},
        {"text": "x", "side": "Neutral"},
    )
    timid, bold = measure(path, Timid, [CONFLICT]), measure(path, Cheers, [CONFLICT])
    assert isinstance(timid.figures, Figures)
    assert timid.figures.partisan_recall == 0.0
    assert timid.figures.coverage == pytest.approx(1 / 3)
    assert timid.every_side == bold.figures
    assert bold.every_side is None, "nothing to add where nothing was abstained from"
    assert [name for name, _ in timid.sided("set")] == ["set, cheers-1", "set, every side called"]


def test_targets_are_measured_as_the_shared_task_did(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"text": "Go Rain", "target": "Rain", "stance": "FAVOR"},
        {"text": "Go Rain", "target": "Rain", "stance": "AGAINST"},
        {"text": "so what", "target": "Snow", "stance": "NONE"},
    )
    _, figures, *_ = measure(path, Cheers, [])
    assert isinstance(figures, TargetFigures)
    # FAVOR: one of two calls right, all found; AGAINST: never called.
    assert (figures.count, round(figures.f_avg, 3)) == (3, round((2 / 3 + 0) / 2, 3))
    assert "| 33.3 |" in target_table([("x", figures)])


def test_the_conflict_with_the_labels_parties_is_taken(tmp_path: Path) -> None:
    used: list[str] = []

    def load(conflict: Conflict) -> Cheers:
        used.append(conflict.conflict_id)
        return Cheers(conflict)

    path = write(tmp_path, {"text": "Go North", "stances": {"north": "FAVOR", "South": "NONE"}})
    measure(path, load, [made_up(["East", "West"]), CONFLICT])
    measure(path, load, [])
    assert used == [CONFLICT.conflict_id, "north-south"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("[1]", "not a JSON object"),
        ("{", ":1:"),
        ('{"text": "x"}', "no label"),
        ('{"side": "x"}', "lacks text"),
        ('{"text": "x", "stances": {"North": "LOVE"}}', "'LOVE' is none of"),
        ('{"text": "x", "side": "North", "parent_text": 5}', ":1: parent_text is 5"),
        ('{"text": "x", "side": "North", "title": ["a"]}', ":1: title is"),
        ('{"text": "x", "target": null, "stance": "FAVOR"}', ":1: target is None"),
        ('{"text": "x", "target": "", "stance": "FAVOR"}', ":1: target is ''"),
        ('{"text": "x", "stances": {"": "FAVOR"}}', ":1: a party of stances is ''"),
    ],
)
def test_faults_are_named(tmp_path: Path, row: str, fault: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(row, encoding="utf-8")
    with pytest.raises(LabelledError, match=fault):
        read_labelled(path)


def test_an_unknown_party_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, {"text": "x", "side": "Narnia"})
    with pytest.raises(LabelledError, match=r"'Narnia' is no party of North and South: north \(North\)"):
        measure(path, Cheers, [], CONFLICT)


KNOWN = replace(CONFLICT, lexicon=(*CONFLICT.lexicon, Term("north", "Northener", "demonym", "en")))


@pytest.mark.parametrize(
    ("said", "side"),
    [
        ("off-topic", "off_topic"),
        ("Anti war", "anti_war"),
        ("both", "unclear"),
        ("empty", "empty"),
        ("NEUTRAL", "unclear"),
        ("pro-Northener", "north"),
        ("pro-South", "south"),
    ],
)
def test_sides_as_people_write_them(tmp_path: Path, said: str, side: str) -> None:
    """Each was scored as a party of its own of a war that does not exist."""
    path = write(tmp_path, {"text": "x", "side": "North"}, {"text": "x", "side": said}, {"text": "x", "side": "South"})
    rows = read_labelled(path)
    assert conflict_for(named_in(rows), [made_up(["East", "West"]), KNOWN]) is KNOWN
    assert [row.gold.side for row in toward(rows, KNOWN, path)] == ["north", side, "south"]


@pytest.mark.parametrize("sides", [("North", "South", "Nroth"), ("North", "Nroth"), ("North", "South", "Japan")])
def test_a_slip_in_a_partys_name_is_refused_with_its_line(tmp_path: Path, sides: tuple[str, ...]) -> None:
    path = write(tmp_path, *({"text": "x", "side": side} for side in sides))
    odd = rf"labelled\.jsonl:{len(sides)}: '{sides[-1]}' is no party of North and South: north \(North\)"
    with pytest.raises(LabelledError, match=odd):
        measure(path, Cheers, [made_up(["East", "West"]), KNOWN])


def test_a_party_of_one_war_and_another_country_are_another_war(tmp_path: Path) -> None:
    known = [made_up(["Japan", "South"])]
    path = write(tmp_path, {"text": "x", "side": "Japan"}, {"text": "x", "side": "Brazil"})
    assert conflict_for(named_in(read_labelled(path)), known) is None
    assert taken(path, known).endswith("bare names: Brazil, Japan")


def test_it_is_said_which_conflict_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path, {"text": "x", "side": "North"})
    assert taken(path, [CONFLICT]) == "labelled.jsonl is measured on north-south (North and South)"
    assert taken(path, [], CONFLICT) == taken(path, [CONFLICT])
    assert taken(write(tmp_path, {"text": "x", "target": "Rain", "stance": "NONE"}), [CONFLICT]) == ""


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "bom.jsonl"
    path.write_text('{"text": "x", "side": "North"}', encoding="utf-8-sig")
    assert [row.gold.side for row in read_labelled(path)] == ["North"]


def answer(text: str, side: str) -> Label:
    stances = stances_of(side, [p.party_id for p in CONFLICT.belligerents if p.party_id != side], CONFLICT)
    return Label(text, None, "title", side, stances, "random", "m-1", "unclear", "ab", "2020-10-05")


def test_answers_are_kept_and_the_later_holds(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    assert read_labels(path, CONFLICT) == []
    for one in (answer("first", "north"), answer("second", "south"), answer("first", "south")):
        append_label(path, one)
    held = read_labels(path, CONFLICT)
    assert [(one.text, one.side) for one in held] == [("first", "south"), ("second", "south")]
    assert held[0].stances == {"north": "AGAINST", "south": "FAVOR"}
    assert measure(path, Cheers, [CONFLICT])[0] == "cheers-1", "answers are a labelled file"


def test_what_is_drawn_at_random_trains_nothing(tmp_path: Path) -> None:
    """A model that had learned from them would look better on them than it is."""
    (tmp_path / "war").mkdir()
    for one in (answer("measured on", "north"), replace(answer("learned", "south"), drawn="uncertain")):
        append_label(tmp_path / "war" / "labels.jsonl", one)
    assert [one.given.text for one in answered(tmp_path, {"war": CONFLICT})] == ["learned"]


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("side", "east", "'east' is none of"),
        ("stances", {"north": "FAVOR"}, "for each of"),
        ("drawn", "lots", "'lots'"),
        ("colour", "red", "colour"),
    ],
)
def test_a_faulty_answer_names_its_line(tmp_path: Path, key: str, value: object, fault: str) -> None:
    path = tmp_path / "labels.jsonl"
    append_label(path, answer("first", "north"))
    row = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(path.read_text(encoding="utf-8") + json.dumps(row | {key: value}), encoding="utf-8")
    with pytest.raises(LabelError, match=f"labels.jsonl:2: .*{fault}"):
        read_labels(path, CONFLICT)
