"""What a page shows of its site's clock, and comments' times put into UTC by it.

Themes print comments' times by the site's wall clock, often with "+00:00" behind. Three things on the same page tell
how far that clock is from UTC: a stamp with an offset of its own; an instant stated for machines beside the same
moment in words; a comment's stamp that differs from its words by whole quarters of an hour. An offset holds until
summer time begins or ends, and that depends on the zone: all zones of the world in which the clock would have shown
what was read are candidates, and where they agree on a day, the offset on that day is certain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ingest.parse.dates import ISO_LOOSE, iso_moment
from ingest.records import ClockReading, Comment, Page, PostedBasis
from ingest.zones import countries_by_zone

VERSION = "clock-5"
"""Of how times are read, words of dates included."""

QUARTER = timedelta(minutes=15)
FARTHEST_WEST, FARTHEST_EAST = timedelta(hours=-12), timedelta(hours=14)
TRUSTED = timedelta(days=366)
"""How far from a reading its zone is certain: sites move house and change their settings."""

COUNTRIES = {
    "de": frozenset({"AT", "CH", "DE"}),
    "en": frozenset({"AU", "CA", "GB", "IE", "NZ", "US"}),
    "es": frozenset({"AR", "CL", "CO", "ES", "MX", "PE"}),
    "fr": frozenset({"BE", "CA", "CH", "FR"}),
    "pt": frozenset({"BR", "PT"}),
    "ru": frozenset({"BY", "KZ", "RU"}),
}
"""Where most who write a language live: of zones that agree with a clock, theirs are likelier than a small island's."""

MAX_READINGS = 8
MAX_WORDS = 240
TIME_OF_DAY = re.compile(r"(?<![\d:.+T-])(\d{1,2})[:.h](\d{2})(?![\d.])(?::\d{2})?\s*([ap])?\.?(?:m\b)?", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\d:.])\d{1,4}(?![\d:])")


def readings_of(stated: Iterable[str], marked: Iterable[str], words: Iterable[str]) -> tuple[ClockReading, ...]:
    """Return what an article tells of its site's clock, readings that fit one zone.

    `stated` are its times for machines, `marked` the stamps of what it shows, most telling first; an offset in either
    is a reading, but "+00:00" none: machines that know no zone print it, so what is marked so may be local. `words` are
    pieces of text with a time of day; one that names the moment of a stated time shows the clock's offset from it.
    """
    readings: list[ClockReading] = []
    instants: dict[datetime, None] = {}
    local: list[datetime] = []
    listed = list(stated)
    for number, stamp in enumerate((*listed, *marked)):
        moment = iso_moment(stamp)
        if moment.at is not None and moment.basis is PostedBasis.STATED:
            offset = datetime.fromisoformat(ISO_LOOSE.sub("", stamp)).utcoffset() or timedelta()
            if offset:
                readings.append(_reading(moment.at, offset))
            elif number < len(listed):
                instants[moment.at] = None
            else:
                local.append(moment.at)
    shown = [(text, clocks) for text in words if (clocks := list(_clocks(text)))]
    readings += [
        _reading(at, apart) for at in instants for text, clocks in shown if (apart := _apart(at, text, clocks))
    ]
    # A stamp that shows the very second of a stated time, whole quarters of an hour off, is the wall clock's; posts
    # that were timed for a whole minute may share it by chance.
    pairs = ((at, one) for at in instants for one in local if at.second and at != one)
    readings += [_reading(at, one - at) for at, one in pairs if _is_offset(one - at)]
    return _of_one_zone(readings)


def _of_one_zone(readings: Iterable[ClockReading]) -> tuple[ClockReading, ...]:
    """Keep each reading that some zone shows together with all kept before it."""
    kept: tuple[ClockReading, ...] = ()
    for one in dict.fromkeys(readings):
        if len(kept) < MAX_READINGS and _zones((*kept, one)):
            kept = (*kept, one)
    return kept


def settled(page: Page) -> Page:
    """Return `page` with its comments' wall clocks put into UTC as far as its clock is known."""
    stamped = _stamp_readings(page.comments)
    clock = _of_one_zone((*page.clock, *stamped))
    comments = tuple(_settled(comment, clock, page.language, stamps_are_utc=bool(stamped)) for comment in page.comments)
    return page if comments == page.comments and clock == page.clock else replace(page, comments=comments, clock=clock)


VALUES = attrgetter(*(one.name for one in fields(Comment)))
AT, BASIS, LOCAL = map([one.name for one in fields(Comment)].index, ("posted_at", "posted_at_basis", "posted_at_local"))


def _retimed(comment: Comment, at: datetime, basis: PostedBasis, local: datetime | None) -> Comment:
    """Return `comment` with another time, in half the time that `replace` takes."""
    values = list(VALUES(comment))
    values[AT], values[BASIS], values[LOCAL] = at, basis, local
    return Comment(*values)


