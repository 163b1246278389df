"""A conflict is a folder: it loads whole, and what is wrong with it is named with file, line and mend."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from ingest.conflict import ConflictError, find_conflict, load_conflict, load_conflicts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a small invented conflict."""
    folder = tmp_path / "island_dispute"
    folder.mkdir()
    (folder / "conflict.toml").write_text('name = "Island dispute"\nstarts_on = 2031-01-05\ntime_zone = "UTC"\n')
    (folder / "parties.csv").write_text(
        "party_id,name,kind\nnorthland,Northland,belligerent\nsouthland,Southland,belligerent\n"
    )
    (folder / "places.csv").write_text(
        "place_id,name,kind,name_fr,aliases\ngull,Gull Rock,island,Rocher,Mew Stone|Skua\n"
    )
    (folder / "events.csv").write_text(
        "event_id,name,start_date,end_date\nisle-1,Landing,2031-01-05,\nisle-2,Truce,2031-02-01,2031-02-03\n"
    )
    (folder / "lexicon.csv").write_text("party_id,term,kind,language\nnorthland,Northland,name,en\n")
    return folder


def test_a_folder_is_a_conflict(folder: Path) -> None:
    conflict = load_conflict(folder)
    assert conflict.conflict_id == "island_dispute"
    assert [p.party_id for p in conflict.belligerents] == ["northland", "southland"]
    assert conflict.places[0].aliases == ("Mew Stone", "Skua")
    assert conflict.places[0].names == {"fr": "Rocher"}
    assert conflict.events[1].end_date == date(2031, 2, 3)
    assert conflict.actors == ()


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("conflict.toml", "name = 3 4", r"conflict\.toml is not valid TOML"),
        ("conflict.toml", 'name = "x"', r"conflict\.toml: the key 'starts_on' is missing"),
        ("conflict.toml", 'name = "x"\nstarts_on = "soon"', "without quotes"),
        ("conflict.toml", 'name = "x"\nstarts_on = 2031-01-05\ntime_zone = "Mars/North"', "Mars/North"),
        ("parties.csv", "party_id,name,kind\na,A,belligerent\n", "at least two"),
        ("parties.csv", "party_id,name,kind\na,A,friend\n", r"parties\.csv:2: kind = 'friend'"),
        (
            "parties.csv",
            "party_id,name,kind\nanti_war,A,belligerent\n",
            r"parties\.csv:2: party_id 'anti_war' is taken",
        ),
        ("parties.csv", "party_id,name\n", r"parties\.csv:1: the header lacks kind"),
        ("places.csv", "place_id,name,kind,lat\na,A,city,north\n", r"places\.csv:2: lat = 'north' is not a number"),
        ("events.csv", "event_id,name,start_date\na,A,05.01.2031\n", r"events\.csv:2: .*write it as 2020-09-27"),
        ("events.csv", "event_id,name,start_date\na,A,2031-01-05\na,B,2031-01-06\n", r"events\.csv:3: .*stands twice"),
        ("events.csv", "event_id,name,start_date,end_date\na,A,2031-01-05,2031-01-01\n", "lies before"),
        ("events.csv", "event_id,name,start_date,parent_event_id\na,A,2031-01-05,b\n", "unknown parent_event_id 'b'"),
        ("events.csv", "event_id,name,start_date\na,A\n", r"events\.csv:2: the row has not as many cells"),
        ("lexicon.csv", "party_id,term,kind,language\nwestland,W,name,en\n", r"lexicon\.csv:2: .*not in parties\.csv"),
    ],
)
def test_what_is_wrong_is_named(folder: Path, file: str, content: str, message: str) -> None:
    (folder / file).write_text(content)
    with pytest.raises(ConflictError, match=message):
        load_conflict(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "lexicon.csv").unlink()
    with pytest.raises(ConflictError, match=r"lexicon\.csv is missing"):
        load_conflict(folder)


def test_an_unknown_id_lists_the_known(folder: Path) -> None:
    with pytest.raises(ConflictError, match="there are: island_dispute"):
        find_conflict(folder.parent, "atlantis")


def test_event_ids_are_unique_across_conflicts(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name("other"))
    with pytest.raises(ConflictError, match="unique across conflicts"):
        load_conflicts(folder.parent)


def test_the_conflicts_that_ship_load(conflicts_folder: Path) -> None:
    conflicts = load_conflicts(conflicts_folder)
    assert conflicts
    assert all(len(c.belligerents) >= 2 and c.lexicon and c.events for c in conflicts)
