"""Dates a text states, in its own words: full dates, dates without a year, years, decades, weekdays, "overnight".

Nothing is invented: a mention becomes days only with what it lacks supplied by a reference day, else it stays open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from ingest.annotate.events.vocabulary import phrase_of
from ingest.annotate.events.words import PhraseIndex, Word, fold, language_data, word_matches

FUTURE_DAYS = 3
"""A date without a year may lie this far after publication before the year before is meant."""

_ISO = re.compile(r"(?<![\d.-])(\d{4})-(\d{2})-(\d{2})(?![\d.-])")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|ого|го|е|ին|ci|cı|cu|cü|te|de|da|ten|den)?")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:թ|г|ci|cı|cu|cü|ին|da|de|te|nin|nın)?")
_DECADE = re.compile(r"((?:19|20)\d0)'?[^\W\d]{1,9}")
_YEAR_WORDS = frozenset(
    {"թ", "թվականի", "թվականին", "ci", "cı", "ili", "ilin", "yılı", "yılın", "г", "года", "году", "de", "of", "the"}
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date as the text gives it, at characters [start, end).

    `precision` is day, month, year, weekday or relative. `year` is None where unsaid. `last_day` closes a range of days.
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
    back: tuple[int, int] = (0, 0)

    def resolve(self, reference: date | None) -> tuple[date, date] | None:
        """Return the first and last day meant, seen from `reference` (the day of publication), None if that is needed."""
        if self.precision == "year" and self.year is not None:
            return date(self.year, 1, 1), date(self.last_year or self.year, 12, 31)
        if self.precision in {"day", "month"}:
            return self._calendar(reference)
        if reference is None:
            return None
        if self.weekday is not None:
            day = reference - timedelta(days=(reference.weekday() - self.weekday) % 7)
            return day, day
        return reference - timedelta(days=self.back[0]), reference - timedelta(days=self.back[1])

    def _calendar(self, reference: date | None) -> tuple[date, date] | None:
        years = [self.year] if self.year is not None else []
        if self.year is None and reference is not None:
            years = [reference.year + 1, reference.year, reference.year - 1]
        for year in years:
            span = _days(year, self.month or 1, self.day, self.last_day)
            if span is None:
                continue
            if self.year is not None or reference is None or span[0] <= reference + timedelta(days=FUTURE_DAYS):
                return span
        return None


def _days(year: int, month: int, day: int | None, last_day: int | None) -> tuple[date, date] | None:
    try:
        if day is None:
            following = date(year + month // 12, month % 12 + 1, 1)
            return date(year, month, 1), following - timedelta(days=1)
        first = date(year, month, day)
        return first, date(year, month, last_day) if last_day and last_day > day else first
    except ValueError:
        return None


@cache
def _calendar_words() -> PhraseIndex[tuple[str, int]]:
    index: PhraseIndex[tuple[str, int]] = PhraseIndex()
    data = language_data()
    for kind in ("months", "weekdays"):
        for number, names in data[kind].items():
            for name in names:
                index.add(phrase_of(name), (kind, int(number)))
    for number, row in enumerate(data["relative"]):
        for phrase in row["phrases"]:
            index.add(phrase_of(phrase), ("relative", number))
    return index


@cache
def _decade_endings() -> tuple[str, ...]:
    return tuple(fold(e) for e in language_data()["decade"]["endings"])


def find_dates(text: str, words: Sequence[Word]) -> list[DateMention]:
    """Return the dates `text` states, in order; `words` are its tokens."""
    mentions = [
        m
        for m in (
            _numeric(hit, order) for p, order in ((_ISO, (1, 2, 3)), (_DOTTED, (3, 2, 1))) for hit in p.finditer(text)
        )
        if m is not None
    ]
    taken = [(m.start, m.end) for m in mentions]
    used: set[int] = {i for i, w in enumerate(words) if any(a <= w.start < b for a, b in taken)} if taken else set()
    for found in _calendar_words().find(words):
        kind, number = found.values[0]
        if kind == "months":
            mention = _around_month(text, words, found.first, number, used)
        else:
            span = words[found.first].start, words[found.last].end
            mention = (
                DateMention(*span, "weekday", weekday=number)
                if kind == "weekdays"
                else DateMention(*span, "relative", back=_back(number))
            )
        if mention is not None:
            mentions.append(mention)
    mentions += _years(text, words, used)
    return sorted(mentions, key=lambda m: m.start)


def _back(number: int) -> tuple[int, int]:
    farthest, nearest = language_data()["relative"][number]["days"]
    return int(farthest), int(nearest)


def _numeric(hit: re.Match[str], order: tuple[int, int, int]) -> DateMention | None:
    year, month, day = (int(hit[group]) for group in order)
    if _days(year, month, day, None) is None:
        return None
    return DateMention(hit.start(), hit.end(), "day", year=year, month=month, day=day)


def _number(words: Sequence[Word], index: int, pattern: re.Pattern[str], low: int, high: int) -> int | None:
    if not 0 <= index < len(words):
        return None
    match = pattern.fullmatch(words[index].key.replace("'", ""))
    return int(match[1]) if match and low <= int(match[1]) <= high else None


def _day(words: Sequence[Word], index: int) -> int | None:
    return _number(words, index, _ORDINAL, 1, 31)


def _range_joined(text: str, left: Word, right: Word) -> bool:
    return text[left.end : right.start].strip() in {"-", "–", "—"}


def _around_month(text: str, words: Sequence[Word], at: int, month: int, used: set[int]) -> DateMention | None:
    """Read the day and year about the month at word `at`: "28 October 2020", "July 13-14", "հոկտեմբերի 11-ին"."""
    first, last, day, last_day = at, at, None, None
    before = at - 1
    if before >= 0 and words[before].key in {"го", "е", "de", "of", "th"}:
        before -= 1
    if _day(words, before) is not None and words[at].start - words[before].end <= 6:
        day, first = _day(words, before), before
        earlier = _day(words, before - 1)
        if earlier is not None and _range_joined(text, words[before - 1], words[before]):
            day, last_day, first = earlier, day, before - 1
    elif _day(words, at + 1) is not None and words[at + 1].start - words[at].end <= 6:
        day, last = _day(words, at + 1), at + 1
        later = _day(words, at + 2)
        if later is not None and _range_joined(text, words[at + 1], words[at + 2]):
            last_day, last = later, at + 2
    year = None
    for index in (last + 1, last + 2, first - 1, first - 2):
        year = _number(words, index, _YEAR, 1900, 2100)
        if year is not None:
            first, last = min(first, index), max(last, index)
            break
        if not (0 <= index < len(words) and words[index].key in _YEAR_WORDS) and index == last + 1:
            continue
    if day is None and year is None:
        return None
    used.update(range(first, last + 1))
    precision = "month" if day is None else "day"
    return DateMention(
        words[first].start, words[last].end, precision, year=year, month=month, day=day, last_day=last_day
    )


def _years(text: str, words: Sequence[Word], used: set[int]) -> list[DateMention]:
    mentions = []
    for index, word in enumerate(words):
        if index in used or word.key[:2] not in {"19", "20"}:
            continue
        decade = _DECADE.fullmatch(word.key)
        if decade is None and len(word.key) == 4 and word.key.isdecimal() and word.key.endswith("0"):
            following = words[index + 1] if index + 1 < len(words) else None
            if (
                following is not None
                and following.start - word.end <= 1
                and (text[word.end] in "-‑'’" or following.key == "s")
                and any(word_matches(following.key, ending) for ending in _decade_endings())
            ):
                decade = re.match(r"(\d{4})", word.key)
        year = _number(words, index, _YEAR, 1900, 2100)
        if decade is not None and year is None or decade is not None and word.key.isdecimal():
            low = int(decade[1])
            mentions.append(DateMention(word.start, word.end, "year", year=low, last_year=low + 9))
        elif year is not None:
            mentions.append(DateMention(word.start, word.end, "year", year=year))
    return mentions
