"""A folder that is watched: whatever is saved there is taken in."""

from __future__ import annotations

import hashlib
import time

import dagster as dg

from ingest.fetch.inbox import waiting_event_files, waiting_files
from ingest.settings import Settings
from orchestration.jobs import inbox_job


@dg.sensor(
    job=inbox_job,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a run when pages or event files are saved in the inbox folder.",
)
def inbox_sensor() -> dg.SensorResult | dg.SkipReason:
    """Ask for one run for the files that wait now; the same files never ask twice."""
    inbox = Settings.from_env().inbox
    now = time.time()
    files = waiting_files(inbox, now) + waiting_event_files(inbox, now)
    if not files:
        return dg.SkipReason(f"no new files in {inbox}")
    seen = "|".join(f"{file.relative_to(inbox)}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in files)
    key = hashlib.sha256(seen.encode()).hexdigest()[:16]
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=key, tags={"parley/files": str(len(files))})])
