"""The code location as an engineer meets it: what there is, what follows from what, when it runs by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import cron_string_iterator

from ingest.settings import REPO_ROOT
from orchestration.definitions import defs
from orchestration.project import MANIFEST, manifest_is_stale
from orchestration.schedules import daily
from orchestration.sensors import inbox_sensor

ROOMS = ["fetch", "load", "shape", "annotate", "serve"]
LINEAGE = Path(__file__).with_name("lineage.json")


def _lineage() -> dict[str, dict[str, list[str]]]:
    graph = defs.resolve_asset_graph()
    lineage: dict[str, dict[str, list[str]]] = {}
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        lineage.setdefault(node.group_name, {})[key.to_user_string()] = sorted(
            parent.to_user_string() for parent in node.parent_keys
        )
    return lineage


def test_assets_stand_in_rooms_and_data_flows_one_way() -> None:
    graph = defs.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        for parent in node.parent_keys:
            assert ROOMS.index(graph.get(parent).group_name) <= ROOMS.index(node.group_name), (parent, key)


def test_a_change_of_lineage_is_seen_in_review() -> None:
    """Renew with PARLEY_UPDATE_LINEAGE=1 when the change is meant."""
    if os.environ.get("PARLEY_UPDATE_LINEAGE"):
        LINEAGE.write_text(json.dumps(_lineage(), indent=1) + "\n", encoding="utf-8")
    assert _lineage() == json.loads(LINEAGE.read_text(encoding="utf-8"))


def test_every_asset_says_what_it_is_and_every_mart_is_checked() -> None:
    graph = defs.resolve_asset_graph()
    checked = {key.asset_key for key in graph.asset_check_keys}
    for key in graph.get_all_asset_keys():
        assert graph.get(key).description, key
        if key.path[0] == "marts":
            assert key in checked, key


def test_writers_of_the_warehouse_run_one_at_a_time() -> None:
    graph = defs.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        expected = "archive" if node.group_name == "fetch" else "warehouse"
        assert node.pools == {expected}, key


def test_the_location_loads_fast_with_a_ready_manifest() -> None:
    assert not manifest_is_stale()
    made = MANIFEST.stat().st_mtime_ns
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", "import orchestration.definitions"], cwd=REPO_ROOT, check=True)
    # Under five seconds on an idle machine; the bound is wide because this suite shares two cores.
    assert time.monotonic() - started < 20
    assert MANIFEST.stat().st_mtime_ns == made, "dbt parsed the project again"


@pytest.mark.parametrize("zone", ["Europe/Brussels", "America/New_York"])
def test_the_daily_run_keeps_its_hour_when_the_clocks_change(zone: str) -> None:
    schedule = daily(zone)
    start = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    cron = cron_string_iterator(start, str(schedule.cron_schedule), schedule.execution_timezone)
    ticks = [moment.astimezone(ZoneInfo(zone)) for moment in islice(cron, 365)]
    assert {(t.hour, t.minute) for t in ticks} == {(4, 15)}
    assert len({t.date() for t in ticks}) == 365


def test_the_sensor_asks_once_for_the_files_that_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_STATE", str(tmp_path))
    assert isinstance(inbox_sensor(dg.build_sensor_context()), dg.SkipReason)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    page = inbox / "page.html"
    page.write_text("<p>half")
    assert isinstance(inbox_sensor(dg.build_sensor_context()), dg.SkipReason), "a file still being written waits"
    past = time.time() - 60
    os.utime(page, (past, past))

    first, second = (inbox_sensor(dg.build_sensor_context()) for _ in range(2))

    assert isinstance(first, dg.SensorResult)
    assert isinstance(second, dg.SensorResult)
    assert first.run_requests is not None
    assert second.run_requests is not None
    assert first.run_requests[0].run_key == second.run_requests[0].run_key
    page.write_text("<p>other")
    os.utime(page, (past, past))
    third = inbox_sensor(dg.build_sensor_context())
    assert isinstance(third, dg.SensorResult)
    assert third.run_requests is not None
    assert third.run_requests[0].run_key != first.run_requests[0].run_key
