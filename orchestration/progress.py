"""How a run shows itself: a short line per step at a terminal, and progress of long steps in any log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import dagster as dg
from rich.console import Console

_EVERY_S = 3.0
# What the dbt integration says of its own workings; the run's log has it.
_CHATTER = ("A dbt subsetted execution", "Copying `", "Running dbt command", "Finished dbt command")


def progress_of(context: dg.AssetExecutionContext, what: str) -> Callable[[int, int], None]:
    """Return a callback (done, total) that logs now and then how far `what` is."""
    last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _EVERY_S or (done == total and total > 0):
            last = now
            context.log.info(f"{what}: {done:,} of {total:,}")

    return show


class _TerminalHandler(logging.Handler):
    """Prints what a person wants to see of a Dagster run: steps, their own messages, how long, what failed."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.DEBUG)
        self._console = console
        self._started: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        meta: dict[str, Any] = getattr(record, "dagster_meta", {})
        event = meta.get("dagster_event")
        step = meta.get("step_key") or ""
        if event is not None:
            self._show_event(event.event_type_value, step)
        elif step in self._started and record.levelno >= logging.INFO:
            message = str(meta.get("orig_message") or record.getMessage())
            if not message.startswith(_CHATTER):
                self._console.print(f"    {message}", markup=False, highlight=False)

    def _show_event(self, kind: str, step: str) -> None:
        if kind == "STEP_START":
            self._started[step] = time.monotonic()
            self._console.print(f"[bold]▸ {step}[/]")
        elif kind in {"STEP_SUCCESS", "STEP_FAILURE"}:
            seconds = time.monotonic() - self._started.get(step, time.monotonic())
            mark = "[green]✓[/]" if kind == "STEP_SUCCESS" else "[red]✗ failed after[/]"
            self._console.print(f"  {mark} {seconds:.1f} s", highlight=False)
        elif kind == "STEP_UP_FOR_RETRY":
            self._console.print("  [yellow]failed; tried again in a moment[/]")


@dg.logger({}, description="Short lines for a person at a terminal.")
def terminal_logger(_: dg.InitLoggerContext) -> logging.Logger:
    """Log a run to the terminal in short lines."""
    # Not the registered logger of that name: Dagster makes one a run, and handlers would pile up on a shared one.
    logger = logging.Logger("parley.terminal", logging.DEBUG)  # noqa: LOG001
    logger.addHandler(_TerminalHandler(Console(stderr=True)))
    return logger
