"""Every name of a conflict's places, actors and events, found in a text: rival names are one thing by construction.

Places are found first and put in the text's stead as one item ("@place"). Names of actors and events are compiled
through the same step, so that "Battle of X" is found under whatever name X goes by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, radians
from typing import NamedTuple

from ingest.annotate.events.words import PhraseIndex, Word, tokenize
from ingest.conflict import Conflict, Place

PLACE_MARK = "@"
NEAR_KM = 60.0
_KIND_ORDER = ("city", "town", "village", "site")
_KM_PER_DEGREE = 111.2


class PlaceMention(NamedTuple):
    """A place named at characters [start, end)."""

    place_id: str
    start: int
    end: int


class ActorMention(NamedTuple):
    """An actor named at characters [start, end); `party_id` is the side it counts towards, None for none."""

    actor_id: str
    party_id: str | None
    start: int
    end: int


class EventMention(NamedTuple):
    """Events that share a name, at characters [start, end)."""

    event_ids: tuple[str, ...]
    start: int
    end: int


@dataclass(slots=True)
class Mentions:
    """What a text names. `items` are its words, with every place as one item."""

    items: list[Word]
    places: list[PlaceMention] = field(default_factory=list)
    actors: list[ActorMention] = field(default_factory=list)
    events: list[EventMention] = field(default_factory=list)


class _Hit(NamedTuple):
    first: int
    last: int
    place_ids: tuple[str, ...]


class Gazetteer:
    """The names of one conflict, compiled once; `read` is linear in the text."""

    def __init__(self, conflict: Conflict) -> None:
        self._places = {p.place_id: p for p in conflict.places}
        self._order = {p.place_id: n for n, p in enumerate(conflict.places)}
        self._place_index: PhraseIndex[str] = PhraseIndex()
        for place in conflict.places:
            for name in place_names(place):
                self._add_place(name, place.place_id)
        self.parties = {a.actor_id: a.party_id for a in conflict.actors}
        self._name_index: PhraseIndex[tuple[str, str]] = PhraseIndex()
        self.metonyms: dict[str, str] = {}
        self._add_actors(conflict)
        self._add_events(conflict)

    def _add_place(self, name: str, place_id: str) -> None:
        words = [w.key for w in tokenize(name)]
        self._place_index.add(words, place_id)
        if len(words) > 1:
            self._place_index.add(["".join(words)], place_id)  # as a hashtag writes it

    def _add_actors(self, conflict: Conflict) -> None:
        party_names = [(f"party:{p.party_id}", (p.name,), p.party_id) for p in conflict.parties]
        actor_names = [(a.actor_id, (a.name, *a.aliases), a.party_id) for a in conflict.actors]
        for actor_id, names, party_id in actor_names + party_names:
            self.parties.setdefault(actor_id, party_id)
            for name in names:
                items = self.items_of(name)
                if len(items) == 1 and items[0].startswith(PLACE_MARK):
                    self.metonyms.setdefault(items[0][1:], actor_id)
                else:
                    self._name_index.add(items, ("actor", actor_id))

    def _add_events(self, conflict: Conflict) -> None:
        for event in conflict.events:
            for name in (event.name, *event.aka):
                items = self.items_of(name)
                # One bare place is a place, whatever the file calls it; one short word is too little to go by.
                if len(items) > 1 or (items and not items[0].startswith(PLACE_MARK) and len(items[0]) > 6):
                    self._name_index.add(items, ("event", event.event_id))

    def items_of(self, name: str) -> tuple[str, ...]:
        """Return a name's folded words with its places marked: what names are compared by."""
        return tuple(w.key for w in self._mark(name, tokenize(name), self._resolve(name, tokenize(name), None))[0])

    def place_ids_in(self, text: str) -> list[str]:
        """Return the places a field of data names; such a field is context enough for ambiguous names."""
        hits = self._resolve(text, tokenize(text), None)
        return list(dict.fromkeys(hit.place_ids[0] for hit in hits))

    def is_region(self, place_id: str) -> bool:
        """Say whether a place is an area that much of the conflict lies in, and so says little about which event."""
        return self._places[place_id].kind == "region"

    def read(self, text: str, words: list[Word] | None = None, in_company: bool = False) -> Mentions:
        """Find every name in `text`; `words` are its tokens where they are at hand.

        A doubtful place name counts beside an actor or a sure place, or where the text is `in_company` anyway.
        """
        words = tokenize(text) if words is None else words
        has_context = in_company or any(
            kind == "actor" for found in self._name_index.find(words) for kind, _ in found.values
        )
        items, places = self._mark(text, words, self._resolve(text, words, has_context))
        mentions = Mentions(items, places)
        for found in self._name_index.find(items):
            start, end = items[found.first].start, items[found.last].end
            events = tuple(dict.fromkeys(value for kind, value in found.values if kind == "event"))
            actors = [value for kind, value in found.values if kind == "actor"]
            if events:
                mentions.events.append(EventMention(events, start, end))
            for actor_id in actors[:1]:
                mentions.actors.append(ActorMention(actor_id, self.parties[actor_id], start, end))
        for place in places:
            actor_id = self.metonyms.get(place.place_id, "")
            if actor_id and not self.is_region(place.place_id):
                mentions.actors.append(ActorMention(actor_id, self.parties[actor_id], place.start, place.end))
        return mentions

    def _resolve(self, text: str, words: Sequence[Word], has_context: bool | None) -> list[_Hit]:
        """Find places; `has_context` None takes every name at its word, else doubtful ones need company."""
        hits = [
            _Hit(f.first, f.last, tuple(sorted(dict.fromkeys(f.values), key=self._rank)))
            for f in self._place_index.find(words)
        ]
        if has_context is not None:
            hits = [h for h in hits if not self._is_plain_word(text, words, h)]
            sure = {h.place_ids[0] for h in hits if not self._is_doubtful(h)}
            if not has_context and not sure:
                hits = []
        return self._choose(hits)

    def _rank(self, place_id: str) -> tuple[int, int]:
        kind = self._places[place_id].kind
        return (_KIND_ORDER.index(kind) if kind in _KIND_ORDER else len(_KIND_ORDER), self._order[place_id])

    def _is_doubtful(self, hit: _Hit) -> bool:
        return all(self._places[p].ambiguous_note for p in hit.place_ids)

    def _is_plain_word(self, text: str, words: Sequence[Word], hit: _Hit) -> bool:
        return self._is_doubtful(hit) and text[words[hit.first].start].islower()

    def _choose(self, hits: list[_Hit]) -> list[_Hit]:
        """Settle names that several places share: the one near other places of the text, else the largest."""
        sure = {h.place_ids[0] for h in hits if len(h.place_ids) == 1}
        return [h if len(h.place_ids) == 1 else h._replace(place_ids=(self._nearest(h.place_ids, sure),)) for h in hits]

    def _nearest(self, candidates: Sequence[str], others: Iterable[str]) -> str:
        near = {c: min((self._distance_km(c, o) for o in others), default=NEAR_KM) for c in candidates}
        best = min(candidates, key=lambda c: near[c])
        return best if near[best] < NEAR_KM else candidates[0]

    def _distance_km(self, first: str, second: str) -> float:
        a, b = self._places[first], self._places[second]
        if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
            return float("inf")
        return _KM_PER_DEGREE * hypot(a.lat - b.lat, (a.lon - b.lon) * cos(radians(a.lat)))

    def _mark(self, text: str, words: Sequence[Word], hits: Sequence[_Hit]) -> tuple[list[Word], list[PlaceMention]]:
        items: list[Word] = []
        places: list[PlaceMention] = []
        at = 0
        for hit in hits:
            items += words[at : hit.first]
            start, end = words[hit.first].start, words[hit.last].end
            mention = PlaceMention(hit.place_ids[0], start, end)
            if not self._repeats(text, places, mention):
                items.append(Word(PLACE_MARK + mention.place_id, start, end))
            places.append(mention)
            at = hit.last + 1
        items += words[at:]
        return items, places

    @staticmethod
    def _repeats(text: str, places: Sequence[PlaceMention], mention: PlaceMention) -> bool:
        """Say whether a mention only glosses the one before it: "X (Y)", "X/Y", both names of one place."""
        if not places or places[-1].place_id != mention.place_id:
            return False
        between = text[places[-1].end : mention.start]
        return between.strip() in {"(", "/", "-", "[", ",", "(or", "or"}


def place_names(place: Place) -> list[str]:
    """Return every name of a place, official or not, each once; brackets in its own name part two names."""
    own = [part.strip(" )") for part in place.name.split("(")]
    return list(dict.fromkeys([place.name, *own[:1], *place.names.values(), *place.aliases]))
