"""Finds places by any of their names; where names are shared or are words besides, by the company they keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import cos, hypot, radians
from typing import NamedTuple

from ingest.annotate.events.phrases import PhraseIndex
from ingest.annotate.events.words import Word, tokenize
from ingest.conflict import Place

PLACE_MARK = "@"
NEAR_KM = 60.0
DESCRIBED_BY = 3
"""So many words name a place by what it is ("the second city of ..."): none of them is another word for something."""

SENTENCE_ENDS = "\n.!?:…։"
_KIND_ORDER = ("city", "town", "village", "site")
_KM_PER_DEGREE = 111.2


class PlaceMention(NamedTuple):
    """A place named at characters [start, end); `is_doubtful` where the word may mean something else altogether."""

    place_id: str
    start: int
    end: int
    is_doubtful: bool = False


class Hit(NamedTuple):
    """Words [first, last] that name a place: the likeliest id first."""

    first: int
    last: int
    place_ids: tuple[str, ...]
    is_doubtful: bool = False


class PlaceFinder:
    """The names of all places of a conflict, compiled once."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = {p.place_id: p for p in places}
        self._order = {p.place_id: n for n, p in enumerate(places)}
        self._index: PhraseIndex[str] = PhraseIndex()
        for place in places:
            for name in place_names(place):
                words = [w.key for w in tokenize(name)]
                self._index.add(words, place.place_id)
                if len(words) > 1:
                    self._index.add(["".join(words)], place.place_id)  # as a hashtag writes it

    def kind(self, place_id: str) -> str:
        """Return a place's kind."""
        return self._places[place_id].kind

    def resolve(self, text: str, words: Sequence[Word], has_context: Callable[[], bool] | None) -> list[Hit]:
        """Return where places are named, in order.

        `has_context` None takes every name at its word; else doubtful ones without company are marked as such: it is
        asked only where that depends on it.
        """
        hits = [
            Hit(f.first, f.last, tuple(sorted(dict.fromkeys(f.values), key=self._rank)))
            for f in self._index.find(words)
        ]
        if has_context is not None:
            plain = [h for h in hits if self._is_plain_word(text, words, h)]
            told = {words[h.first].key for h in plain}
            hits = [h for h in hits if h not in plain and not (words[h.first].key in told and _opens(text, words, h))]
            sure = {h.place_ids[0] for h in hits if not self._is_doubtful(h)}
            if hits and not sure and not has_context():
                hits = [h._replace(is_doubtful=True) for h in hits]
        return self._choose(hits)

    def _rank(self, place_id: str) -> tuple[int, int]:
        kind = self._places[place_id].kind
        return (_KIND_ORDER.index(kind) if kind in _KIND_ORDER else len(_KIND_ORDER), self._order[place_id])

    def _is_doubtful(self, hit: Hit) -> bool:
        is_described = hit.last - hit.first + 1 >= DESCRIBED_BY
        return not is_described and all(self._places[p].ambiguous_note for p in hit.place_ids)

    def _is_plain_word(self, text: str, words: Sequence[Word], hit: Hit) -> bool:
        return self._is_doubtful(hit) and text[words[hit.first].start].islower()

    def _choose(self, hits: list[Hit]) -> list[Hit]:
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

    def mark(self, text: str, words: Sequence[Word], hits: Sequence[Hit]) -> tuple[list[Word], list[PlaceMention]]:
        """Return the words with each place as one item, and the places."""
        items: list[Word] = []
        places: list[PlaceMention] = []
        at = 0
        for hit in hits:
            items += words[at : hit.first]
            start, end = words[hit.first].start, words[hit.last].end
            mention = PlaceMention(hit.place_ids[0], start, end, hit.is_doubtful)
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


def _opens(text: str, words: Sequence[Word], hit: Hit) -> bool:
    """Say whether a name opens a sentence, a line or the text: there a word has its capital whatever it means."""
    before = text[words[hit.first - 1].end : words[hit.first].start] if hit.first else "\n"
    return any(mark in before for mark in SENTENCE_ENDS)


def place_names(place: Place) -> list[str]:
    """Return every name of a place, official or not, each once; brackets in its own name part two names."""
    own = [part.strip(" )") for part in place.name.split("(")]
    return list(dict.fromkeys([place.name, *own[:1], *place.names.values(), *place.aliases]))
