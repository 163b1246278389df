"""Fixtures every folder of tests shares: the real data, the project's folders, and one real run of the pipeline."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
SHARED = REPO.parent / "shared" / "data"
PARLEY = Path(sys.executable).with_name("parley")

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share something costly on one worker: those of one folder, and those of one pipeline run.

    First, because the plugin that distributes them reads the groups in a hook of the same name.
    """
    for item in items:
        uses_demo = "demo_run" in getattr(item, "fixturenames", ())
        folder = "/".join(item.path.relative_to(REPO / "tests").parts[:-1][:2])
        item.add_marker(pytest.mark.xdist_group("demo" if uses_demo else folder))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real pages and data sets, which are not part of the project; skip where it is missing."""
    if not SHARED.is_dir():
        pytest.skip(f"the real data folder {SHARED} is not on this machine; CI has it")
    return SHARED


@pytest.fixture(scope="session")
def conflicts_folder() -> Path:
    """Return the conflicts that ship with the project."""
    return REPO / "data" / "conflicts"


def run_parley(state: Path, *arguments: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does, on folders of its own."""
    environment = os.environ | {"PARLEY_STATE": str(state), "COLUMNS": "200"}
    if data is not None:
        environment["PARLEY_DATA"] = str(data)
    return subprocess.run(
        [str(PARLEY), *arguments], env=environment, capture_output=True, text=True, check=False, cwd=REPO, timeout=280
    )


@pytest.fixture
def parley(tmp_path: Path) -> Command:
    """Return the command, working on an empty state."""
    return lambda *arguments, **options: run_parley(tmp_path / "state", *arguments, **options)


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Run the pipeline once on the embedded corpus; return its state folder and what it printed."""
    state = tmp_path_factory.mktemp("demo_state")
    done = run_parley(state, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    return state, done.stdout
