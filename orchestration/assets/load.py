"""Room 3: load what is archived and not loaded yet, and the conflicts; then say whether anything is new."""

from collections.abc import Iterator, Sequence

import dagster as dg

from ingest.conflict import load_conflicts
from ingest.records import Status
from ingest.warehouse.current import NoBuildError, read_current
from ingest.warehouse.fingerprint import fingerprint, hash_given, remember_inputs
from orchestration.assets.events import imported_events
from orchestration.assets.fetch import crawled_pages, inbox_pages
from orchestration.progress import progress_of
from orchestration.resources import WAREHOUSE_POOL, Parley

GROUP = "load"
_PAGES = {"page_read": "Every archived page read, as parsed.", "comment_read": "Every comment of every page read."}
_REFERENCE = {
    "conflict": "The conflicts there are.",
    "party": "Who takes part, or is taken sides about.",
    "place": "Places with all their names.",
    "actor": "States, groups and persons, and the party they count towards.",
    "event": "Dated conflict events.",
    "event_alias": "Further names of events, by language.",
    "event_xref": "Ids of the same events in other collections, as the folders say.",
    "time_zone": "Zones an outlet's clock may keep.",
}


class LoadOptions(dg.Config):
    """`force`: go on to rebuild and publish even where nothing is new."""

    force: bool = False


def _spec(table: str, description: str, deps: Sequence[dg.AssetsDefinition | dg.AssetKey]) -> dg.AssetSpec:
    return dg.AssetSpec(
        dg.AssetKey(["raw", table]),
        deps=deps,
        description=description,
        group_name=GROUP,
        skippable=True,
        kinds={"python", "duckdb"},
    )


@dg.multi_asset(
    specs=[
        *(_spec(table, text, [crawled_pages, inbox_pages]) for table, text in _PAGES.items()),
        # Whether anything is new can be told only once imported events are in.
        *(_spec(table, text, [imported_events] if table == "event" else []) for table, text in _REFERENCE.items()),
    ],
    name="load",
    pool=WAREHOUSE_POOL,
)
def load(
    context: dg.AssetExecutionContext, config: LoadOptions, parley: Parley
) -> Iterator[dg.MaterializeResult[None]]:
    """Load into raw.*; where the published build already stands for the same input, everything after is skipped."""
    from ingest.fetch.archive import Archive
    from ingest.warehouse import load as loading

    settings = parley.settings
    with parley.build() as con:
        # Before anything is read: what changes from here on is for the next run, whether this one saw it or not.
        given = hash_given(settings)
        conflicts = load_conflicts(settings.conflicts)
        loading.load_conflicts(con, conflicts)
        archive = Archive(settings.archive)
        report = loading.load_archive(
            con, archive, loading.commenter_key(settings), progress_of(context, "pages loaded")
        )
        inputs = fingerprint(con, given)
        remember_inputs(con, inputs)
        counts = {
            table: con.execute(f"SELECT count(*) FROM raw.{table}").fetchall()[0][0]  # noqa: S608  own names
            for table in (*_PAGES, *_REFERENCE)
        }
    by_status = {status.value: report.counts[status] for status in Status if report.counts.get(status)}
    statuses = ", ".join(f"{count:,} {status}" for status, count in by_status.items()) or "none"
    context.log.info(f"new page reads: {statuses}")
    if not config.force and _is_published(parley, inputs):
        context.log.info("nothing new since the published build: what follows is skipped (config force: true rebuilds)")
        return
    for table, rows in counts.items():
        new = {"new page reads": by_status} if table == "page_read" else {}
        yield dg.MaterializeResult(asset_key=dg.AssetKey(["raw", table]), metadata={"rows": rows, **new})


def _is_published(parley: Parley, inputs: str) -> bool:
    try:
        return read_current(parley.settings.published).inputs == inputs
    except NoBuildError:
        return False
