"""Dates as pages write them: an instant, and how well it is known. Nothing is ever filled in from today's date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple, cast

import dateparser
from dateparser.data.languages_info import language_order

from ingest.parse.date_words import YEARS, absolute, earlier, language_words, time_of_day
from ingest.parse.decode import squeeze
from ingest.records import PostedBasis

MAX_LENGTH = 80
MAX_MISSES = 20
FEW = 3

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

INTRODUCED = re.compile(
    r"[\s|·•,–—@-]*(?:(?:posted|published|submitted|written|commented|date|on|at|from|опубликовано|дата)\b\s*:?\s*)*",
    re.IGNORECASE,
)
BYLINE = re.compile(r"\s*(?:(?:submitted|posted|written|added)\s+)?by\s.{1,60}\son\s+(?=\S)", re.IGNORECASE)
LINKS = ("permalink", "reply", "edit")
AFTER_LINK, BEFORE_LINK = " |·•#:.。", " |·•,–—#@-"
"""What stands after a date and its link, and between the two."""

BAR = re.compile(r"\s+[/|·•–—-]\s+")
YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[年년./-]\s*(\d{1,2})\s*[月월./-]\s*(\d{1,2})(?!\d)")
NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:?\d{2}.*)?$")
ISO_LOOSE = re.compile(r",.*$|\s+(?=[+-]\d\d:?\d\d$)")


class Moment(NamedTuple):
    """An instant in UTC and its basis.

    STATED: the page gives a time with its offset. BOUNDED: it gives a wall clock without one, or only a day; `at` reads
    it as UTC, so the truth lies within 14 hours (a day). RELATIVE: "3 years ago", counted from when the page was
    fetched.
    """

    at: datetime | None = None
    basis: PostedBasis = PostedBasis.UNKNOWN
    raw: str | None = None


UNKNOWN = Moment()


@dataclass(slots=True)
class Patience:
    """How many more words in a row that are no date one page may give to the library."""

    left: int = MAX_MISSES


@dataclass(frozen=True, slots=True)
class Reader:
    """How one page writes its dates: its language, when it was fetched, and whether the month stands first."""

    language: str | None = None
    fetched_at: datetime | None = None
    month_first: bool | None = None
    patience: Patience = field(default_factory=Patience, compare=False)

    def read(self, raw: str | None) -> Moment:
        """Return the moment `raw` states; its basis is UNKNOWN where it states none."""
        words = squeeze(raw or "")
        if not words or len(words) > MAX_LENGTH:
            return UNKNOWN
        stated = iso_moment(words)
        if stated.at is not None:
            return stated
        words = BAR.sub(" ", _bare(words))
        base = self.fetched_at.astimezone(UTC) if self.fetched_at else None
        found = _read(words, self.language, self.month_first, base, ask=self.patience.left > 0)
        if found.at is not None:
            self.patience.left = MAX_MISSES
            return Moment(found.at, found.basis, raw)
        self.patience.left -= 1
        return Moment(None, PostedBasis.UNKNOWN, raw)


def says_time(words: str) -> bool:
    """Tell whether words that were not read may say a time: there is a number in them, or a day or "now" of itself."""
    if any(map(str.isdigit, words)):
        return True
    plain = squeeze(words).casefold()
    known = filter(None, map(language_words, COMMON_LANGUAGES)) if 0 < len(plain) <= MAX_LENGTH else ()
    return any(plain in one.days or plain in one.weekdays for one in known)


def _bare(words: str) -> str:
    """Return a date without what themes put around it: "Posted on", a link's name, bars."""
    words = BYLINE.sub("", words, count=1) if BYLINE.match(words) else words
    words = words[cast("re.Match[str]", INTRODUCED.match(words)).end() :].rstrip(AFTER_LINK)
    if not words.lower().endswith(LINKS):
        return words.rstrip(BEFORE_LINK)
    link = next(one for one in LINKS if words.lower().endswith(one))
    return words[: len(words) - len(link)].rstrip(BEFORE_LINK)


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


