"""A browser for the end-to-end tests: found where there is one, installed where there is none.

Run as `python tests/e2e/browser.py --install` by `make test`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def playwrights_own() -> str | None:
    """Return Playwright's own Chromium where it was downloaded."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def system_browser() -> str | None:
    """Return a Chromium that the system has."""
    return next((path for name in SYSTEM_NAMES if (path := shutil.which(name))), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser, headless. Raises RuntimeError saying how to get one where there is none."""
    executable = playwrights_own() or system_browser()
    if executable is None:
        raise RuntimeError("no browser for the end-to-end tests; `make browser` installs one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, headless=True, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def install() -> None:
    """Install a browser unless there is one: Debian's package when root there, else Playwright's own."""
    found = playwrights_own() or system_browser()
    if found:
        print(f"browser: {found}")
        return
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        print("browser: installing Debian's chromium ...", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        # Noto brings the scripts that the pages show, so that screenshots have no empty boxes.
        packages = ["chromium", "fonts-noto-core"]
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
    else:
        print("browser: installing Playwright's chromium ...", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    if "--install" in sys.argv:
        install()
    else:
        print(playwrights_own() or system_browser() or "none")
