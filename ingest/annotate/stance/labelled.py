"""Labelled texts of any origin, one JSON object a line: what any scorer can be measured on.

Each line has `text`, maybe `parent_text` and `article_title`, and one kind of label: `stances` (party to FAVOR, AGAINST
or NONE), `side` (a party, or one of NEITHER) or `target` and `stance`. Parties go by id, by name, or by a name of
theirs or of their people in the conflict's lexicon.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from ingest.annotate.stance.country_names import country_of, derived
from ingest.annotate.stance.evaluate import Gold
from ingest.annotate.stance.masking import OTHERS
from ingest.annotate.stance.model import STANCES
from ingest.annotate.stance.words import fold
from ingest.conflict import Conflict, Party, Term
from ingest.records import StanceInput

NEITHER = {
    "neutral": "unclear",
    "none": "unclear",
    "both": "unclear",
    "neither": "unclear",
    "anti_war": "anti_war",
    "unclear": "unclear",
    "off_topic": "off_topic",
    "empty": "empty",
}
"""The sides that are no party's, by the words a file may have for them; `-` and a space stand for `_`."""
LEADING = re.compile(r"^pro[-_ ]+", re.IGNORECASE)
_SEPARATORS = re.compile(r"[-\s_]+")
PEOPLE = ("name", "demonym")
"""The lexicon's kinds of terms by which a label may name a party."""
SHORTENED, LONG_ENOUGH = 2, 4


class LabelledError(ValueError):
    """A labelled file cannot be used; the message names file, line and mend."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text and its label. `target` is a name where one is labelled alone; then `gold.stances` is keyed by it.

    `where` is the file and line it stands in.
    """

    given: StanceInput
    gold: Gold
    target: str | None = None
    where: str = ""


def read_labelled(path: Path) -> list[Labelled]:
    """Read a labelled file; parties are named as the file names them. Raises LabelledError."""
    rows = list(_rows(path))
    if not rows:
        raise LabelledError(f"{path} holds no labelled text")
    kinds = {(row.target is not None, row.gold.stances is not None) for row in rows}
    if len(kinds) > 1:
        raise LabelledError(f"{path} mixes kinds of labels; keep texts with stances, side, and target in files apart")
    return rows


def named_in(rows: Iterable[Labelled]) -> dict[str, str]:
    """Return every party the labels name, sorted, and where it is first named."""
    names: dict[str, str] = {}
    for row in rows:
        sided = row.gold.side and row.gold.side not in NEITHER.values()
        for name in (*(row.gold.stances or ()), *([row.gold.side] if sided else ())):
            names.setdefault(name, row.where)
    return {name: names[name] for name in sorted(names, key=str.casefold)}


def conflict_for(names: Mapping[str, str], conflicts: Iterable[Conflict]) -> Conflict | None:
    """Return the first conflict whose belligerents bear all of `names` (name to where it stands), None if none fits.

    Where some names fit one and others do not, those are slips that would be scored as parties of their own: raises
    LabelledError. But a country beside only some of a conflict's belligerents makes another war.
    """
    nearest: tuple[int, list[str], Conflict] | None = None
    for one in conflicts:
        odd = [name for name in names if _party(name, one) is None]
        if names and not odd:
            return one
        borne = {_id(name, one) for name in names if name not in odd}
        whole = len(borne) == len(one.belligerents)
        if borne and (whole or not any(map(country_of, odd))) and (nearest is None or len(borne) > nearest[0]):
            nearest = len(borne), odd, one
    if nearest is not None:
        _, odd, one = nearest
        raise LabelledError(f"{names[odd[0]]}: {_no_party(odd[0], one)}; another war needs a folder of its own")
    return None


