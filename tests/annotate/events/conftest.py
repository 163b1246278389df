"""The linker of the conflict that ships, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.annotate.events import Linker
from ingest.conflict import Conflict, find_conflict


@pytest.fixture(scope="session")
def conflict(conflicts_folder: Path) -> Conflict:
    return find_conflict(conflicts_folder, "nagorno_karabakh")


@pytest.fixture(scope="session")
def linker(conflict: Conflict) -> Linker:
    return Linker(conflict)
