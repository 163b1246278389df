"""What holds for any bytes whatever: no crash but the one that is told, no row lost, nothing out of bounds accepted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parse.events import EventDocument, EventFileError, EventRecord, Rejection, read_events
from tests.parse.events.event_samples import ACLED, EXPORT, GED, MENTION, OWN, outcomes, table, tabs

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\n\r\t"), max_size=12)
ODD = CELL | st.sampled_from(
    ["", "1e400", "-0", "2031-13-01", "99999999999999999999", "nan", "١٢", "²", "1_000", "0x1f"]
)


@QUICK
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_rows_or_one_clear_error(content: bytes) -> None:
    told = "any.csv"
    try:
        list(read_events(EventDocument("any.csv", content)).outcomes)
    except EventFileError as error:
        told = str(error)
    assert "any.csv" in told


@pytest.mark.parametrize("sample", [GED, ACLED, OWN], ids=["ged", "acled", "own"])
def test_any_value_in_any_cell_is_taken_soundly_or_rejected(sample: dict[str, str]) -> None:
    _bend(sample, table)


@pytest.mark.parametrize("sample", [EXPORT, MENTION], ids=["export", "mention"])
def test_any_value_in_any_cell_of_gdelt_is_taken_soundly_or_rejected(sample: dict[str, str]) -> None:
    _bend(sample, tabs)


def _bend(sample: dict[str, str], write: Callable[..., bytes]) -> None:
    @QUICK
    @given(st.sampled_from(sorted(sample)), ODD)
    def check(column: str, value: str) -> None:
        # A sound row before it keeps the format plain.
        first = sample | {next(iter(sample)): "1"} if sample is OWN or sample is ACLED else sample
        content = write(first, sample | {column: value})
        read = outcomes(content)
        assert len(read) == 2
        for outcome in read:
            if isinstance(outcome, Rejection):
                assert outcome.mend
            elif isinstance(outcome, EventRecord):
                assert outcome.end_date >= outcome.start_date
                assert outcome.lat is None or -90 <= outcome.lat <= 90
                assert outcome.fatalities_high is None or 0 <= outcome.fatalities_high < 2**31

    check()


@QUICK
@given(st.integers(0, len(table(GED, GED | {"id": "900002"}))))
def test_a_file_cut_anywhere_never_gives_a_row_it_did_not_hold(at: int) -> None:
    whole = table(GED, GED | {"id": "900002"})
    sound = {event.content_hash for event in outcomes(whole) if isinstance(event, EventRecord)}
    try:
        read = outcomes(whole[:at])
    except EventFileError:
        return
    full = [event for event in read if isinstance(event, EventRecord)]
    # Only the cut row's last cell can be short, and it says nothing of the event.
    assert {event.content_hash for event in full} <= sound
