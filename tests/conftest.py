"""Fixtures every folder of tests shares: where the real data lie, and the project's own folders."""

from __future__ import annotations

from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
SHARED = REPO.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real pages and data sets, which are not part of the project; skips where it is missing."""
    if not SHARED.is_dir():
        pytest.skip(f"the real data folder {SHARED} is not on this machine; CI has it")
    return SHARED


@pytest.fixture(scope="session")
def conflicts_folder() -> Path:
    """The conflicts that ship with the project."""
    return REPO / "data" / "conflicts"
