"""The Dagster code location: what there is, and nothing of how it works."""

import dagster as dg
from dagster_dbt import DbtCliResource

from orchestration import checks, event_checks
from orchestration.assets import annotate, events, fetch, load, serve, shape
from orchestration.jobs import events_job, inbox_job, refresh_job
from orchestration.progress import terminal_logger
from orchestration.project import DBT_EXECUTABLE
from orchestration.resources import Parley
from orchestration.schedules import daily_events, daily_refresh
from orchestration.sensors import inbox_sensor

defs = dg.Definitions(
    assets=dg.load_assets_from_modules([fetch, events, load, shape, annotate, serve]),
    asset_checks=dg.load_asset_checks_from_modules([checks, event_checks]),
    jobs=[refresh_job, inbox_job, events_job],
    schedules=[daily_refresh, daily_events],
    sensors=[inbox_sensor],
    resources={
        "parley": Parley(),
        "dbt": DbtCliResource(
            project_dir=shape.PROJECT, dbt_executable=DBT_EXECUTABLE, global_config_flags=["--no-use-colors"]
        ),
    },
    loggers={"console": dg.colored_console_logger, "terminal": terminal_logger},
    executor=dg.in_process_executor,
)
