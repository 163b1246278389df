"""Event files as they come: every row becomes an event, a mention or a deletion, or is rejected with a reason."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingest.parse.events import Deletion, EventDocument, EventFileError, EventRecord, Mention, Rejection, read_events
from ingest.parse.events.plover import PLOVER_TYPES, plover_type
from ingest.parse.events.ucdp import release_of, released_at
from tests.parse.events.event_samples import (
    ACLED,
    EXPORT,
    GED,
    MENTION,
    OWN,
    only_event,
    only_rejection,
    outcomes,
    table,
    tabs,
)


def _read(file: Path) -> tuple[str, list[object]]:
    reading = read_events(EventDocument(file.name, file.read_bytes()))
    return reading.format, list(reading.outcomes)


def test_a_thousand_real_rows_of_ged_say_what_the_file_says(shared: Path) -> None:
    file = shared / "events" / "ucdp_ged" / "ged_v23_1_sample_1000.csv"
    kind, read = _read(file)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert kind == "ucdp_ged"
    events = [event for event in read if isinstance(event, EventRecord)]
    assert len(events) == len(rows) == 1000
    for event, row in zip(events, rows, strict=True):
        assert event.source_event_id == row["id"]
        assert (str(event.start_date), str(event.end_date)) == (row["date_start"], row["date_end"])
        tolls = (event.fatalities_low, event.fatalities_best, event.fatalities_high)
        assert tolls == (int(row["low"]), int(row["best"]), int(row["high"]))
        assert (event.date_precision, event.geo_precision) == (int(row["date_prec"]), int(row["where_prec"]))
        assert (event.actor_a, event.actor_b) == (row["side_a"], row["side_b"])
        assert (event.actor_initiator, event.actor_target) == (None, None)
    assert {(event.release, event.as_of) for event in events} == {("23.1", datetime(2023, 6, 1, tzinfo=UTC))}
    assert len({event.content_hash for event in events}) == 1000


def test_real_dummy_rows_of_acled_are_all_events_and_none_may_be_passed_on(shared: Path) -> None:
    kind, read = _read(shared / "events" / "acled_schema" / "acled_dummy_326.csv")
    events = [event for event in read if isinstance(event, EventRecord)]
    assert (kind, len(events), len(read)) == ("acled", 326, 326)
    assert Counter(event.event_type for event in events) == {"Protests": 282, "Riots": 42, "Strategic developments": 2}
    assert not any(event.may_publish_text for event in events)
    assert {event.as_of_basis for event in events} == {"stated"}
    assert all(event.country == "Argentina" and event.lat is not None for event in events)


@pytest.mark.parametrize(
    ("name", "rows"), [("20180101000000.export.CSV", 2414), ("aamend_events.csv", 100), ("aamend_eventsT.csv", 100)]
)
def test_real_exports_of_gdelt_give_an_event_for_each_row(shared: Path, name: str, rows: int) -> None:
    kind, read = _read(shared / "events" / "gdelt" / name)
    events = [event for event in read if isinstance(event, EventRecord)]
    assert (kind, len(events), len(read)) == ("gdelt_export", rows, rows)
    assert all(event.plover_type in PLOVER_TYPES for event in events if (event.source_type or "")[:2] > "02")
    if rows > 1000:
        fips = Counter(event.country for event in events)
        assert (fips["AJ"], fips["AM"]) == (12, 1)


@pytest.mark.parametrize(
    ("name", "rows"),
    [("aamend_mentions.csv", 100), ("aamend_mentionsT.csv", 100), ("gdeltPyR_mentions_20170701.csv", 1635)],
)
def test_real_mentions_of_gdelt_are_read_and_repeated_ones_told(shared: Path, name: str, rows: int) -> None:
    kind, read = _read(shared / "events" / "gdelt" / name)
    assert (kind, len(read)) == ("gdelt_mentions", rows)
    assert {outcome.reason for outcome in read if isinstance(outcome, Rejection)} <= {"duplicate_id"}
    mentions = [mention for mention in read if isinstance(mention, Mention)]
    assert len(mentions) > 0.98 * rows
    if name.endswith("T.csv"):
        assert {"ces", "spa", "ita"} <= {mention.translated_from for mention in mentions}


def test_every_code_of_the_plover_table_maps_as_the_table_says(shared: Path) -> None:
    text = (shared / "events" / "gdelt" / "schema" / "CAMEO2PLOVER-2021.txt").read_text(encoding="utf-8")
    pairs = [line.partition("#")[0].partition(":") for line in text.splitlines()]
    codes = {
        code.strip(): rest.partition(",")[0].strip() for code, colon, rest in pairs if colon and code[:1].isdigit()
    }
    assert len(codes) > 250
    assert {code: plover_type(code) for code in codes} == codes
    assert plover_type("010") is plover_type("0231") is plover_type("---") is None


def test_the_shipped_events_of_a_conflict_can_be_imported_as_own_files(conflicts_folder: Path) -> None:
    for file in conflicts_folder.glob("*/events.csv"):
        kind, read = _read(file)
        assert kind == "own"
        assert all(isinstance(event, EventRecord) and event.name for event in read), file


def test_ged_is_read_from_csv_from_a_page_of_the_api_and_without_a_header() -> None:
    from_csv = only_event(table(GED), "GEDEvent_v31_0_4.csv")
    page = {"TotalCount": 1, "TotalPages": 1, "NextPageUrl": "", "Result": [_typed(GED)]}
    from_api = only_event(json.dumps(page).encode(), "gedevents/31.0.4 page 1")
    from_bare = only_event(table(GED, header=False), "GEDEvent_v31_0_4.csv")
    assert from_csv.content_hash == from_api.content_hash == from_bare.content_hash
    assert {event.release for event in (from_csv, from_api, from_bare)} == {"31.0.4"}
    assert from_csv.source_refs == ("Agency One", "Agency Two")


def _typed(row: dict[str, str]) -> dict[str, object]:
    typed: dict[str, object] = {key: int(value) if value.isdigit() else value or None for key, value in row.items()}
    return typed | {"date_start": "2031-05-01T00:00:00", "latitude": 50.1, "longitude": 14.4}


@pytest.mark.parametrize(
    ("name", "release", "month"),
    [
        ("ged231-csv.zip/GEDEvent_v23_1.csv", "23.1", (2023, 6)),
        ("ged251.csv", "25.1", (2025, 6)),
        ("GEDEvent_v26_0_8.csv", "26.0.8", (2026, 9)),
        ("GEDEvent_v26_01_26_06.csv", "26.01.26.06", (2026, 7)),
        ("gedevents/25.0.12 page 3", "25.0.12", (2026, 1)),
        ("events.csv", None, None),
    ],
)
def test_a_release_is_known_by_the_files_name(name: str, release: str | None, month: tuple[int, int] | None) -> None:
    assert release_of(name) == release
    released = released_at(release) if release else None
    assert (released and (released.year, released.month)) == month


def test_acled_is_read_from_csv_and_from_the_api_and_deletions_too() -> None:
    from_csv = only_event(table(ACLED))
    from_api = only_event(json.dumps({"status": 200, "success": True, "data": [ACLED]}).encode())
    assert from_csv.content_hash == from_api.content_hash
    assert from_csv.as_of == datetime.fromtimestamp(1935000000, UTC)
    (deletion,) = outcomes(json.dumps({"data": [{"event_id_cnty": "RUR1", "deleted_timestamp": 1936000000}]}).encode())
    assert deletion == Deletion("acled", "RUR1", 1, datetime.fromtimestamp(1936000000, UTC))


@pytest.mark.parametrize(
    "day",
    [
        *("2031-05-01", "2031-05-01 00:00:00.000", "2031-05-01T00:00:00", "20310501", "1 May 2031", "01 May 2031"),
        *("01-May-2031", "1 MAY 2031 00:00:00", "May 1, 2031", "2031/05/01", "2031.05.01"),
    ],
)
def test_days_are_read_as_the_collections_write_them(day: str) -> None:
    assert only_event(table(ACLED | {"event_date": day})).start_date == date(2031, 5, 1)


@pytest.mark.parametrize(
    "day", ["27-September-2020", "27 Sep 2020", "27-Sep-2020", "27 Sept. 2020", "September 27, 2020"]
)
def test_months_are_read_by_name_and_by_its_first_letters(day: str) -> None:
    assert only_event(table(ACLED | {"event_date": day})).start_date == date(2020, 9, 27)


@pytest.mark.parametrize("day", ["09/27/2020", "27.09.2020", "27-09-2020", "27 Sep 20", "31 June 2020", "27 Set 2020"])
def test_a_day_that_leaves_doubt_is_rejected(day: str) -> None:
    assert only_rejection(table(ACLED | {"event_date": day})).reason == "bad_date"


def test_the_stamp_of_a_row_is_no_part_of_what_it_says() -> None:
    first, second = (only_event(table(ACLED | {"timestamp": stamp})) for stamp in ("1935000000", "1937000000"))
    assert first.content_hash == second.content_hash
    assert only_event(table(ACLED | {"fatalities": "4"})).content_hash != first.content_hash


def test_gdelt_names_who_did_what_to_whom_and_its_mentions_where_it_was_read() -> None:
    event = only_event(tabs(EXPORT), "20310501101500.export.CSV")
    assert (event.actor_initiator, event.actor_target, event.plover_type) == ("RURITANIA", "FENWICK", "ASSAULT")
    assert (event.event_type, event.geo_precision) == ("Explosions/Remote violence", 1)
    assert event.as_of == datetime(2031, 5, 1, 10, 15, tzinfo=UTC)
    (mention,) = outcomes(tabs(MENTION))
    assert isinstance(mention, Mention)
    assert (mention.confidence, mention.sentence, mention.translated_from) == (0.6, 2, "fra")


def test_own_events_come_as_csv_with_any_delimiter_and_as_jsonl() -> None:
    events = [
        only_event(table(OWN)),
        only_event(table(OWN, delimiter=";")),
        only_event(b"\xef\xbb\xbf" + table(OWN)),
        only_event((json.dumps(OWN) + "\n").encode(), "own.jsonl"),
    ]
    assert len({event.content_hash for event in events}) == 1
    assert (events[0].start_date, events[0].end_date) == (date(2031, 5, 1), date(2031, 5, 1))
    two = outcomes((json.dumps(OWN) + "\n" + json.dumps(OWN | {"event_id": "rur-2"}) + "\n").encode(), "own.jsonl")
    assert [outcome.line for outcome in two] == [1, 2]


@pytest.mark.parametrize(
    ("content", "reason", "column"),
    [
        (table(GED | {"best": "three"}), "bad_number", "best"),
        (table(GED | {"date_start": "01/05/2031"}), "bad_date", "date_start"),
        (table(GED | {"date_start": "2031-02-30"}), "bad_date", "date_start"),
        (table(GED | {"date_end": "2031-04-01"}), "inconsistent", "date_end"),
        (table(GED | {"date_end": ""}), "missing_value", "date_end"),
        (table(GED | {"id": ""}), "missing_value", "id"),
        (table(GED | {"type_of_violence": "7"}), "bad_code", "type_of_violence"),
        (table(GED | {"latitude": "500"}), "out_of_range", "latitude"),
        (table(GED | {"high": "-1"}), "out_of_range", "high"),
        (table(GED | {"low": "1e400"}), "out_of_range", "low"),
        (table(GED | {"low": "1_000"}), "bad_number", "low"),
        (table(GED | {"low": "\u0663"}), "bad_number", "low"),
        (table(GED | {"date_start": "2031-W01-1"}), "bad_date", "date_start"),
        (table(ACLED | {"event_type": "Quarrels"}), "bad_code", "event_type"),
        (table(ACLED | {"time_precision": "9"}), "bad_code", "time_precision"),
        (table(ACLED | {"timestamp": "soon"}), "bad_date", "timestamp"),
        (tabs(EXPORT | {"eventcode": "twenty"}), "bad_code", "eventcode"),
        (tabs(EXPORT | {"dateadded": "2031"}), "bad_date", "dateadded"),
        (tabs(MENTION | {"mentionidentifier": ""}), "missing_value", "mentionidentifier"),
        (tabs(MENTION | {"confidence": "140"}), "out_of_range", "confidence"),
        (table(OWN | {"name": ""}), "missing_value", "name"),
        (table(OWN, OWN), "duplicate_id", None),
        (table(OWN) + b"rur-2,half a row\n", "wrong_column_count", None),
        (table(OWN) + b"\0\0\0", "nul_byte", None),
        (json.dumps(["no object", OWN]).encode(), "malformed_json", None),
        (json.dumps([OWN, "no object"]).encode(), "malformed_json", None),
        (b'{"event_id": "a", "name": "b", "start_date": "2031-01-01"}\n{"event_id": "c"', "malformed_json", None),
    ],
)
def test_a_bad_row_is_rejected_with_line_column_value_and_mend(content: bytes, reason: str, column: str | None) -> None:
    rejection = only_rejection(content)
    assert (rejection.reason, rejection.column) == (reason, column)
    assert rejection.mend
    assert rejection.line >= 1


def test_the_line_told_is_the_one_where_the_row_begins() -> None:
    long_cell = GED | {"id": "900002", "source_article": "one\ntwo\nthree"}
    read = outcomes(table(GED, long_cell, GED | {"id": "900003", "best": "x"}))
    assert [outcome.line for outcome in read] == [2, 3, 6]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "file.csv: the file is empty"),
        (
            table(GED).replace(b"best", b"best_est", 1),
            "file.csv:1: the header of this ucdp_ged file lacks 'best' (renamed to 'best_est'?)",
        ),
        (table(OWN).decode().encode("utf-16")[:-1], "file.csv:1: the file is damaged UTF-16"),
        (table(OWN).decode().encode("utf-16-le"), "file.csv:1: the file begins with NUL bytes"),
        (b'"event_id,name,start_date\nrur-1,x,2031-05-01\n', "file.csv:1: "),
        (b'{"Result": [{"id": 1,', "file.csv:1: not valid JSON"),
        (b'{"success": false, "error": "no"}', "the service answered with an error"),
        (b"# A heading\n\nand prose\n", "file.csv:1: no event file that is known"),
    ],
)
def test_a_broken_file_is_told_with_its_line_and_what_to_do(content: bytes, told: str) -> None:
    with pytest.raises(EventFileError) as error:
        outcomes(content)
    assert told in str(error.value)


def test_a_format_can_be_demanded() -> None:
    with pytest.raises(EventFileError, match="this acled file lacks"):
        outcomes(table(OWN), expected="acled")
    with pytest.raises(EventFileError, match="no event format 'gedd'"):
        outcomes(table(OWN), expected="gedd")
