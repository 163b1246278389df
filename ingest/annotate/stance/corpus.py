"""The training corpus: reading it, and checking it before anyone trains on it.

python -m ingest.annotate.stance.corpus check
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.annotate.stance.model import STANCES
from ingest.annotate.stance.side import OTHER_SIDES
from ingest.annotate.stance.words import words
from ingest.conflict import Conflict, load_conflicts
from ingest.records import StanceInput
from ingest.settings import Settings

REQUIRED = ("id", "conflict", "lang", "text", "side", "stances", "form")
OPTIONAL = ("parent_text", "article_title")
LANGUAGES = frozenset({"en", "ru", "az", "hy", "tr", "mixed"})


class CorpusError(ValueError):
    """The corpus cannot be used; the message names file, line and mend."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled comment; `stances` maps every belligerent of the conflict to FAVOR, AGAINST or NONE."""

    example_id: str
    conflict: str
    lang: str
    given: StanceInput
    side: str
    stances: dict[str, str]
    form: str


def load_known_conflicts(data: Path) -> dict[str, Conflict]:
    """Return the project's conflicts and the corpus's own invented ones, by id."""
    folders = (data / "conflicts", data / "stance" / "corpus" / "conflicts")
    return {c.conflict_id: c for folder in folders for c in load_conflicts(folder)}


def _shape_fault(row: Any) -> str | None:
    if not isinstance(row, dict):
        return "the line is not a JSON object"
    if missing := [k for k in REQUIRED if k not in row]:
        return f"it lacks {', '.join(missing)}"
    if unknown := [k for k in row if k not in REQUIRED + OPTIONAL]:
        return f"it has the unknown key {', '.join(unknown)}"
    return None if str(row["text"]).strip() else "text is empty"


def _label_fault(row: dict[str, Any], conflicts: dict[str, Conflict]) -> str | None:
    if row["conflict"] not in conflicts:
        return f"conflict {row['conflict']!r} is unknown; there are: {', '.join(conflicts)}"
    parties = [p.party_id for p in conflicts[row["conflict"]].belligerents]
    for key, allowed in (("lang", sorted(LANGUAGES)), ("side", [*parties, *OTHER_SIDES])):
        if row[key] not in allowed:
            return f"{key} {row[key]!r} is none of {', '.join(allowed)}"
    if sorted(row["stances"]) != sorted(parties) or not set(row["stances"].values()) <= set(STANCES):
        return f"stances must give one of {', '.join(STANCES)} for each of {', '.join(parties)}"
    if row["side"] in parties and row["stances"][row["side"]] == "AGAINST":
        return f"side {row['side']!r} contradicts its stance AGAINST"
    return None


def _lines(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if line.strip():
                yield f"{path.name}:{number}", line


def read_corpus(folder: Path, conflicts: dict[str, Conflict]) -> tuple[list[Example], list[str]]:
    """Return the examples of every `*.jsonl` in `folder`, and what is wrong with the lines left out."""
    examples: list[Example] = []
    faults: list[str] = []
    seen: dict[tuple[str, ...], str] = {}
    for where, line in _lines(folder):
        try:
            row = json.loads(line)
        except ValueError as error:
            faults.append(f"{where}: not JSON ({error})")
            continue
        if fault := _shape_fault(row) or _label_fault(row, conflicts):
            faults.append(f"{where}: {fault}")
            continue
        key = (row["conflict"], *(row.get(k) or "" for k in OPTIONAL), *(w.text for w in words(row["text"])))
        for value, what in (((str(row["id"]),), "id"), (key, "text")):
            if (what, *value) in seen:
                faults.append(f"{where}: the same {what} stands at {seen[what, *value]}")
            seen.setdefault((what, *value), where)
        stances = {p.party_id: row["stances"][p.party_id] for p in conflicts[row["conflict"]].belligerents}
        given = StanceInput(row["text"], row.get("parent_text"), row.get("article_title"))
        examples.append(Example(row["id"], row["conflict"], row["lang"], given, row["side"], stances, row["form"]))
    return examples, faults


def load_corpus(folder: Path, conflicts: dict[str, Conflict]) -> list[Example]:
    """Read the whole corpus. Raises CorpusError listing every faulty line."""
    examples, faults = read_corpus(folder, conflicts)
    if faults:
        raise CorpusError(f"{len(faults)} faulty lines in {folder}:\n" + "\n".join(faults[:50]))
    return examples


def main(arguments: list[str]) -> int:
    """Check the corpus, print its make-up, return 1 where a line is faulty."""
    if arguments != ["check"]:
        print("usage: python -m ingest.annotate.stance.corpus check")
        return 2
    data = Settings.from_env().data
    examples, faults = read_corpus(data / "stance" / "corpus", load_known_conflicts(data))
    for fault in faults:
        print(fault)
    print(f"{len(examples)} comments, {len(faults)} faults")
    for (conflict, lang), count in sorted(Counter((e.conflict, e.lang) for e in examples).items()):
        sides = Counter(e.side for e in examples if (e.conflict, e.lang) == (conflict, lang))
        print(f"  {conflict:20} {lang}  {count:5}  " + "  ".join(f"{s} {n}" for s, n in sorted(sides.items())))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
