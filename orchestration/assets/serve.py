"""Room 6: publish what was built, if every check vouches for it."""

import json
from datetime import timedelta

import dagster as dg

from ingest.warehouse.checks import CheckLedger
from ingest.warehouse.fingerprint import code_version, remembered_inputs
from ingest.warehouse.publish import PublishRequest, publish
from orchestration.assets.shape import PROJECT, marts
from orchestration.resources import WAREHOUSE_POOL, Parley

MODEL_CARD = "MODEL_CARD.md"


@dg.asset(
    deps=[marts],
    group_name="serve",
    pool=WAREHOUSE_POOL,
    kinds={"duckdb", "parquet"},
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=48), warn_window=timedelta(hours=30)),
)
def published_build(context: dg.AssetExecutionContext, parley: Parley) -> dg.MaterializeResult[None]:
    """The immutable build that dashboards and SQL read; refused unless every check on the marts passed."""
    settings = parley.settings
    manifest = json.loads(PROJECT.manifest_path.read_text(encoding="utf-8"))
    card = settings.stance / MODEL_CARD
    with parley.build() as con:
        info = publish(
            con,
            PublishRequest(
                published=settings.published,
                checks=CheckLedger(settings.warehouse / "checks.json").outcomes(manifest),
                code_version=code_version(),
                inputs=remembered_inputs(con),
                documents={"model_card": card.read_text(encoding="utf-8")} if card.is_file() else {},
            ),
        )
    context.log.info(
        f"published {info.build_id}: {sum(info.row_counts.values()):,} rows in {len(info.row_counts)} marts"
    )
    rows = "\n".join(f"| {name} | {count:,} |" for name, count in sorted(info.row_counts.items()))
    return dg.MaterializeResult(
        metadata={
            "build_id": info.build_id,
            "data as of": str(info.data_as_of),
            "file": dg.MetadataValue.path(str(info.path)),
            "rows": sum(info.row_counts.values()),
            "marts": dg.MetadataValue.md(f"| mart | rows |\n|---|---|\n{rows}"),
        }
    )
