"""What the encoder reads: a comment as subwords, its parties as roles, and after it what it answers.

Whoever of the belligerents is named first is A, the rest are B. So exchanging the names of two parties in a text
leaves what the encoder reads as it was and exchanges its answers: both sides are alike by construction, in one pass.

A text that names no belligerent says its side only to those who know the conflict or what it answers. Of such texts the
encoder learned nothing that held for others (see the model card), so it is not asked. A lone target is another matter:
its name follows a text that does not name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.annotate.stance.encoder.pieces import BEGIN, END, Pieces
from ingest.annotate.stance.masking import PLACE, SIGNS, Masker, Reading, is_lone, party_number
from ingest.conflict import Conflict

LETTERS = ("A", "B", "C")
ROLES = (*(letter + mark for letter in LETTERS for mark in ("", *SIGNS)), PLACE)
"""A and B are belligerents, C is an outsider; the marks are those of the masking."""
HEAD, TAIL, PARENT, NAME = 150, 60, 32, 12
"""How many pieces are read of a text's beginning, of its end where it is longer than both, of its parent, of a name."""

_SKIPPED = re.compile(r"https?://\S*|www\.\S*|&(?:\w+|#\d+);|@\w*|[#_]")
"""Addresses, entities and names of users say nothing of stance."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text and its reading; the text is without quotations."""

    text: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class View:
    """One pass: piece numbers, for each the token of the comment's reading it came from (-1: none), and who is A.

    `introduced` tells that nothing but its name after the text ties a lone target to it.
    """

    pieces: tuple[int, ...]
    tokens: tuple[int, ...]
    lead: frozenset[int]
    introduced: bool = False

    def leads(self, number: int) -> bool:
        """Tell whether party `number` is A."""
        return number in self.lead


def order_of_mention(masker: Masker, readings: Sequence[Reading]) -> tuple[int, ...]:
    """Return the belligerents' numbers, first named first; those not named follow in the conflict's own order."""
    named = [party_number(t) for reading in readings for t in reading.tokens if t[0] == "\u00a7"]
    belligerents = [n for n in named if n in masker.belligerents]
    return tuple(dict.fromkeys((*belligerents, *masker.belligerents)))


def leads(masker: Masker, order: Sequence[int]) -> list[frozenset[int]]:
    """Return for each belligerent, in the conflict's order, who is A where it is told from all the others.

    Of two belligerents both get the same, so that one pass serves both.
    """
    return [frozenset({n}) if n == order[0] else frozenset(order) - {n} for n in masker.belligerents]


class Writer:
    """Writes the passes of one conflict's comments; roles are numbered after the pieces."""

    def __init__(self, conflict: Conflict, masker: Masker, pieces: Pieces) -> None:
        self.masker = masker
        self.pieces = pieces
        names = [conflict.parties[n].name for n in masker.belligerents]
        self._lone = is_lone(conflict)
        self._belligerents = frozenset(masker.belligerents)
        self._names = dict(zip(masker.belligerents, (pieces.encode(n)[:NAME] for n in names), strict=True))
        self._roles = {role: len(pieces) + i for i, role in enumerate(ROLES)}

    def reads(self, reading: Reading) -> bool:
        """Tell whether a text has a pass at all: it names a belligerent, or is about a lone target."""
        return self._lone or bool(self._belligerents & reading.named)

    def views(self, said: Said, parent: Said | None) -> list[View]:
        """Return for each belligerent the pass its stance is read from; equal passes are the same object.

        Empty where the text has none (`reads`).
        """
        if not self.reads(said.reading):
            return []
        readings = [said.reading] if parent is None else [said.reading, parent.reading]
        introduced = not any(self._belligerents & reading.named for reading in readings)
        made: dict[frozenset[int], View] = {}
        wanted = leads(self.masker, order_of_mention(self.masker, readings))
        for lead in wanted:
            if lead not in made:
                made[lead] = self._view(said, parent, lead, introduced=introduced)
        return [made[lead] for lead in wanted]

    def _view(self, said: Said, parent: Said | None, lead: frozenset[int], *, introduced: bool) -> View:
        """Return one pass over a comment and what it is read with; a long text keeps its beginning and its end."""
        own = self._subwords(said, lead)
        if len(own) > HEAD + TAIL:
            own = own[:HEAD] + own[-TAIL:]
        found = [(BEGIN, -1), *own, (END, -1)]
        if parent is not None:
            heard = self._subwords(parent, lead)[:PARENT]
            found += [(END, -1), *((n, -1) for n, _ in heard), (END, -1)]
        if introduced:
            found += [(END, -1), *((n, -1) for n in self._introduced(lead)), (END, -1)]
        return View(tuple(n for n, _ in found), tuple(t for _, t in found), lead, introduced)

    def _introduced(self, lead: frozenset[int]) -> Iterator[int]:
        """Yield the pieces that tell who is A and who is B, A first."""
        for number in sorted(self._names, key=lambda n: n not in lead):
            yield self._roles["A" if number in lead else "B"]
            yield from self._names[number]

    def _subwords(self, said: Said, lead: frozenset[int]) -> list[tuple[int, int]]:
        """Return (piece number, token number) of a text."""
        found: list[tuple[int, int]] = []
        for part, is_role, token in self._parts(said, lead):
            numbers = [self._roles[part]] if is_role else self.pieces.encode(part, spaced=part[0].isalnum())
            found.extend((n, token) for n in numbers)
        return found

    def _parts(self, said: Said, lead: frozenset[int]) -> Iterator[tuple[str, bool, int]]:
        """Yield (role or words, whether it is a role, number of its token or -1 for what stands between)."""
        text, reading, last = said.text, said.reading, 0
        for i, (token, start, end) in enumerate(zip(reading.tokens, reading.starts, reading.ends, strict=True)):
            if start > last and (between := _SKIPPED.sub(" ", text[last:start]).strip()):
                yield between, False, -1
            role = self._role(token, lead)
            if role is not None:
                yield role, True, i
            elif start >= last:
                yield text[start:end], False, i
            last = max(last, end)

    def _role(self, token: str, lead: frozenset[int]) -> str | None:
        if token == PLACE:
            return PLACE
        if token[0] != "\u00a7":
            return None
        number, mark = party_number(token), token[-1] if token[-1] in SIGNS else ""
        letter = "C" if number not in self.masker.belligerents else "A" if number in lead else "B"
        return letter + mark
