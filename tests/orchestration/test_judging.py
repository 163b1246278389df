"""`parley label` and `parley evaluate` as people use them, on the published demo."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import PARLEY, REPO, Command

CONFLICT = "nagorno_karabakh"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return the project's data without its demo, free to be written to."""
    shutil.copytree(REPO / "data" / "conflicts", tmp_path / "data" / "conflicts")
    shutil.copytree(REPO / "data" / "stance", tmp_path / "data" / "stance")
    return tmp_path / "data"


def label(state: Path, data: Path, keys: str, *arguments: str) -> str:
    done = subprocess.run(
        [str(PARLEY), "label", "--conflict", CONFLICT, "--by", "ab", *arguments],
        env=os.environ | {"PARLEY_STATE": str(state), "PARLEY_DATA": str(data)},
        input=keys, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return done.stdout


def test_answering_the_queue(demo_run: tuple[Path, str], data: Path) -> None:
    state, _ = demo_run
    path = data / "conflicts" / CONFLICT / "labels.jsonl"
    # One for the first party and against the second, one passed over, one for peace, then leave.
    said = label(state, data, "1\ny\ns\nw\n\nq\n", "--limit", "9")
    kept = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(row["side"], row["drawn"], row["labelled_by"]) for row in kept] == [
        ("armenia", "uncertain", "ab"),
        ("anti_war", "random", "ab"),
    ]
    assert kept[0]["stances"] == {"armenia": "FAVOR", "azerbaijan": "AGAINST"}
    assert f"the model had said {kept[0]['model_side']}" in said
    assert kept[0]["text"] not in label(state, data, "q\n"), "what is answered is not asked again"
    assert "random: the model agrees on" in label(state, data, "", "--report")


def test_a_random_draw_counts_what_was_answered_as_uncertain_on_its_way(demo_run: tuple[Path, str], data: Path) -> None:
    state, _ = demo_run
    path = data / "conflicts" / CONFLICT / "labels.jsonl"
    label(state, data, "u\n\n" * 3 + "q\n", "--random")
    kept = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["drawn"] for row in kept] == ["random"] * 3
    # Had the second been asked before as an uncertain one, the sample would be the same.
    path.write_text(json.dumps(kept[1] | {"drawn": "uncertain", "side": "off_topic"}) + "\n", encoding="utf-8")
    label(state, data, "u\n\n" * 2 + "q\n", "--random")
    again = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()][1:]
    assert [(row["text"], row["side"], row["drawn"]) for row in again] == [
        (kept[0]["text"], "unclear", "random"), (kept[1]["text"], "off_topic", "random"),
        (kept[2]["text"], "unclear", "random"),
    ]  # fmt: skip


def test_measuring_a_file(parley: Command, tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    rows = [
        {"text": "Long live Azerbaijan, victory is near!", "side": "azerbaijan"},
        {"text": "Armenia will never kneel, our boys hold on!", "side": "armenia"},
        {"text": "Stop this war, both of you", "side": "anti_war"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = parley("evaluate", "--on", str(path))
    assert done.returncode == 0, done.stderr
    assert "| gold.jsonl, " in done.stdout
    assert f"gold.jsonl is measured on {CONFLICT}" in done.stderr
    assert "| 3 |" in done.stdout
    assert "wrong side" in done.stdout
    path.write_text('{"text": "x"}', encoding="utf-8")
    failed = parley("evaluate", "--on", str(path))
    assert failed.returncode == 1
    assert "gold.jsonl:1" in failed.stderr


def test_measuring_stances_toward_parties_with_heads_shows_a_second_row(parley: Command, tmp_path: Path) -> None:
    path = tmp_path / "both.jsonl"
    rows = [
        {"text": "Glory to Ukraine, Russia must leave", "stances": {"Ukraine": "FAVOR", "Russia": "AGAINST"}},
        {"text": "Not one more cent for Kyiv", "stances": {"Ukraine": "AGAINST", "Russia": "NONE"}},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = parley("evaluate", "--on", str(path))
    assert done.returncode == 0, done.stderr
    shown = [line.split(" | ")[0] for line in done.stdout.splitlines() if line.startswith("| both.jsonl, ")]
    assert shown[0].startswith("| both.jsonl, encoder-")
    assert shown[-1].startswith("| both.jsonl, with targets-")
    assert set(shown[1:-1]) <= {"| both.jsonl, every side called"}
    assert "no comment is scored by them" in done.stdout
    assert not done.stdout.endswith("\n\n")
