"""Dates as a text states them: what it leaves out stays out until a reference day supplies it; nothing is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

CALENDAR = frozenset({"day", "month", "year", "anniversary"})
"""Precisions that point at a time of their own, whatever the day of publication."""

ANNIVERSARY_DAYS = 15
"""Anniversaries are written about around the day, and "five years ago" is seldom meant to the day."""

FUTURE_DAYS = 3
"""A date without a year may lie this far after publication before the year before is meant."""


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as the text gives it, at characters [start, end).

    `precision` is day, month, year, weekday, relative or anniversary (`years` before publication, give or take
    ANNIVERSARY_DAYS). `year` is None where unsaid. `last_day` closes a range, of a month too ("early October").
    `weekdays` is how many days from `weekday` on are meant: two for a weekend. `is_name`: it calls an agreement by its
    day ("the 9 November statement").
    """

    start: int
    end: int
    precision: str
    year: int | None = None
    last_year: int | None = None
    month: int | None = None
    day: int | None = None
    last_day: int | None = None
    weekday: int | None = None
    weekdays: int = 1
    back: tuple[int, int] = (0, 0)
    years: int = 0
    is_name: bool = False

    def resolve(self, reference: date | None) -> tuple[date, date] | None:
        """Return the first and last day meant, seen from the day of publication; None if that is needed."""
        if self.precision == "year" and self.year is not None:
            return date(self.year, 1, 1), date(self.last_year or self.year, 12, 31)
        if self.precision in {"day", "month"}:
            return self._calendar(reference)
        if reference is None:
            return None
        if self.precision == "anniversary":
            return _years_before(reference, self.years)
        if self.weekday is not None:
            day = reference - timedelta(days=(reference.weekday() - self.weekday) % 7)
            return day, min(reference, day + timedelta(days=self.weekdays - 1))
        return reference - timedelta(days=self.back[0]), reference - timedelta(days=self.back[1])

    def _calendar(self, reference: date | None) -> tuple[date, date] | None:
        years = [self.year] if self.year is not None else []
        if self.year is None and reference is not None:
            years = [reference.year + 1, reference.year, reference.year - 1]
        for year in years:
            span = days_of(year, self.month or 1, self.day, self.last_day)
            if span is None:
                continue
            if self.year is not None or reference is None or span[0] <= reference + timedelta(days=FUTURE_DAYS):
                return span
        return None


def _years_before(reference: date, years: int) -> tuple[date, date] | None:
    margin = timedelta(days=ANNIVERSARY_DAYS)
    try:
        that_day = date(reference.year - years, reference.month, min(28, reference.day))
    except ValueError:
        return None
    return that_day - margin, that_day + margin


def days_of(year: int, month: int, day: int | None, last_day: int | None = None) -> tuple[date, date] | None:
    """Return the first and last day of a day, a range of days or (day None) a month; None where there is none such."""
    try:
        if day is None:
            following = date(year + month // 12, month % 12 + 1, 1)
            return date(year, month, 1), following - timedelta(days=1)
        first = date(year, month, day)
        return first, date(year, month, last_day) if last_day and last_day > day else first
    except ValueError:
        return None
