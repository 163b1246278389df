"""How a sentence's dates, or else the day of publication, speak for or against an event."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from ingest.annotate.events import weights as w
from ingest.annotate.events.dates import FUTURE_DAYS, DateMention
from ingest.annotate.events.profile import Profile
from ingest.annotate.events.sentences import Reading, Resolved, Unit
from ingest.annotate.events.words import MOST_REMEMBERED
from ingest.records import Span

YEARS = frozenset({"anniversary", "year"})
"""Precisions of dates that say how long ago something was: "25 years ago", "on this day in 1990"."""

MORROW = timedelta(days=1)
AHEAD_DAYS = 200
"""A date without a year that lies back so far is as likely one of the coming year."""


def lag_days(profile: Profile, day: date) -> int:
    """Return how many days an event lay back on `day`; 0 while it lasted."""
    return max(0, (day - profile.end).days)


def is_announced(profile: Profile, unit: Unit, day: date | None) -> bool:
    """Say whether a sentence states, by date or weekday, the morrow on which what is agreed today is to begin."""
    if day is None or not unit.resolved or profile.event.sub_event_type not in w.ANNOUNCED:
        return False
    morrow = day + MORROW
    if not profile.start <= morrow <= profile.end:
        return False
    return any(r.mention.weekday == morrow.weekday() or r.first <= morrow <= r.last for r in unit.resolved)


def is_anniversary(profile: Profile, day: date) -> bool:
    """Say whether an event of an earlier year began or ended on about this day of the year."""
    return lag_days(profile, day) >= w.YEAR_PAST and _is_near_in_year(profile.start, profile.end, day)


def is_remembered(profile: Profile, unit: Unit, day: date | None) -> bool:
    """Say whether a sentence states an event's year, or how many ago it was, on about its day of the year."""
    if day is None or not is_anniversary(profile, day):
        return False
    stated = (r for r in unit.resolved if r.mention.precision in YEARS)
    return any(_distance(profile, (r.first, r.last)) == 0 for r in stated)


@lru_cache(maxsize=MOST_REMEMBERED)
def _is_near_in_year(start: date, end: date, day: date) -> bool:
    return any(
        min(gap, 365 - gap) <= w.ANNIVERSARY_NEAR
        for gap in (abs(day.timetuple().tm_yday - d.timetuple().tm_yday) for d in (start, end))
    )


def tells_of_later_days(reading: Reading, day: date) -> bool:
    """Say whether a text tells, with day, month and year, of what came after the day it states to be from."""
    for mention in (m for unit in reading.units for m in unit.dates if m.precision == "day" and m.year):
        days = mention.resolve(None)
        if days is not None and (days[0] - day).days > FUTURE_DAYS:
            return True
    return False


def weigh_time(profile: Profile, unit: Unit, day: date | None, named: bool) -> tuple[float, set[Span]]:
    """Weigh the sentence's own dates, and return those that fit; without any, the time from event to publication."""
    if not unit.resolved and not unit.resolved_carried and not named:
        return _lag(profile, day), set()
    signs = [_sign(date, profile, day) for date in unit.resolved]
    dated_by = {s.span for s in signs if s.distance == 0}
    lag = _lag(profile, day)
    if named:  # what has a name of its own is spoken of at any time
        lag = 0.0 if profile.event_id in unit.own_names else max(0.0, lag)
    if unit.resolved_carried:
        carried = max(_sign(date, profile, day).value or 0.0 for date in unit.resolved_carried)
        lag = max(lag, w.DATE_CARRIED * carried) if carried else lag
    fitting = [s.value for s in signs if s.value is not None]
    if fitting and any(s.is_exact for s in signs):
        return max(*fitting, lag), dated_by
    if fitting:
        # A year or month fits many events: it lifts old ones over the lag, and leaves recent ones to it.
        is_coarse = any(s.is_coarse and s.value is not None for s in signs)
        return (max(fitting) + max(lag, -1.0) if is_coarse else max(fitting)), dated_by
    if any(s.contradicts for s in signs if not s.is_year):
        return w.DATE_WRONG, dated_by
    return (lag + w.YEAR_WRONG if not named and any(s.is_year for s in signs) else lag), dated_by


class _Sign(NamedTuple):
    """What one date of a sentence says for an event: `value` None where it does not fit."""

    span: Span
    distance: int
    value: float | None
    is_coarse: bool
    is_year: bool
    contradicts: bool

    @property
    def is_exact(self) -> bool:
        return self.distance == 0 and not self.is_coarse


def _sign(resolved: Resolved, profile: Profile, day: date | None) -> _Sign:
    mention, days = resolved.mention, (resolved.first, resolved.last)
    distance, is_year = _distance(profile, days), mention.precision == "year"
    is_part = mention.precision == "month" and mention.day is not None
    is_coarse = is_year or (mention.precision in {"month", "anniversary"} and not is_part)
    is_week = mention.precision == "relative" and (days[1] - days[0]).days > w.NIGHT_DAYS
    value = None
    if distance == 0 or (distance == 1 and not is_year):
        exact = w.DATE_PART if is_part else w.DATE_WEEK if is_week else w.DATE_EXACT[mention.precision]
        value = exact if distance == 0 else min(exact, w.DATE_NEXT_DAY)
        if mention.precision == "weekday" and day is not None:
            value = max(0.0, value - w.WEEKDAY_FADES * (day - days[1]).days)
        if profile.days > w.LONG_DAYS and not is_coarse:
            value *= w.LONG_EVENT
    contradicts = value is None and not is_week and not _is_loose(mention, days, day)
    return _Sign(resolved.span, distance, value, is_coarse, is_year, contradicts)


def _is_loose(mention: DateMention, days: tuple[date, date], day: date | None) -> bool:
    is_ahead = mention.year is None and day is not None and (day - days[1]).days > AHEAD_DAYS
    return is_ahead or mention.precision == "anniversary" or _is_day_of_speech(mention, days, day)


def _distance(profile: Profile, days: tuple[date, date]) -> int:
    if days[1] < profile.earliest:
        return (profile.earliest - days[1]).days
    return (days[0] - profile.latest).days if days[0] > profile.latest else 0


def _is_day_of_speech(mention: DateMention, days: tuple[date, date], day: date | None) -> bool:
    """Say whether a date only tells when somebody spoke: today's or yesterday's, or the month that is running."""
    if day is None:
        return False
    if mention.precision == "month":
        return days[0] <= day <= days[1]
    return 0 <= (day - days[1]).days <= w.SPEECH_DAYS


def _lag(profile: Profile, day: date | None) -> float:
    if day is None:
        return w.LAG_UNKNOWN
    lag = lag_days(profile, day)
    if lag >= w.YEAR_PAST and _is_near_in_year(profile.start, profile.end, day):
        return w.LAG_ANNIVERSARY
    lag = max(0, lag - profile.slack)
    if lag == 0 and (profile.days > w.LONG_DAYS or profile.slack):
        return w.LAG_DURING
    lags = _lags()
    return lags[min(lag, len(lags) - 1)]


@cache
def _lags() -> tuple[float, ...]:
    """Return what each number of days since an event says for it."""
    values = []
    for (left, high), (right, low) in pairwise(w.LAG_POINTS):
        values += [high + (low - high) * (lag - left) / (right - left) for lag in range(left, right)]
    return (*values, w.LAG_POINTS[-1][1])
