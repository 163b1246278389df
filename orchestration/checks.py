"""Checks that dbt cannot make: that nothing was lost between the archive and the warehouse."""

import dagster as dg

from ingest.records import UNREADABLE
from orchestration.check_words import WARNS
from orchestration.resources import WAREHOUSE_POOL, Parley

_PAGE_READ = dg.AssetKey(["raw", "page_read"])
# Below this share of pages read well, somebody should look: an outlet may have changed its markup or shut us out.
_READABLE_SHARE = 0.5
_MISSING = (
    "Materialize the assets raw/* again: that reads what is missing; if it does not, the log of that step says why."
)
_UNREADABLE = (
    "Of half of an outlet's pages and more nothing could be read: it may have changed its markup or refuse visits. "
    "`parley sql 'SELECT status, status_detail, page_url FROM fct_page_status WHERE is_latest'` says why."
)
_DRIFTED = (
    "A stability index of 0.25 and more, or agreement under 0.7: read some comments of both, with `parley label`, "
    "before trusting a change of shares."
)


@dg.asset_check(
    asset=_PAGE_READ,
    description=f"Every record of the archive is in raw.page_read. Published all the same, without those. {_MISSING}",
    pool=WAREHOUSE_POOL,
)
def every_archived_record_is_loaded(parley: Parley) -> dg.AssetCheckResult:
    """Compare the archive's index with what was loaded."""
    from ingest.fetch.archive import Archive

    archive = Archive(parley.settings.archive)
    archived = {entry.record_id for warc in archive.files() for entry in archive.entries(warc)}
    with parley.build() as con:
        loaded = {row[0] for row in con.execute("SELECT DISTINCT record_id FROM raw.page_read").fetchall()}
    missing = archived - loaded
    return dg.AssetCheckResult(
        passed=not missing,
        description=_MISSING if missing else None,
        metadata={"archived": len(archived), "loaded": len(loaded), "missing": sorted(missing)[:20]},
    )


@dg.asset_check(
    asset=_PAGE_READ,
    description=f"Most pages of each outlet in the latest crawl could be read. {WARNS} {_UNREADABLE}",
    pool=WAREHOUSE_POOL,
)
def most_pages_are_readable(parley: Parley) -> dg.AssetCheckResult:
    """Warn where an outlet's pages mostly fail."""
    with parley.build() as con:
        rows = con.execute(
            """
            SELECT outlet, count(*) AS pages, count(*) FILTER (list_contains(?, status)) AS failed
            FROM raw.page_read
            WHERE crawl_id = (SELECT arg_max(crawl_id, fetched_at) FROM raw.page_read)
            GROUP BY outlet ORDER BY outlet
            """,
            [sorted(UNREADABLE)],
        ).fetchall()
    bad = [outlet for outlet, pages, failed in rows if failed > pages * (1 - _READABLE_SHARE)]
    table = "\n".join(f"| {outlet} | {pages} | {failed} |" for outlet, pages, failed in rows)
    return dg.AssetCheckResult(
        passed=not bad,
        severity=dg.AssetCheckSeverity.WARN,
        description=_UNREADABLE if bad else None,
        metadata={"by outlet": dg.MetadataValue.md(f"| outlet | pages | failed |\n|---|---|---|\n{table}")},
    )


@dg.asset_check(
    asset=dg.AssetKey(["annotate", "side"]),
    description="The newest comments take sides as earlier ones did, and a new model mostly agrees with the former. "
    f"{WARNS} {_DRIFTED}",
    pool=WAREHOUSE_POOL,
)
def sides_have_not_drifted(parley: Parley) -> dg.AssetCheckResult:
    """Warn where shares of sides jump between runs: the news changed, or the model no longer fits it."""
    from ingest.annotate.drift import drift_of

    with parley.build() as con:
        served = con.execute(
            "SELECT conflict_id, version FROM annotate.active_version WHERE kind = 'stance' ORDER BY conflict_id"
        ).fetchall()
        found = [drift_of(con, conflict_id, version) for conflict_id, version in served]
    rows = "\n".join(
        f"| {one.conflict_id} | {one.version} | {sum(one.newest.values())} | {sum(one.before.values())} "
        f"| {_figure(one.index)} | {one.former_version or '-'} | {_figure(one.agreement)} |"
        for one in found
    )
    head = "| conflict | version | newest | before | stability index | former version | agreement |"
    return dg.AssetCheckResult(
        passed=not any(one.is_drift for one in found),
        severity=dg.AssetCheckSeverity.WARN,
        description=_DRIFTED,
        metadata={"by conflict": dg.MetadataValue.md(f"{head}\n|---|---|---|---|---|---|---|\n{rows}")},
    )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


@dg.asset_check(
    asset=dg.AssetKey(["annotate", "side"]),
    description="Every conflict's lexicon has the names without which sides are missed or wrong. "
    f"{WARNS} `parley lexicon --conflict ID` says what is lacking and how to write it.",
)
def lexicons_are_full_enough(parley: Parley) -> dg.AssetCheckResult:
    """Warn of what a conflict's lexicon lacks, as `parley lexicon` tells it."""
    from ingest.annotate.stance.lexicon import lacking
    from ingest.conflict import load_conflicts

    found = {c.conflict_id: lacking(c) for c in load_conflicts(parley.settings.conflicts)}
    return dg.AssetCheckResult(
        passed=not any(found.values()),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={name: dg.MetadataValue.json(lacks) for name, lacks in found.items() if lacks},
    )
