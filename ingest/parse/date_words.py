"""Dates in words, read by table: the date library's own words for months, days and "ago", looked up, not searched.

A search through a locale takes the library 3 to 5 ms, a hundred comments on a page a third of a second. Whatever the
tables do not read to the last word is left to the library.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import import_module
from typing import Any

YEARS = range(1980, 2100)
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
LONG_UNITS = {"month": 1, "year": 12}
"""Units in months."""

ALSO_SAID = {"az": ("öncə", "əvvəl"), "ar": ("قبل", "منذ")}
"""Per language a word the library knows and one it does not, said instead."""

ALSO_NOW = {
    "en": ("just now", "moments ago", "a moment ago"),
    "ru": ("только что",),
    "uk": ("щойно", "тільки що"),
    "tr": ("az önce", "şimdi", "biraz önce"),
    "az": ("indicə", "elə indi", "az öncə", "az əvvəl"),
    "hy": ("հենց նոր", "քիչ առաջ"),
    "ka": ("ახლახან",),
    "ar": ("منذ لحظات", "للتو"),
    "fa": ("همین حالا", "لحظاتی پیش"),
    "de": ("gerade eben",),
    "fr": ("à l'instant",),
    "es": ("ahora mismo", "justo ahora"),
    "pt": ("agora mesmo",),
    "it": ("proprio ora",),
    "pl": ("przed chwilą",),
    "nl": ("zojuist",),
    "zh": ("刚刚", "剛剛"),
    "ja": ("たった今",),
}
"""Words for the last minutes that the library does not know."""

AHEAD = timedelta(hours=14)
"""A site's clock is ahead of UTC by no more."""

SHORT = 3
"""Words of so few letters beside a date are particles: "at", "um", "в", "kl", "th"."""

CLOCK = re.compile(
    r"(?P<before>上午|下午|晚上|午前|午後|오전|오후)?\s*(?<![\d.:])(?P<hour>\d{1,2})\s*[:.h]\s*(?P<minute>\d{2})"
    r"(?:(?::\s*|\s*min\b)(?P<second>\d{2})?)?(?![\d.:])(?:\s*(?P<after>[ap])\.?\s*m\b\.?)?",
    re.IGNORECASE,
)
AFTERNOON = frozenset({"p", "下午", "晚上", "午後", "오후"})
ZONE = re.compile(r"\b(?!AM\b|PM\b)[A-Z]{2,5}\b|[+-]\d\d:?\d\d\b")
"""Where a zone may be named, the words are the library's."""

