"""The command beside a red check shows the rows that break it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import duckdb

from ingest.settings import REPO_ROOT
from orchestration.check_words import command
from orchestration.project import DBT_EXECUTABLE
from tests.dbt_project.dbt_world import World


def test_the_command_shows_the_rows_that_break_a_check(world: World, tmp_path: Path) -> None:
    words = shlex.split(command("event_shares_sum_to_one", str(world.build_db), DBT_EXECUTABLE))
    # The target of the world, for another test watches that of the project; its file too, or dbt would parse all anew.
    environment = os.environ | {"DBT_TARGET_PATH": str(world.target), "DBT_LOG_PATH": str(tmp_path)}
    whole = shutil.copy(world.build_db, tmp_path / "whole.duckdb")
    try:
        with duckdb.connect(str(world.build_db)) as con:
            con.execute(
                "UPDATE marts.fct_event_side SET share = share + 0.5 WHERE event_id = 'flood' AND side = 'south'"
            )
        shown = subprocess.run(
            ["/usr/bin/env", *words], env=environment, cwd=REPO_ROOT, capture_output=True, text=True, check=False
        )
    finally:
        shutil.copy(whole, world.build_db)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "flood" in shown.stdout
    assert "treaty" not in shown.stdout
