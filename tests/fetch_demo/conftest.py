"""The demo corpus as it ships, assembled once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.fetch.demo.corpus import Corpus, load_corpus
from ingest.fetch.demo.site import Resource, build_site
from ingest.settings import REPO_ROOT


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    return REPO_ROOT / "data" / "demo"


@pytest.fixture(scope="session")
def corpus(demo_folder: Path) -> Corpus:
    return load_corpus(demo_folder)


@pytest.fixture(scope="session")
def first_site(demo_folder: Path) -> dict[str, Resource]:
    return build_site(1, demo_folder)


@pytest.fixture(scope="session")
def second_site(demo_folder: Path) -> dict[str, Resource]:
    return build_site(2, demo_folder)
