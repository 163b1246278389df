"""Scorers the stance tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.annotate.stance import Scorer, load_scorer
from ingest.conflict import load_conflict
from ingest.settings import REPO_ROOT

STANCE = REPO_ROOT / "data" / "stance"


@pytest.fixture(scope="session", params=["encoder", "ngram"])
def scorer(request: pytest.FixtureRequest, conflicts_folder: Path) -> Scorer:
    return load_scorer(request.param, load_conflict(conflicts_folder / "nagorno_karabakh"), STANCE)


@pytest.fixture(scope="session", params=["encoder", "ngram", "fast"])
def every_scorer(request: pytest.FixtureRequest, conflicts_folder: Path) -> Scorer:
    return load_scorer(request.param, load_conflict(conflicts_folder / "nagorno_karabakh"), STANCE)
