"""Rows with their line numbers, getters that say what is wrong with a value, and the rows of JSON files."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ingest.parse.events.days import read_day
from ingest.parse.events.records import EventFileError, Outcome, Rejection

_LARGEST_INT32 = 2**31 - 1
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class RowError(ValueError):
    """One row cannot be used: `reason` (a code), column, value and mend."""

    def __init__(self, reason: str, column: str | None, value: str | None, mend: str) -> None:
        super().__init__(f"{column} = {value!r}: {mend}")
        self.reason, self.column, self.value, self.mend = reason, column, value, mend


@dataclass(frozen=True, slots=True)
class Row:
    """One row by column name. `line` is where it begins, from 1; for JSON the item's number."""

    line: int
    values: Mapping[str, str]

    def text(self, column: str) -> str | None:
        """Return a cell without surrounding space, None where it is empty."""
        return self.values.get(column, "").strip() or None

    def required(self, column: str) -> str:
        """Return a cell that must not be empty."""
        value = self.text(column)
        if value is None:
            raise RowError("missing_value", column, None, "the cell is empty; it must have a value")
        return value

    def number(self, column: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """Return a finite number within [low, high]."""
        value = self.text(column)
        if value is None:
            return None
        # Python also takes 1_000, other scripts' digits and the like, which no collection writes.
        if _NUMBER.fullmatch(value) is None:
            raise RowError("bad_number", column, value, "it is not a number")
        number = float(value)
        if not math.isfinite(number) or not low <= number <= high:
            raise RowError("out_of_range", column, value, f"it must lie between {low:g} and {high:g}")
        return number

    def integer(self, column: str, low: int = 0, high: int = _LARGEST_INT32) -> int | None:
        """Return a whole number; `2022.0`, as spreadsheets write it, is one."""
        number = self.number(column, low, high)
        if number is not None and not number.is_integer():
            raise RowError("bad_number", column, self.text(column), "it is not a whole number")
        return None if number is None else int(number)

    def latitude(self, column: str) -> float | None:
        """Return degrees north."""
        return self.number(column, -90, 90)

    def longitude(self, column: str) -> float | None:
        """Return degrees east."""
        return self.number(column, -180, 180)

    def day(self, column: str) -> date | None:
        """Return a date in any form that `read_day` takes."""
        value = self.text(column)
        if value is None:
            return None
        day = read_day(value)
        if day is None:
            raise RowError("bad_date", column, value, "write the day as 2020-09-27")
        return day

    def stamp(self, column: str) -> datetime | None:
        """Return a time as GDELT writes it: 20201004101500, UTC."""
        value = self.text(column)
        if value is None:
            return None
        try:
            if len(value) == 14 and value.isascii() and value.isdigit():
                return datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            pass
        raise RowError("bad_date", column, value, "write the time as YYYYMMDDHHMMSS")

    def moment(self, column: str) -> datetime | None:
        """Return a time given in seconds since 1970, or as an ISO date."""
        value = self.text(column)
        if value is None:
            return None
        try:
            if _NUMBER.fullmatch(value):
                return datetime.fromtimestamp(float(value), UTC)
            moment = datetime.fromisoformat(value)
        except (ValueError, OverflowError, OSError):
            raise RowError("bad_date", column, value, "give seconds since 1970, or a date such as 2024-03-01") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_rows(rows: Iterator[Row | Rejection], make: Callable[[Row], Outcome]) -> Iterator[Outcome]:
    """Make each row an outcome; a row that cannot be used becomes the rejection that says why."""
    for row in rows:
        if isinstance(row, Rejection):
            yield row
            continue
        try:
            yield make(row)
        except RowError as error:
            yield Rejection(row.line, error.reason, error.column, error.value, error.mend)


def json_rows(name: str, items: object) -> Iterator[Row | Rejection]:
    """Yield the objects of a JSON list as rows of text cells."""
    if not isinstance(items, list):
        raise EventFileError(f"{name}: a list of rows is expected, not {type(items).__name__}")
    for number, item in enumerate(items, start=1):
        if isinstance(item, dict):
            yield Row(number, {str(key).lower(): _cell(value) for key, value in item.items()})
        else:
            yield Rejection(number, "malformed_json", None, str(item), "the item is no object of columns and values")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | bool) else str(value)


def parse_json(name: str, text: str) -> object:
    """Return what a JSON text says. Raises EventFileError naming the line where it breaks off."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise EventFileError(f"{name}:{error.lineno}: not valid JSON ({error.msg}); was the file cut off?") from None
    except (RecursionError, ValueError) as error:
        raise EventFileError(f"{name}: not usable JSON ({type(error).__name__})") from None


def json_lines(text: str) -> Iterator[Row | Rejection]:
    """Yield the objects of a JSONL file as rows; a line that is none is rejected."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (ValueError, RecursionError):
            item = None
        if isinstance(item, dict):
            yield Row(number, {str(key).lower(): _cell(value) for key, value in item.items()})
        else:
            yield Rejection(number, "malformed_json", None, line.strip(), "the line is no JSON object; was it cut?")
