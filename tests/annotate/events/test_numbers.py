"""Numbers in figures and in words, as tolls are stated."""

from __future__ import annotations

import pytest

from ingest.annotate.events.numbers import numbers_in
from ingest.annotate.events.words import tokenize


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("38.000 Tote", [38_000]),
        ("1,960 soldiers", [1_960]),
        ("5, 300 hurt", [5, 300]),
        ("twenty-one dead, sixty-one wounded", [21, 61]),
        ("two hundred killed", [200]),
        ("one hundred and seventy burned", [170]),
        ("près de sept mille morts", [7_000]),
        ("двести сорок три", [243]),
        ("6 тысяч", [6_000]),
        ("altı min nəfər", [6_000]),
        ("two or three", [2, 3]),
        ("in 2020 a Su-25 fell", []),
    ],
)
def test_numbers_are_read_whole(text: str, numbers: list[int]) -> None:
    assert [value for _, value in numbers_in(tokenize(text))] == numbers
