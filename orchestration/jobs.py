"""The ways to run the pipeline: everything, or only what the inbox, or what the services of event data have."""

from __future__ import annotations

import dagster as dg

from orchestration.assets.events import SERVICE_ASSETS

_SERVICES = dg.AssetSelection.assets(*SERVICE_ASSETS)

refresh_job = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Crawl the sources, take in the inbox, and rebuild and publish whatever that changes.",
    # One process: the steps share one DuckDB file, and starting a process for each would take longer than the work.
    executor_def=dg.in_process_executor,
)

inbox_job = dg.define_asset_job(
    "take_in_inbox",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets("crawled_pages") - _SERVICES,
    description="Take in the pages saved in the inbox folder and rebuild and publish whatever they change.",
    executor_def=dg.in_process_executor,
)

events_job = dg.define_asset_job(
    "refresh_events",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets("crawled_pages", "inbox_pages"),
    description="Ask the enabled services of event data, and rebuild and publish what that changes.",
    executor_def=dg.in_process_executor,
)
