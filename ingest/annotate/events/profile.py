"""What is known of each event before any article is read: its places, kind, words and standing among others."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, timedelta

from ingest.annotate.events.weights import TELLING
from ingest.conflict import Event

DISTRICT = 3
"""UCDP's precision of a place known no nearer than a district."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """One event, prepared for scoring.

    `places` are those it took place at, `near` those only its name speaks of, `venues` where people met over it,
    `seats` those of `places` that stand for a government.
    `types`, `kin` (kinds that fighting of its kind brings with it) and `details` are concepts, `words` rare words of
    its names; details and words have weights in 0..1; `essential` details stand in its names, not only in the note.
    `signs` are those of `details` that the conflict's folder gives, and that no other kind of news has.
    `ancestors` run from parent to root. `is_root` marks the conflict itself, `is_umbrella` an event that lasts and
    takes in others, `is_sole` one whose place and kind no other event shares; `rare_types` are types no other event
    is of. `slack` are days by which its dates may be off: it was from `earliest` to `latest`. `days` is
    how many it lasted, `hints` the concepts and words by which a sentence may bring it up.
    """

    event: Event
    start: date
    end: date
    places: frozenset[str]
    near: frozenset[str]
    venues: frozenset[str]
    seats: frozenset[str]
    types: frozenset[str]
    kin: frozenset[str]
    details: dict[str, float]
    essential: frozenset[str]
    signs: frozenset[str]
    words: dict[str, float]
    parties: frozenset[str]
    ancestors: tuple[str, ...]
    is_root: bool
    is_umbrella: bool
    slack: int
    is_sole: bool
    rare_types: frozenset[str]
    event_id: str = field(init=False)
    days: int = field(init=False)
    earliest: date = field(init=False)
    latest: date = field(init=False)
    hints: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Work out, once, what every sentence asks for."""
        object.__setattr__(self, "event_id", self.event.event_id)
        object.__setattr__(self, "days", (self.end - self.start).days + 1)
        object.__setattr__(self, "earliest", self.start - timedelta(days=self.slack))
        object.__setattr__(self, "latest", self.end + timedelta(days=self.slack))
        object.__setattr__(self, "hints", self.types | self.details.keys() | self.words.keys())

    def is_told_of(self, concepts: Container[str]) -> bool:
        """Say whether a text with these `concepts` may be about it: one with what its names speak of, if rare."""
        rare = [detail for detail in self.essential if self.details[detail] >= TELLING]
        return not rare or any(detail in concepts for detail in rare)

    @property
    def is_wide(self) -> bool:
        """Whether it had no place of its own, or one known no nearer than a district (UCDP precision 3 and up)."""
        return not self.places or (self.event.geo_precision or DISTRICT) >= DISTRICT
