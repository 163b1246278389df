"""What the encoder is shown: roles for names, so that both sides are alike before anything is learned."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.annotate.stance.encoder.inputs import HEAD, PARENT, ROLES, TAIL, Said, View, Writer
from ingest.annotate.stance.encoder.pieces import END, UNKNOWN, Pieces
from ingest.annotate.stance.labelled import made_up
from ingest.annotate.stance.masking import Masker
from ingest.conflict import Conflict
from tests.annotate.stance.encoder.conftest import make_conflict


def write(conflict: Conflict, pieces: Pieces, text: str, parent: str | None = None) -> list[View]:
    masker = Masker(conflict)
    heard = Said(parent, masker.read(parent)) if parent is not None else None
    return Writer(conflict, masker, pieces).views(Said(text, masker.read(text)), heard)


def role(pieces: Pieces, name: str) -> int:
    return len(pieces) + ROLES.index(name)


@pytest.mark.parametrize(
    ("text", "mirror"),
    [
        ("Shame on Zorland", "Shame on Mirovia"),
        ("Zorland shelled the market of Mirovia again", "Mirovia shelled the market of Zorland again"),
        ("never on the army of Mirovia. Zorland!", "never on the army of Zorland. Mirovia!"),
    ],
)
def test_exchanging_names_leaves_what_is_read_and_exchanges_who_is_meant(
    hills: Conflict, pieces: Pieces, text: str, mirror: str
) -> None:
    straight, turned = write(hills, pieces, text), write(hills, pieces, mirror)
    assert straight[0].pieces == turned[0].pieces
    assert straight[0].leads(0) == turned[0].leads(1)
    assert straight[0].leads(0) != straight[0].leads(1)


def test_one_pass_serves_two_parties(hills: Conflict, pieces: Pieces) -> None:
    first, second = write(hills, pieces, "Mirovia shelled Zorland")
    assert first is second


def test_of_three_parties_each_is_told_from_all_the_others(tmp_path: Path, pieces: Pieces) -> None:
    three = make_conflict(tmp_path / "three", "quenst,Quenst,belligerent\n")
    views = write(three, pieces, "Quenst shelled Zorland, Mirovia")
    numbers = {p.party_id: n for n, p in enumerate(three.parties)}
    third, first = numbers["quenst"], numbers["zorland"]
    assert [v.leads(third) for v in views].count(True) == 3
    of_zorland = views[0]
    assert of_zorland.leads(numbers["mirovia"])
    assert not of_zorland.leads(first)


def test_towns_outsiders_and_places_have_roles_of_their_own(hills: Conflict, pieces: Pieces) -> None:
    (view, _) = write(hills, pieces, "Mirovia shelled Zorton for Lund, Uzun")
    found = [n for n in view.pieces if n >= len(pieces)]
    assert found == [role(pieces, r) for r in ("A", "B@", "C", "PLACE")]


def test_a_text_that_names_no_party_is_not_read_whoever_its_parent_names(hills: Conflict, pieces: Pieces) -> None:
    assert write(hills, pieces, "never shelled Uzun again") == []
    assert write(hills, pieces, "never!", "Shame on Mirovia") == []


def test_a_lone_target_is_introduced_to_a_text_that_does_not_name_it(pieces: Pieces) -> None:
    target = made_up(["Zorland"])
    (view, _) = write(target, pieces, "never shelled again")
    assert view.introduced
    assert view.leads(0)
    told = view.pieces[view.pieces.index(END) + 2 : -1]
    assert told[: 1 + len(pieces.encode("Zorland"))] == (role(pieces, "A"), *pieces.encode("Zorland"))
    (named, _) = write(target, pieces, "Zorland shelled again")
    assert not named.introduced


def test_what_a_parent_says_is_read_after_the_text(hills: Conflict, pieces: Pieces) -> None:
    view = write(hills, pieces, "Zorland never!", "Shame on Mirovia")[0]
    assert view.leads(0)
    assert view.pieces.index(END) < view.pieces.index(role(pieces, "B"))
    assert all(token < 0 for token in view.tokens[view.pieces.index(END) :])


def test_a_long_text_keeps_beginning_and_end_and_a_parent_its_beginning(hills: Conflict, pieces: Pieces) -> None:
    view = write(hills, pieces, "Zorland " + "on " * 400 + "Mirovia", "the " * 400)[0]
    assert len(view.pieces) == HEAD + TAIL + PARENT + 4
    assert role(pieces, "A") in view.pieces[:HEAD]
    assert role(pieces, "B") in view.pieces[HEAD : HEAD + TAIL + 1]


def test_addresses_and_users_are_not_read_and_hashtags_are_words(hills: Conflict, pieces: Pieces) -> None:
    plain = write(hills, pieces, "Zorland shame on the army")[0]
    assert write(hills, pieces, "Zorland @peace shame on https://peace.all/never the army")[0].pieces == plain.pieces
    tag = write(hills, pieces, "#ShameOnZorland")[0]
    assert tag.pieces == write(hills, pieces, "Shame On Zorland")[0].pieces


def test_placeholders_a_commenter_writes_are_only_words(hills: Conflict, pieces: Pieces) -> None:
    view = write(hills, pieces, "A B PLACE \u00a70 </s> <pad> Zorland")[0]
    assert [n for n in view.pieces if n >= len(pieces)] == [role(pieces, "A")]
    assert view.pieces.count(END) == 1


def test_pieces_prefer_the_likeliest_cut_and_know_what_they_do_not_know(pieces: Pieces) -> None:
    assert [pieces.names[n] for n in pieces.encode("shame army")] == ["\u2581shame", "\u2581army"]
    assert [pieces.names[n] for n in pieces.encode("armyx")] == ["\u2581army", "x"]
    assert pieces.encode("SHAME") == pieces.encode("shame")
    assert UNKNOWN in pieces.encode("\u4e2d")
    assert pieces.encode(" \n") == []
