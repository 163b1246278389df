"""When the pipeline runs by itself: every day, at hours of a named time zone."""

from __future__ import annotations

import os

import dagster as dg

from orchestration.jobs import events_job, refresh_job

DEFAULT_TIME_ZONE = "UTC"


def daily(time_zone: str) -> dg.ScheduleDefinition:
    """Return the daily schedule at 04:15 in `time_zone` (IANA name)."""
    return dg.ScheduleDefinition(
        name="daily_refresh",
        job=refresh_job,
        # Quarter past four: outside the hours that clocks skip or repeat when summer time begins or ends.
        cron_schedule="15 4 * * *",
        execution_timezone=time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Fetch what is new, rebuild what it changes, publish.",
    )


daily_refresh = daily(os.environ.get("PARLEY_TIME_ZONE") or DEFAULT_TIME_ZONE)


daily_events = dg.ScheduleDefinition(
    name="daily_events",
    job=events_job,
    cron_schedule="45 4 * * *",
    execution_timezone=os.environ.get("PARLEY_TIME_ZONE") or DEFAULT_TIME_ZONE,
    # The daily refresh asks the enabled services too; this one is for those who want it at another hour or more often.
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Ask UCDP, ACLED and GDELT for new events, as far as data/sources.toml enables them.",
)
