"""Dates as pages write them: an instant, and how well it is known. Nothing is ever filled in from today's date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

import dateparser
from dateparser.data.languages_info import language_order

from ingest.parse.decode import squeeze
from ingest.records import PostedBasis

MAX_LENGTH = 80
YEARS = range(1980, 2100)

# Tried where a page states no language of its own.
COMMON_LANGUAGES = (
    "en",
    "ru",
    "az",
    "tr",
    "hy",
    "es",
    "pt",
    "fr",
    "de",
    "it",
    "uk",
    "pl",
    "ar",
    "fa",
    "ka",
    "nl",
    "zh",
    "ja",
)
MONTH_FIRST = re.compile(r"en(?:-(?:us|ph|ca))?$", re.IGNORECASE)

ENGLISH_FORMATS = (
    "%B %d, %Y at %I:%M %p",
    "%B %d, %Y, %I:%M %p",
    "%B %d, %Y %I:%M %p",
    "%B %d, %Y at %H:%M",
    "%B %d, %Y",
    "%b %d, %Y at %I:%M %p",
    "%d %B %Y at %H:%M",
    "%d %B %Y",
)
"""Commonest forms, read by the standard library first: a hundred times faster than a search through locales."""

ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
DECORATION = re.compile(
    r"^[\s|·•,–—@-]*(?:(?:posted|published|submitted|written|commented|date|on|at|from|опубликовано|дата)\b\s*:?\s*)*"
    r"|[\s|·•,–—#@-]*(?:permalink|reply|edit)?[\s|·•#:]*$",
    re.IGNORECASE,
)
BAR = re.compile(r"\s+[/|·•–—-]\s+")
NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:?\d{2}.*)?$")
ISO_LOOSE = re.compile(r",.*$|\s+(?=[+-]\d\d:?\d\d$)")
CLOCK = re.compile(r"(?<![\d.])(\d{1,2})\s*[:.h]\s*(\d{2})(?::\d{2})?(?:\s*([ap])\.?\s*m\b)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC and its basis.

    STATED: the page gives a time with its offset. BOUNDED: it gives a wall clock without one, or only a day; `at` reads
    it as UTC, so the truth lies within 14 hours (a day). RELATIVE: "3 years ago", counted from when the page was
    fetched.
    """

    at: datetime | None = None
    basis: PostedBasis = PostedBasis.UNKNOWN
    raw: str | None = None


UNKNOWN = Moment()


@dataclass(frozen=True, slots=True)
class Reader:
    """How one page writes its dates: its language, when it was fetched, and whether the month stands first."""

    language: str | None = None
    fetched_at: datetime | None = None
    month_first: bool | None = None

    def read(self, raw: str | None) -> Moment:
        """Return the moment `raw` states; its basis is UNKNOWN where it states none."""
        words = squeeze(raw or "")
        if not words or len(words) > MAX_LENGTH:
            return UNKNOWN
        stated = iso_moment(words)
        if stated.at is not None:
            return stated
        words = BAR.sub(" ", DECORATION.sub("", words))
        found = _wall_clock(words, self.language, self.month_first) if any(c.isdigit() for c in words) else None
        if found is not None:
            return Moment(found, PostedBasis.BOUNDED, raw)
        if self.fetched_at is not None:
            earlier = _relative(words, self.language, self.fetched_at.astimezone(UTC))
            if earlier is not None:
                return Moment(earlier, PostedBasis.RELATIVE, raw)
        return Moment(None, PostedBasis.UNKNOWN, raw)


def reader_for(language: str | None, fetched_at: datetime | None, samples: Iterable[str] = ()) -> Reader:
    """Return a Reader whose day/month order comes from the page's own unambiguous dates, else from its language."""
    month_first: bool | None = None
    for sample in samples:
        match = NUMERIC.search(sample)
        if match and (int(match.group(1)) > 12) != (int(match.group(3)) > 12):
            month_first = int(match.group(3)) > 12
            break
    if month_first is None and language:
        month_first = MONTH_FIRST.match(language) is not None
    return Reader(language, fetched_at, month_first)


def iso_moment(words: str) -> Moment:
    """Read an ISO 8601 date or time; without an offset its basis is BOUNDED, and UNKNOWN where it is none."""
    if not ISO.match(words):
        return UNKNOWN
    try:
        value = datetime.fromisoformat(ISO_LOOSE.sub("", words))
        if value.tzinfo is None:
            at, basis = value.replace(tzinfo=UTC), PostedBasis.BOUNDED
        else:
            at, basis = value.astimezone(UTC), PostedBasis.STATED
    except (ValueError, OverflowError):
        return UNKNOWN
    return Moment(at, basis, words) if at.year in YEARS else UNKNOWN


@lru_cache(maxsize=20_000)
def _wall_clock(words: str, language: str | None, month_first: bool | None) -> datetime | None:
    numeric = NUMERIC.search(words)
    if numeric:
        return _numeric(words, numeric, month_first)
    if language is None or language.lower().startswith("en"):
        plain = ORDINAL.sub("", words)
        for form in ENGLISH_FORMATS:
            try:
                return _sane(datetime.strptime(plain, form).replace(tzinfo=UTC))
            except ValueError:
                continue
    return _library(
        words, language, {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "DMY"}
    )


def _numeric(words: str, match: re.Match[str], month_first: bool | None) -> datetime | None:
    first, second = int(match.group(1)), int(match.group(3))
    if first > 12 or second > 12:
        month_first = second > 12
    elif match.group(2) == ".":
        month_first = False
    elif month_first is None and first != second:
        return None
    day, month = (second, first) if month_first else (first, second)
    year = int(match.group(4)) + (2000 if len(match.group(4)) == 2 else 0)
    try:
        return _sane(datetime.combine(date(year, month, day), _clock(words[match.end() :]), UTC))
    except ValueError:
        return None


def _clock(words: str) -> time:
    """Return the time of day in `words`, midnight where there is none."""
    match = CLOCK.search(words)
    if not match:
        return time()
    hour, half = int(match.group(1)), (match.group(3) or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, int(match.group(2)))


@lru_cache(maxsize=20_000)
def _relative(words: str, language: str | None, base: datetime) -> datetime | None:
    settings = {"PARSERS": ["relative-time"], "RELATIVE_BASE": base.replace(tzinfo=None)}
    return _library(words, language, settings)


def _library(words: str, language: str | None, settings: dict[str, object]) -> datetime | None:
    try:
        found = dateparser.parse(
            words, languages=_languages(language), settings={**settings, "TIMEZONE": "UTC", "TO_TIMEZONE": "UTC"}
        )
    except (ValueError, OverflowError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        # The library raises these on hostile strings; a date it cannot read is a date that is not known.
        return None
    if found is None:
        return None
    return _sane(found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC))


def _languages(language: str | None) -> list[str]:
    primary = (language or "").lower().replace("_", "-").split("-")[0]
    return list(dict.fromkeys([primary, "en"])) if primary in language_order else list(COMMON_LANGUAGES)


def _sane(at: datetime) -> datetime | None:
    return at if at.year in YEARS else None
