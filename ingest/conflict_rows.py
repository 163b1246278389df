"""Reading the CSV files of a conflict's folder, so that every complaint names file and line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

LIST_SEPARATOR = "|"


class ConflictError(ValueError):
    """A conflict's folder cannot be used; the message names the file, the line and the mend."""


class Row:
    """One line of a CSV file, with typed getters that name file and line when a value is wrong."""

    def __init__(self, path: Path, line: int, values: dict[str, str]) -> None:
        self.where = f"{path}:{line}"
        self.values = values

    def fail(self, message: str) -> ConflictError:
        """Return the error to raise for this line."""
        return ConflictError(f"{self.where}: {message}")

    def text(self, key: str) -> str | None:
        """Return the cell without surrounding white space, None where it is empty."""
        return (self.values.get(key) or "").strip() or None

    def required(self, key: str) -> str:
        """Return the cell. Raises ConflictError where it is empty."""
        value = self.text(key)
        if value is None:
            raise self.fail(f"column {key!r} is empty; it must have a value")
        return value

    def integer(self, key: str) -> int | None:
        """Return the cell as a whole number. Raises ConflictError where it is none."""
        value = self.text(key)
        try:
            return None if value is None else int(value)
        except ValueError:
            raise self.fail(f"{key} = {value!r} is not a whole number") from None

    def number(self, key: str) -> float | None:
        """Return the cell as a number. Raises ConflictError where it is none."""
        value = self.text(key)
        try:
            return None if value is None else float(value)
        except ValueError:
            raise self.fail(f"{key} = {value!r} is not a number") from None

    def day(self, key: str) -> date | None:
        """Return the cell as a date. Raises ConflictError where it is no ISO date."""
        value = self.text(key)
        try:
            return None if value is None else date.fromisoformat(value)
        except ValueError:
            raise self.fail(f"{key} = {value!r} is not a date; write it as 2020-09-27") from None

    def items(self, key: str, separator: str = LIST_SEPARATOR) -> tuple[str, ...]:
        """Return the parts of the cell, none where it is empty."""
        return tuple(part.strip() for part in (self.text(key) or "").split(separator) if part.strip())


def read_rows(path: Path, required: tuple[str, ...]) -> Iterator[Row]:
    """Read the lines of the CSV file at `path`, whose header must hold `required`.

    Raises ConflictError where the file is missing, is no UTF-8 CSV, or a line has not as many cells as the header.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in required if name not in (reader.fieldnames or ())]
            if missing:
                raise ConflictError(f"{path}:1: the header lacks {', '.join(missing)}")
            for values in reader:
                if None in values or None in values.values():
                    raise ConflictError(f"{path}:{reader.line_num}: the row has not as many cells as the header")
                yield Row(path, reader.line_num, values)
    except FileNotFoundError:
        raise ConflictError(f"{path} is missing; every conflict needs it, with columns {', '.join(required)}") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise ConflictError(f"{path} cannot be read as UTF-8 CSV: {error}") from error