def taken(path: Path, known: Iterable[Conflict], conflict: Conflict | None = None) -> str:
    """Say which conflict a labelled file is measured on, the one given or one of `known`; "" for single targets.

    Raises LabelledError.
    """
    rows = read_labelled(path)
    if rows[0].target is not None:
        return ""
    names = named_in(rows)
    chosen = conflict or conflict_for(names, known)
    if chosen is not None:
        return f"{path.name} is measured on {chosen.conflict_id} ({chosen.name})"
    return (
        f"{path.name}: no conflict known has its parties, so they go by their bare names: {', '.join(names) or 'none'}"
    )


def made_up(names: Collection[str]) -> Conflict:
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
    meant = cache(partial(_id, conflict=conflict))
    for row in rows:
        try:
            stances = {meant(name): stance for name, stance in (row.gold.stances or {}).items()} or None
            side = row.gold.side
            if side is not None and side not in NEITHER.values():
                side = meant(side)
            target = meant(row.target) if row.target is not None else None
        except KeyError as error:
            raise LabelledError(f"{row.where or path}: {_no_party(error.args[0], conflict)}") from None
        found.append(replace(row, gold=Gold(side, stances), target=target))
    return found


def _no_party(name: str, conflict: Conflict) -> str:
    known = ", ".join(f"{p.party_id} ({p.name})" for p in conflict.belligerents)
    return f"{name!r} is no party of {conflict.name}: {known}; a side may also be {', '.join(NEITHER)}"


def _rows(path: Path) -> Iterator[Labelled]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelledError(f"{path} cannot be read as UTF-8 text: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise LabelledError("the line is not a JSON object")
            yield _labelled(row, f"{path}:{number}")
        except json.JSONDecodeError as error:
            raise LabelledError(
                f"{path}:{number}: the line is not JSON ({error.msg}); give one object a line"
            ) from error
        except ValueError as error:
            raise LabelledError(f"{path}:{number}: {error}") from error


def _labelled(row: dict[str, Any], where: str) -> Labelled:
    text = row.get("text")
    if not isinstance(text, str):
        raise LabelledError("it lacks text")
    given = StanceInput(text, _words(row, "parent_text"), _words(row, "article_title") or _words(row, "title"))
    if isinstance(row.get("stances"), dict) and row["stances"]:
        stances = {_named(name, "a party of stances"): _stance(value) for name, value in row["stances"].items()}
        return Labelled(given, Gold(None, stances), where=where)
    if "target" in row and "stance" in row:
        target = _named(row["target"], "target")
        return Labelled(given, Gold(None, {target: _stance(row["stance"])}), target, where)
    if isinstance(row.get("side"), str) and row["side"].strip():
        side = LEADING.sub("", row["side"].strip())
        return Labelled(given, Gold(NEITHER.get(_SEPARATORS.sub("_", side.casefold()), side)), where=where)
    raise LabelledError("it has no label: give stances, or side, or target and stance")


def _words(row: dict[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise LabelledError(f"{key} is {value!r}; give text or leave it out")
    return value


def _named(value: object, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise LabelledError(f"{what} is {value!r}; give the name of a party or other target")
    return value.strip()


def _stance(value: object) -> str:
    stance = {"NEUTRAL": "NONE"}.get(str(value).upper(), str(value).upper())
    if stance not in STANCES:
        raise LabelledError(f"stance {value!r} is none of {', '.join(STANCES)}")
    return stance


def _party(name: str, conflict: Conflict) -> Party | None:
    wanted = name.casefold()
    own = next((p for p in conflict.belligerents if wanted in (p.party_id.casefold(), p.name.casefold())), None)
    if own is not None:
        return own
    meant = {
        t.party_id for t in (*conflict.lexicon, *derived(conflict)) if t.kind in PEOPLE and fold(t.term) == fold(name)
    }
    return next((p for p in conflict.belligerents if meant == {p.party_id}), None)


def _id(name: str, conflict: Conflict) -> str:
    party = _party(name, conflict)
    if party is None:
        raise KeyError(name)
    return party.party_id


def _slug(name: str) -> str:
    return re.sub(r"\W+", "_", name.casefold()).strip("_") or "party"
