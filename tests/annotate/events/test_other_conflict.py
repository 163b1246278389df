"""A third, made-up conflict works from its folder alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.annotate.events import Linker
from ingest.conflict import load_conflict
from tests.annotate.events.articles import article, ids, primary

FILES = {
    "conflict.toml": 'name = "Salt War"\nstarts_on = 1950-01-01\ntime_zone = "Atlantic/Azores"\n',
    "parties.csv": "party_id,name,kind\nmarl,Marland,belligerent\ndune,Dunia,belligerent\n",
    "places.csv": (
        "place_id,name,name_ru,kind,country_iso2,aliases,ambiguous_note\n"
        "pans,Salt Pans,Солонцы,region,,Whitefield,\n"
        "orvel,Orvel,Орвель,city,,Orvelin,\n"
        "reed,Reed,Рид,town,,Rohr,also a plant\n"
    ),
    "actors.csv": "actor_id,name,kind,party_id,aliases\ngov-m,Government of Marland,state,marl,Marlander\n",
    "events.csv": (
        "event_id,name,aka,start_date,end_date,date_precision,event_type,sub_event_type,place,geo_precision,"
        "parent_event_id\n"
        "sw,Salt War,,1950-01-01,,1,Battles,Armed clash,Salt Pans,3,\n"
        "sw-99,Harvest War,,1999-05-01,1999-07-01,1,Battles,Armed clash,Salt Pans,3,sw\n"
        "sw-orvel,Shelling of Orvel,,1999-05-10,1999-05-10,1,Explosions/Remote violence,"
        "Shelling/artillery/missile attack,Orvel,1,sw-99\n"
        "sw-truce,Lamplight truce,,1999-06-30,1999-07-01,1,Strategic developments,Agreement,,,sw-99\n"
        "sw-reed,Massacre at Reed,,1961-03-03,1961-03-03,1,Violence against civilians,Attack,Reed,1,sw\n"
    ),
    "lexicon.csv": "party_id,term,kind,language\nmarl,Marland,name,en\ndune,Dunia,name,en\n",
}


@pytest.fixture(scope="module")
def salt(tmp_path_factory: pytest.TempPathFactory) -> Linker:
    folder = tmp_path_factory.mktemp("conflicts") / "salt_war"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return Linker(load_conflict(folder))


def test_articles(salt: Linker) -> None:
    shelled = article("Orvelin under fire", "Dunia shelled the port overnight, Marland said.", "1999-05-10")
    truce = article("Guns fall silent", "Marland and Dunia signed a ceasefire for the Salt Pans.", "1999-07-01")
    fights = article("Battles in Whitefield", "Marland and Dunia fought clashes all week.", "1999-06-01")
    nothing = article("Harvest", "A good year for barley.", "1999-06-01")
    results = salt.link_articles([shelled, truce, fights, nothing])
    assert [primary(links) for links in results] == ["sw-orvel", "sw-truce", "sw-99", None]
    assert salt.relevance(nothing) < 0.2
    assert salt.relevance(shelled) >= 0.5


def test_russian_names_and_comments(salt: Linker) -> None:
    (links,) = salt.link_articles([article("Обстрел Орвеля", "Dunia и Marland обвиняют друг друга.", "1999-05-11")])
    assert primary(links) == "sw-orvel"
    own = salt.link_comments(["Remember the massacre at Reed, Marland!", "Salt Pans forever", "a reed in the wind"])
    assert [ids(links) for links in own] == [{"sw-reed"}, set(), set()]
    assert own[0][0].role == "historical"


def test_a_conflict_without_events_links_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "quiet"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text if name != "events.csv" else text.splitlines()[0] + "\n", encoding="utf-8")
    linker = Linker(load_conflict(folder))
    assert linker.link_articles([article("Orvel shelled", "Marland and Dunia", "1999-05-10")]) == [[]]
    assert linker.link_comments(["Orvel, Marland"]) == [[]]


def test_signs_tell_an_event_that_is_not_named(tmp_path: Path) -> None:
    folder = tmp_path / "salt_war"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    # No place, no year: the herons' monument and the man with the drum tell which.
    page = article("The drummer", "The drummer played at the heron monument for the villagers shot by Dunia.", None)
    bare = Linker(load_conflict(folder)).judge(page)
    signs = "sign,event_ids,phrases\nherons,sw-reed,heron monument|Reihersäule\ndrum,sw-reed,drummer*|барабан*\n"
    (folder / "event_signs.csv").write_text(signs, encoding="utf-8")
    told = Linker(load_conflict(folder))
    assert not bare.links
    assert told.judge(page).candidates[0].event_id == "sw-reed"
    assert told.judge(page).candidates[0].confidence > bare.candidates[0].confidence
    assert told.judge(page).about > bare.about
