"""Finds dates in a text: full ones, those without a year, years, decades, weekdays, "overnight", in many languages."""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from ingest.annotate.events.dates import DateMention, days_of
from ingest.annotate.events.phrases import PhraseIndex, phrase_of
from ingest.annotate.events.words import Word, fold, language_data, word_matches

NEAR = 6
"""A day stands at most this many characters from its month."""

SATURDAY, WEEKEND_DAYS = 5, 2

MOST_YEARS = 120
"""An anniversary of more years is of something else than a conflict of our time."""

_ISO = re.compile(r"(?<![\d.-])(\d{4})-(\d{2})-(\d{2})(?![\d.-])")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_ORDINAL = re.compile(r"(\d{1,3})(?:st|nd|rd|th|ого|го|е|ին|ci|cı|cu|cü|te|de|da|ten|den)?")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:թ|г|ci|cı|cu|cü|ին|da|de|te|nin|nın)?")
_DECADE = re.compile(r"((?:19|20)\d0)'?[^\W\d]{1,12}")
_SHORT_DECADE = re.compile(r"([5-9]0)(?:'?([^\W\d]{1,12}))?")
"""A decade of the last century without its hundreds: "the 90s"; younger ones are written out."""

_BETWEEN = frozenset({"го", "е", "de", "of", "th"})
LEAP_YEAR = 2020


@cache
def _calendar_words() -> PhraseIndex[tuple[str, int]]:
    index: PhraseIndex[tuple[str, int]] = PhraseIndex()
    data = language_data()
    for kind in ("months", "weekdays"):
        for number, names in data[kind].items():
            for name in names:
                index.add(phrase_of(name), (kind, int(number)))
    for phrase in data["weekend"]["phrases"]:
        index.add(phrase_of(phrase), ("weekend", SATURDAY))
    for number, row in enumerate(data["relative"]):
        for phrase in row["phrases"]:
            index.add(phrase_of(phrase), ("relative", number))
    return index


@cache
def _decade_words() -> dict[str, tuple[str, ...]]:
    return {kind: tuple(map(fold, found)) for kind, found in language_data()["decade"].items()}


def find_dates(text: str, words: Sequence[Word]) -> list[DateMention]:
    """Return the dates `text` states, in order; `words` are its tokens."""
    mentions = _numeric_dates(text)
    covered = {offset for m in mentions for offset in range(m.start, m.end)}
    used = {index for index, word in enumerate(words) if word.start in covered}
    for found in _calendar_words().find(words):
        kind, number = found.values[0]
        start, end = words[found.first].start, words[found.last].end
        if kind == "weekdays":
            mentions.append(DateMention(start, end, "weekday", weekday=number))
        elif kind == "weekend":
            mentions.append(DateMention(start, end, "weekday", weekday=number, weekdays=WEEKEND_DAYS))
        elif kind == "relative":
            mentions.append(DateMention(start, end, "relative", back=_back(number)))
        else:
            mention = _around_month(text, words, found.first, number, used)
            mentions += [] if mention is None else [mention]
    mentions = [replace(m, is_name=True) if m.day and _calls_agreement(words, m) else m for m in mentions]
    mentions += _years(text, words, used)
    mentions += _anniversaries(words)
    return sorted(mentions, key=lambda m: m.start)


@cache
def _agreement_words() -> tuple[str, ...]:
    return tuple(fold(w) for w in language_data()["agreement"]["words"])


def _calls_agreement(words: Sequence[Word], mention: DateMention) -> bool:
    """Say whether a word for an agreement stands beside a day: "the 9 November statement", "truce of 10 October"."""
    first = bisect_left(words, mention.start, key=lambda w: w.start)
    after = bisect_left(words, mention.end, key=lambda w: w.start)
    before = first - 2 if first and words[first - 1].key in language_data()["agreement"]["before_day"] else first - 1
    beside = [words[n].key.rpartition("'")[2] for n in (after, before) if 0 <= n < len(words)]
    return any(word_matches(key, pattern) for key in beside for pattern in _agreement_words())


@cache
def _parts_of_month() -> dict[str, tuple[int, int]]:
    return {
        fold(word): (row["days"][0], row["days"][1])
        for row in language_data()["part_of_month"]
        for word in row["words"]
    }


