"""Kinds of events and the words that tell of them, in every language at hand: data, read from `vocabulary.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from ingest.annotate.events.phrases import PhraseIndex, phrase_of
from ingest.annotate.events.words import Word
from ingest.conflict_events import EventSign

VOCABULARY = Path(__file__).with_name("vocabulary.toml")
DEMAND = "diplomatic_demand"
"""What calls upon the sides are told by."""

KINDS = frozenset({"type", "detail", "casualty", "aside", "field"})
SIGN = "sign"
"""The kind of what single events of a conflict are told by, from its folder and not from the vocabulary."""

ELSEWHERE = frozenset({"aside", "field"})
"""Kinds of words that tell of other fields: sport, weather, courts, trade, culture, daily life."""

FIGHTING = frozenset({"Battles", "Explosions/Remote violence"})
"""ACLED's event types of armed fighting: reports of one are full of the other's words."""


class ConceptMention(NamedTuple):
    """A concept found at items [first, last]."""

    concept_id: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Concept:
    """A kind of event, or a word that goes with some.

    Its own kind is `type`, `detail` (something hit, used or hurt), `casualty` (a mark of tolls), `aside` (what other
    news is about), `field` (plainer words of that) or SIGN. `is_strife`: where it is told, people fight or suffer from
    it. `belies_names`: where it is told, what may be a place or a word is the word.
    """

    concept_id: str
    kind: str
    event_type: str | None
    sub_event_types: frozenset[str]
    is_strife: bool
    belies_names: bool = False


class Vocabulary:
    """All concepts, found in a text in one pass."""

    def __init__(self, path: Path = VOCABULARY, signs: Iterable[EventSign] = ()) -> None:
        with path.open("rb") as file:
            rows = tomllib.load(file)["concept"]
        self.concepts: dict[str, Concept] = {}
        self._phrases: PhraseIndex[str] = PhraseIndex()
        for row in rows:
            kind, sub_types = row["kind"], frozenset(row.get("sub_event_types", ()))
            is_strife = row.get("is_strife", kind not in {"detail", *ELSEWHERE})
            concept = Concept(
                row["id"], kind, row.get("event_type"), sub_types, is_strife, row.get("belies_names", False)
            )
            if concept.kind not in KINDS:
                raise ValueError(
                    f"{path}: concept {row['id']!r} is of kind {row['kind']!r}; use one of {sorted(KINDS)}"
                )
            self.concepts[concept.concept_id] = concept
            for words in row["words"]:
                self._phrases.add(phrase_of(words), concept.concept_id)
        for sign in signs:
            concept = Concept(sign_id(sign), SIGN, None, frozenset(), is_strife=False)
            self.concepts[concept.concept_id] = concept
            for phrase in sign.phrases:
                self._phrases.add(phrase_of(phrase), concept.concept_id)

    def kind(self, concept_id: str) -> str:
        """Return the kind of a concept. Raises KeyError where there is none of that id."""
        return self.concepts[concept_id].kind

    def find(self, items: Sequence[Word]) -> list[ConceptMention]:
        """Return every concept told at each word, overlaps included: "missile launchers" is two."""
        return [ConceptMention(c, hit.first, hit.last) for hit in self._phrases.find_each(items) for c in hit.values]

    @property
    def fighting(self) -> frozenset[str]:
        """All kinds of armed fighting."""
        return frozenset(c.concept_id for c in self.concepts.values() if c.event_type in FIGHTING)

    @property
    def strife(self) -> frozenset[str]:
        """All kinds of events, and what is told only where people fight, suffer from it or end it; no tolls."""
        return frozenset(c.concept_id for c in self.concepts.values() if c.is_strife and c.kind in {"type", "detail"})

    @cached_property
    def telling(self) -> frozenset[str]:
        """All that strife is told by, tolls among it."""
        return self.strife | self.casualties

    @cached_property
    def elsewhere(self) -> frozenset[str]:
        """All words of other fields."""
        return frozenset(c.concept_id for c in self.concepts.values() if c.kind in ELSEWHERE)

    @property
    def casualties(self) -> frozenset[str]:
        """All marks of tolls."""
        return frozenset(c.concept_id for c in self.concepts.values() if c.kind == "casualty")

    def kin(self, event_type: str | None) -> frozenset[str]:
        """Return the kinds of fighting where `event_type` is one of them: a battle is shelling and air strikes too."""
        return self.fighting if event_type in FIGHTING else frozenset()

    def of_type(self, event_type: str | None, sub_event_type: str | None) -> frozenset[str]:
        """Return the type concepts of an ACLED type: those of its sub-event type, else of the whole event type."""
        exact = {c.concept_id for c in self.concepts.values() if sub_event_type in c.sub_event_types}
        if not exact and not sub_event_type:
            exact = {c.concept_id for c in self.concepts.values() if event_type and c.event_type == event_type}
        return frozenset(exact)


def sign_id(sign: EventSign) -> str:
    """Return the id of a sign as a concept."""
    return f"{SIGN}:{sign.sign}"


@cache
def default_vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with the project."""
    return Vocabulary()
