"""Room 1: bring pages into the archive. Network and disk fail now and then, so these assets try again."""

import dagster as dg

from ingest.fetch.inbox import take_in_inbox
from ingest.records import Report
from orchestration.resources import Parley

GROUP = "fetch"
_RETRY = dg.RetryPolicy(max_retries=2, delay=15, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)


def _result(context: dg.AssetExecutionContext, report: Report, what: str) -> dg.MaterializeResult[None]:
    # Records of archives that hold no page are told of, and are no pages.
    total = sum(count for status, count in report.counts.items() if not status.startswith("passed_over_"))
    by_status = ", ".join(f"{count:,} {status}" for status, count in sorted(report.counts.items()))
    context.log.info(f"{total:,} {what}{': ' + by_status if by_status else ''}")
    rows = "\n".join(f"| {status} | {count:,} |" for status, count in sorted(report.counts.items()))
    return dg.MaterializeResult(
        metadata={"pages": total, "pages by status": dg.MetadataValue.md(f"| status | pages |\n|---|---|\n{rows}")}
    )


@dg.asset(group_name=GROUP, retry_policy=_RETRY, pool="archive", kinds={"scrapy", "warc"})
def crawled_pages(context: dg.AssetExecutionContext, parley: Parley) -> dg.MaterializeResult[None]:
    """Pages of the sites in data/sources.toml (and the embedded demo), appended to the WARC archive."""
    from ingest.fetch.collect import crawl_sources

    return _result(context, crawl_sources(parley.settings, context.log.info), "pages asked for")


@dg.asset(group_name=GROUP, retry_policy=_RETRY, pool="archive", kinds={"warc"})
def inbox_pages(context: dg.AssetExecutionContext, parley: Parley) -> dg.MaterializeResult[None]:
    """Saved pages found in the inbox folder, appended to the WARC archive."""
    return _result(context, take_in_inbox(parley.settings, context.log.info), "saved pages taken in")
