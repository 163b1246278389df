"""Every name of a conflict's places, actors and events, found in a text: rival names are one thing by construction.

Places are found first and put in the text's stead as one item ("@place"). Names of actors and events are compiled
through the same step, so that "Battle of X" is found under whatever name X goes by.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.annotate.events.phrases import PhraseIndex
from ingest.annotate.events.places import PLACE_MARK, PlaceFinder, PlaceMention
from ingest.annotate.events.words import Word, tokenize
from ingest.conflict import Conflict

PARTY_MARK = "party:"

_NO_SIDE = frozenset({"armed group", "organisation"})
"""Kinds of actors with names that are words for anybody's: "mercenaries" do not make a text about a side."""


class ActorMention(NamedTuple):
    """An actor named at characters [start, end); `party_id` is the side it counts towards, None for none."""

    actor_id: str
    party_id: str | None
    start: int
    end: int


class EventMention(NamedTuple):
    """Events that share a name, at characters [start, end); `is_own`: a name people use, not the file's headline."""

    event_ids: tuple[str, ...]
    start: int
    end: int
    is_own: bool = True


@dataclass(slots=True)
class Mentions:
    """What a text names. `items` are its words, with every place as one item."""

    items: list[Word]
    places: list[PlaceMention] = field(default_factory=list)
    actors: list[ActorMention] = field(default_factory=list)
    events: list[EventMention] = field(default_factory=list)


class Gazetteer:
    """The names of one conflict, compiled once; `read` is linear in the text."""

    def __init__(self, conflict: Conflict) -> None:
        self._finder = PlaceFinder(conflict.places)
        self.parties = {a.actor_id: a.party_id for a in conflict.actors}
        self.sides = {a.actor_id for a in conflict.actors if a.kind not in _NO_SIDE}
        self._name_index: PhraseIndex[tuple[str, str]] = PhraseIndex()
        self._actor_index: PhraseIndex[str] = PhraseIndex()
        self.metonyms: dict[str, str] = {}
        self._add_actors(conflict)
        self._add_events(conflict)

    def _add_actors(self, conflict: Conflict) -> None:
        party_names = [(PARTY_MARK + p.party_id, (p.name,), p.party_id) for p in conflict.parties]
        actor_names = [(a.actor_id, (a.name, *a.aliases), a.party_id) for a in conflict.actors]
        for actor_id, names, party_id in actor_names + party_names:
            self.parties.setdefault(actor_id, party_id)
            for name in names:
                items = self.items_of(name)
                if len(items) == 1 and items[0].startswith(PLACE_MARK):
                    self.metonyms.setdefault(items[0][1:], actor_id)
                else:
                    self._name_index.add(items, ("actor", actor_id))
                    self._actor_index.add(items, actor_id)

    def _add_events(self, conflict: Conflict) -> None:
        for event in conflict.events:
            for name, kind in ((event.name, "headline"), *((aka, "event") for aka in event.aka)):
                items = self.items_of(name)
                if kind == "headline" and not any(_is_particular(item) for item in items):
                    continue  # "prisoner exchange" is what happened, not what it is called
                # One bare place is a place, whatever the file calls it; one short word is too little to go by.
                if len(items) > 1 or (items and not items[0].startswith(PLACE_MARK) and len(items[0]) > 6):
                    self._name_index.add(items, (kind, event.event_id))

    def items_of(self, name: str) -> tuple[str, ...]:
        """Return a name's folded words with its places marked: what names are compared by."""
        words = tokenize(name)
        return tuple(w.key for w in self._finder.mark(name, words, self._finder.resolve(name, words, None))[0])

    def place_ids_in(self, text: str) -> list[str]:
        """Return the places a field of data names; such a field is context enough for ambiguous names."""
        hits = self._finder.resolve(text, tokenize(text), None)
        return list(dict.fromkeys(hit.place_ids[0] for hit in hits))

    def is_region(self, place_id: str) -> bool:
        """Say whether a place is an area that much of the conflict lies in, and so says little about which event."""
        return self._finder.kind(place_id) == "region"

    def read(self, text: str, words: list[Word] | None = None, in_company: bool = False) -> Mentions:
        """Find every name in `text`; `words` are its tokens where they are at hand.

        A doubtful place name is sure beside an actor or a sure place, or where the text is `in_company` anyway.
        """
        words = tokenize(text) if words is None else words

        def has_context() -> bool:
            return in_company or any(
                kind == "actor" for found in self._name_index.find(words) for kind, _ in found.values
            )

        items, places = self._finder.mark(text, words, self._finder.resolve(text, words, has_context))
        mentions = Mentions(items, places)
        for found in self._name_index.find(items):
            start, end = items[found.first].start, items[found.last].end
            own = tuple(dict.fromkeys(value for kind, value in found.values if kind == "event"))
            events = own or tuple(dict.fromkeys(value for kind, value in found.values if kind == "headline"))
            if events:
                mentions.events.append(EventMention(events, start, end, is_own=bool(own)))
                within = items[found.first : found.last + 1]
                actors = [(a.values[0], within[a.first], within[a.last]) for a in self._actor_index.find(within)]
            else:
                actors = [(value, items[found.first], items[found.last]) for _, value in found.values[:1]]
            for actor_id, first, last in actors:
                mentions.actors.append(ActorMention(actor_id, self.parties[actor_id], first.start, last.end))
        for place in places:
            actor_id = self.metonyms.get(place.place_id, "")
            if actor_id and not place.is_doubtful and not self.is_region(place.place_id):
                mentions.actors.append(ActorMention(actor_id, self.parties[actor_id], place.start, place.end))
        return mentions


def _is_particular(item: str) -> bool:
    return item.startswith(PLACE_MARK) or any(character.isdecimal() for character in item)
