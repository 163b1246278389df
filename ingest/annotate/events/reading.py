"""What one text says, sentence by sentence: places, parties, kinds of events, dates, tolls, named events."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache

from ingest.annotate.events.date_finder import find_dates, short_decades
from ingest.annotate.events.dates import CALENDAR, DateMention
from ingest.annotate.events.gazetteer import PARTY_MARK, Gazetteer, Mentions
from ingest.annotate.events.numbers import numbers_in
from ingest.annotate.events.phrases import PhraseIndex, phrase_of
from ingest.annotate.events.places import PLACE_MARK
from ingest.annotate.events.sentences import Reading, Unit, sentence_starts
from ingest.annotate.events.vocabulary import ConceptMention, Vocabulary
from ingest.annotate.events.words import MAX_CHARACTERS, Word, designations, language_data, tokenize
from ingest.records import Span

TOLL_WORDS = 5
"""A number belongs to a word for the dead or hurt at most this many words away."""

MAX_PER_UNIT = 50
"""So many dates or tolls of one sentence are kept: text without full stops stays cheap."""

UnitAt = Callable[[int], Unit]


@cache
def _earlier_words() -> PhraseIndex[bool]:
    index: PhraseIndex[bool] = PhraseIndex()
    for phrase in language_data()["earlier"]["phrases"]:
        index.add(phrase_of(phrase), True)
    return index


def read_text(text: str, gazetteer: Gazetteer, vocabulary: Vocabulary, in_company: bool = False) -> Reading:
    """Read `text` sentence by sentence; spans are offsets into it. `in_company`: see Gazetteer.read."""
    text = text[:MAX_CHARACTERS]
    starts = sentence_starts(text)
    ends = [*starts[1:], len(text)]
    units = [Unit(n, start, end) for n, (start, end) in enumerate(zip(starts, ends, strict=True))]
    reading = Reading(units)

    def unit_at(offset: int) -> Unit:
        return units[bisect_right(starts, offset) - 1]

    words = tokenize(text)
    mentions = gazetteer.read(text, words, in_company=in_company)
    concepts = vocabulary.find(mentions.items)
    if any(vocabulary.concepts[c.concept_id].belies_names for c in concepts):
        mentions.places = [place for place in mentions.places if not place.is_doubtful]
    _add_names(reading, mentions, gazetteer, unit_at)
    _carry_places(units, gazetteer)
    named = {offset for place in mentions.places for offset in range(place.start, place.end)}
    for date in find_dates(text, words) + (short_decades(text, words) if in_company else []):
        dates = unit_at(date.start).dates
        if len(dates) < MAX_PER_UNIT and date.start not in named:  # a town may begin like a month
            dates.append(date)
    _carry_dates(units)
    _add_concepts(reading, mentions.items, concepts, vocabulary, unit_at)
    _add_words(mentions.items, units, unit_at)
    casualties = [c for c in concepts if vocabulary.kind(c.concept_id) == "casualty"]
    if casualties:
        _add_tolls(mentions.items, casualties, unit_at)
    return reading


def _add_names(reading: Reading, mentions: Mentions, gazetteer: Gazetteer, unit_at: UnitAt) -> None:
    for place in mentions.places:
        unit_at(place.start).places.setdefault(place.place_id, Span(place.start, place.end))
        reading.places[place.place_id] += 1
        if place.is_doubtful:
            reading.doubtful.add(place.place_id)
    for actor in mentions.actors:
        reading.parties[actor.party_id or actor.actor_id] += 1
        if actor.actor_id in gazetteer.sides or actor.actor_id.startswith(PARTY_MARK):
            reading.sides.add(actor.party_id or actor.actor_id)
    for event in mentions.events:
        for event_id in event.event_ids:
            unit = unit_at(event.start)
            unit.events.setdefault(event_id, Span(event.start, event.end))
            if event.is_own:
                unit.own_names.add(event_id)


def _carry_places(units: Sequence[Unit], gazetteer: Gazetteer) -> None:
    carried: frozenset[str] = frozenset()
    for unit in units:
        named = frozenset(p for p in unit.places if not gazetteer.is_region(p))
        unit.elsewhere = named - gazetteer.metonyms.keys()
        unit.carried = frozenset() if named else carried
        carried = named or carried


def _carry_dates(units: Sequence[Unit]) -> None:
    carried: list[DateMention] = []
    for unit in units:
        stated = [m for m in unit.dates if m.precision in CALENDAR]
        unit.carried_dates = [] if unit.dates else carried
        carried = stated if unit.dates else carried


def _add_concepts(
    reading: Reading, items: Sequence[Word], concepts: Sequence[ConceptMention], vocabulary: Vocabulary, unit_at: UnitAt
) -> None:
    for concept in concepts:
        span = Span(items[concept.first].start, items[concept.last].end)
        unit = unit_at(span.start)
        unit.concepts.setdefault(concept.concept_id, span)
        unit.tells_kind = unit.tells_kind or vocabulary.kind(concept.concept_id) == "type"
        reading.concepts[concept.concept_id] += 1


def _add_words(items: Sequence[Word], units: Sequence[Unit], unit_at: UnitAt) -> None:
    for item in [*items, *designations(items)]:
        if not item.key.startswith(PLACE_MARK):
            words, key = unit_at(item.start).words, item.key.partition("'")[0]
            if key not in words:
                words[key] = Span(item.start, item.end)
    for cue in _earlier_words().find(items):
        unit_at(items[cue.first].start).earlier = Span(items[cue.first].start, items[cue.last].end)
    item_starts = [item.start for item in items]
    for unit in units:
        unit.item_starts = item_starts
        unit.hints = frozenset((*unit.concepts, *unit.words))


def _add_tolls(items: Sequence[Word], casualties: Sequence[ConceptMention], unit_at: UnitAt) -> None:
    numbers = numbers_in(items)
    at = 0
    for concept in casualties:
        while at < len(numbers) and numbers[at][0] < concept.first - TOLL_WORDS:
            at += 1
        unit = unit_at(items[concept.first].start)
        for index, value in numbers[at : at + 2 * TOLL_WORDS]:
            if index > concept.last + TOLL_WORDS or len(unit.tolls) >= MAX_PER_UNIT:
                break
            if unit.start <= items[index].start < unit.end:
                unit.tolls.append((concept.concept_id, value, Span(items[index].start, items[index].end)))