def _part_before(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """Return the first and last day of "early", "mid" or "late" before the month at word `at`; None without such."""
    before = at - 2 if at > 1 and words[at - 1].key in _BETWEEN else at - 1
    return _parts_of_month().get(words[before].key) if before >= 0 else None


@cache
def _before_months() -> frozenset[str]:
    return frozenset(fold(w) for w in language_data()["sentences"]["before_months"])


@cache
def _anniversary_words() -> PhraseIndex[int]:
    index: PhraseIndex[int] = PhraseIndex()
    for years, phrases in language_data()["anniversary"].items():
        for phrase in phrases:
            index.add(phrase_of(phrase), int(years))
    return index


@cache
def _small_numbers() -> PhraseIndex[int]:
    index: PhraseIndex[int] = PhraseIndex()
    for table in ("numbers", "ordinals"):
        for value, names in language_data()[table].items():
            for name in names:
                index.add(phrase_of(name), int(value))
    return index


def _anniversaries(words: Sequence[Word]) -> list[DateMention]:
    """Return what is told by its years: "ten years ago", "the 29th anniversary", "25-летие"."""
    mentions = []
    for found in _anniversary_words().find(words):
        for first in (found.first - 1, found.first - 2):
            years = _number(words, first, _ORDINAL, 1, MOST_YEARS)
            if years is None and first >= 0:
                hit = _small_numbers().find_at(words, first)
                years = hit.values[0] if hit is not None else None
            if years is not None:
                start, end = words[first].start, words[found.last].end
                mentions.append(DateMention(start, end, "anniversary", years=years * found.values[0]))
                break
    return mentions


def _back(number: int) -> tuple[int, int]:
    farthest, nearest = language_data()["relative"][number]["days"]
    return int(farthest), int(nearest)


def _numeric_dates(text: str) -> list[DateMention]:
    mentions = []
    for pattern, order in ((_ISO, (1, 2, 3)), (_DOTTED, (3, 2, 1))):
        for hit in pattern.finditer(text):
            year, month, day = (int(hit[group]) for group in order)
            if days_of(year, month, day) is not None:
                mentions.append(DateMention(hit.start(), hit.end(), "day", year=year, month=month, day=day))
    return mentions


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
    days = _days_before(text, words, at) or _days_after(text, words, at)
    first, last = (min(at, days[0][0]), max(at, days[-1][0])) if days else (at, at)
    year = None
    for index in (last + 1, last + 2, first - 1, first - 2):
        year = _number(words, index, _YEAR, 1900, 2100)
        if year is not None:
            first, last = min(first, index), max(last, index)
            break
    if not days and year is None and not (at and words[at - 1].key in _before_months()):
        return None
    used.update(range(first, last + 1))
    part = None if days else _part_before(words, at)
    if part is not None:
        start, final = words[first].start, min(part[1], monthrange(year or LEAP_YEAR, month)[1])
        return DateMention(start, words[last].end, "month", year=year, month=month, day=part[0], last_day=final)
    return DateMention(
        words[first].start,
        words[last].end,
        "day" if days else "month",
        year=year,
        month=month,
        day=days[0][1] if days else None,
        last_day=days[1][1] if len(days) > 1 else None,
    )


def _days_before(text: str, words: Sequence[Word], at: int) -> list[tuple[int, int]]:
    """Return the word and number of the day before a month, or of both days of a range."""
    before = at - 2 if at > 0 and words[at - 1].key in _BETWEEN else at - 1
    day = _day(words, before)
    if day is None or words[at].start - words[before].end > NEAR:
        return []
    earlier = _day(words, before - 1)
    if earlier is not None and _range_joined(text, words[before - 1], words[before]):
        return [(before - 1, earlier), (before, day)]
    return [(before, day)]


def _days_after(text: str, words: Sequence[Word], at: int) -> list[tuple[int, int]]:
    day = _day(words, at + 1)
    if day is None or words[at + 1].start - words[at].end > NEAR:
        return []
    later = _day(words, at + 2)
    if later is not None and _range_joined(text, words[at + 1], words[at + 2]):
        return [(at + 1, day), (at + 2, later)]
    return [(at + 1, day)]


def _years(text: str, words: Sequence[Word], used: set[int]) -> list[DateMention]:
    mentions = []
    for index, word in enumerate(words):
        if index in used or word.key[:2] not in {"19", "20"}:
            continue
        year = _number(words, index, _YEAR, 1900, 2100)
        if _is_decade(text, words, index):
            low = int(word.key[:4])
            mentions.append(DateMention(word.start, word.end, "year", year=low, last_year=low + 9))
        elif year is not None:
            mentions.append(DateMention(word.start, word.end, "year", year=year))
    return mentions


def _is_decade(text: str, words: Sequence[Word], index: int) -> bool:
    """Say whether a number is a decade: "1990s" in one word, or "1990-х", where a hyphen parts the ending."""
    word = words[index]
    if _DECADE.fullmatch(word.key):
        return _YEAR.fullmatch(word.key) is None
    return len(word.key) == 4 and word.key.isdecimal() and word.key.endswith("0") and _is_ended(text, words, index)


def _is_ended(text: str, words: Sequence[Word], index: int) -> bool:
    """Say whether a hyphen joins to a number an ending of decades; after an ordinal's "years" must follow."""
    following = words[index + 1 : index + 3]
    if not following or following[0].start - words[index].end != 1 or text[words[index].end] not in "-‑'’":
        return False
    if _is_word_of("endings", following[0].key):
        return True
    return len(following) > 1 and _is_word_of("ordinals", following[0].key) and _is_word_of("years", following[1].key)


def _is_word_of(kind: str, word: str) -> bool:
    return any(word_matches(word, pattern) for pattern in _decade_words()[kind])


def short_decades(text: str, words: Sequence[Word]) -> list[DateMention]:
    """Return the decades of the last century that are written without it: "the 90s", "90-х"; ages are none."""
    mentions = []
    for index, word in enumerate(words):
        match = _SHORT_DECADE.fullmatch(word.key)
        if match is None or (index and words[index - 1].key in _decade_words()["ages"]):
            continue
        if _is_word_of("endings", match[2]) if match[2] else _is_ended(text, words, index):
            year = 1900 + int(match[1])
            end = word.end if match[2] else words[index + 1].end
            mentions.append(DateMention(word.start, end, "year", year=year, last_year=year + 9))
    return mentions
