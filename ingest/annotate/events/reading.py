"""What one text says, sentence by sentence: places, parties, kinds of events, dates, tolls, named events."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from ingest.annotate.events.dates import DateMention, find_dates
from ingest.annotate.events.gazetteer import PLACE_MARK, Gazetteer
from ingest.annotate.events.vocabulary import ConceptMention, Vocabulary, phrase_of
from ingest.annotate.events.words import MAX_CHARACTERS, PhraseIndex, Word, designations, fold, language_data, tokenize
from ingest.records import Span

TOLL_WORDS = 5
"""A number belongs to a word for the dead or hurt at most this many words away."""

MAX_UNITS = 2_000

_STOP = re.compile(r"\n+|[.!?։…]+[\"'»”)\]]*(?=\s)")


@dataclass(slots=True)
class Unit:
    """One sentence (or the title, which is number 0). `tells_kind`: it holds a concept of kind type; `earlier` is a word such as "previous".
    `carried` are the places last spoken of, where the sentence names none itself.
    `hints` are concepts and words that may bring up an event whose place it does not name.
    """

    number: int
    start: int
    end: int
    places: dict[str, Span] = field(default_factory=dict)
    concepts: dict[str, Span] = field(default_factory=dict)
    events: dict[str, Span] = field(default_factory=dict)
    dates: list[DateMention] = field(default_factory=list)
    tolls: list[tuple[str, int, Span]] = field(default_factory=list)
    words: dict[str, Span] = field(default_factory=dict)
    tells_kind: bool = False
    earlier: Span | None = None
    carried: frozenset[str] = frozenset()
    hints: frozenset[str] = frozenset()


@dataclass(slots=True)
class Reading:
    """A whole text: its sentences and the sums over them. `parties` counts party ids, else actor ids."""

    units: list[Unit]
    places: Counter[str] = field(default_factory=Counter)
    parties: Counter[str] = field(default_factory=Counter)
    concepts: Counter[str] = field(default_factory=Counter)


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(fold(a) for a in language_data()["sentences"]["abbreviations"])


@cache
def _earlier_words() -> PhraseIndex[bool]:
    index: PhraseIndex[bool] = PhraseIndex()
    for phrase in language_data()["earlier"]["phrases"]:
        index.add(phrase_of(phrase), True)
    return index


@cache
def _number_words() -> PhraseIndex[int]:
    index: PhraseIndex[int] = PhraseIndex()
    for value, names in language_data()["numbers"].items():
        for name in names:
            index.add(phrase_of(name), int(value))
    return index


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
        if len(starts) < MAX_UNITS:
            starts.append(after)
    return starts


def read_text(text: str, gazetteer: Gazetteer, vocabulary: Vocabulary, in_company: bool = False) -> Reading:
    """Read `text` sentence by sentence. Spans are offsets into `text`."""
    text = text[:MAX_CHARACTERS]
    starts = sentence_starts(text)
    units = [Unit(n, start, end) for n, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True))]
    reading = Reading(units)

    def unit_at(offset: int) -> Unit:
        return units[bisect_right(starts, offset) - 1]

    words = tokenize(text)
    mentions = gazetteer.read(text, words, in_company=in_company)
    for place in mentions.places:
        unit_at(place.start).places.setdefault(place.place_id, Span(place.start, place.end))
        reading.places[place.place_id] += 1
    for actor in mentions.actors:
        reading.parties[actor.party_id or actor.actor_id] += 1
    for event in mentions.events:
        for event_id in event.event_ids:
            unit_at(event.start).events.setdefault(event_id, Span(event.start, event.end))
    carried: frozenset[str] = frozenset()
    for unit in units:
        named = frozenset(p for p in unit.places if not gazetteer.is_region(p))
        unit.carried = frozenset() if named else carried
        carried = named or carried
    items = mentions.items
    concepts = vocabulary.find(items)
    for concept in concepts:
        span = Span(items[concept.first].start, items[concept.last].end)
        unit = unit_at(span.start)
        unit.concepts.setdefault(concept.concept_id, span)
        unit.tells_kind = unit.tells_kind or vocabulary.kind(concept.concept_id) == "type"
        reading.concepts[concept.concept_id] += 1
    for date in find_dates(text, words):
        unit_at(date.start).dates.append(date)
    for item in [*items, *designations(items)]:
        if not item.key.startswith(PLACE_MARK):
            unit_at(item.start).words.setdefault(item.key.partition("'")[0], Span(item.start, item.end))
    for cue in _earlier_words().find(items):
        span = Span(items[cue.first].start, items[cue.last].end)
        unit_at(span.start).earlier = span
    for unit in units:
        unit.hints = frozenset((*unit.concepts, *unit.words))
    casualties = [c for c in concepts if vocabulary.kind(c.concept_id) == "casualty"]
    if casualties:
        _read_tolls(items, units, starts, casualties)
    return reading


def _read_tolls(
    items: Sequence[Word], units: Sequence[Unit], starts: Sequence[int], casualties: Sequence[ConceptMention]
) -> None:
    numbers = _numbers(items)
    at = 0
    for concept in casualties:
        while at < len(numbers) and numbers[at][0] < concept.first - TOLL_WORDS:
            at += 1
        unit = units[bisect_right(starts, items[concept.first].start) - 1]
        for index, value in numbers[at : at + 2 * TOLL_WORDS]:
            if index > concept.last + TOLL_WORDS:
                break
            if unit.start <= items[index].start < unit.end:
                unit.tolls.append((concept.concept_id, value, Span(items[index].start, items[index].end)))


def _numbers(items: Sequence[Word]) -> list[tuple[int, int]]:
    found = [(hit.first, hit.values[0]) for hit in _number_words().find(items)]
    found += [(n, int(w.key)) for n, w in enumerate(items) if w.key.isdecimal() and len(w.key) <= 5]
    return sorted((n, value) for n, value in found if not 1900 <= value <= 2100)
