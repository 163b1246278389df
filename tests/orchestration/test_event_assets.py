"""Imported events as an engineer meets them: assets that cost nothing unconfigured, counts, checks, clear errors."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from ingest.settings import REPO_ROOT
from orchestration.assets import events
from orchestration.cli import main
from orchestration.definitions import defs
from orchestration.event_checks import event_rows_are_sound, every_event_row_is_accounted_for
from orchestration.resources import Parley
from orchestration.schedules import daily_events
from tests.parse.events.event_samples import OWN, table

CONFLICT = "nagorno_karabakh"
ROW = OWN | {"conflict_id": CONFLICT, "start_date": "2020-10-11"}


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARLEY_STATE", str(tmp_path / "state"))
    data = tmp_path / "data"
    data.mkdir()
    (data / "conflicts").symlink_to(REPO_ROOT / "data" / "conflicts")
    (data / "sources.toml").write_text("")
    monkeypatch.setenv("PARLEY_DATA", str(data))
    for name in ("UCDP_ACCESS_TOKEN", "ACLED_EMAIL", "ACLED_PASSWORD", "ACLED_ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "state"


def _materialize(*assets: Any) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        list(assets), resources={"parley": Parley()}, instance=dg.DagsterInstance.ephemeral(), raise_on_error=False
    )


def _all() -> dg.ExecuteInProcessResult:
    return _materialize(
        events.inbox_event_files,
        events.ucdp_event_files,
        events.acled_event_files,
        events.gdelt_event_files,
        events.load_events,
        every_event_row_is_accounted_for,
        event_rows_are_sound,
    )


def _metadata(result: dg.ExecuteInProcessResult, key: list[str]) -> dict[str, Any]:
    (event,) = [event for event in result.get_asset_materialization_events() if event.asset_key == dg.AssetKey(key)]
    return {name: value.value for name, value in event.materialization.metadata.items()}


def _checks(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {f"{e.asset_key.to_user_string()}:{e.check_name}": e for e in result.get_asset_check_evaluations()}


def test_with_nothing_configured_nothing_is_asked_read_or_failed(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.Session.request", lambda *_, **__: pytest.fail("something was asked"))
    result = _all()
    assert result.success
    assert all(check.passed for check in _checks(result).values())
    assert _metadata(result, ["raw", "imported_event"])["dagster/row_count"] == 0
    assert _metadata(result, ["ucdp_event_files"])["enabled"] is False


def test_a_file_in_the_inbox_is_loaded_with_its_counts_and_bad_rows_are_shown(state: Path) -> None:
    folder = state / "inbox" / "events"
    folder.mkdir(parents=True)
    (folder / "own.csv").write_bytes(table(ROW, ROW | {"event_id": "x", "start_date": "11.10.2020"}))
    (folder / "broken.csv").write_bytes(b"event_id,nom\n")
    for file in folder.iterdir():
        _make_old(file)

    result = _all()

    assert result.success
    loaded = _metadata(result, ["raw", "imported_event"])
    assert (loaded["dagster/row_count"], loaded["loaded now: accepted"], loaded["loaded now: rejected"]) == (1, 1, 1)
    assert "bad_date: 1" in _metadata(result, ["raw", "event_rejection"])["rows by reason"]
    checks = _checks(result)
    assert checks["raw/event_file:every_event_row_is_accounted_for"].passed
    sound = checks["raw/event_rejection:event_rows_are_sound"]
    assert not sound.passed
    assert sound.severity == dg.AssetCheckSeverity.WARN
    told = str(sound.metadata["first of them"].value)
    assert "own.csv:3: start_date = 11.10.2020: write the day as 2020-09-27" in told
    taken = checks["inbox_event_files:every_file_could_be_read"]
    assert not taken.passed
    assert "broken.csv:1: the header of this own file lacks 'name'" in str(taken.metadata["problems"].value)


def _make_old(file: Path) -> None:
    past = time.time() - 60
    os.utime(file, (past, past))


def test_a_service_without_its_token_or_with_a_mistake_fails_its_check_and_stops_nothing(state: Path) -> None:
    (state.parent / "data" / "sources.toml").write_text(
        "[events.ucdp]\nenabled = true\n[events.acled]\nenabled = true\n"
    )
    result = _materialize(events.ucdp_event_files, events.acled_event_files)
    assert result.success
    checks = _checks(result)
    for service, told in (("ucdp", "UCDP_ACCESS_TOKEN is not set"), ("acled", "as ACLED_EMAIL and ACLED_PASSWORD")):
        check = checks[f"{service}_event_files:the_service_answered"]
        assert not check.passed
        assert told in str(check.metadata["problems"].value)
    (state.parent / "data" / "sources.toml").write_text("[events.ucdp]\ntoken = 'x'\n")
    check = _checks(_materialize(events.ucdp_event_files))["ucdp_event_files:the_service_answered"]
    assert not check.passed
    assert "[events.ucdp] has the unknown key 'token'" in str(check.metadata["problems"].value)


def test_the_schedule_of_the_services_is_daily_off_by_default_and_leads_to_the_published_build() -> None:
    assert daily_events.default_status == dg.DefaultScheduleStatus.STOPPED
    assert daily_events.cron_schedule == "45 4 * * *"
    graph = defs.resolve_asset_graph()
    job = defs.resolve_job_def("refresh_events")
    selected = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
    assert {"ucdp_event_files", "raw/imported_event", "annotate/event_match", "published_build"} <= selected
    assert not {"crawled_pages", "inbox_pages"} & selected
    inbox = {key.to_user_string() for key in defs.resolve_job_def("take_in_inbox").asset_layer.executable_asset_keys}
    assert "inbox_event_files" in inbox
    assert not set(events.SERVICE_ASSETS) & inbox
    assert graph.get(dg.AssetKey(["annotate", "event_match"])).group_name == "annotate"


def _parley(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, ["events", *arguments])


def test_the_command_says_what_became_of_every_row(state: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    wrong = ROW | {"event_id": "x", "start_date": "soon"}
    good.write_bytes(table(ROW, wrong, ROW | {"event_id": "y", "conflict_id": "z"}))
    bad.write_bytes(b"\xff\xfe1,2")

    done = _parley("import", str(good), str(bad))

    assert done.exit_code == 0, done.output
    assert "good.csv (own): 3 rows, 1 accepted (1 new), 2 rejected" in done.output
    assert "1 events without a sub-event type: `parley events kinds` can suggest some" in done.output
    assert "line 3: bad_date start_date = 'soon': write the day as 2020-09-27" in done.output
    assert "no_conflict conflict_id = 'z'" in done.output
    assert "bad.csv:1: the file is damaged UTF-16; save it as UTF-8" in done.output
    assert f"{CONFLICT}: 1 events from own: 0 the same as one of events.csv" in done.output
    assert f"{CONFLICT}: 1 events from own" in _parley("status").output
    odd = tmp_path / "odd.csv"
    odd.write_bytes(table(ROW | {"event_id": "o", "name": "M\u00fcnster"}).decode().encode("latin-1"))
    in_another_encoding = _parley("import", str(odd))
    assert in_another_encoding.exit_code == 0
    assert "odd.csv (own): 1 rows, 1 accepted" in in_another_encoding.output
    assert "line 2 is not UTF-8 and read as windows-1252" in in_another_encoding.output
    again = _parley("import", str(good))
    assert "good.csv (own): nothing new, it was loaded before: 3 rows" in again.output


def test_the_command_fails_clearly_when_nothing_could_be_read(state: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"")
    done = _parley("import", str(bad))
    assert done.exit_code == 1
    assert "bad.csv: the file is empty" in done.output
    unknown = _parley("import", str(bad), "--conflict", "nowhere")
    assert unknown.exit_code == 1
    assert "no conflict 'nowhere'" in unknown.output


def test_asking_a_service_without_its_token_fails_and_says_what_to_do(state: Path) -> None:
    done = _parley("fetch", "ucdp")
    assert done.exit_code == 1
    assert "UCDP_ACCESS_TOKEN is not set" in done.output
    assert "parley events import FILE" in done.output
