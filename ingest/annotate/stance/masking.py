"""Names become roles: what is learned about one pair of parties must hold for any other, and for both alike.

A text is cut into words that remember where they stood. Words of the conflict's lexicon become codes of their party;
for one party asked about, codes become TARGET, RIVAL or THIRD. Places nobody's lexicon claims become PLACE, so that
rival names of one place read the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.annotate.stance.country_names import derived
from ingest.annotate.stance.words import BREAK, MIN_STEM, Word, camel_parts, fold, inflections, unhidden, words
from ingest.conflict import Conflict, Term
from ingest.records import Span

TARGET, RIVAL, THIRD, PLACE = "TARGET", "RIVAL", "THIRD", "PLACE"
MARKS = {"slogan": "+", "hashtag": "+", "slur": "-", "place": "@"}
"""Lexicon kinds told apart from a plain name: a cheer for the party, an insult to it, a town of its own."""
SIGNS = "".join(sorted(set(MARKS.values())))

MAX_CACHE = 200_000
_MIN_PIECE = 5
_HEAD = 5
_SITE = "/"


OTHERS = "others"
"""The name of the rival of a lone target: whoever is against it."""


def is_lone(conflict: Conflict) -> bool:
    """Tell whether a conflict is one made of a lone target, whose rival nobody can name."""
    return any(party.name == OTHERS for party in conflict.belligerents)


@dataclass(frozen=True, slots=True)
class Reading:
    """One text read through one conflict's lexicon.

    `tokens[i]` is a folded word, BREAK between sentences, PLACE, or a party code "§<n><mark>"; `starts[i]`, `ends[i]`
    bound it in the original text; `sites[i]` is the place_id of a PLACE, else empty. `named` are the numbers of the
    parties named, `called` those named otherwise than by a town of theirs.
    """

    tokens: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sites: tuple[str, ...]
    named: frozenset[int]
    called: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Entry:
    rest: tuple[str, ...]
    code: str


def party_number(code: str) -> int:
    """Return which of the conflict's parties a code "§<n><mark>" stands for."""
    return int(code.rstrip(SIGNS)[1:])


