"""What every embedded scorer does alike, whatever its numbers: when it is silent, and what it does not see."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.annotate.stance import Scorer
from ingest.annotate.stance import side as sides
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.model import Calibration
from ingest.annotate.stance.ngram import NgramScorer
from ingest.annotate.stance.words import HIDDEN, blank, unhidden
from ingest.conflict import load_conflict
from ingest.records import StanceInput
from ingest.settings import REPO_ROOT
from tests.annotate.stance.test_scorer import MIRROR, SENTENCES, side

MASKER = Masker(load_conflict(REPO_ROOT / "data" / "conflicts" / "nagorno_karabakh"))
FLAGS = ["\U0001f1e6\U0001f1f2", "\U0001f1e6\U0001f1ff"]
BARE = ["Armenia", "Azerbaijan", "Азербайджан!", "Baku?", *FLAGS, FLAGS[0] * 12, FLAGS[1] * 12, " ".join(FLAGS * 6)]
INVISIBLE = ["\u200b", "\ufeff", "\x00", "\u00ad", "\u2060", "\u200d", "\u202e", "\u2800", "\ufe0f"]


@pytest.mark.parametrize("text", BARE)
def test_of_names_and_flags_without_a_word_nothing_is_told(every_scorer: Scorer, text: str) -> None:
    found = side(every_scorer, text)
    assert (found.side, found.abstained, found.abstain_reason) == ("unclear", True, "low_confidence")
    assert all(stance.abstained and not stance.evidence for stance in found.stances)


def test_where_the_side_is_abstained_from_so_are_the_stances(every_scorer: Scorer) -> None:
    texts = [*SENTENCES, *BARE, "Armenia and Azerbaijan again", "Armenia, Azerbaijan, who started it?", "Baku said so"]
    found = every_scorer.score([StanceInput(text) for text in texts])
    unsure = [score for score in found if score.abstained]
    assert len(unsure) >= len(BARE)
    assert all(stance.abstained for score in unsure for stance in score.stances)
    assert any(not stance.abstained for score in found for stance in score.stances)


def test_one_rule_decides_who_is_silent() -> None:
    stances = np.array([[[0.8, 0.1, 0.1], [0.4, 0.3, 0.3]]])
    told = {"named": True, "sided": False, "words": True, "abstained": False}

    def silent(**changed: bool) -> list[bool]:
        found: list[bool] = sides.silent(stances[0], **(told | changed), least=0.5).tolist()
        return found

    assert silent() == [False, True]
    assert silent(named=False, sided=True) == [False, True]
    assert silent(named=False) == silent(words=False) == silent(abstained=True) == [True, True]
    batch = sides.silent(
        np.repeat(stances, 2, 0), named=np.array([True, False]), sided=np.array([False, False]),
        words=np.array([True, True]), abstained=np.array([False, False]), least=0.5,
    )  # fmt: skip
    assert batch.tolist() == [[False, True], [True, True]]


def test_a_name_without_a_word_is_not_called_peaceful_either() -> None:
    chances = np.array([0.0, 0.0, 1.0, 0.0, 0.0])
    called = sides.decide(chances, ("a", "b"), named=True, words=False, c=Calibration())
    assert called == ("unclear", 0.0, "low_confidence")
    assert sides.decide(chances, ("a", "b"), named=True, words=True, c=Calibration())[0] == "anti_war"


def test_a_change_of_rules_changes_the_version(monkeypatch: pytest.MonkeyPatch, every_scorer: Scorer) -> None:
    before = sides.version_of("m-1", ("names",))
    assert before != sides.version_of("m-1", ("other names",))
    monkeypatch.setattr(sides, "RULES", sides.RULES + 1)
    assert before != sides.version_of("m-1", ("names",))
    if isinstance(every_scorer, NgramScorer):
        again = NgramScorer(every_scorer.model, load_conflict(REPO_ROOT / "data" / "conflicts" / "nagorno_karabakh"))
        assert again.model_version != every_scorer.model_version


@pytest.mark.parametrize("text", [*INVISIBLE, "".join(INVISIBLE), " \u200b\n\u3164 "])
def test_what_shows_nothing_is_empty(every_scorer: Scorer, text: str) -> None:
    found = side(every_scorer, text)
    assert (found.side, found.abstained) == ("empty", False)


@pytest.mark.parametrize("text", ["a", "\u200b!", "\U0001f600", "\ue000", "\u0378", "е"])
def test_what_shows_something_is_not_empty(text: str) -> None:
    """A sign newer than Python's tables, or a maker's own, is a sign all the same."""
    assert not blank(text)


def test_names_broken_by_what_does_not_show_are_read(every_scorer: Scorer) -> None:
    for plain in ("Shame on Armenia, it is a terrorist state", "Long live Azerbaijan, glory to it"):
        for hidden in ("\u200b", "\u00ad", "\ufeff"):
            broken = re.sub(r"(?<=\w)(?=\w)", hidden, plain)
            found, wanted = side(every_scorer, broken), side(every_scorer, plain)
            assert found.side == wanted.side
            assert found.side in MIRROR
            assert found.confidence == pytest.approx(wanted.confidence, abs=1e-5)
            for one, other in zip(found.evidence, wanted.evidence, strict=True):
                assert HIDDEN.sub("", broken[one.start : one.end]) == plain[other.start : other.end]


@given(
    st.lists(st.sampled_from([*"Armenia", "Armenia", "Bakı", "#StopArmenia", " ", ".", "\u200b", "\u00ad", "\ufeff"]))
)
def test_every_token_stands_where_it_is_said_to(pieces: list[str]) -> None:
    text = "".join(pieces)
    shown, places = unhidden(text)
    assert "".join(text[i] for i in places) == shown == HIDDEN.sub("", text)
    hidden, plain = MASKER.read(text), MASKER.read(shown)
    assert (hidden.tokens, hidden.named, hidden.called) == (plain.tokens, plain.named, plain.called)
    for start, end, first, last in zip(hidden.starts, hidden.ends, plain.starts, plain.ends, strict=True):
        assert 0 <= start < end <= len(text)
        assert HIDDEN.sub("", text[start:end]) == shown[first:last]
        assert HIDDEN.match(text[start]) is None
        assert HIDDEN.match(text[end - 1]) is None


def test_hidden_characters_are_unicodes_own() -> None:
    found = [chr(c) for c in range(0x110000) if HIDDEN.match(chr(c))]
    assert all(unicodedata.category(one) in ("Cf", "Cn") for one in found)
