"""One built warehouse for every test of the dbt project."""

from __future__ import annotations

import pytest

from tests.dbt_project.dbt_world import World, build_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Build the invented conflict once: read in two crawls, annotated, served."""
    return build_world(tmp_path_factory.mktemp("dbt_world"))
