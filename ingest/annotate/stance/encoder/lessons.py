"""What the encoder learns from: labelled texts turned into passes and what each should say. Training only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ingest.annotate.stance.corpus import Example
from ingest.annotate.stance.encoder.inputs import Said, View, Writer
from ingest.annotate.stance.encoder.learn import ANY_NEUTRAL, UNTOLD, Lesson
from ingest.annotate.stance.encoder.pieces import Pieces
from ingest.annotate.stance.evaluate import side_of
from ingest.annotate.stance.labelled import Labelled, made_up
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.model import STANCES
from ingest.annotate.stance.ngram import MAX_CHARACTERS
from ingest.annotate.stance.outside import two_party
from ingest.annotate.stance.quotes import own_words
from ingest.annotate.stance.side import OTHER_SIDES
from ingest.conflict import Conflict
from ingest.records import StanceInput


def writer(conflict: Conflict, pieces: Pieces) -> Writer:
    """Return the writer of one conflict's passes."""
    return Writer(conflict, Masker(conflict), pieces)


def passes(given: StanceInput, by: Writer) -> list[View]:
    """Return the distinct passes of one text."""

    def said(text: str) -> Said:
        own = own_words(text[:MAX_CHARACTERS])
        return Said(own, by.masker.read(own))

    parent = said(given.parent_text) if given.parent_text else None
    return list(dict.fromkeys(by.views(said(given.text), parent if parent and parent.text.strip() else None)))


def lessons_of(example: Example, by: Writer, *, any_neutral: bool = False) -> Iterator[Lesson]:
    """Yield what an example about two parties teaches: one lesson for each of its passes, of which it may have none."""
    for view in passes(example.given, by):
        ids = [by.masker.party_ids[n] for n in sorted(by.masker.belligerents, key=lambda n: not view.leads(n))]
        if example.side in ids:
            side = ids.index(example.side)
        else:
            side = ANY_NEUTRAL if any_neutral else 2 + OTHER_SIDES.index(example.side)
        first, second = (STANCES.index(example.stances[i]) for i in ids)
        yield Lesson(view.pieces, side, (first, second))


def two_party_lessons(path: Path, conflicts: Mapping[str, Conflict], by: Mapping[str, Writer]) -> list[Lesson]:
    """Read a set labelled toward both parties of a known conflict; empty where it is of none."""
    found = two_party(path, conflicts.values())
    if found is None:
        return []
    conflict, inputs, gold = found
    ids = [p.party_id for p in conflict.belligerents]
    lessons: list[Lesson] = []
    for given, g in zip(inputs, gold, strict=True):
        stances = g.stances or {}
        example = Example("", conflict.conflict_id, "", given, side_of(stances, ids), stances, "")
        lessons += lessons_of(example, by[conflict.conflict_id], any_neutral=True)
    return lessons


def target_lessons(rows: Iterable[Labelled], pieces: Pieces) -> list[Lesson]:
    """Return what texts labelled toward one target each teach: the target is A, or introduced as A."""
    by: dict[str, Writer] = {}
    lessons = []
    for row in rows:
        target = row.target or ""
        if target not in by:
            by[target] = writer(made_up([target]), pieces)
        masker = by[target].masker
        view = passes(row.given, by[target])[0]
        stance = STANCES.index((row.gold.stances or {})[target])
        leads = view.leads(masker.belligerents[0])
        lessons.append(Lesson(view.pieces, UNTOLD, (stance, UNTOLD) if leads else (UNTOLD, stance)))
    return lessons
