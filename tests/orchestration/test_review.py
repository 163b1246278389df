"""Answering at a terminal, key by key: what is kept, whom an answer blames, and how a slip is mended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from ingest.annotate.stance.labelled import made_up
from ingest.annotate.stance.labels import Label, LabelError, append_label, read_labels, take_back
from ingest.records import StanceInput
from orchestration.review import Asked, answer_all

CONFLICT = made_up(["North", "South"])
ASKED = [Asked(StanceInput(text), "uncertain", "unclear", "m-1") for text in ("first", "second", "third")]

Answers = Callable[[str], Result]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "labels.jsonl"


@pytest.fixture
def answers(path: Path) -> Answers:
    return lambda keys: CliRunner().invoke(click.command()(lambda: answer_all(CONFLICT, ASKED, path, "ab")), input=keys)


@pytest.mark.parametrize(
    ("keys", "side", "stances"),
    [
        ("u\n1 2\n", "unclear", ("AGAINST", "AGAINST")),
        ("w\n1,2\n", "anti_war", ("AGAINST", "AGAINST")),
        ("w\n2\n", "anti_war", ("NONE", "AGAINST")),
        ("u\n\n", "unclear", ("NONE", "NONE")),
        ("u\n3\n1\n", "unclear", ("AGAINST", "NONE")),
        ("o\n", "off_topic", ("NONE", "NONE")),
        ("2\nn\n", "south", ("NONE", "FAVOR")),
    ],
)
def test_whom_an_answer_blames(path: Path, answers: Answers, keys: str, side: str, stances: tuple[str, str]) -> None:
    """As the corpus is labelled: who blames both is against both, and on nobody's side."""
    assert answers(keys + "q\n").exit_code == 0
    (kept,) = read_labels(path, CONFLICT)
    assert (kept.text, kept.side, tuple(kept.stances.values())) == ("first", side, stances)


def test_the_last_answer_is_taken_back_and_asked_again(path: Path, answers: Answers) -> None:
    before = Label(
        "older", None, None, "north", {"north": "FAVOR", "south": "NONE"}, "random", "m-1", "x", "cd", "2020-10-05"
    )
    append_label(path, before)
    said = answers("b\n1\ny\no\ns\nb\n2\ny\nq\n")
    assert said.exit_code == 0
    assert "nothing was answered yet" in said.output
    # Nothing to take back; first: north; second: off topic; third: passed over; back to the second: south; leave.
    assert [(one.text, one.side) for one in read_labels(path, CONFLICT)] == [
        ("older", "north"), ("first", "north"), ("second", "south"),
    ]  # fmt: skip
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3


def test_several_are_taken_back_one_after_the_other(path: Path, answers: Answers) -> None:
    assert answers("o\no\nb\nb\nb\nq\n").exit_code == 0
    assert read_labels(path, CONFLICT) == []


@pytest.mark.parametrize(("keys", "third"), [("", "off_topic"), ("\n", "off_topic"), ("b\n1\ny\n\n", "north")])
def test_the_very_last_answer_can_be_taken_back_too(path: Path, answers: Answers, keys: str, third: str) -> None:
    assert answers("o\no\no\n" + keys).exit_code == 0
    assert [one.side for one in read_labels(path, CONFLICT)] == ["off_topic", "off_topic", third]


def test_what_another_wrote_meanwhile_is_not_taken_back(path: Path) -> None:
    mine = Label(
        "mine", None, None, "north", {"north": "FAVOR", "south": "NONE"}, "random", "m-1", "x", "ab", "2020-10-05"
    )
    append_label(path, mine)
    append_label(path, Label(**{**{k: getattr(mine, k) for k in Label.__slots__}, "text": "theirs"}))
    whole = path.read_bytes()
    with pytest.raises(LabelError, match="no longer ends with"):
        take_back(path, [mine])
    assert path.read_bytes() == whole
