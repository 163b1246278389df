"""All events of a conflict, indexed so that only the few that a sentence brings up are ever scored."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import log

from ingest.annotate.events.gazetteer import Gazetteer
from ingest.annotate.events.profile import Profile
from ingest.annotate.events.profiler import WAR, Profiler
from ingest.annotate.events.vocabulary import Vocabulary
from ingest.conflict import Conflict

INDEXED_DAYS = 400
"""Longer events are not found by a day within them, only by name, year or as a parent."""

WAR_TYPE = "Battles"

AFTERMATH_DAYS = 45
"""So long after its end "the war" is still that one."""


DAYS_REMEMBERED = 2_000
"""So many days keep their events by word at hand."""


class Profiles:
    """All events of a conflict with the indexes that find the few worth scoring."""

    def __init__(self, conflict: Conflict, gazetteer: Gazetteer, vocabulary: Vocabulary) -> None:
        self._profiler = Profiler(conflict, gazetteer, vocabulary)
        self.is_home, self.is_specific = self._profiler.is_home, self._profiler.is_specific
        self.by_id = {p.event_id: p for p in self._profiler.profiles()}
        self._index()

    def is_war_on(self, day: date) -> bool:
        """Say whether a war of the conflict was fought on `day`, or had ended shortly before."""
        return any(p.start <= day <= p.end + timedelta(days=AFTERMATH_DAYS) for p in self.wars)

    def active(self, first: date, last: date) -> Iterable[Profile]:
        """Return the events that touch the days [first, last], without the very long ones."""
        seen: dict[str, Profile] = {}
        day = first
        while day <= last:
            for profile in self._by_day.get(day, ()):
                seen[profile.event_id] = profile
            day += timedelta(days=1)
        return seen.values()

    def hinted(self, first: date, last: date) -> Mapping[str, Sequence[Profile]]:
        """Return the events begun by `last` that touch [first, last], by the words that bring them up.

        The answer is remembered (texts crowd on the same days) and must not be changed.
        """
        found = self._hinted.get((first, last))
        if found is None:
            found = {}
            for profile in self.active(first, last):
                for hint in profile.hints:
                    found.setdefault(hint, []).append(profile)
            if len(self._hinted) >= DAYS_REMEMBERED:
                self._hinted.clear()
            self._hinted[first, last] = found
        return found

    def rarity(self, place: str) -> float:
        """Return how much a place tells events apart: 1 where one event was there, towards 0 where all were."""
        return 1 - log(len(self.by_place[place])) / log(len(self.by_id) + 1)

    def events_around(self, day: date, days: int) -> int:
        """Return how many events began at most so many `days` before or after `day`."""
        margin = timedelta(days=days)
        return bisect_right(self._starts, day + margin) - bisect_left(self._starts, day - margin)

    def _index(self) -> None:
        self._starts = sorted(p.start for p in self.by_id.values())
        self.by_place: dict[str, list[Profile]] = {}
        self.by_type: dict[str, list[str]] = {}
        self.by_sign: dict[str, list[tuple[str, float]]] = {}
        self._by_day: dict[date, list[Profile]] = {}
        self._hinted: dict[tuple[date, date], dict[str, list[Profile]]] = {}
        self.wars = [
            p for p in self.by_id.values() if WAR in p.details and p.event.event_type == WAR_TYPE and not p.is_root
        ]
        self.wide = [p for p in self.by_id.values() if p.is_wide]
        self.children: dict[str, list[Profile]] = {}
        for profile in self.by_id.values():
            self.children.setdefault(profile.event.parent_event_id or "", []).append(profile)
            for place in profile.places | profile.near:
                self.by_place.setdefault(place, []).append(profile)
            for kind in profile.types:
                self.by_type.setdefault(kind, []).append(profile.event_id)
            for sign, weight in (*profile.details.items(), *profile.words.items()):
                self.by_sign.setdefault(sign, []).append((profile.event_id, weight))
            if profile.days > INDEXED_DAYS:
                continue
            for offset in range(profile.days):
                self._by_day.setdefault(profile.start + timedelta(days=offset), []).append(profile)
