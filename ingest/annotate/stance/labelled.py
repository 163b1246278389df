"""Labelled texts of any origin, one JSON object a line: what any scorer can be measured on.

Each line has `text`, maybe `parent_text` and `article_title`, and one kind of label: `stances` (party to FAVOR, AGAINST
or NONE), `side` (a party, anti_war, unclear, off_topic, neutral) or `target` and `stance`. Parties go by id or name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ingest.annotate.stance.country_names import country_of
from ingest.annotate.stance.evaluate import Gold
from ingest.annotate.stance.model import STANCES
from ingest.conflict import Conflict, Party, Term
from ingest.records import StanceInput

NEITHER = {
    "neutral": "unclear",
    "none": "unclear",
    "anti_war": "anti_war",
    "unclear": "unclear",
    "off_topic": "off_topic",
}
LEADING = re.compile(r"^pro[-_ ]", re.IGNORECASE)
OTHERS = "others"
SHORTENED, LONG_ENOUGH = 2, 4


class LabelledError(ValueError):
    """A labelled file cannot be used; the message names file, line and mend."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text and its label. `target` is a name where one is labelled alone; then `gold.stances` is keyed by it."""

    given: StanceInput
    gold: Gold
    target: str | None = None


def read_labelled(path: Path) -> list[Labelled]:
    """Read a labelled file; parties are named as the file names them. Raises LabelledError."""
    rows = list(_rows(path))
    if not rows:
        raise LabelledError(f"{path} holds no labelled text")
    kinds = {(row.target is not None, row.gold.stances is not None) for row in rows}
    if len(kinds) > 1:
        raise LabelledError(f"{path} mixes kinds of labels; keep texts with stances, side, and target in files apart")
    return rows


def named_in(rows: Iterable[Labelled]) -> list[str]:
    """Return every party the labels name, sorted."""
    names: set[str] = set()
    for row in rows:
        names.update(row.gold.stances or ())
        if row.gold.side and row.gold.side not in NEITHER.values():
            names.add(row.gold.side)
    return sorted(names, key=str.casefold)


def conflict_for(names: Sequence[str], conflicts: Iterable[Conflict]) -> Conflict | None:
    """Return the first conflict whose belligerents bear all of `names`."""
    return next((one for one in conflicts if names and all(_party(name, one) for name in names)), None)


def made_up(names: Sequence[str]) -> Conflict:
    """Return a conflict that knows its parties by the labels' own names alone: enough to measure on, not to serve.

    A party that is a country by its name has the names of the country and its people too. A target labelled alone gets
    a rival without a name, as whoever is against it.
    """
    rivals = list(names) if len(names) > 1 else [*names, OTHERS]
    parties = tuple(
        Party(_slug(name), name, "belligerent", country_of(name), n, None) for n, name in enumerate(rivals, 1)
    )
    terms = tuple(Term(_slug(name), term, "name", "mul") for name in names for term in _forms(name))
    return Conflict(
        conflict_id="-".join(party.party_id for party in parties)[:60],
        name=" and ".join(rivals),
        description="made of a labelled file's own parties",
        starts_on=date(1900, 1, 1),
        ends_on=None,
        time_zone="UTC",
        languages=(),
        parties=parties,
        places=(),
        actors=(),
        events=(),
        lexicon=terms,
    )


def _forms(name: str) -> list[str]:
    """Return a name and, of one in two words, each of them: few write a person's or a movement's name out."""
    words = name.split()
    return [name, *(w for w in words if len(words) == SHORTENED and len(w) >= LONG_ENOUGH)]


def toward(rows: Sequence[Labelled], conflict: Conflict, path: Path) -> list[Labelled]:
    """Return the rows with parties as ids of `conflict`. Raises LabelledError where a name is no party of it."""
    found = []
    for number, row in enumerate(rows, 1):
        try:
            stances = {_id(name, conflict): stance for name, stance in (row.gold.stances or {}).items()} or None
            side = row.gold.side
            if side is not None and side not in NEITHER.values():
                side = _id(side, conflict)
        except KeyError as error:
            known = ", ".join(f"{p.party_id} ({p.name})" for p in conflict.belligerents)
            raise LabelledError(
                f"{path}, label {number}: {error.args[0]!r} is no party of {conflict.name}: {known}"
            ) from None
        target = _id(row.target, conflict) if row.target is not None else None
        found.append(Labelled(row.given, Gold(side, stances), target))
    return found


def _rows(path: Path) -> Iterator[Labelled]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelledError(f"{path} cannot be read as UTF-8 text: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise LabelledError("the line is not a JSON object")
            yield _labelled(row)
        except json.JSONDecodeError as error:
            raise LabelledError(
                f"{path}:{number}: the line is not JSON ({error.msg}); give one object a line"
            ) from error
        except ValueError as error:
            raise LabelledError(f"{path}:{number}: {error}") from error


def _labelled(row: dict[str, Any]) -> Labelled:
    text = row.get("text")
    if not isinstance(text, str):
        raise LabelledError("it lacks text")
    given = StanceInput(text, row.get("parent_text"), row.get("article_title") or row.get("title"))
    if isinstance(row.get("stances"), dict) and row["stances"]:
        return Labelled(given, Gold(None, {str(name): _stance(value) for name, value in row["stances"].items()}))
    if "target" in row and "stance" in row:
        target = str(row["target"])
        return Labelled(given, Gold(None, {target: _stance(row["stance"])}), target)
    if isinstance(row.get("side"), str) and row["side"].strip():
        side = LEADING.sub("", row["side"].strip())
        return Labelled(given, Gold(NEITHER.get(side.casefold(), side)))
    raise LabelledError("it has no label: give stances, or side, or target and stance")


def _stance(value: object) -> str:
    stance = {"NEUTRAL": "NONE"}.get(str(value).upper(), str(value).upper())
    if stance not in STANCES:
        raise LabelledError(f"stance {value!r} is none of {', '.join(STANCES)}")
    return stance


def _party(name: str, conflict: Conflict) -> Party | None:
    wanted = name.casefold()
    return next((p for p in conflict.belligerents if wanted in (p.party_id.casefold(), p.name.casefold())), None)


def _id(name: str, conflict: Conflict) -> str:
    party = _party(name, conflict)
    if party is None:
        raise KeyError(name)
    return party.party_id


def _slug(name: str) -> str:
    return re.sub(r"\W+", "_", name.casefold()).strip("_") or "party"
