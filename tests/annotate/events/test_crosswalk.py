"""Imported events meet the curated ones they are, and no others; none is counted twice."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from ingest.annotate.event_match import match_events
from ingest.annotate.events.crosswalk import Crosswalk, EventMatch, Imported, match_all
from ingest.conflict import Conflict
from ingest.fetch.event_sources.inbox import take_in
from ingest.fetch.event_sources.store import EventArchive
from ingest.warehouse.build import ensure_schema
from ingest.warehouse.event_load import load_event_files

VIOLENT = {"Battles", "Explosions/Remote violence", "Violence against civilians"}


@pytest.fixture(scope="module")
def blind(conflict: Conflict) -> Conflict:
    """Return the conflict without any id of other collections: matches must come from what the rows say."""
    return replace(conflict, events=tuple(replace(e, ucdp_ged_ids=()) for e in conflict.events), event_xrefs=())


@pytest.fixture(scope="module")
def ged(shared: Path) -> list[Imported]:
    """Return UCDP's real events on this conflict with their places and tolls, as GED would code them."""
    rows = []
    with (shared / "events" / "ucdp_aec" / "ucdp_aec_am_az.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            where = row["location_where_name"]
            is_town = where.endswith(("town", "village"))
            rows.append(
                Imported(
                    source="ucdp",
                    source_event_id=row["id"],
                    start_date=date.fromisoformat(row["start_date"]),
                    end_date=date.fromisoformat(row["end_date"]),
                    event_type="Battles",
                    plover_type="ASSAULT",
                    place=where or None,
                    admin1=row["location_adm1_name"] or None,
                    admin2=row["location_adm2_name"] or None,
                    geo_precision=1 if is_town else 4 if row["location_adm1_name"] else 5,
                    actors=(row["side_a_name"], row["side_b_name"]),
                    fatalities_low=int(row["deaths_low"]),
                    fatalities_high=int(row["deaths_high"]),
                )
            )
    return rows


def _same(matches: list[EventMatch]) -> dict[str, str]:
    return {m.source_event_id: m.event_id for m in matches if m.relation == "same"}


def test_real_ged_rows_meet_the_events_whose_ids_are_known_and_no_others(
    conflict: Conflict, blind: Conflict, ged: list[Imported]
) -> None:
    """Floors of precision and recall: 6 of 6 known ids found, nothing else called the same, in 53 rows."""
    known = {ged_id: event.event_id for event in conflict.events for ged_id in event.ucdp_ged_ids}
    gold = {row.source_event_id: known[row.source_event_id] for row in ged if row.source_event_id in known}
    found = _same(match_all(blind, ged))
    right = sum(found.get(ged_id) == event_id for ged_id, event_id in gold.items())
    assert len(ged) >= 53
    assert len(gold) >= 6
    assert right / len(gold) == 1.0
    assert right / len(found) == 1.0


def test_a_known_id_wins_over_what_the_row_says(conflict: Conflict, ged: list[Imported]) -> None:
    known = {ged_id: event.event_id for event in conflict.events for ged_id in event.ucdp_ged_ids}
    ged_id, event_id = next(iter(known.items()))
    elsewhere = Imported("ucdp", ged_id, date(1999, 1, 1), date(1999, 1, 1))
    match = Crosswalk(conflict).match(elsewhere)
    assert match is not None
    assert (match.event_id, match.relation, match.basis, match.confidence) == (event_id, "same", "curated", 1.0)


def test_rows_shifted_by_days_meet_no_event_that_they_are_not(blind: Conflict, ged: list[Imported]) -> None:
    """A control without labels: rows moved a year off the conflict's events are the same as none."""
    moved = [replace(r, start_date=r.start_date + timedelta(400), end_date=r.end_date + timedelta(400)) for r in ged]
    assert _same(match_all(blind, moved)) == {}


def _as_imported(conflict: Conflict, *, days: int = 0, name: int = 0) -> dict[str, Imported]:
    """State each violent event at a town as another collection might: another name of the town, a point near by."""
    names = {name: [place.name, *place.aliases] for place in conflict.places for name in (place.name, *place.aliases)}
    day = timedelta(days)
    return {
        event.event_id: Imported(
            source="acled",
            source_event_id=event.event_id,
            start_date=event.start_date + day,
            end_date=(event.end_date or event.start_date) + day,
            date_precision=1,
            event_type=event.event_type,
            place=names.get(event.place or "", [event.place])[: name + 1][-1],
            lat=event.lat + 0.01,
            lon=(event.lon or 0) + 0.01,
            geo_precision=1,
        )
        for event in conflict.events
        if event.event_type in VIOLENT and event.lat is not None and (event.geo_precision or 9) <= 1
    }


@pytest.mark.parametrize("name", [0, 1, 3])
def test_events_stated_by_another_collection_under_other_names_are_found(blind: Conflict, name: int) -> None:
    stated = _as_imported(blind, name=name)
    found = _same(match_all(blind, list(stated.values())))
    right = sum(found.get(event_id) == event_id for event_id in stated)
    assert len(stated) > 30
    assert right / len(stated) >= 0.9, {k: found.get(k) for k in stated if found.get(k) != k}
    assert right / len(found) >= 0.95, {k: v for k, v in found.items() if k != v}


def test_the_same_places_a_month_earlier_before_the_war_are_no_events(blind: Conflict) -> None:
    war = min(e.start_date for e in blind.events if e.parent_event_id == "nk20-war")
    early = {
        key: replace(row, start_date=war - timedelta(30), end_date=war - timedelta(30))
        for key, row in _as_imported(blind).items()
        if row.start_date >= war
    }
    assert _same(match_all(blind, list(early.values()))) == {}


def _match(conflict: Conflict, **values: object) -> EventMatch | None:
    base = Imported(
        *("gdelt", "1", date(2020, 10, 11), date(2020, 10, 11)),
        date_precision=1,
        event_type="Explosions/Remote violence",
        plover_type="ASSAULT",
        place="Ganja, Azerbaijan",
        lat=40.68,
        lon=46.36,
        geo_precision=1,
    )
    return Crosswalk(conflict).match(replace(base, **values))  # type: ignore[arg-type]


def test_day_place_kind_and_toll_each_part_events(blind: Conflict) -> None:
    match = _match(blind, place="Ganja")
    assert match is not None
    assert (match.relation, match.event_id, match.day_gap) == ("same", "nk20-10-11-ganja", 0)
    assert match.distance_km is not None
    assert match.distance_km < 1
    for values in (
        {"start_date": date(2020, 10, 14), "end_date": date(2020, 10, 14)},
        {"place": "Barda", "lat": 40.3758, "lon": 47.1262},
        {"event_type": "Strategic developments", "plover_type": "AGREE"},
        {
            "fatalities_low": 300,
            "fatalities_high": 300,
            "start_date": date(2020, 10, 12),
            "end_date": date(2020, 10, 12),
        },
        {"geo_precision": 6, "place": "Azerbaijan"},
    ):
        other = _match(blind, **{"place": "Ganja", **values})
        assert other is None or other.relation == "part_of", values


def test_two_towns_that_lie_close_are_told_apart_by_their_names(blind: Conflict) -> None:
    near = {"lat": 39.79, "lon": 46.75, "start_date": date(2020, 10, 8), "end_date": date(2020, 10, 8)}
    shusha, stepanakert = (_match(blind, place=name, **near) for name in ("Şuşa", "Xankəndi"))
    assert shusha is not None
    assert (shusha.relation, shusha.event_id) == ("same", "nk20-10-08-cathedral")
    assert stepanakert is not None
    assert stepanakert.relation == "part_of"
    other_town = _match(blind, place="Susa", **(near | {"lat": 32.19, "lon": 48.25}))
    assert other_town is not None
    assert other_town.relation == "part_of"


def test_what_lies_inside_a_war_is_part_of_it_and_not_the_war_itself(blind: Conflict, ged: list[Imported]) -> None:
    matches = match_all(blind, ged)
    inside = {m.source_event_id: m.event_id for m in matches if m.relation == "part_of"}
    assert Counter(inside.values())["nk20-war"] >= 10
    assert all(m.confidence < 1 for m in matches)


def test_several_tellings_of_one_new_event_become_one_event(blind: Conflict) -> None:
    """What no curated event is may become one, once, however many collections and machines tell of it."""
    day = date(2021, 6, 3)
    at = {"start_date": day, "end_date": day, "place": "Shusha", "lat": 39.76, "lon": 46.75, "geo_precision": 1}
    told = [
        Imported(source, str(n), event_type="Battles", promote=source != "acled", **at)  # type: ignore[arg-type]
        for n, source in enumerate(("gdelt", "gdelt", "acled", "ucdp"))
    ]
    elsewhere = replace(told[0], source_event_id="9", place="Ganja", lat=40.68, lon=46.36)
    same = {(m.source, m.source_event_id): m.event_id for m in match_all(blind, [*told, elsewhere])}
    assert same == dict.fromkeys([("gdelt", "0"), ("gdelt", "1"), ("acled", "2")], "ucdp-3")
    unpromoted = [replace(event, promote=False) for event in told]
    assert match_all(blind, unpromoted) == []


def test_every_imported_event_is_matched_at_most_once_and_the_table_is_replaced(
    conflict: Conflict, shared: Path, tmp_path: Path
) -> None:
    con = duckdb.connect()
    ensure_schema(con)
    archive = EventArchive(tmp_path)
    take_in(archive, shared / "events" / "ucdp_ged", "file")
    take_in(archive, shared / "events" / "nk_events.csv", "file")
    load_event_files(con, archive, [conflict])
    first, second = match_events(con, [conflict]), match_events(con, [conflict])
    assert first.counts == second.counts == {"imported": 3, "same": 0, "part_of": 3, "unmatched": 0}
    rows = con.execute(
        "SELECT relation, event_id, count(*) FROM annotate.event_match GROUP BY ALL ORDER BY 2"
    ).fetchall()
    assert rows == [("part_of", "nk20-war", 1), ("part_of", "nk94-war", 2)]
