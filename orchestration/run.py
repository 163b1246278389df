"""One run of the pipeline from the command line: in this process, shown as it goes, summed up at the end."""

from __future__ import annotations

import logging
import re
import time
from contextlib import redirect_stdout

import dagster as dg
from rich.console import Console

from ingest.settings import Settings
from ingest.warehouse.current import NoBuildError, read_current
from ingest.warehouse.summary import summarise
from orchestration.servers import dagster_home
from orchestration.terminal import show_summary

DBT_LOG = "dbt.log"


def _failures(result: dg.ExecuteInProcessResult) -> list[tuple[str, str]]:
    """List (step, reason) for each failed step; the reason is the innermost cause's message."""
    found = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error is not None and error.cause is not None:
                error = error.cause
            reason = error.message.strip() if error else "no reason given"
            # Messages of our own errors are written for people; the class in front is for the log.
            found.append((event.step_key or "?", re.sub(r"^(ingest|orchestration)[\w.]*: ", "", reason)))
    return found


def run_pipeline(select: str | None, *, force: bool) -> int:
    """Run the refresh job, or the selected assets of it; return the exit code."""
    console = Console()
    settings = Settings.from_env()
    started = time.monotonic()
    dagster_home(settings)
    console.print("[dim]loading the pipeline ...[/]")
    from orchestration.definitions import defs

    before = _current_build_id(settings)
    job = defs.resolve_job_def("refresh")
    selection = None
    if select is not None:
        selection = sorted(dg.AssetSelection.from_string(select).resolve(defs.resolve_asset_graph()))
    # A skipped step is told of below; what Dagster adds to that is for its own log.
    logging.getLogger("dagster._core.execution.plan.active").setLevel(logging.ERROR)
    # dbt's own lines go to a file: a person sees steps and results, and finds the rest when something fails.
    log = settings.warehouse / DBT_LOG
    with dg.DagsterInstance.get() as instance, log.open("w", encoding="utf-8") as output, redirect_stdout(output):
        result = job.execute_in_process(
            instance=instance,
            asset_selection=selection,
            raise_on_error=False,
            run_config={"loggers": {"terminal": {}}, **_force_config(force=force, selected=selection)},
        )
    console.print()
    if not result.success:
        for step, reason in _failures(result):
            console.print(f"[red]{step} failed:[/] {reason}", highlight=False)
        console.print(
            f"Nothing half-done was published{'; the earlier build is still served' if before else ''}. "
            f"What dbt said is in {log}; the whole story of run {result.run_id} in the UI: make dagster"
        )
        return 1
    _report(console, settings, before, time.monotonic() - started)
    return 0


def _force_config(*, force: bool, selected: list[dg.AssetKey] | None) -> dict[str, object]:
    chosen = selected is None or dg.AssetKey(["raw", "page_read"]) in selected
    return {"ops": {"load": {"config": {"force": True}}}} if force and chosen else {}


def _current_build_id(settings: Settings) -> str | None:
    try:
        return read_current(settings.published).build_id
    except NoBuildError:
        return None


def _report(console: Console, settings: Settings, before: str | None, seconds: float) -> None:
    try:
        info = read_current(settings.published)
    except NoBuildError as error:
        console.print(f"Done in {seconds:.0f} s. {error}")
        return
    if info.build_id == before:
        console.print(
            f"[green]Nothing new[/] ({seconds:.0f} s): every page is as it was, so build {info.build_id} of "
            f"{info.built_at:%Y-%m-%d %H:%M} UTC stays. To rebuild all the same: parley run --force"
        )
        return
    console.print(f"[green]Published build {info.build_id}[/] in {seconds:.0f} s\n")
    show_summary(console, info, summarise(info.path))
