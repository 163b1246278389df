"""Starting the two user interfaces: each replaces this process, so that Ctrl-C and exit codes are its own."""

from __future__ import annotations

import os
import socket
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


class AddressError(OSError):
    """A user interface cannot be opened at the address asked for."""


def require_free(host: str, port: int, program: str) -> None:
    """Raise AddressError where nothing can listen at `host`:`port`; the servers' own words for that help nobody."""
    mend = f"name another: {program} --port {port + 1}"
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As the servers do: the remains of a closed connection do not make a port taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            # On some systems two may bind with that option; only one may listen.
            probe.listen()
    except OSError as error:
        raise AddressError(
            f"port {port} of {host} cannot be used ({error}); close what runs there, or {mend}"
        ) from error


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
    """Run Streamlit on `port`; does not return. Raises AddressError where the port is taken."""
    require_free("0.0.0.0", port, "parley dashboard")  # noqa: S104  where Streamlit listens unless told otherwise
    app = str(REPO_ROOT / "dashboards" / "streamlit_app.py")
    _replace_process(["-m", "streamlit", "run", app, "--server.port", str(port), *arguments])


def serve_dagster(host: str, port: int) -> None:
    """Run Dagster's UI and daemon on `host`:`port`; does not return. Raises AddressError where the port is taken."""
    require_free(host, port, "parley dagster")
    dagster_home(Settings.from_env())
    _replace_process(["-m", "dagster", "dev", "-m", "orchestration.definitions", "-h", host, "-p", str(port)])
