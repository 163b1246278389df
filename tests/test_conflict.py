"""A conflict is a folder: it loads whole, and what is wrong with it is named with file, line and mend."""

from __future__ import annotations

import csv
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
        ("events.csv", "event_id,name,start_date,date_precision\na,A,2031-01-05,9\n", r"csv:2: .*from 1 to 5"),
        ("events.csv", "event_id,name,start_date,geo_precision\na,A,2031-01-05,0\n", r"csv:2: .*from 1 to 7"),
        ("events.csv", "event_id,name,start_date,lat\na,A,2031-01-05,91\n", r"csv:2: lat = 91; .*-90 to 90"),
        ("events.csv", "event_id,name,start_date,lon\na,A,2031-01-05,nan\n", r"csv:2: lon = nan; .*-180 to 180"),
        ("events.csv", "event_id,name,start_date,fatalities_low\na,A,2031-01-05,-1\n", r"csv:2: fatalities_low = -1"),
        (
            "events.csv",
            "event_id,name,start_date,fatalities_low,fatalities_high\na,A,2031-01-05,5,2\n",
            r"csv:2: fatalities_high = 2 is below fatalities_low = 5",
        ),
        ("events.csv", "event_id,name,start_date\na,A\n", r"events\.csv:2: the row has not as many cells"),
        ("lexicon.csv", "party_id,term,kind,language\nwestland,W,name,en\n", r"lexicon\.csv:2: .*not in parties\.csv"),
    ],
)
def test_what_is_wrong_is_named(folder: Path, file: str, content: str, message: str) -> None:
    (folder / file).write_text(content)
    with pytest.raises(ConflictError, match=message):
        load_conflict(folder)


def test_a_disputed_initiator_is_read_as_empty_and_told(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "events.csv").write_text(
        "event_id,name,start_date,actor_initiator,attribution_status\n"
        "a,A,2031-01-05,,Disputed\nb,B,2031-01-05,Northland,claimed\nc,C,2031-01-05,Northland,disputed\n"
    )
    assert [e.actor_initiator for e in load_conflict(folder).events] == [None, "Northland", None]
    (warning,) = caplog.messages
    assert "events.csv:4" in warning
    assert "leave it empty and say in note" in warning


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


def test_an_event_has_its_names_with_language_and_its_ids_elsewhere(folder: Path) -> None:
    (folder / "events.csv").write_text(
        "event_id,name,aka,start_date,ucdp_ged_ids,toll_source,as_of,licence\n"
        "isle-1,Landing,The Landing|D-Day,2031-01-05,77,Coast guard,2031-03-01,CC0-1.0\n"
    )
    (folder / "event_aliases.csv").write_text(
        "event_id,alias,language,kind\nisle-1,the landing,en,name\nisle-1,La Reconquête,fr,partisan\n"
    )
    (folder / "event_xref.csv").write_text(
        "event_id,source,external_id,confidence,method,licence\nisle-1,wikidata,Q1,0.9,curated,CC0-1.0\n"
    )
    conflict = load_conflict(folder)
    assert [(a.alias, a.language, a.kind) for a in conflict.event_aliases] == [
        ("the landing", "en", "name"), ("La Reconquête", "fr", "partisan"), ("D-Day", None, "name")
    ]  # fmt: skip
    assert [(x.source, x.external_id, x.confidence) for x in conflict.event_xrefs] == [
        ("wikidata", "Q1", 0.9), ("ucdp", "77", 1.0)
    ]  # fmt: skip
    event = conflict.events[0]
    assert (event.toll_source, event.as_of, event.licence) == ("Coast guard", date(2031, 3, 1), "CC0-1.0")


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("event_aliases.csv", "event_id,alias,language,kind\nisle-9,x,en,name\n", "2: event_id 'isle-9' is not in"),
        ("event_aliases.csv", "event_id,alias,language,kind\nisle-1,x,en,nick\n", "2: kind = 'nick'"),
        ("event_signs.csv", "sign,event_ids,phrases\nmast,isle-9,mast\n", "2: event_ids names \\['isle-9'\\]"),
        ("event_signs.csv", "sign,event_ids,phrases\nmast,isle-1,\n", "2: phrases is empty"),
        ("event_signs.csv", "sign,event_ids,phrases\nmast,isle-1,a\nmast,isle-1,b\n", "3: the sign 'mast' stands"),
        ("event_xref.csv", "event_id,source,external_id,confidence,method\nisle-1,ucdp,7,2,x\n", "2: confidence = '2'"),
        (
            "events.csv",
            "event_id,name,start_date,parent_event_id\na,A,2031-01-05,b\nb,B,2031-01-05,a\n",
            "part of itself",
        ),
    ],
)
def test_what_is_wrong_with_an_event_is_named(folder: Path, file: str, text: str, message: str) -> None:
    (folder / file).write_text(text)
    with pytest.raises(ConflictError, match=message):
        load_conflict(folder)