@lru_cache(maxsize=4_096)
def offset_on(day: date, clock: tuple[ClockReading, ...], language: str | None = None) -> tuple[timedelta, bool] | None:
    """Return a site's offset on a day of its calendar and whether it is certain; None where nothing was read.

    `clock` fits some zone; where several zones differ on that day, the offset of most of them is likeliest, of those
    where the site's language is written before all others.
    """
    if not clock:
        return None
    noon = datetime.combine(day, time(12))
    offsets = {zone: noon.replace(tzinfo=zone).utcoffset() or timedelta() for zone in _zones(clock)}
    likely = list(offsets.values())
    certain = len(set(likely)) == 1 and any(abs(one.at.replace(tzinfo=None) - noon) <= TRUSTED for one in clock)
    if not certain:
        spoken = COUNTRIES.get((language or "").lower().replace("_", "-").split("-")[0], frozenset())
        countries = countries_by_zone()
        likely = [one for zone, one in offsets.items() if not spoken.isdisjoint(countries[zone.key])] or likely
    return Counter(likely).most_common(1)[0][0], certain


@lru_cache(maxsize=1_024)
def _zones(clock: tuple[ClockReading, ...]) -> tuple[ZoneInfo, ...]:
    return tuple(zone for zone in _all_zones() if all(_agrees(zone, one) for one in clock))


@lru_cache(maxsize=1)
def _all_zones() -> tuple[ZoneInfo, ...]:
    return tuple(ZoneInfo(name) for name in countries_by_zone())


def _agrees(zone: ZoneInfo, one: ClockReading) -> bool:
    return one.at.astimezone(zone).utcoffset() == timedelta(minutes=one.offset_minutes)


def _settled(
    comment: Comment, clock: tuple[ClockReading, ...], language: str | None, *, stamps_are_utc: bool
) -> Comment:
    shown = comment.posted_at
    if shown is None or comment.posted_at_basis is not PostedBasis.BOUNDED or not _has_clock(comment):
        return comment
    if stamps_are_utc and _ahead(comment):
        return _retimed(comment, shown, PostedBasis.STATED, comment.posted_at_local)
    local = shown.replace(tzinfo=None)
    known = offset_on(local.date(), clock, language)
    if known is None:
        return _retimed(comment, shown, comment.posted_at_basis, local)
    offset, certain = known
    return _retimed(comment, shown - offset, PostedBasis.STATED if certain else PostedBasis.BOUNDED, local)


def _has_clock(comment: Comment) -> bool:
    """Tell a wall clock from a mere day, which is read as midnight."""
    at = comment.posted_at
    return at is not None and (at.time() != time() or TIME_OF_DAY.search(comment.posted_at_raw or "") is not None)


def _stamp_readings(comments: Iterable[Comment]) -> tuple[ClockReading, ...]:
    """Return what comments tell whose stamps and words differ; empty unless they tell of one zone."""
    found: dict[ClockReading, None] = {}
    for comment in comments:
        if comment.posted_at and comment.posted_at_basis is PostedBasis.BOUNDED and (offset := _ahead(comment)):
            found[_reading(comment.posted_at, offset)] = None
    readings = tuple(found)[:MAX_READINGS]
    return readings if _zones(readings) else ()


def _ahead(comment: Comment) -> timedelta | None:
    """Return how far a comment's words are ahead of its stamp, where by whole quarters of an hour and not at all 12."""
    at, raw = comment.posted_at, comment.posted_at_raw or ""
    if at is None or iso_moment(raw).at is not None:
        return None
    match = TIME_OF_DAY.search(raw)
    shown = _clock(match) if match else None
    if shown is None or (shown.hour, shown.minute) == (at.hour, at.minute):
        return None
    apart = timedelta(minutes=shown.hour * 60 + shown.minute - at.hour * 60 - at.minute)
    # The words may be of the day before or after the stamp's: of the two ways round the dial, the shorter.
    apart = (apart + timedelta(hours=12)) % timedelta(days=1) - timedelta(hours=12)
    return apart if apart and apart % QUARTER == timedelta() and abs(apart) != timedelta(hours=12) else None


class _Shown(NamedTuple):
    hour: int
    minute: int


def _clocks(text: str) -> Iterator[_Shown]:
    if len(text) <= MAX_WORDS:
        yield from filter(None, map(_clock, TIME_OF_DAY.finditer(text)))


def _clock(match: re.Match[str]) -> _Shown | None:
    hour, minute, half = int(match[1]), int(match[2]), (match[3] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return _Shown(hour, minute) if hour < 24 and minute < 60 else None


def _apart(at: datetime, text: str, clocks: list[_Shown]) -> timedelta | None:
    """Return the offset at which `text` names the same moment as `at`: its time of day, its day and its year."""
    numbers = {int(number) for number in NUMBER.findall(text)}
    for shown in clocks:
        for days in (-1, 0, 1):
            day = at.date() + timedelta(days=days)
            apart = datetime.combine(day, time(shown.hour, shown.minute), UTC) - at.replace(second=0, microsecond=0)
            dated = day.day in numbers and (day.year in numbers or day.year % 100 in numbers)
            if dated and _is_offset(apart):
                return apart
    return None


def _is_offset(apart: timedelta) -> bool:
    return apart % QUARTER == timedelta() and FARTHEST_WEST <= apart <= FARTHEST_EAST


def _reading(at: datetime, offset: timedelta) -> ClockReading:
    return ClockReading(at.astimezone(UTC), int(offset.total_seconds()) // 60)
