"""Event data of other collections: fetched, loaded, matched. With nothing configured each of these is nearly free.

A service that fails does not stop the pipeline: what readers said is published all the same. Its asset's check fails
and says why.
"""

from collections.abc import Iterator

import dagster as dg

from ingest.conflict import load_conflicts
from ingest.records import Report
from orchestration.resources import WAREHOUSE_POOL, Parley

SERVICES = {
    "ucdp": "Pages of UCDP's GED and its Candidate releases, in the archive of event files (token: UCDP_ACCESS_TOKEN).",
    "acled": "Pages of ACLED's events and deletions, in the archive of event files (ACLED_EMAIL and ACLED_PASSWORD).",
    "gdelt": "GDELT's 15-minute exports and mentions since the last visit, in the archive of event files.",
}
_TABLES = {
    "imported_event": "Every wording of every imported event that a conflict claims; deletions as tombstones. A view "
    "of it, raw.imported_event_revision, numbers the revisions. ACLED's rows may not be passed on: ids only.",
    "imported_event_revision": "Imported events with their revisions numbered (a view).",
    "imported_event_conflict": "Which conflict claims which imported event, by the rules in its conflict.toml.",
    "event_mention": "Documents in which GDELT found an imported event.",
    "event_deletion": "Events that a source took back.",
    "event_rejection": "Rows that were turned away, with line, column, value and mend.",
    "event_file": "Event files loaded, with their rows: accepted and rejected add up.",
}
_MOST_SHOWN = 20


def _problems(report: Report) -> list[str]:
    problems: list[str] = report.details.get("problems", [])
    return problems


def _listed(lines: list[str]) -> dg.MarkdownMetadataValue:
    shown = [f"- {line.replace('`', chr(39))}" for line in lines[:_MOST_SHOWN]]
    more = [f"- … and {len(lines) - _MOST_SHOWN} more"] if len(lines) > _MOST_SHOWN else []
    return dg.MetadataValue.md("\n".join(shown + more) or "none")


@dg.asset(
    group_name="fetch",
    pool="archive",
    kinds={"python", "csv"},
    check_specs=[
        dg.AssetCheckSpec(
            "every_file_could_be_read",
            asset="inbox_event_files",
            description="Every event file in data/inbox/events/ is of a known format and could be read. A warning: "
            "published all the same, with what could be read. The problems listed with a run say which file and why; "
            "it lies in data/inbox_rejected/events/: mend it and drop it into the inbox again.",
        )
    ],
)
def inbox_event_files(context: dg.AssetExecutionContext, parley: Parley) -> Iterator[dg.MaterializeResult[None]]:
    """Event files of any known format found in data/inbox/events/, in the archive of event files."""
    from ingest.fetch.inbox import waiting_event_files

    report = Report(details={"problems": []})
    # The readers are imported only where there is something to read.
    if waiting_event_files(parley.settings.inbox, float("inf")):
        from ingest.fetch.event_sources.inbox import take_in_inbox

        report = take_in_inbox(parley.settings, context.log.warning)
    yield _fetched("every_file_could_be_read", report)


def _fetched(check: str, report: Report, **more: bool) -> dg.MaterializeResult[None]:
    problems = _problems(report)
    return dg.MaterializeResult(
        metadata={**report.counts, "problems": _listed(problems), **more},
        check_results=[
            dg.AssetCheckResult(
                passed=not problems,
                check_name=check,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"problems": _listed(problems)},
            )
        ],
    )


def _service_asset(name: str, description: str) -> dg.AssetsDefinition:
    key = f"{name}_event_files"

    @dg.asset(
        name=key,
        description=description,
        group_name="fetch",
        pool="archive",
        kinds={"python"},
        check_specs=[
            dg.AssetCheckSpec(
                "the_service_answered",
                asset=key,
                description="The service answered, or is switched off. A warning: published all the same, without its "
                "newest events, and the next run asks again. The problems listed with a run say what it answered; what "
                f"it needs stands in the section [events.{name}] of data/sources.toml.",
            )
        ],
    )
    def service_files(context: dg.AssetExecutionContext, parley: Parley) -> Iterator[dg.MaterializeResult[None]]:
        from ingest.fetch.event_sources.settings import EventConfigError, load_services

        settings = parley.settings
        report = Report(details={"problems": []})
        try:
            service = load_services(settings.sources)[name]
        except EventConfigError as error:
            report.details["problems"].append(str(error))
            yield _fetched("the_service_answered", report, enabled=False)
            return
        if service.enabled:
            from ingest.fetch.event_sources.collect import visit_service

            report = visit_service(settings, service, context.log.info)
            for problem in _problems(report):
                context.log.error(problem)
        yield _fetched("the_service_answered", report, enabled=service.enabled)

    return service_files


SERVICE_ASSETS = [f"{name}_event_files" for name in SERVICES]
ucdp_event_files, acled_event_files, gdelt_event_files = (_service_asset(*item) for item in SERVICES.items())


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            dg.AssetKey(["raw", table]),
            deps=[inbox_event_files, ucdp_event_files, acled_event_files, gdelt_event_files],
            description=text,
            group_name="load",
            kinds={"python", "duckdb"},
        )
        for table, text in _TABLES.items()
    ],
    name="load_events",
    pool=WAREHOUSE_POOL,
)
def load_events(context: dg.AssetExecutionContext, parley: Parley) -> Iterator[dg.MaterializeResult[None]]:
    """Load archived event files into raw.*; what is loaded already is not read again."""
    from ingest.fetch.event_sources.store import EventArchive
    from ingest.warehouse.event_load import load_event_files

    settings = parley.settings
    with parley.build() as con:
        report = load_event_files(
            con, EventArchive(settings.archive), load_conflicts(settings.conflicts), context.log.info
        )
        counts = {
            table: con.execute(f"SELECT count(*) FROM raw.{table}").fetchall()[0][0]  # noqa: S608  own names
            for table in _TABLES
        }
        reasons = con.execute(
            "SELECT reason, sum(rows)::BIGINT FROM raw.event_rejection GROUP BY ALL ORDER BY 2 DESC"
        ).fetchall()
    failed = [row["status_detail"] for row in report.details["files"] if row["status"] == "failed"]
    more: dict[str, dict[str, int | dg.MarkdownMetadataValue]] = {
        "imported_event": {f"loaded now: {name}": count for name, count in report.counts.items()},
        "event_rejection": {"rows by reason": _listed([f"{reason}: {rows:,}" for reason, rows in reasons])},
        "event_file": {"failed now": _listed(failed)},
    }
    for table, rows in counts.items():
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["raw", table]), metadata={"dagster/row_count": rows, **more.get(table, {})}
        )


imported_events = dg.AssetKey(["raw", "imported_event"])


@dg.asset(
    key=dg.AssetKey(["annotate", "event_match"]),
    deps=[imported_events, dg.AssetKey(["raw", "event"])],
    group_name="annotate",
    pool=WAREHOUSE_POOL,
    kinds={"python"},
)
def event_match(context: dg.AssetExecutionContext, parley: Parley) -> dg.MaterializeResult[None]:
    """Which imported event is which curated one, or part of which; unmatched ones stay candidates."""
    from ingest.annotate.event_match import match_events
    from ingest.annotate.events.crosswalk import METHOD_VERSION

    with parley.build() as con:
        report = match_events(con, load_conflicts(parley.settings.conflicts))
    if report.counts["imported"]:
        context.log.info(", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in report.counts.items()))
    return dg.MaterializeResult(metadata={**report.counts, "method version": METHOD_VERSION})