def numeric_dates(samples: Iterable[str]) -> Iterator[str]:
    """Yield those of a page's dates that are in numbers; where the first few are not, the others are not either."""
    others = 0
    for sample in samples:
        if NUMERIC.search(sample):
            yield sample
        elif (others := others + 1) == FEW:
            return


def iso_moment(words: str) -> Moment:
    """Read an ISO 8601 date or time; without an offset its basis is BOUNDED, and UNKNOWN where it is none."""
    if words[4:5] != "-" or not ISO.match(words):
        return UNKNOWN
    try:
        value = _from_iso(words)
        if value.tzinfo is None:
            at, basis = value.replace(tzinfo=UTC), PostedBasis.BOUNDED
        else:
            at, basis = value.astimezone(UTC), PostedBasis.STATED
    except (ValueError, OverflowError):
        return UNKNOWN
    return Moment(at, basis, words) if at.year in YEARS else UNKNOWN


def _from_iso(words: str) -> datetime:
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        return datetime.fromisoformat(ISO_LOOSE.sub("", words))


@lru_cache(maxsize=20_000)
def _read(
    words: str, language: str | None, month_first: bool | None, base: datetime | None, *, ask: bool = True
) -> Moment:
    """Read words that are no ISO time: by table, then by the library if `ask`, which takes a hundred times as long."""
    has_digits = any(character.isdigit() for character in words)
    at = _wall_clock(words, language, month_first) if has_digits else None
    if at is not None:
        return Moment(at, PostedBasis.BOUNDED)
    if base is not None and (at := earlier(words, _tables(language), base)):
        return Moment(_sane(at), PostedBasis.RELATIVE)
    if not ask:
        return UNKNOWN
    if has_digits and not _is_numeric(words):
        settings = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "DMY"}
        found = _library(words, language, settings)
        if found is not None:
            basis = PostedBasis.BOUNDED if found.tzinfo is None else PostedBasis.STATED
            return Moment(_sane(_in_utc(found)), basis)
    if base is not None:
        found = _library(words, language, {"PARSERS": ["relative-time"], "RELATIVE_BASE": base.replace(tzinfo=None)})
        if found is not None:
            return Moment(_sane(_in_utc(found)), PostedBasis.RELATIVE)
    return UNKNOWN


def _is_numeric(words: str) -> bool:
    return YEAR_FIRST.search(words) is not None or NUMERIC.search(words) is not None


def _wall_clock(words: str, language: str | None, month_first: bool | None) -> datetime | None:
    """Return the date in `words`, as if in UTC."""
    year_first, numeric = YEAR_FIRST.search(words), NUMERIC.search(words)
    if year_first:
        at = _combined(year_first, words, *(int(year_first[group]) for group in (1, 2, 3)))
    elif numeric:
        at = _numeric(words, numeric, month_first)
    else:
        at = absolute(words, _tables(language))
    return _sane(at) if at else None


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
    return _combined(match, words, year, month, day)


def _combined(match: re.Match[str], words: str, year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime.combine(date(year, month, day), time_of_day(words[match.end() :]), UTC)
    except ValueError:
        return None


def _library(words: str, language: str | None, settings: Mapping[str, object]) -> datetime | None:
    """Return what the library reads: in UTC where the words name a zone, else naive."""
    try:
        found: datetime | None = dateparser.parse(
            words, languages=_languages(language), settings={**settings, "TIMEZONE": "UTC", "TO_TIMEZONE": "UTC"}
        )
    except (ValueError, OverflowError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        # The library raises these on hostile strings; a date it cannot read is a date that is not known.
        return None
    return found


def _in_utc(found: datetime) -> datetime:
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _tables(language: str | None) -> tuple[str, ...]:
    """Return the languages whose words are looked up: the page's own, then the common ones, as some misstate theirs."""
    primary = (language or "").lower().replace("_", "-").split("-")[0]
    return (primary, *COMMON_LANGUAGES) if primary.isalpha() else COMMON_LANGUAGES


def _languages(language: str | None) -> list[str]:
    primary = (language or "").lower().replace("_", "-").split("-")[0]
    return list(dict.fromkeys([primary, "en"])) if primary in language_order else list(COMMON_LANGUAGES)


def _sane(at: datetime) -> datetime | None:
    return at if at.year in YEARS else None
