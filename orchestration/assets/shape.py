"""Rooms 4 and 6 in dbt: every model an asset, every dbt test a check of it."""

import os
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets

from ingest.fetch.sources import load_sources
from ingest.warehouse.build import write_lock
from ingest.warehouse.checks import CheckLedger
from orchestration.check_words import describe
from orchestration.previews import table_metadata
from orchestration.project import DBT_EXECUTABLE, dbt_environment, ready_project
from orchestration.resources import LOCK_TIMEOUT_S, WAREHOUSE_POOL, Parley

PROJECT = ready_project()
SHAPE, SERVE = "tag:shape", "tag:serve"


class Translator(DagsterDbtTranslator):
    """Groups models by the room they belong to, and says in words what their checks ask."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return `shape` for what is said, `serve` for what needs annotations and for the marts."""
        return "serve" if "serve" in dbt_resource_props.get("tags", ()) else "shape"

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """Return dagster-dbt's own spec with a description: rule, consequence, and how to see the rows."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        nodes, model_id = manifest["nodes"], asset_spec.metadata["dagster_dbt/unique_id"]
        words = describe(nodes[unique_id], nodes[model_id], dbt_environment()["PARLEY_BUILD_DB"], DBT_EXECUTABLE)
        return dg.AssetCheckSpec(
            spec.name,
            asset=spec.asset_key,
            description=words,
            additional_deps=spec.additional_deps,
            blocking=spec.blocking,
            metadata=spec.metadata,
        )


def _build(part: str, context: dg.AssetExecutionContext, dbt: DbtCliResource, parley: Parley) -> Iterator[Any]:
    settings = parley.settings
    ledger = CheckLedger(settings.warehouse / "checks.json")
    ledger.start(part)
    os.environ["PARLEY_INCLUDE_DEMO"] = str(load_sources(settings.sources).demo_enabled).lower()
    with write_lock(settings.build_db, LOCK_TIMEOUT_S):
        invocation = dbt.cli(["build"], context=context)
        events, failure = _collect(invocation.stream())
    with parley.build() as con:
        for event in events:
            if isinstance(event, dg.Output):
                node = invocation.manifest["nodes"][event.metadata["unique_id"].value]
                context.add_output_metadata(
                    table_metadata(con, node["schema"], node["alias"]), output_name=event.output_name
                )
            yield event
    if failure is not None:
        raise failure
    outcomes = ledger.finish(part, invocation.get_artifact("run_results.json"))
    # Each call leaves copies of dbt's artifacts; those of a failed one are kept, to be looked into.
    shutil.rmtree(invocation.target_path, ignore_errors=True)
    passed = sum(outcome != "fail" for outcome in outcomes.values())
    context.log.info(f"{passed} of {len(outcomes)} dbt checks passed")


def _collect(stream: Iterator[Any]) -> tuple[list[Any], Exception | None]:
    """Take dbt's events until it ends; rows can be counted only then, for one process at a time has the file."""
    events: list[Any] = []
    try:
        events.extend(stream)
    except Exception as error:  # noqa: BLE001  raised again once what did succeed is reported
        return events, error
    return events, None


@dbt_assets(
    manifest=PROJECT.manifest_path,
    select=SHAPE,
    name="shape",
    project=PROJECT,
    pool=WAREHOUSE_POOL,
    dagster_dbt_translator=Translator(),
)
def shape(context: dg.AssetExecutionContext, dbt: DbtCliResource, parley: Parley) -> Iterator[Any]:
    """Build staging and intermediate models: versions, dates, identity."""
    yield from _build("shape", context, dbt, parley)


@dbt_assets(
    manifest=PROJECT.manifest_path,
    select=SERVE,
    name="marts",
    project=PROJECT,
    pool=WAREHOUSE_POOL,
    dagster_dbt_translator=Translator(),
)
def marts(context: dg.AssetExecutionContext, dbt: DbtCliResource, parley: Parley) -> Iterator[Any]:
    """Build the marts from what was said and what was inferred."""
    yield from _build("serve", context, dbt, parley)
