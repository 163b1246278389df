"""Dates as texts give them, in five languages, with nothing invented."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.annotate.events.date_finder import find_dates
from ingest.annotate.events.words import tokenize

SUNDAY = date(2020, 10, 11)


def _resolved(text: str, reference: date | None) -> list[tuple[date, date] | None]:
    return [mention.resolve(reference) for mention in find_dates(text, tokenize(text))]


@pytest.mark.parametrize(
    "text",
    [
        "on October 10, 2020",
        "on 10 October 2020",
        "on the 10th of October",
        "Oct. 10",
        "10 октября 2020 года",
        "10-го октября",
        "10 oktyabr 2020-ci il",
        "oktyabrın 10-da",
        "10 Ekim 2020",
        "հոկտեմբերի 10-ին",
        "2020թ. հոկտեմբերի 10-ին",
        "am 10. Oktober",
        "2020-10-10",
        "10.10.2020",
        "yesterday",
        "вчера",
        "dünən",
        "dün",
        "երեկ",
        "on Saturday",
        "в субботу",
        "şənbə günü",
        "cumartesi günü",
        "շաբաթ օրը",
    ],
)
def test_one_day_in_many_words(text: str) -> None:
    assert _resolved(text, SUNDAY) == [(date(2020, 10, 10), date(2020, 10, 10))]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("overnight", (date(2020, 10, 10), SUNDAY)),
        ("the night of July 13-14", (date(2020, 7, 13), date(2020, 7, 14))),
        ("in October 1992", (date(1992, 10, 1), date(1992, 10, 31))),
        ("in 1992", (date(1992, 1, 1), date(1992, 12, 31))),
        ("in the 1990s", (date(1990, 1, 1), date(1999, 12, 31))),
        ("в 1990-х", (date(1990, 1, 1), date(1999, 12, 31))),
        ("1990-ականներին", (date(1990, 1, 1), date(1999, 12, 31))),
        ("29 December", (date(2019, 12, 29), date(2019, 12, 29))),
        ("in the early hours of Sunday", (SUNDAY, SUNDAY)),
        ("after a weekend of shelling", (date(2020, 10, 10), SUNDAY)),
        ("in early October", (date(2020, 10, 1), date(2020, 10, 10))),
        ("в середине сентября", (date(2020, 9, 11), date(2020, 9, 20))),
        ("late February 1992", (date(1992, 2, 21), date(1992, 2, 29))),
    ],
)
def test_spans_of_days(text: str, days: tuple[date, date]) -> None:
    assert _resolved(text, SUNDAY) == [days]


@pytest.mark.parametrize(
    "text",
    ["it may rain", "31 February 2020", "Article 10", "32 October", "mart dükkan", "9.9.99", "24/7", "room 2020-13-45"],
)
def test_no_date_is_made_up(text: str) -> None:
    assert all(m.precision == "year" or m.resolve(SUNDAY) is None for m in find_dates(text, tokenize(text)))


@pytest.mark.parametrize("text", ["on Sunday", "overnight", "10 October"])
def test_what_a_text_leaves_open_stays_open(text: str) -> None:
    assert _resolved(text, None) == [None]


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("under the 9 November statement", True),
        ("the truce of 10 October", True),
        ("üçtərəfli 10 noyabr bəyanatı", True),
        ("on 9 November shells fell", False),
    ],
)
def test_an_agreement_is_called_by_its_day(text: str, is_name: bool) -> None:
    assert [m.is_name for m in find_dates(text, tokenize(text))] == [is_name]