class Masker:
    """Reads texts through the lexicon of one conflict."""

    def __init__(self, conflict: Conflict) -> None:
        self.party_ids = tuple(p.party_id for p in conflict.parties)
        self.belligerents = tuple(i for i, p in enumerate(conflict.parties) if p.kind == "belligerent")
        self._index: dict[str, list[_Entry]] = defaultdict(list)
        self._tags: dict[str, str] = {}
        self._cache: dict[str, tuple[_Entry, ...]] = {}
        for name, code in _terms(conflict):
            self._add(name, code)
        self.derived = tuple(self._unclaimed(derived(conflict)))
        """The names that parties have as countries and that nothing in the conflict's folder claims."""
        for term in self.derived:
            self._add(term.term, f"§{self.party_ids.index(term.party_id)}{MARKS.get(term.kind, '')}")
        for entries in self._index.values():
            entries.sort(key=lambda e: -len(e.rest))
        singles = sorted((t for t, e in self._index.items() if len(t) >= _MIN_PIECE), key=len, reverse=True)
        self._pieces = re.compile("|".join(map(re.escape, singles)) or r"(?!)")
        self._heads = frozenset(map(_head, self._index))
        self._phrases = frozenset(term for term, entries in self._index.items() if any(e.rest for e in entries))
        self._seconds = frozenset(e.rest[0] for entries in self._index.values() for e in entries if e.rest)
        self._second_heads = frozenset(map(_head, self._seconds))
        self._roles = {i: self._role_map(i) for i in self.belligerents}

    def _add(self, term: str, code: str) -> None:
        term, _ = unhidden(term)
        if term.startswith("#"):
            self._tags.setdefault(fold(term[1:]), code)
        parts = [w.text for w in words(term) if w.text != BREAK]
        if parts and not term.startswith("#") and all(e.rest != tuple(parts[1:]) for e in self._index[parts[0]]):
            self._index[parts[0]].append(_Entry(tuple(parts[1:]), code))

    def _unclaimed(self, terms: Iterable[Term]) -> Iterator[Term]:
        claimed = frozenset(" ".join((first, *e.rest)) for first, entries in self._index.items() for e in entries)
        for term in terms:
            word = fold(term.term)
            if claimed.isdisjoint((word, *inflections(word))):
                yield term

    def _role_map(self, target: int) -> dict[str, str]:
        roles: dict[str, str] = {}
        for number in range(len(self.party_ids)):
            role = TARGET if number == target else RIVAL if number in self.belligerents else THIRD
            roles |= {f"§{number}{mark}": role + mark for mark in ("", *set(MARKS.values()))}
        return roles

    def _entries(self, word: str) -> tuple[_Entry, ...]:
        found = self._cache.get(word)
        if found is None and not _may_be(word, self._heads):
            return ()
        if found is None:
            exact = list(self._index.get(word, ()))
            inflected = [e for stem in inflections(word) for e in self._index.get(stem, ()) if not e.rest]
            found = tuple(exact + inflected)
            if len(self._cache) < MAX_CACHE:
                self._cache[word] = found
        return found

    def name(self, word: str) -> str | None:
        """Return the code of a folded word that names something by itself, else None."""
        return next((e.code for e in self._entries(word) if not e.rest), None)

    def begins_phrase(self, word: str) -> bool:
        """Tell whether a term of several words begins with this folded word."""
        return word in self._phrases

    def continues_phrase(self, word: str) -> bool:
        """Tell whether a folded word could be the second of a term."""
        if not _may_be(word, self._second_heads):
            return False
        return word in self._seconds or not self._seconds.isdisjoint(inflections(word))

    def phrase(self, found: Sequence[str]) -> tuple[str, int] | None:
        """Return the code, and the number of words, of the longest term of several that `found` begins with."""
        matched = self._match([Word(w, 0, 0) for w in found], 0)
        return matched if matched is not None and matched[1] > 1 else None

    def _match(self, found: list[Word], at: int) -> tuple[str, int] | None:
        for entry in self._entries(found[at].text):
            end = at + 1 + len(entry.rest)
            if end <= len(found) and all(_same(found[at + 1 + k].text, part) for k, part in enumerate(entry.rest)):
                return entry.code, end
        return None

    def _split_tag(self, tag: Word) -> Iterator[Word]:
        """Cut `#StopAttackingX` or `#stopattackingx` into words."""
        body = tag.text[1:]
        parts = camel_parts(body)
        if len(parts) == 1:
            cuts = sorted({0, len(body), *(c for m in self._pieces.finditer(fold(body)) for c in m.span())})
            # Folding may change the length of a few scripts' letters; such a tag stays whole.
            parts = list(pairwise(cuts)) if len(fold(body)) == len(body) else parts
        for start, end in parts:
            if text := fold(body[start:end]).strip("_"):
                yield Word(text, tag.start + 1 + start, tag.start + 1 + end)

    def _spread(self, text: str) -> list[Word]:
        spread: list[Word] = []
        for word in words(text):
            if not word.text.startswith("#"):
                spread.append(word)
            elif (code := self._tags.get(fold(word.text[1:]))) is not None:
                spread.append(Word(code, word.start, word.end))
            else:
                spread.extend(self._split_tag(word))
        return spread

    def read(self, text: str) -> Reading:
        """Read one text: longest lexicon match first, from left to right; what is hidden in it parts no name."""
        shown, places = unhidden(text)
        found = self._spread(shown)
        tokens, starts, ends, sites = [], [], [], []
        named, called = set(), set()
        at = 0
        while at < len(found):
            word = found[at]
            code, after = (word.text, at + 1) if word.text[0] == "§" else self._match(found, at) or (word.text, at + 1)
            kind, _, site = code.partition(_SITE) if code.startswith(PLACE) else (code, "", "")
            tokens.append(kind)
            sites.append(site)
            starts.append(places[word.start])
            ends.append(places[found[after - 1].end - 1] + 1)
            if code[0] == "§":
                named.add(party_number(code))
                if code[-1] != MARKS["place"]:
                    called.add(party_number(code))
            at = after
        return Reading(tuple(tokens), tuple(starts), tuple(ends), tuple(sites), frozenset(named), frozenset(called))

    def roles(self, reading: Reading, target: int) -> list[str]:
        """Return the tokens with every party code turned into its role as seen from party number `target`."""
        roles = self._roles[target]
        return [roles.get(t, t) if t[0] == "§" else t for t in reading.tokens]

    def mask(self, text: str, party_id: str) -> list[tuple[str, Span]]:
        """Return (role or word, where it stood in `text`) as seen from `party_id`; for people and tests."""
        reading = self.read(text)
        masked = self.roles(reading, self.party_ids.index(party_id))
        return [(t, Span(s, e)) for t, s, e in zip(masked, reading.starts, reading.ends, strict=True)]


def _head(term: str) -> str:
    """Return the letters that every inflected form of a term begins with: three (MIN_STEM) to five."""
    kept = len(term) - 2 if "\u0400" <= term[:1] <= "\u04ff" else len(term)
    return term[: max(MIN_STEM, min(_HEAD, kept))]


def _may_be(word: str, heads: frozenset[str]) -> bool:
    """Tell, fast, whether a word could be a form of one of the terms that have these heads."""
    return word[:3] in heads or word[:4] in heads or word[:5] in heads


def _same(word: str, part: str) -> bool:
    return word == part or (word.startswith(part[:-1]) and part in inflections(word))


def _terms(conflict: Conflict) -> Iterator[tuple[str, str]]:
    """Yield (term, code), surest source first: lexicon, party names, unclaimed places, actors' proper names."""
    number = {p.party_id: i for i, p in enumerate(conflict.parties)}
    for term in conflict.lexicon:
        yield term.term, f"§{number[term.party_id]}{MARKS.get(term.kind, '')}"
    for party in conflict.parties:
        yield party.name, f"§{number[party.party_id]}"
    for place in conflict.places:
        for name in (place.name, *place.names.values(), *place.aliases):
            yield name, f"{PLACE}{_SITE}{place.place_id}"
    for actor in conflict.actors:
        if actor.party_id is not None:
            # A name in small letters throughout is a common noun ("separatists"): a word of stance, not a name.
            for name in (actor.name, *actor.aliases):
                if name != name.lower():
                    yield name, f"§{number[actor.party_id]}"
