"""An analyst's walk through every page in a real browser, on a real build, while a new one is published."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect

from ingest.settings import REPO_ROOT
from ingest.warehouse.current import connect, read_current
from ingest.warehouse.publish import PublishRequest, publish
from tests.e2e.browser import launched

pytestmark = [pytest.mark.e2e, pytest.mark.pipeline]

# The first page waits for Python's imports, on two cores that run other tests too.
FIRST_LOAD_MS = 60_000
PATIENCE_MS = 20_000


@dataclass
class Served:
    """A running dashboard and the state it reads."""

    url: str
    state: Path

    @property
    def published(self) -> Path:
        return self.state / "warehouse" / "published"

    def ask(self, query: str) -> int:
        con = connect(read_current(self.published).path)
        try:
            row = con.execute(query).fetchone()
        finally:
            con.close()
        assert row is not None
        return int(row[0])


@dataclass
class Visit:
    """One tab, and what went wrong in it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def served(demo_run: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    state = tmp_path_factory.mktemp("e2e") / "state"
    shutil.copytree(demo_run[0], state)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("parley")), "dashboard", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--server.headless", "true", "--server.address", "127.0.0.1"],
        env=os.environ | {"PARLEY_STATE": str(state)},
        cwd=REPO_ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield Served(f"http://127.0.0.1:{port}", state)
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(url: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(f"{url} did not answer within a minute")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    visit = Visit(context.new_page())
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on(
        "request",
        lambda r: visit.foreign.append(r.url) if not r.url.startswith((served.url, "data:", "blob:")) else None,
    )
    yield visit
    context.close()
    assert visit.errors == []
    assert visit.foreign == [], "the dashboards asked somebody else"


def _picture(page: Page, name: str) -> None:
    """Keep a screenshot to be looked at, where PARLEY_SCREENSHOTS names a folder."""
    if folder := os.environ.get("PARLEY_SCREENSHOTS"):
        page.wait_for_timeout(1500)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def _open(visit: Visit, url: str, title: str) -> None:
    visit.page.goto(url)
    expect(visit.page.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=FIRST_LOAD_MS)
    _no_exception(visit.page)


def _no_exception(page: Page) -> None:
    expect(page.locator("[data-testid='stApp'][data-test-script-state='notRunning']")).to_be_visible(
        timeout=PATIENCE_MS
    )
    expect(page.locator("[data-testid='stException']")).to_have_count(0)


def test_a_walk_through_all_pages(visit: Visit, served: Served) -> None:
    page = visit.page
    _open(visit, served.url, "What readers say, and which side they take")
    expect(page.get_by_text("invented", exact=False).first).to_be_visible()
    comments = served.ask(
        "SELECT count(DISTINCT comment_id) FROM marts.fct_comment_side JOIN marts.fct_comment USING (comment_id)"
    )
    expect(page.get_by_text(f"{comments:,}", exact=True).first).to_be_visible(timeout=PATIENCE_MS)
    _picture(page, "overview")

    for link, title in (("Events", "Events"), ("Comments", "Comments"), ("Data & method", "Data & method")):
        page.get_by_role("link", name=link, exact=True).first.click()
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=PATIENCE_MS)
        _no_exception(page)
        _picture(page, title.split(maxsplit=1)[0].lower())


def test_a_shared_link_shows_the_same_selection(visit: Visit, served: Served) -> None:
    expected = served.ask(
        "SELECT count(*) FROM marts.fct_comment JOIN marts.fct_comment_side USING (comment_id) WHERE language = 'ru'"
    )
    _open(visit, f"{served.url}/comments?lang=ru", "Comments")
    expect(visit.page.get_by_role("heading", name=f"{expected:,} comments")).to_be_visible(timeout=PATIENCE_MS)
    _open(visit, f"{served.url}/?lang=klingon", "What readers say, and which side they take")
    expect(visit.page.get_by_text("klingon")).to_be_visible(timeout=PATIENCE_MS)


def test_searching_reading_and_opening_a_thread(visit: Visit, served: Served) -> None:
    _open(visit, f"{served.url}/comments", "Comments")
    page = visit.page
    page.get_by_label("Search the text").fill("script")
    page.get_by_label("Search the text").press("Enter")
    expect(page.get_by_text("<script", exact=False).first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Open thread").first.click()
    expect(page.get_by_role("button", name="Close thread")).to_be_visible(timeout=PATIENCE_MS)
    _no_exception(page)
    _picture(page, "thread")


def test_one_event_is_drawn_where_when_and_before_and_after(visit: Visit, served: Served) -> None:
    """On a narrow screen, and without asking anybody for the map."""
    visit.page.set_viewport_size({"width": 420, "height": 1000})
    con = connect(read_current(served.published).path)
    try:
        row = con.execute(
            "SELECT event_id, name FROM marts.fct_event JOIN marts.dim_event USING (event_id) "
            "WHERE NOT is_small AND NOT prior_is_small AND lat IS NOT NULL ORDER BY comments DESC"
        ).fetchone()
    finally:
        con.close()
    assert row is not None
    _open(visit, f"{served.url}/events?ev={row[0]}", "Events")
    page = visit.page
    expect(page.get_by_role("heading", name=row[1], level=2)).to_be_visible(timeout=PATIENCE_MS)
    for title in ("Where", "When", "Sides before and on this event"):
        figure = page.locator("[class*='st-key-fig_event']").filter(
            has=page.get_by_role("heading", name=title, exact=True)
        )
        expect(
            figure.locator("[data-testid='stVegaLiteChart'] canvas, [data-testid='stVegaLiteChart'] svg").first
        ).to_be_visible(timeout=PATIENCE_MS)
    _no_exception(page)
    _picture(page, "one_event")


def test_a_publish_while_a_page_is_open_is_picked_up(visit: Visit, served: Served) -> None:
    _open(visit, served.url, "What readers say, and which side they take")
    before = read_current(served.published)
    con = duckdb.connect(str(served.state / "warehouse" / "build.duckdb"))
    try:
        after = publish(con, PublishRequest(served.published, {"checked elsewhere": "pass"}, code_version="e2e"))
    finally:
        con.close()
    assert after.build_id != before.build_id
    visit.page.get_by_role("link", name="Events", exact=True).first.click()
    # The table below says it too, once it is drawn.
    expect(visit.page.get_by_text(after.build_id).first).to_be_visible(timeout=PATIENCE_MS)
    _no_exception(visit.page)