PIECE = re.compile(r"\d+|[^\W\d_]+")
COUNT = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language, in lower case. `others` may stand beside a date and say nothing of it.

    `weekdays` counts from Monday, 0; abbreviations are left out, as some are months of another language.
    """

    months: dict[str, int]
    others: frozenset[str]
    ago: re.Pattern[str] | None
    days: dict[str, int]
    weekdays: dict[str, int]


@lru_cache(maxsize=128)
def language_words(language: str) -> Language | None:
    """Return the words of a language (primary subtag), None where the library has none."""
    try:
        info: dict[str, Any] = import_module(f"dateparser.data.date_translation_data.{language}").info
    except (ImportError, AttributeError):
        return None
    months = {word.casefold().rstrip("."): n for n, name in enumerate(MONTHS, start=1) for word in info.get(name) or ()}
    names = ("skip", "pertain", *WEEKDAYS)
    others = {word.casefold().rstrip(".") for name in names for word in info.get(name) or ()}
    days = {
        word.casefold(): int(key.split()[0])
        for key, words in (info.get("relative-type") or {}).items()
        if re.fullmatch(r"\d day ago|0 second ago", key)
        for word in words
    }
    days |= dict.fromkeys(ALSO_NOW.get(language, ()), 0)
    weekdays = {
        word.casefold(): n for n, name in enumerate(WEEKDAYS) for word in info.get(name) or () if len(word) > SHORT
    }
    return Language(months, frozenset(others), _ago(info, ALSO_SAID.get(language)), days, weekdays)


def _ago(info: dict[str, Any], also: tuple[str, str] | None) -> re.Pattern[str] | None:
    said: dict[str, list[str]] = info.get("relative-type-regex") or {}
    units = []
    for unit in (*UNITS, *LONG_UNITS):
        forms = [form.replace("(", "(?:") for form in said.get(f"\\1 {unit} ago", ())]
        forms += [form.replace(*also) for form in forms] if also else []
        if info.get("ago") and info.get(unit):
            # The library puts other cases and plurals together from single words.
            ago, units_said = _either(info["ago"]), _either(info[unit])
            forms += [rf"\d+ ?{units_said} {ago}", rf"{ago} \d+ ?{units_said}"]
        if forms:
            units.append(f"(?P<{unit}>{'|'.join(forms)})")
    try:
        return re.compile("|".join(units), re.IGNORECASE) if units else None
    except re.error:
        return None


def _either(words: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(word.rstrip(".")) for word in words) + ")"


def absolute(words: str, languages: Iterable[str]) -> datetime | None:
    """Return the date and time of day in `words`, as if in UTC; None where one word is not understood."""
    if ZONE.search(words):
        return None
    clock = CLOCK.search(words)
    rest = words[: clock.start()] + " " + words[clock.end() :] if clock else words
    pieces = PIECE.findall(rest.casefold())
    for language in languages:
        known = language_words(language)
        day = _date(pieces, known) if known else None
        if day is not None:
            try:
                return datetime.combine(day, _time(clock), UTC)
            except ValueError:
                return None
    return None


def is_date_word(word: str, languages: Iterable[str]) -> bool:
    """Tell whether a word names a month or a weekday, or stands beside dates, in one of `languages`."""
    plain = word.casefold().rstrip(".")
    known = filter(None, map(language_words, languages))
    return any(plain in one.months or plain in one.others for one in known)


def _date(pieces: list[str], known: Language) -> date | None:
    """Return the date: one month in letters, one year and one day in digits, and nothing that is not understood."""
    month = 0
    numbers = []
    for piece in pieces:
        if piece.isdigit():
            numbers.append(int(piece))
        elif piece in known.months:
            if month:
                return None
            month = known.months[piece]
        elif piece not in known.others and len(piece) > SHORT:
            return None
    if not month or len(numbers) != 2:
        return None
    day, year = numbers if numbers[1] in YEARS else reversed(numbers)
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def _time(clock: re.Match[str] | None) -> time:
    """Return the time of day shown, midnight where none is. Raises ValueError where there is no such time."""
    if clock is None:
        return time()
    hour = int(clock["hour"])
    half = (clock["before"] or clock["after"] or "").casefold()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half in AFTERNOON else 0)
    return time(hour, int(clock["minute"]), int(clock["second"] or 0))


def time_of_day(words: str) -> time:
    """Return the first time of day in `words`, midnight where there is none. Raises ValueError for 25:61."""
    return _time(CLOCK.search(words))


def earlier(words: str, languages: Iterable[str], base: datetime) -> datetime | None:
    """Return the moment that "3 years ago" or "yesterday" means at `base`; None where it is not understood."""
    plain = " ".join(words.casefold().replace(".", " ").split())
    clock = CLOCK.search(words)
    rest = words[: clock.start()] + " " + words[clock.end() :] if clock else words
    pieces = PIECE.findall(rest.casefold())
    for language in languages:
        known = language_words(language)
        if known is None:
            continue
        days = known.days.get(plain, known.days.get(" ".join(one for one in pieces if one not in known.others)))
        if days is not None:
            return _on_day(base - timedelta(days=days), clock)
        match = known.ago.fullmatch(plain) if known.ago else None
        count = COUNT.search(plain)
        if match and match.lastgroup and count:
            return _before(base, float(count[0].replace(",", ".")), match.lastgroup)
        weekdays = [known.weekdays[one] for one in pieces if one in known.weekdays]
        if clock and len(weekdays) == 1 and all(one in known.others for one in pieces):
            return _on_weekday(weekdays[0], clock, base)
    return None


def _on_weekday(weekday: int, clock: re.Match[str], base: datetime) -> datetime | None:
    """Return the last such weekday at that time; None where the site's clock may have shown it today or a week ago."""
    at = _on_day(base - timedelta(days=(base.weekday() - weekday) % 7), clock)
    if at is None or at <= base:
        return at
    return None if at - base <= AHEAD else at - timedelta(weeks=1)


def _on_day(at: datetime, clock: re.Match[str] | None) -> datetime | None:
    """Return `at`, at the time of day shown where one is."""
    try:
        return at if clock is None else datetime.combine(at.date(), _time(clock), UTC)
    except ValueError:
        return None


def _before(base: datetime, count: float, unit: str) -> datetime | None:
    try:
        if unit in UNITS:
            return base - count * UNITS[unit]
        index = base.year * 12 + base.month - 1 - round(count * LONG_UNITS[unit])
        year, month = index // 12, index % 12 + 1
        return base.replace(year=year, month=month, day=min(base.day, monthrange(year, month)[1]))
    except (ValueError, OverflowError):
        return None
