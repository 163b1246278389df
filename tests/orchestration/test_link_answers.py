"""`parley links answer`: an article is shown with its likeliest events, and one number settles all its links."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.conflict import find_conflict
from ingest.warehouse.current import read_current
from orchestration.cli import main
from orchestration.link_answers import Asked, Choice, answers, waiting
from tests.conftest import REPO

CONFLICT = "nagorno_karabakh"
ASKED = Asked("a1", None, "Title", "Text", None, [
    Choice("sure", "Sure", 0.9, None, in_review=False),
    Choice("unsure", "Unsure", 0.6, None, in_review=True),
    Choice("other", "Other", 0.3, "outdone", in_review=False),
])  # fmt: skip


@pytest.mark.parametrize(
    ("said", "decided"),
    [
        ("2", [("unsure", "primary")]),
        ("3", [("other", "primary"), ("unsure", "none")]),
        ("3 2", [("other", "primary"), ("unsure", "secondary")]),
        ("n", [("unsure", "none")]),
        ("0", [("none", "none")]),
        ("s", []),
    ],
)
def test_one_answer_settles_every_link_in_review(said: str, decided: list[tuple[str, str]]) -> None:
    assert [(d.event_id, d.role) for d in answers(ASKED, said, "me", date(2026, 1, 1))] == decided


def test_who_answers_one_article_finds_it_answered(
    tmp_path: Path, demo_run: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(REPO / "data" / "conflicts", tmp_path / "conflicts")
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path))
    monkeypatch.setenv("PARLEY_STATE", str(demo_run[0]))
    info = read_current(demo_run[0] / "warehouse" / "published")

    def queue(*, unlinked: bool = False) -> list[Asked]:
        return waiting(info, find_conflict(tmp_path / "conflicts", CONFLICT), unlinked=unlinked)

    def answer(said: str) -> str:
        done = CliRunner().invoke(main, ["links", "answer", "--conflict", CONFLICT, "--by", "me"], input=said)
        assert done.exit_code == 0, done.output
        return done.output

    before = queue()
    assert len(before) > 1
    assert all(any(c.in_review for c in one.choices) for one in before)
    assert any(c.why_not is not None for one in before for c in one.choices)
    told = answer("7 up\n1\nq\n")  # what is no answer is asked for again
    assert "neither numbers" in told
    assert before[0].choices[0].name in told
    assert "1 of" in told.splitlines()[-1]
    assert [one.article_id for one in queue()] == [one.article_id for one in before[1:]]
    known = find_conflict(tmp_path / "conflicts", CONFLICT).link_decisions
    assert (known[0].article, known[0].event_id, known[0].role) == (
        before[0].article, before[0].choices[0].event_id, "primary",
    )  # fmt: skip
    assert not {one.article_id for one in queue(unlinked=True)} & {one.article_id for one in before}
