"""What was held out of a training stays held out, whatever becomes of lexicon and corpus afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.annotate.stance.corpus import Example, load_known_conflicts
from ingest.annotate.stance.encoder.held import SPLIT, Split, keep_split, kept_split, split
from ingest.annotate.stance.model import ModelError
from ingest.records import StanceInput
from tests.annotate.stance.conftest import STANCE

CONFLICTS = load_known_conflicts(STANCE.parent)
NAME = "nagorno_karabakh"


def comment(number: int, text: str = "") -> Example:
    sides = [p.party_id for p in CONFLICTS[NAME].belligerents]
    given = StanceInput(text or f"word{number} said number{number} to nobody{number}")
    return Example(f"t-{number:04}", NAME, "en", given, "unclear", dict.fromkeys(sides, "NONE"), "argument")


def ids(parts: Split) -> list[set[str]]:
    return [{e.example_id for e in part} for part in (parts.learned, parts.calibrated, parts.measured)]


def test_near_duplicates_are_on_one_side_and_nothing_is_lost() -> None:
    twins = [comment(900 + n, "the very same words were said here once more") for n in range(40)]
    parts = ids(split([*map(comment, range(60)), *twins], CONFLICTS, seed=1))
    assert sum(map(len, parts)) == 100
    assert sum(bool(part & {t.example_id for t in twins}) for part in parts) == 1
    assert parts[1]
    assert parts[2]


def test_the_note_outlives_changes_of_text_and_new_comments(tmp_path: Path) -> None:
    before = split([comment(n) for n in range(60)], CONFLICTS, seed=1)
    keep_split(tmp_path, before)
    changed = [comment(n, f"now{n} all{n} of them{n} say{n} what{n} they did{n} not say") for n in range(80)]
    after = ids(split(changed, CONFLICTS, seed=2, kept=kept_split(tmp_path, needed=True)))
    assert after[1:] == ids(before)[1:]
    assert after[0] == ids(before)[0] | {f"t-{n:04}" for n in range(60, 80)}


def test_a_new_comment_near_to_a_held_one_is_not_learned_from(tmp_path: Path) -> None:
    before = split([comment(n) for n in range(60)], CONFLICTS, seed=1)
    keep_split(tmp_path, before)
    held = before.measured[0].given.text
    new = [comment(60, held + "!!"), comment(61)]
    after = ids(
        split([*(comment(n) for n in range(60)), *new], CONFLICTS, seed=1, kept=kept_split(tmp_path, needed=True))
    )
    assert "t-0060" not in set.union(*after)
    assert "t-0061" in after[0]


def test_without_a_note_a_training_draws_anew_and_a_calibration_is_refused(tmp_path: Path) -> None:
    """Else it would be calibrated on what it has learned from, and look far better than it is."""
    assert kept_split(tmp_path, needed=False) is None
    with pytest.raises(ModelError, match=r"split\.json is missing; train anew"):
        kept_split(tmp_path, needed=True)


def test_the_shipped_encoder_has_its_note() -> None:
    text = (STANCE / "encoder" / SPLIT).read_text(encoding="utf-8")
    assert "calibrated" in text
    assert "measured" in text
