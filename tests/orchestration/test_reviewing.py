"""`parley links`: an engineer sees what waits for an answer, answers, and it is gone from the queue."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.conflict import find_conflict
from orchestration.cli import main
from tests.conftest import REPO

EVENT = "nk20-10-28-barda"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the data that ships, so that answers do not end up in it."""
    shutil.copytree(REPO / "data" / "conflicts", tmp_path / "conflicts")
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path))
    return tmp_path


def _decide(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        main, ["links", "decide", *arguments, "--conflict", "nagorno_karabakh", "--by", "me", "--reason", "read it"]
    )
    return done.exit_code, done.output


def test_answers_end_up_in_the_conflicts_file(data: Path) -> None:
    assert _decide("https://news.example/a", EVENT, "--role", "primary")[0] == 0
    assert _decide("https://news.example/b", "none")[0] == 0
    known = find_conflict(data / "conflicts", "nagorno_karabakh").link_decisions
    assert [(d.article, d.event_id, d.role, d.decided_by) for d in known] == [
        ("https://news.example/a", EVENT, "primary", "me"),
        ("https://news.example/b", "none", "none", "me"),
    ]


def test_an_answer_that_no_article_hears_is_told(
    data: Path, demo_run: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_STATE", str(demo_run[0]))
    assert "no article 'https://news.example/a'" in _decide("https://news.example/a", "none")[1]


def test_the_queue_of_an_unknown_conflict_lists_the_known(data: Path) -> None:
    done = CliRunner().invoke(main, ["links", "queue", "--conflict", "nope"])
    assert done.exit_code == 1
    assert "no conflict 'nope'" in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("a", "nope", "--role", "primary"), "no event of nagorno_karabakh"),
        (("a", EVENT), "say which --role"),
        (("a", "none", "--role", "primary"), "leave --role out"),
    ],
)
def test_answers_that_mean_nothing_are_refused(data: Path, arguments: tuple[str, ...], message: str) -> None:
    code, output = _decide(*arguments)
    assert code == 2
    assert message in " ".join(output.split())
    assert not (data / "conflicts" / "nagorno_karabakh" / "link_decisions.csv").exists()


def test_the_queue_empties_as_it_is_answered(
    data: Path, demo_run: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_STATE", str(demo_run[0]))

    def waiting() -> list[dict[str, object]]:
        done = CliRunner().invoke(main, ["links", "queue", "--format", "jsonl", "--limit", "0"])
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in done.output.splitlines()]

    before = [row for row in waiting() if row["conflict_id"] == "nagorno_karabakh"]
    assert before
    assert all(0.5 <= float(str(row["confidence"])) < 0.8 and row["evidence"] for row in before)
    assert any(row["instead"] for row in before)  # what else it may be about stands beside the question
    assert all(row["event_id"] not in dict(row["instead"]) for row in before)  # type: ignore[call-overload]
    first = before[0]
    assert _decide(str(first["url"] or first["article_id"]), str(first["event_id"]), "--role", "none")[0] == 0
    after = waiting()
    assert (first["article_id"], first["event_id"]) not in [(row["article_id"], row["event_id"]) for row in after]
    assert len(after) == len(before) - 1
