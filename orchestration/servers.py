"""Starting the two user interfaces: each replaces this process, so that Ctrl-C and exit codes are its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ingest.settings import REPO_ROOT, Settings

# Telemetry off: what an analyst studies is nobody's business. One writer at a time, and no run waits for ever.
_DAGSTER_YAML = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  pools:
    default_limit: 1
    granularity: run
"""


def dagster_home(settings: Settings) -> Path:
    """Make Dagster's home folder ready, point the environment at it, and return it."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists():
        config.write_text(_DAGSTER_YAML, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    return home


def _replace_process(arguments: list[str]) -> None:
    sys.stdout.flush()
    os.chdir(REPO_ROOT)
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  the same interpreter, no shell


def serve_dashboard(port: int, arguments: tuple[str, ...]) -> None:
    """Run Streamlit on `port`; does not return."""
    app = str(REPO_ROOT / "dashboards" / "streamlit_app.py")
    _replace_process(["-m", "streamlit", "run", app, "--server.port", str(port), *arguments])


def serve_dagster(host: str, port: int) -> None:
    """Run Dagster's UI and daemon on `host`:`port`; does not return."""
    dagster_home(Settings.from_env())
    _replace_process(["-m", "dagster", "dev", "-m", "orchestration.definitions", "-h", host, "-p", str(port)])
