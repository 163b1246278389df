"""A conflict is a folder of data: no party's or place's name stands in code, SQL or the word lists that code reads."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.conflict import load_conflicts
from tests.conftest import REPO

ROOMS = ("ingest", "orchestration", "dashboards", "dbt_project")
KINDS = (".py", ".sql", ".toml")
NAMED = frozenset({"name", "capital"})
"""Not demonyms: those name languages too, which are no side of a war."""


def test_no_conflict_is_named_outside_its_folder(conflicts_folder: Path) -> None:
    names: set[str] = set()
    for conflict in load_conflicts(conflicts_folder):
        names.update(party.name for party in conflict.parties)
        names.update(place.name for place in conflict.places)
        names.update(term.term for term in conflict.lexicon if term.kind in NAMED and len(term.term) > 4)
    # As written or in lower case: all capitals are the standard's names of scripts.
    spelt = {form for name in names for form in (name, name.lower(), name.capitalize()) if len(name) > 3}
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(spelt))) + r")(?!\w)")
    found = [
        f"{path.relative_to(REPO)}:{number}: {match[0]}"
        for room in ROOMS
        for path in sorted((REPO / room).rglob("*"))
        if path.suffix in KINDS and "target" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for match in pattern.finditer(line)
    ]
    assert found == []