def test_the_shipped_events_tell_the_facts_of_the_curated_list(shared: Path, conflicts_folder: Path) -> None:
    """Same 80 ids, same facts, but for whom one side calls the initiator of what is disputed.

    Names for matching may differ: every name of the list is still an alias.
    """
    with (shared / "events" / "nk_events.csv").open(encoding="utf-8") as file:
        listed = {row["event_id"]: row for row in csv.DictReader(file)}
    folder = conflicts_folder / "nagorno_karabakh"
    with (folder / "events.csv").open(encoding="utf-8") as file:
        shipped = {row["event_id"]: row for row in csv.DictReader(file)}
    assert len(listed) == 80
    assert list(shipped) == list(listed)
    worded = {"aka", "note", "conflict_id"}
    for event_id, row in listed.items():
        if row["attribution_status"] == "disputed":
            row["actor_initiator"] = ""
        assert {k: v for k, v in row.items() if k not in worded} == {
            k: shipped[event_id][k] for k in row if k not in worded
        }
    names: dict[str, set[str]] = {event.event_id: {event.name.casefold()} for event in load_conflict(folder).events}
    for alias in load_conflict(folder).event_aliases:
        names[alias.event_id].add(alias.alias.casefold())
    for event_id, row in listed.items():
        assert {name.casefold() for name in row["aka"].split("|") if name} <= names[event_id], event_id


def test_every_shipped_event_says_as_of_when_and_under_which_licence(conflicts_folder: Path) -> None:
    events = {e.event_id: e for e in load_conflict(conflicts_folder / "nagorno_karabakh").events}
    disputed = [event for event in events.values() if event.attribution_status == "disputed"]
    assert len(disputed) >= 5
    assert {event.actor_initiator for event in disputed} == {None}
    assert all(event.note for event in disputed), "what each side says stands in the note"
    for event in events.values():
        assert event.as_of is not None
        assert event.licence


def test_the_shipped_ids_of_ucdp_stand_for_rows_of_that_day_and_toll(shared: Path, conflicts_folder: Path) -> None:
    with (shared / "events" / "ucdp_aec" / "ucdp_aec_am_az.csv").open(encoding="utf-8") as file:
        listed = {row["id"]: row for row in csv.DictReader(file)}
    conflict = load_conflict(conflicts_folder / "nagorno_karabakh")
    events = {event.event_id: event for event in conflict.events}
    xrefs = [xref for xref in conflict.event_xrefs if xref.source == "ucdp"]
    assert {number for event in events.values() for number in event.ucdp_ged_ids} == {x.external_id for x in xrefs}
    for xref in xrefs:
        row, event = listed[xref.external_id], events[xref.event_id]
        day = date.fromisoformat(row["start_date"][:10])
        assert event.start_date <= day <= (event.end_date or event.start_date), xref
        if xref.confidence >= 0.9:
            assert day == event.start_date, xref
            assert event.fatalities_low == int(row["deaths_low"]), xref
        else:
            # One death within a battle of weeks is hardly the battle.
            assert xref.confidence <= 0.6, xref
