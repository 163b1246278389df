"""Where the dbt project lies, and its manifest kept ready: parsing it at import would cost ten seconds each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dagster_dbt import DbtProject

from ingest.settings import REPO_ROOT, Settings

DBT_FOLDER = REPO_ROOT / "dbt_project"
DBT_EXECUTABLE = Path(sys.executable).with_name("dbt")
MANIFEST = DBT_FOLDER / "target" / "manifest.json"


def dbt_environment() -> dict[str, str]:
    """Return the environment dbt runs in: where the working file lies, and nothing sent home."""
    return {
        "PARLEY_BUILD_DB": str(Settings.from_env().build_db),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        # Its file log repeats what is captured already and costs seconds a call.
        "DBT_LOG_LEVEL_FILE": "none",
    }


def manifest_is_stale() -> bool:
    """Tell whether a file of the dbt project is newer than the manifest, or there is none."""
    if not MANIFEST.is_file():
        return True
    made = MANIFEST.stat().st_mtime
    sources = (
        file
        for pattern in ("*.yml", "models/**/*", "macros/**/*", "tests/**/*", "snapshots/**/*", "seeds/**/*")
        for file in DBT_FOLDER.glob(pattern)
    )
    return any(file.is_file() and file.stat().st_mtime > made for file in sources)


def parse(extra: tuple[str, ...] = ()) -> None:
    """Let dbt parse the project and write the manifest. Raises RuntimeError with dbt's words where it cannot."""
    result = subprocess.run(
        [
            str(DBT_EXECUTABLE),
            "parse",
            "--quiet",
            *extra,
            "--project-dir",
            str(DBT_FOLDER),
            "--profiles-dir",
            str(DBT_FOLDER),
        ],
        env=os.environ | dbt_environment(),
        capture_output=True,
        text=True,
        check=False,
        cwd=DBT_FOLDER,
    )
    if result.returncode != 0:
        raise RuntimeError(f"dbt cannot parse {DBT_FOLDER}:\n{result.stdout}{result.stderr}")


def ready_project() -> DbtProject:
    """Return the dbt project with an up-to-date manifest."""
    os.environ.update(dbt_environment())
    if manifest_is_stale():
        parse()
    return DbtProject(project_dir=DBT_FOLDER, profiles_dir=DBT_FOLDER)


if __name__ == "__main__":
    parse(("--no-partial-parse",) if "--check" in sys.argv else ())
