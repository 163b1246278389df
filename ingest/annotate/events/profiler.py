"""Draws up the profile of every event of a conflict from its data: names, places, types, notes, hierarchy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from math import log

from ingest.annotate.events.gazetteer import Gazetteer
from ingest.annotate.events.places import PLACE_MARK
from ingest.annotate.events.profile import Profile
from ingest.annotate.events.vocabulary import SIGN, Vocabulary, sign_id
from ingest.annotate.events.words import Word, designations, tokenize
from ingest.conflict import Conflict, Event

UMBRELLA_DAYS, UMBRELLA_DAYS_FILED = 21, 7
"""An event that lasts longer is one that single events belong under: in any case, and where some are filed there."""

MONTH_PRECISION, SLACK_DAYS = 3, 15
"""Dates known no nearer than this (UCDP) are taken to be this many days wider on both sides."""

SHORT_WORD = 4
WAR = "war"
PLACELESS_TYPE = "Strategic developments"
"""ACLED's type for what is agreed or decreed rather than fought: a seat of government is then a venue, no more."""


class Profiler:
    """Knows what events must be told apart from: how rare a word is, which places are anybody's."""

    def __init__(self, conflict: Conflict, gazetteer: Gazetteer, vocabulary: Vocabulary) -> None:
        self._conflict, self._gazetteer, self._vocabulary = conflict, gazetteer, vocabulary
        self._home = {p.country_iso2 for p in conflict.belligerents if p.country_iso2}
        self._countries = {p.place_id: p.country_iso2 for p in conflict.places}
        parents = {e.event_id: e.parent_event_id for e in conflict.events}
        self._ancestors = {e: tuple(_up(e, parents)) for e in parents}
        self._with_children = {p for p in parents.values() if p}
        self._starts = [(e.parent_event_id, e.start_date) for e in conflict.events]
        self._ends = self._latest_ends(conflict.events)
        self._actor_words = {w.key for a in conflict.actors for n in (a.name, *a.aliases) for w in tokenize(n)}
        self._signs: dict[str, set[str]] = {}
        for sign in conflict.event_signs:
            for event_id in sign.event_ids:
                self._signs.setdefault(event_id, set()).add(sign_id(sign))
        self._told = {e.event_id: self._told_of(e) for e in conflict.events}
        self._noted = {e.event_id: self._noted_of(e) - self._told[e.event_id][1] for e in conflict.events}
        counts = Counter(t for e, (words, told) in self._told.items() for t in words | told | self._noted[e])
        self._rarity = {w: 1 - log(n) / log(len(self._told) + 1) for w, n in counts.items()}

    def profiles(self) -> list[Profile]:
        """Return the profiles of all events, in the order of the file."""
        drafts = [self._profile(e) for e in self._conflict.events]
        alike = Counter((place, kind) for p in drafts for place in p.places for kind in p.types)
        exact = Counter(kind for p in drafts if p.event.sub_event_type for kind in p.types)
        return [_with_rarity(p, alike, exact) for p in drafts]

    def is_home(self, place_id: str) -> bool:
        """Say whether a place lies in the country of a belligerent (any place does where no country is given)."""
        return not self._home or self._countries.get(place_id) in self._home

    def is_specific(self, place_id: str) -> bool:
        """Say whether a place narrows down what happened: no region, no seat of government, not abroad."""
        named_for_power = place_id in self._gazetteer.metonyms
        return self.is_home(place_id) and not named_for_power and not self._gazetteer.is_region(place_id)

    def _latest_ends(self, events: Iterable[Event]) -> dict[str, date]:
        """Give events without an end that of the last event filed under them, else their first day."""
        ends = {e.event_id: e.end_date or e.start_date for e in events}
        open_ended = {e.event_id for e in events if e.end_date is None}
        for event in events:
            for ancestor in self._ancestors[event.event_id]:
                if ancestor in open_ended:
                    ends[ancestor] = max(ends[ancestor], event.end_date or event.start_date)
        return ends

    def _told_of(self, event: Event) -> tuple[frozenset[str], frozenset[str]]:
        """Return the words of an event's names (no places, actors, figures of speech) and the concepts they tell."""
        words: set[str] = set()
        concepts: set[str] = set()
        for name in (event.name, *event.aka):
            items = [Word(key, 0, 0) for key in self._gazetteer.items_of(name)]
            told = (c.concept_id for c in self._vocabulary.find(items))
            concepts.update(c for c in told if self._vocabulary.kind(c) != SIGN)
            for item in [*items, *designations(items)]:
                plain = len(item.key) >= SHORT_WORD or any(ch.isdecimal() for ch in item.key)
                if plain and not item.key.startswith(PLACE_MARK) and not item.key.isdecimal():
                    words.add(item.key)
        return frozenset(words - self._actor_words), frozenset(concepts)

    def _noted_of(self, event: Event) -> frozenset[str]:
        """Return details the note gives, and the signs; kinds of events the former may mention are those of others."""
        found = {c.concept_id for c in self._vocabulary.find(tokenize(event.note or ""))} - {WAR}
        noted = {c for c in found if self._vocabulary.kind(c) == "detail"}
        return frozenset(noted | self._signs.get(event.event_id, set()))

    def _profile(self, event: Event) -> Profile:
        named = self._gazetteer.place_ids_in(event.place or "")
        called = (event.name, *event.aka)
        near = [p for name in called for p in self._gazetteer.place_ids_in(name) if p not in named]
        placeless = event.event_type == PLACELESS_TYPE
        specific = {p for p in named if self.is_specific(p) or (not placeless and self._is_seat(p))}
        words, told = self._told[event.event_id]
        types, details = self._kinds(event, told)
        start, end = event.start_date, self._ends[event.event_id]
        ancestors = self._ancestors[event.event_id]
        slack = 0 if event.date_precision < MONTH_PRECISION else SLACK_DAYS
        is_root = not ancestors and event.end_date is None and event.event_id in self._with_children
        return Profile(
            event=event,
            start=start,
            end=end,
            places=frozenset(specific),
            near=frozenset(p for p in near if self.is_specific(p)) - specific,
            seats=frozenset(p for p in specific if p in self._gazetteer.metonyms),
            venues=frozenset(p for p in named if not self._gazetteer.is_region(p)) - specific,
            types=types,
            kin=self._vocabulary.kin(event.event_type) - types,
            details=details,
            essential=frozenset(details) - self._noted[event.event_id],
            signs=frozenset(self._signs.get(event.event_id, ())),
            words={w: self._rarity[w] for w in sorted(words)},
            parties=self._parties(event),
            ancestors=ancestors,
            is_root=is_root and start <= self._conflict.starts_on,
            is_umbrella=not slack and self._is_umbrella(event, end),
            slack=slack,
            is_sole=False,
            rare_types=frozenset(),
        )

    def _is_umbrella(self, event: Event, end: date) -> bool:
        days = (end - event.start_date).days
        within = any(p == event.event_id and event.start_date <= start <= end for p, start in self._starts)
        return days > UMBRELLA_DAYS or (within and days > UMBRELLA_DAYS_FILED)

    def _kinds(self, event: Event, told: frozenset[str]) -> tuple[frozenset[str], dict[str, float]]:
        """Part what an event's names tell into its own kind and details: "shelling after the truce" is no truce."""
        own = self._vocabulary.of_type(event.event_type, event.sub_event_type)
        types = {c for c in told if self._vocabulary.kind(c) == "type"}
        same = {c for c in types if event.event_type in {None, self._vocabulary.concepts[c].event_type}}
        details = (
            {c for c in told if self._vocabulary.kind(c) == "detail"} | (types - same) | self._noted[event.event_id]
        )
        return own | same, {c: self._rarity[c] for c in sorted(details)}

    def _is_seat(self, place_id: str) -> bool:
        return self.is_home(place_id) and not self._gazetteer.is_region(place_id)

    def _parties(self, event: Event) -> frozenset[str]:
        text = f"{event.actor_initiator or ''}; {event.actor_target or ''}; {event.name}"
        return frozenset(m.party_id or m.actor_id for m in self._gazetteer.read(text).actors)


def _up(event_id: str, parents: dict[str, str | None]) -> Iterable[str]:
    seen = {event_id}
    parent = parents.get(event_id)
    while parent and parent not in seen:
        yield parent
        seen.add(parent)
        parent = parents.get(parent)


def _with_rarity(profile: Profile, alike: Counter[tuple[str, str]], exact: Counter[str]) -> Profile:
    """Mark an event whose place and kind, or whose kind alone, no other event shares: to name that is to name it."""
    shared = max((alike[place, kind] for place in profile.places for kind in profile.types), default=2)
    rare = frozenset(kind for kind in profile.types if exact[kind] == 1 and profile.event.sub_event_type)
    return replace(profile, is_sole=shared == 1, rare_types=rare)
