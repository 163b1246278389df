"""Damaged event files: what is sound in them is read, and each bad row is told by its line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from ingest.parse.events import EventDocument, EventFileError, EventRecord, Rejection, read_events
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


def _told(content: bytes, expected: str = "auto") -> tuple[str, ...]:
    return read_events(EventDocument("file.csv", content), expected).notes


@pytest.mark.parametrize("sample", [EXPORT, MENTION], ids=["export", "mention"])
@pytest.mark.parametrize("broken", ["700000\tcut here", "", "\ufffd" * 9, "x\t" * 60 + "y", '"'])
@pytest.mark.parametrize("expected", ["auto", "of its kind"])
def test_a_broken_first_line_of_gdelt_costs_that_line_alone(sample: dict[str, str], broken: str, expected: str) -> None:
    kind = "gdelt_export" if sample is EXPORT else "gdelt_mentions"
    content = f"{broken}\n".encode() + tabs(sample, sample | {"globaleventid": "700002"})
    read = outcomes(content, "20310501101500.CSV", expected if expected == "auto" else kind)
    assert [o.line for o in read if not isinstance(o, Rejection)] == [2, 3]
    assert [o.line for o in read if isinstance(o, Rejection)] == ([1] if broken else [])


def test_a_broken_first_row_of_ged_without_a_header_costs_that_row_alone() -> None:
    read = outcomes(b"900000,cut\n" + table(GED, header=False), "GEDEvent_v31_0_4.csv")
    assert [type(outcome) for outcome in read] == [Rejection, EventRecord]


def test_a_header_with_a_renamed_column_is_no_broken_first_row() -> None:
    for expected in ("auto", "ucdp_ged"):
        with pytest.raises(EventFileError, match=r"lacks 'best' \(renamed to 'best_est'\?\)"):
            outcomes(table(GED).replace(b"best", b"best_est", 1), expected=expected)


def test_an_odd_byte_costs_no_row_and_is_told() -> None:
    content = tabs(EXPORT, EXPORT | {"globaleventid": "700002", "actiongeo_fullname": "Z#rich"}).replace(b"#", b"\xfc")
    first, second = outcomes(content)
    assert isinstance(first, EventRecord)
    assert isinstance(second, EventRecord)
    assert second.place == "Zürich"
    assert _told(content)[0].startswith("line 2 is not UTF-8 and read as windows-1252")


def test_sound_lines_beside_odd_ones_stay_utf_8() -> None:
    named = [GED | {"id": str(number), "where_coordinates": "Çanakkale"} for number in (1, 2, 3)]
    lines = table(*named).splitlines(keepends=True)
    for number in (1, 3):
        lines[number] = lines[number].decode().encode("latin-1")
    read = [outcome for outcome in outcomes(b"".join(lines)) if isinstance(outcome, EventRecord)]
    assert [event.place for event in read] == ["Çanakkale"] * 3
    assert _told(b"".join(lines))[0].startswith("line 2 and 1 more are not UTF-8")
    assert _told(table(*named)) == ()


def test_the_real_rows_of_ged_in_latin_1_are_the_same_events(shared: Path) -> None:
    text = (shared / "events" / "ucdp_ged" / "ged_v23_1_sample_1000.csv").read_text(encoding="utf-8")
    # What Latin-1 lacks could not stand in such a file.
    latin = text.encode("latin-1", "replace")
    same = [
        event.content_hash for event in outcomes(latin.decode("latin-1").encode()) if isinstance(event, EventRecord)
    ]
    read = [event.content_hash for event in outcomes(latin) if isinstance(event, EventRecord)]
    assert len(read) == 1000
    assert read == same


def test_utf_16_is_read_by_its_mark() -> None:
    content = table(OWN).decode().encode("utf-16")
    assert only_event(content).name == OWN["name"]
    assert _told(content) == ("the file is UTF-16 and was read as that",)


def test_a_table_cut_inside_a_quoted_cell_keeps_every_row_before() -> None:
    long_cell = GED | {"id": "900002", "source_article": "one, two\nthree"}
    whole = table(GED, long_cell, GED | {"id": "900003"})
    read = outcomes(whole[: whole.index(b"three") + 2])
    assert isinstance(read[0], EventRecord)
    assert [(o.line, o.reason) for o in read[1:] if isinstance(o, Rejection)] == [
        (3, "malformed_csv"),
        (4, "wrong_column_count"),
    ]


def test_a_lost_quote_costs_its_row_and_none_after() -> None:
    rows = [GED | {"id": str(900000 + number), "side_a": "A, and B"} for number in range(1, 6)]
    lines = table(*rows).splitlines(keepends=True)
    lines[2] = lines[2].replace(b' and B"', b" and B", 1)
    read = outcomes(b"".join(lines))
    assert [o.source_event_id for o in read if isinstance(o, EventRecord)] == ["900001", "900003", "900004", "900005"]
    assert only_rejection(b"".join(lines)).line == 3


def test_a_table_of_broken_quotes_ends_and_every_line_is_counted() -> None:
    count = 3000
    content = table(OWN) + b'"x\n' * count
    read = outcomes(content)
    assert sum(o.rows for o in read if isinstance(o, Rejection)) == count
    assert len(read) < count


@pytest.mark.parametrize(
    ("sample", "column"), [(ACLED, "geo_precision"), (ACLED, "latitude"), (GED, "where_prec"), (GED, "date_prec")]
)
def test_a_column_that_may_be_unknown_may_be_missing_and_is_told(sample: dict[str, str], column: str) -> None:
    content = table({key: value for key, value in sample.items() if key != column})
    event, whole = only_event(content), only_event(table(sample))
    assert event.source_event_id == whole.source_event_id
    assert event.geo_precision is None or column != "geo_precision"
    assert _told(content) == (f"without {column}, which is unknown for all its rows",)


def test_a_column_that_may_be_unknown_and_is_renamed_is_told_and_not_lost() -> None:
    with pytest.raises(EventFileError, match=r"lacks 'geo_precision' \(renamed to 'geo_prec'\?\)"):
        outcomes(table(ACLED).replace(b"geo_precision", b"geo_prec"))


def test_who_began_it_stays_open_in_an_own_file_that_calls_it_disputed() -> None:
    stated = OWN | {"actor_initiator": "Ruritania", "actor_target": "Fenwick", "attribution_status": "disputed"}
    disputed, claimed = only_event(table(stated)), only_event(table(stated | {"attribution_status": "claimed"}))
    assert (disputed.actor_initiator, disputed.actor_a, disputed.actor_b) == (None, "Ruritania", "Fenwick")
    assert claimed.actor_initiator == "Ruritania"


def test_of_the_curated_list_every_event_is_taken_and_no_disputed_one_has_an_initiator(shared: Path) -> None:
    content = (shared / "events" / "nk_events.csv").read_bytes()
    disputed = {
        row["event_id"]
        for row in csv.DictReader(io.StringIO(content.decode()))
        if row["attribution_status"] == "disputed"
    }
    read = [event for event in outcomes(content) if isinstance(event, EventRecord)]
    assert len(read) == 80
    assert {
        event.source_event_id for event in read if event.source_event_id in disputed and not event.actor_initiator
    } == disputed
