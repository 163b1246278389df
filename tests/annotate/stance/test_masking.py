"""Masking: names in any form become roles, and every role points back to the words it came from."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.annotate.stance.masking import SIGNS, Masker
from ingest.annotate.stance.quotes import own_words
from ingest.conflict import load_conflict
from ingest.settings import REPO_ROOT

MASKER = Masker(load_conflict(REPO_ROOT / "data" / "conflicts" / "nagorno_karabakh"))


def roles(text: str, party: str = "armenia") -> list[str]:
    return [token for token, _ in MASKER.mask(text, party) if token.isupper() or token[-1] in SIGNS]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARMENIA's army and Azeris", ["TARGET", "RIVAL"]),
        ("Ermənistandan Bakıya, azərbaycanlılar", ["TARGET", "RIVAL", "RIVAL"]),
        ("Ermenistan'a karşı Azerbaycan'ın yanında", ["TARGET", "RIVAL"]),
        ("армянами, в Баку, азербайджанских", ["TARGET", "RIVAL", "RIVAL"]),
        ("Հայաստանի բանակը Ադրբեջանին", ["TARGET", "RIVAL"]),
        ("#StopArmenianAggression #stopazerbaijanaggression", ["TARGET", "RIVAL"]),
        ("#ArtsakhStrong", ["TARGET+"]),
        ("aserbaijan, Azerbejan and the arminias", ["RIVAL", "RIVAL", "TARGET"]),
        ("🇦🇲 🇦🇿 🇹🇷", ["TARGET", "RIVAL", "THIRD"]),
        ("Ilham Aliyev met Nikol Pashinyan", ["RIVAL", "TARGET"]),
        ("an argument with a charmer, a bazaar", []),
    ],
)
def test_names_become_roles(text: str, expected: list[str]) -> None:
    assert roles(text) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("Stepanakert", "Khankendi"), ("Shusha", "Shushi"), ("Artsakh", "Karabakh")]
)
def test_rival_names_of_a_place_read_the_same(one: str, other: str) -> None:
    first, second = (MASKER.read(f"They shelled {name} again").tokens for name in (one, other))
    assert first == second
    assert "PLACE" in first


def test_roles_turn_round_with_the_party_asked_about() -> None:
    assert roles("Armenia Azerbaijan", "azerbaijan") == ["RIVAL", "TARGET"]


def test_spans_point_at_the_names_in_the_original() -> None:
    text = "why?  #StopArmenianTerror — AZERBAIJAN’s lies"
    found = {token: text[span.start : span.end] for token, span in MASKER.mask(text, "armenia")}
    assert found["TARGET"] == "Armenian"
    assert found["RIVAL"] == "AZERBAIJAN’s"


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["Armenia", "#Баку_x", "İlham Əliyev", "🇦🇲", ">", "\n", "!"])).map(" ".join)
)
def test_any_text_maps_back_in_order(text: str) -> None:
    spans = [span for _, span in MASKER.mask(text, "armenia")]
    assert all(0 <= s.start <= s.end <= len(text) for s in spans)
    assert [s.start for s in spans] == sorted(s.start for s in spans)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='>"“”« »\nab[]quote/', max_size=300))
def test_blanking_quotations_keeps_every_position(text: str) -> None:
    own = own_words(text)
    assert len(own) == len(text)
    assert all(a in {b, " "} for a, b in zip(own, text, strict=True))


def test_a_made_up_conflict_needs_only_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "hills"
    folder.mkdir()
    (folder / "conflict.toml").write_text('name = "Hills"\nstarts_on = 2001-01-01\n', encoding="utf-8")
    (folder / "parties.csv").write_text(
        "party_id,name,kind\nzorland,Zorland,belligerent\nmirovia,Mirovia,belligerent\n", encoding="utf-8"
    )
    (folder / "places.csv").write_text("place_id,name,kind\nvale,Green Vale,region\n", encoding="utf-8")
    (folder / "events.csv").write_text("event_id,name,start_date\n", encoding="utf-8")
    (folder / "lexicon.csv").write_text("party_id,term,kind,language\nzorland,Zorlander,demonym,en\n", encoding="utf-8")
    masker = Masker(load_conflict(folder))
    masked = [t for t, _ in masker.mask("Zorlanders took Green Vale from Mirovia", "mirovia")]
    assert masked == ["RIVAL", "took", "PLACE", "from", "TARGET"]
