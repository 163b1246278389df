"""The sentences of a text, and what each was found to say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import NamedTuple

from ingest.annotate.events.dates import DateMention
from ingest.annotate.events.words import fold, language_data
from ingest.records import Span

MAX_UNITS = 2_000

_STOP = re.compile(r"\n+|[.!?։…]+[\"'»”)\]]*(?=\s)|(?<=[\u0561-\u0587]):[\"'»”)\]]*(?=\s+[\u0531-\u0556«])")
"""Where a sentence may end. Armenian's own full stop is often typed as a colon: it is one before a capital."""


class Resolved(NamedTuple):
    """A date with the first and last day it means, and its characters."""

    mention: DateMention
    first: date
    last: date
    span: Span


def _resolve(mentions: Iterable[DateMention], day: date | None) -> list[Resolved]:
    return [Resolved(m, *days, Span(m.start, m.end)) for m in mentions if (days := m.resolve(day)) is not None]


@dataclass(slots=True)
class Unit:
    """One sentence of a text; the first is the title, where there is one.

    `events` are those it calls by name. As of a day a date may be such a name too ("the war of 2020"): `named` are
    those events with the former, `own_dates` its dates but for the latter. `own_names` are those of `events` called by
    a name people use. `tells_kind`: it holds a concept of kind type.
    `earlier` is a word such as "previous". `carried` are the places last spoken of, and `carried_dates` the calendar
    dates last stated, where it has none itself. `elsewhere` are its places but for regions and seats of government,
    which say little about where something happened. `resolved` are its dates as seen from the day it is read as of.
    `hints` are concepts and words that may bring up an event. `item_starts` is where each item of the text begins.
    """

    number: int
    start: int
    end: int
    places: dict[str, Span] = field(default_factory=dict)
    concepts: dict[str, Span] = field(default_factory=dict)
    events: dict[str, Span] = field(default_factory=dict)
    named: dict[str, Span] = field(default_factory=dict)
    own_names: set[str] = field(default_factory=set)
    dates: list[DateMention] = field(default_factory=list)
    own_dates: list[DateMention] = field(default_factory=list)
    tolls: list[tuple[str, int, Span]] = field(default_factory=list)
    words: dict[str, Span] = field(default_factory=dict)
    tells_kind: bool = False
    earlier: Span | None = None
    carried: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    carried_dates: list[DateMention] = field(default_factory=list)
    resolved: list[Resolved] = field(default_factory=list)
    resolved_carried: list[Resolved] = field(default_factory=list)
    hints: frozenset[str] = frozenset()
    item_starts: Sequence[int] = ()

    def read_as_of(self, day: date | None, named_by: Mapping[DateMention, Iterable[tuple[str, Span]]]) -> None:
        """Settle what its dates mean, seen from `day`; those in `named_by` are names of events, and nothing else."""
        self.own_dates = [m for m in self.dates if m not in named_by] if named_by else self.dates
        self.named = self.events
        if named_by:
            self.named = {e: span for found in named_by.values() for e, span in found} | self.events
        self.resolved = _resolve(self.own_dates, day)
        self.resolved_carried = _resolve(self.carried_dates, day)


@dataclass(slots=True)
class Reading:
    """A whole text: its sentences and the sums over them. `parties` counts party ids, else actor ids.

    `sides` are those parties that are named by more than an armed group. `doubtful` are places whose names may be other
    words here: nothing else in the text speaks for them.
    """

    units: list[Unit]
    doubtful: set[str] = field(default_factory=set)
    places: Counter[str] = field(default_factory=Counter)
    parties: Counter[str] = field(default_factory=Counter)
    sides: set[str] = field(default_factory=set)
    concepts: Counter[str] = field(default_factory=Counter)


def sentence_starts(text: str) -> list[int]:
    """Return where sentences begin; a stop after an abbreviation or before a small letter or digit ends none."""
    starts = [0]
    for match in _STOP.finditer(text):
        after = match.end()
        if "\n" not in match[0]:
            following = text[after : after + 3].lstrip()[:1]
            before = text[max(0, match.start() - 12) : match.start()].split()
            word = fold(before[-1]) if before else ""
            if following.islower() or (following.isdecimal() and match[0] == ".") or word in _abbreviations():
                continue
        elif len(starts) > 1 and not text[starts[-1] : match.start()].strip():
            starts[-1] = after  # a line ended where a sentence had
            continue
        if len(starts) < MAX_UNITS:
            starts.append(after)
    return starts


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(fold(a) for a in language_data()["sentences"]["abbreviations"])
