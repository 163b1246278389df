"""Loading event files: nothing lost, nothing twice, every wording kept, what a source took back marked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.conflict import Conflict, load_conflicts
from ingest.fetch.event_sources.inbox import take_in
from ingest.fetch.event_sources.store import EventArchive
from ingest.import_rules import ImportRules
from ingest.parse.events import EventDocument
from ingest.records import Report
from ingest.warehouse.build import ensure_schema
from ingest.warehouse.event_load import load_event_files
from tests.parse.events.event_samples import ACLED, EXPORT, GED, MENTION, OWN, table, tabs

RULES = ImportRules(
    country_iso2={"Ruritania": "RR"},
    lists={"ucdp": {"conflict_ids": ("1",)}, "acled": {"countries": ("Ruritania",)}, "gdelt": {"fips": ("RU",)}},
)
RURITANIA = Conflict(
    *("ruritania", "Ruritania", "", date(2031, 1, 1), None, "UTC", ()), (), (), (), (), (), importers=RULES
)


class Warehouse:
    """A working file in memory and the archive it is loaded from."""

    def __init__(self, folder: Path) -> None:
        self.archive = EventArchive(folder)
        self.con = duckdb.connect()
        self.con.execute("SET TimeZone = 'UTC'")
        ensure_schema(self.con)
        self.conflicts = [RURITANIA]

    def load(self, content: bytes | None = None, name: str = "file.csv", conflict: str | None = None) -> Report:
        if content is not None:
            self.archive.store(EventDocument(name, content), "file", conflict_id=conflict)
        return load_event_files(self.con, self.archive, self.conflicts)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.con.execute(query).fetchall()


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


def test_all_real_fixtures_load_with_counts_that_add_up_and_a_second_load_changes_nothing(
    warehouse: Warehouse, shared: Path, conflicts_folder: Path
) -> None:
    warehouse.conflicts = load_conflicts(conflicts_folder)
    events = shared / "events"
    for file in (
        *(events / "ucdp_ged").glob("*.csv"),
        *(events / "gdelt").glob("*events*.csv"),
        *(events / "gdelt").glob("*mentions*.csv"),
        *(events / "gdelt").glob("*.export.CSV"),
        events / "acled_schema" / "acled_dummy_326.csv",
        events / "nk_events.csv",
    ):
        _, problems = take_in(warehouse.archive, file, "file")
        assert not problems

    report = warehouse.load()

    assert report.counts["rows"] == 1000 + 100 + 100 + 100 + 100 + 1635 + 2414 + 326 + 80
    assert report.counts["accepted"] + report.counts["rejected"] == report.counts["rows"]
    assert "failed" not in report.counts
    sums = warehouse.rows(
        "SELECT count(*) FROM raw.event_file AS f WHERE rejected <> coalesce((SELECT sum(rows) FROM "
        "raw.event_rejection AS r WHERE r.file_id = f.file_id), 0)"
    )
    assert sums == [(0,)]
    kept = warehouse.rows(
        "SELECT conflict_id, source, count(*), max(country_iso2) FROM raw.imported_event "
        "JOIN raw.imported_event_conflict USING (source, source_event_id) GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert kept == [
        ("nagorno_karabakh", "gdelt", 1, "AZ"),
        ("nagorno_karabakh", "ucdp", 3, "AZ"),
        ("russia_ukraine", "gdelt", 1, "RU"),
        ("russia_ukraine", "ucdp", 26, "UA"),
    ]
    assert warehouse.load().counts == {}


def test_a_changed_toll_is_a_new_revision_and_the_old_one_is_kept(warehouse: Warehouse) -> None:
    assert warehouse.load(table(GED), "GEDEvent_v31_0_4.csv").counts["new"] == 1
    assert warehouse.load(table(GED), "GEDEvent_v31_0_5.csv").counts == {}, "the same bytes are the same file"
    assert warehouse.load(table(GED | {"relid": "x"}), "GEDEvent_v31_0_5.csv").counts["unchanged"] == 1
    assert warehouse.load(table(GED | {"best": "9", "high": "9"}), "GEDEvent_v32_1.csv").counts["revised"] == 1
    assert warehouse.rows(
        "SELECT revision, fatalities_best, release, as_of::DATE, superseded_at::DATE FROM raw.imported_event_revision"
    ) == [(1, 3, "31.0.4", date(2031, 5, 20), date(2032, 6, 1)), (2, 9, "32.1", date(2032, 6, 1), None)]


def test_an_older_release_that_is_imported_later_does_not_win(warehouse: Warehouse) -> None:
    warehouse.load(table(GED | {"best": "9"}), "GEDEvent_v32_1.csv")
    warehouse.load(table(GED), "GEDEvent_v31_0_4.csv")
    assert warehouse.rows("SELECT revision, fatalities_best FROM raw.imported_event_current") == [(2, 9)]


def test_a_wording_that_comes_back_is_a_revision_again(warehouse: Warehouse) -> None:
    for stamp, dead in ((1935000000, 3), (1936000000, 4), (1937000000, 3), (1938000000, 3)):
        warehouse.load(table(ACLED | {"timestamp": str(stamp), "fatalities": str(dead)}))
    tolls = warehouse.rows("SELECT fatalities_best FROM raw.imported_event_revision ORDER BY revision")
    assert tolls == [(3,), (4,), (3,)]


def test_deleted_events_become_tombstones_and_can_come_back(warehouse: Warehouse) -> None:
    other = ACLED | {"event_id_cnty": "RUR2"}
    warehouse.load(table(ACLED, other))
    gone = json.dumps({"data": [{"event_id_cnty": n, "deleted_timestamp": 1936000000} for n in ("RUR1", "RUR99")]})

    report = warehouse.load(gone.encode())

    assert (report.counts["accepted"], report.counts["new"], report.counts["deleted"]) == (2, 2, 1)
    current = "SELECT source_event_id, is_deleted, fatalities_best FROM raw.imported_event_current ORDER BY 1"
    assert warehouse.rows(current) == [("RUR1", True, 3), ("RUR2", False, 3)]
    assert warehouse.load(table(ACLED | {"tags": "an old copy"})).counts["deleted"] == 0
    assert warehouse.rows(current)[0][1] is True, "an old file does not bring back what was deleted after it"
    warehouse.load(table(ACLED | {"timestamp": "1937000000"}))
    assert warehouse.rows(current)[0][1] is False


def test_an_event_that_was_deleted_before_it_was_ever_imported_stays_deleted(warehouse: Warehouse) -> None:
    warehouse.load(json.dumps([{"event_id_cnty": "RUR1", "deleted_timestamp": "2031-08-01"}]).encode())
    assert warehouse.load(table(ACLED)).counts["deleted"] == 1
    assert warehouse.rows("SELECT is_deleted, as_of FROM raw.imported_event_current") == [
        (True, datetime(2031, 8, 1, tzinfo=UTC))
    ]


def test_rows_of_acled_carry_that_they_may_not_be_passed_on(warehouse: Warehouse) -> None:
    warehouse.load(table(ACLED))
    warehouse.load(table(GED))
    licences = warehouse.rows("SELECT source, licence, may_publish_text FROM raw.imported_event ORDER BY 1")
    assert licences == [("acled", "ACLED-terms", False), ("ucdp", "CC-BY-4.0", True)]


def test_only_mentions_of_events_that_are_kept_are_kept_and_the_others_counted(warehouse: Warehouse) -> None:
    elsewhere = EXPORT | {"globaleventid": "700002", "actiongeo_countrycode": "US"}
    warehouse.archive.store(
        EventDocument("m.CSV", tabs(MENTION, MENTION | {"globaleventid": "700002"})), "gdelt", "gdelt_mentions"
    )
    warehouse.archive.store(EventDocument("e.CSV", tabs(EXPORT, elsewhere)), "gdelt", "gdelt_export")
    warehouse.load()
    assert warehouse.rows("SELECT source_event_id, confidence, sentence FROM raw.event_mention") == [("700001", 0.6, 2)]
    reasons = "SELECT reason, column_name, value, rows FROM raw.event_rejection ORDER BY reason"
    assert warehouse.rows(reasons) == [
        ("no_conflict", "actiongeo_countrycode", "US", 1),
        ("no_event", None, None, 1),
    ]


def test_a_row_that_no_conflict_claims_is_rejected_and_one_that_two_claim_belongs_to_both(warehouse: Warehouse) -> None:
    warehouse.conflicts = [
        RURITANIA,
        replace(RURITANIA, conflict_id="fenwick", importers=replace(RULES, promote=("ucdp",))),
    ]
    report = warehouse.load(table(GED, GED | {"id": "900002", "conflict_new_id": "7"}))
    assert (report.counts["accepted"], report.counts["rejected"]) == (1, 1)
    assert warehouse.rows("SELECT conflict_id, promote FROM raw.imported_event_conflict ORDER BY 1") == [
        ("fenwick", True),
        ("ruritania", False),
    ]
    assert warehouse.rows("SELECT count(*) FROM raw.imported_event") == [(1,)]


def test_a_conflict_that_claims_other_rows_than_before_gets_them_from_the_archive(warehouse: Warehouse) -> None:
    warehouse.load(table(GED, GED | {"id": "900002", "conflict_new_id": "7"}), "GEDEvent_v31_1.csv")
    other = replace(RULES, lists={"ucdp": {"conflict_ids": ("7",)}})
    warehouse.conflicts = [replace(RURITANIA, importers=other)]
    warehouse.load()
    assert warehouse.rows("SELECT source_event_id FROM raw.imported_event_conflict") == [("900002",)]
    assert warehouse.rows("SELECT count(*) FROM raw.imported_event") == [(2,)], "what was once stated is kept"
    assert warehouse.load().counts == {}


def test_own_files_belong_to_the_conflict_they_were_given_for(warehouse: Warehouse) -> None:
    warehouse.load(table(OWN | {"conflict_id": ""}), conflict="ruritania")
    assert warehouse.rows("SELECT conflict_id, source, source_event_id FROM raw.imported_event_conflict") == [
        ("ruritania", "own", "rur-1")
    ]
    warehouse.load(table(OWN | {"conflict_id": "graustark", "event_id": "g-1"}))
    assert warehouse.rows("SELECT value, mend FROM raw.event_rejection")[0][0] == "graustark"


def test_a_table_that_breaks_off_keeps_the_rows_before_and_tells_of_the_last(warehouse: Warehouse) -> None:
    said: list[str] = []
    cut = table(GED, GED | {"id": "900002"}).replace(b"900002", b'"900002')
    warehouse.archive.store(EventDocument("cut.csv", cut), "file")
    report = load_event_files(warehouse.con, warehouse.archive, [RURITANIA], said.append)
    assert "failed" not in report.counts
    assert warehouse.rows("SELECT source_event_id FROM raw.imported_event") == [("900001",)]
    assert warehouse.rows("SELECT line, reason FROM raw.event_rejection") == [(3, "malformed_csv")]
    assert warehouse.rows("SELECT status, rows, accepted, rejected FROM raw.event_file") == [("read", 2, 1, 1)]


def test_an_answer_that_breaks_off_is_loaded_not_at_all_and_told_with_its_line(warehouse: Warehouse) -> None:
    said: list[str] = []
    warehouse.archive.store(EventDocument("cut.json", json.dumps({"Result": [GED]}).encode()[:-5]), "file")
    report = load_event_files(warehouse.con, warehouse.archive, [RURITANIA], said.append)
    assert report.counts["failed"] == 1
    assert said
    assert said[0].startswith("cut.json:1: not valid JSON")
    assert warehouse.rows("SELECT count(*) FROM raw.imported_event") == [(0,)]
    assert warehouse.rows("SELECT status, rows, accepted FROM raw.event_file") == [("failed", 0, 0)]
    assert warehouse.load().counts == {}, "what failed is not tried again until the readers change"


def test_a_file_in_another_encoding_is_loaded_and_told(warehouse: Warehouse) -> None:
    said: list[str] = []
    odd = table(GED | {"where_coordinates": "M\u00fcnster"}).decode().encode("latin-1")
    warehouse.archive.store(EventDocument("odd.csv", odd), "file")
    load_event_files(warehouse.con, warehouse.archive, [RURITANIA], said.append)
    assert warehouse.rows("SELECT place FROM raw.imported_event") == [("M\u00fcnster",)]
    ((status, told),) = warehouse.rows("SELECT status, status_detail FROM raw.event_file")
    assert status == "read"
    assert told.startswith("line 2 is not UTF-8 and read as windows-1252")
    assert told in said[0]


def test_rows_turned_away_in_one_count_as_many(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.parse.events.text._MOST_BROKEN", 1)
    broken = GED | {"id": "900002", "side_a": '"x', "side_b": "y"}
    lines = table(GED, broken, GED | {"id": "900003"}).replace(b'"""x"', b'"x"x').splitlines(keepends=True)
    warehouse.load(b"".join(lines))
    assert warehouse.rows("SELECT rows, accepted, rejected FROM raw.event_file") == [(3, 1, 2)]


def test_a_load_that_is_killed_leaves_nothing_half_done(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ingest.warehouse.event_load._insert_file", stop)
    with pytest.raises(KeyboardInterrupt):
        warehouse.load(table(GED))
    monkeypatch.undo()
    assert warehouse.rows("SELECT count(*) FROM raw.imported_event") == [(0,)]
    assert warehouse.load().counts["new"] == 1
