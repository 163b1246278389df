"""A conflict says in its conflict.toml which imported events are its own; what is wrong there is told with its line."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from ingest.conflict import ConflictError, load_conflict
from ingest.import_rules import Claim, ImportRules, country_iso2
from ingest.parse.events import EventRecord
from tests.parse.events.event_samples import ACLED, EXPORT, GED, OWN, only_event, table, tabs


def _claim(**lists: dict[str, tuple[str, ...]]) -> Claim:
    return Claim("ruritania", date(2031, 1, 1), date(2031, 12, 31), ImportRules(lists=lists))


@pytest.mark.parametrize(
    ("codes", "takes"),
    [
        ({"conflict_ids": ("1",)}, True),
        ({"dyad_ids": ("2",)}, True),
        ({"side_ids": ("4",)}, True),
        ({"conflict_ids": ("2",), "dyad_ids": ("1",), "side_ids": ("5",)}, False),
        ({"country_ids": ("1",)}, False),
    ],
)
def test_rows_of_ucdp_are_claimed_by_conflict_dyad_or_side(codes: dict[str, tuple[str, ...]], takes: bool) -> None:
    assert _claim(ucdp=codes).takes(only_event(table(GED))) is takes


@pytest.mark.parametrize(
    ("codes", "takes"),
    [
        ({"countries": ("Ruritania",)}, True),
        ({"countries": ("Ruritania",), "actors": ("Forces of Ruritania",)}, True),
        ({"countries": ("Ruritania",), "actors": ("Nobody",)}, False),
        ({"countries": ("Ruritania",), "event_types": ("battles",)}, True),
        ({"countries": ("Ruritania",), "event_types": ("Protests",)}, False),
        ({"countries": ("Graustark",)}, False),
    ],
)
def test_rows_of_acled_are_claimed_by_country_actor_and_type(codes: dict[str, tuple[str, ...]], takes: bool) -> None:
    assert _claim(acled=codes).takes(only_event(table(ACLED))) is takes


@pytest.mark.parametrize(
    ("codes", "takes"),
    [
        ({"fips": ("RU",)}, True),
        ({"fips": ("RU",), "actors": ("RUR",), "cameo": ("19",)}, True),
        ({"fips": ("RU",), "actors": ("FEN",)}, False),
        ({"fips": ("RU",), "cameo": ("14", "18")}, False),
        ({"fips": ("RS",)}, False),
    ],
)
def test_rows_of_gdelt_are_claimed_by_place_actor_and_code(codes: dict[str, tuple[str, ...]], takes: bool) -> None:
    assert _claim(gdelt=codes).takes(only_event(tabs(EXPORT))) is takes


def test_own_rows_name_their_conflict_or_the_person_who_imports_them_does() -> None:
    named, unnamed = only_event(table(OWN)), only_event(table(OWN | {"conflict_id": ""}))
    assert _claim().takes(named)
    assert _claim().takes(named, "graustark"), "what the row says counts first"
    assert not _claim().takes(unnamed)
    assert _claim().takes(unnamed, "ruritania")


@pytest.mark.parametrize(
    ("start", "end", "takes"), [("2030-12-31", "2031-01-01", True), ("2032-01-01", "2032-01-02", False)]
)
def test_only_rows_within_the_conflicts_dates_are_claimed(start: str, end: str, takes: bool) -> None:
    event = only_event(table(GED | {"date_start": start, "date_end": end}))
    assert _claim(ucdp={"conflict_ids": ("1",)}).takes(event) is takes


def test_a_source_without_a_section_claims_nothing() -> None:
    assert not any(_claim().takes(event) for event in (only_event(table(GED)), only_event(tabs(EXPORT))))


def test_the_countrys_code_comes_from_the_conflict() -> None:
    event: EventRecord = only_event(table(ACLED))
    assert country_iso2(event, [ImportRules(), ImportRules(country_iso2={"Ruritania": "RR"})]) == "RR"
    assert country_iso2(event, [ImportRules()]) is None


def test_promotion_is_for_the_sources_named_and_never_for_what_a_machine_places_in_a_whole_country(
    folder: Path,
) -> None:
    file = folder / "conflict.toml"
    text = file.read_text(encoding="utf-8")
    sources = {}
    for value in ("true", '["ucdp"]'):
        file.write_text(text.replace("promote = false", f"promote = {value}", 1), encoding="utf-8")
        rules = load_conflict(folder).importers
        claim = Claim("c", date(2031, 1, 1), None, rules)
        sources[value] = [claim.promotes(e) for e in (only_event(table(GED)), only_event(tabs(EXPORT)))]
        assert not claim.promotes(only_event(tabs(EXPORT | {"actiongeo_type": "1"})))
    assert sources == {"true": [True, True], '["ucdp"]': [True, False]}


@pytest.fixture
def folder(conflicts_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(conflicts_folder / "nagorno_karabakh", tmp_path / "nagorno_karabakh"))


def test_the_shipped_conflict_claims_what_its_sources_call_it(conflicts_folder: Path) -> None:
    rules = load_conflict(conflicts_folder / "nagorno_karabakh").importers
    assert rules.codes("ucdp", "conflict_ids") == ("388",)
    assert rules.codes("gdelt", "fips") == ("AJ", "AM")
    assert rules.country_iso2["AJ"] == "AZ"
    assert not rules.promote


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("promote = false", "promote = 'no'", "promote = 'no'; it must be true, false or a list"),
        ("conflict_ids = [388]", 'conflict_ids = ["388"]', "must be a list such as [388]"),
        ("dyad_ids = [833]", "dyads = [833]", "has the unknown key 'dyads'; known are"),
        ('fips = ["AJ", "AM"]', "", "give fips; without it no event is ever claimed"),
        ('AJ = "AZ"', 'AJ = "Azerbaijan"', "is no ISO code"),
        ("[importers.gdelt]", "[importers.gdlt]", "has the unknown key 'gdlt'"),
    ],
)
def test_what_is_wrong_in_the_section_is_told_with_file_and_line(folder: Path, old: str, new: str, told: str) -> None:
    file = folder / "conflict.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConflictError) as error:
        load_conflict(folder)
    assert told in str(error.value)
    where = str(error.value).split(":")[1]
    assert abs(int(where) - line) <= (1 if not new else 0), str(error.value)


def test_a_conflict_without_the_section_claims_nothing_of_other_collections(folder: Path) -> None:
    file = folder / "conflict.toml"
    file.write_text(file.read_text(encoding="utf-8").partition("\n[importers]")[0], encoding="utf-8")
    assert load_conflict(folder).importers == ImportRules()
