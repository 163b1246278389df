"""Room 5: what is inferred from what was said. Each asset does only what is new.

The annotators are imported where they are used: their libraries take seconds, and the code location must load fast.
"""

from collections.abc import Iterator

import dagster as dg
from dagster_dbt import get_asset_key_for_model

from ingest.annotate.stance import DEFAULT_SCORER
from ingest.conflict import load_conflicts
from ingest.records import Report
from orchestration.assets.shape import shape
from orchestration.progress import progress_of
from orchestration.resources import WAREHOUSE_POOL, Parley

GROUP = "annotate"
_COMMENTS = get_asset_key_for_model([shape], "int_comment_input")
_ARTICLES = get_asset_key_for_model([shape], "int_article")


def _key(table: str) -> dg.AssetKey:
    return dg.AssetKey(["annotate", table])


class StanceOptions(dg.Config):
    """Which scorer to use; its version travels with every row it writes."""

    scorer: str = DEFAULT_SCORER


@dg.asset(key=_key("language"), deps=[_COMMENTS], group_name=GROUP, pool=WAREHOUSE_POOL, kinds={"python"})
def language(context: dg.AssetExecutionContext, parley: Parley) -> dg.MaterializeResult[None]:
    """The language of every comment."""
    from ingest.annotate import store
    from ingest.annotate.language import LANGUAGE_VERSION, detect

    with parley.build() as con:
        report = store.detect_languages(con, detect, LANGUAGE_VERSION, progress_of(context, "languages told"))
    context.log.info(f"language told for {report.counts['texts']:,} new texts")
    return dg.MaterializeResult(metadata={"new texts": report.counts["texts"], "version": LANGUAGE_VERSION})


@dg.multi_asset(
    specs=[
        dg.AssetSpec(_key(table), deps=[_ARTICLES, _COMMENTS], group_name=GROUP, kinds={"python"}, description=text)
        for table, text in (
            ("article_conflict", "Which articles are about which conflict."),
            ("article_event", "Links from articles to events."),
            ("article_candidate", "The likeliest events of each article, linked or not; they count in no fact."),
            ("comment_event", "Links from comments to events they name in their own words."),
        )
    ],
    pool=WAREHOUSE_POOL,
)
def event_links(context: dg.AssetExecutionContext, parley: Parley) -> Iterator[dg.MaterializeResult[None]]:
    """Tie new articles, and the comments under them, to dated conflict events."""
    from ingest.annotate import store
    from ingest.annotate.events.shared import SharedLinker

    total = Report()
    versions = {}
    with parley.build() as con:
        for conflict in load_conflicts(parley.settings.conflicts):
            with SharedLinker(conflict) as linker:
                told = progress_of(context, "articles linked")
                articles = store.link_articles(con, conflict.conflict_id, linker, told)
            versions[conflict.conflict_id] = linker.method_version
            comments = store.link_comments(con, conflict.conflict_id, linker, progress_of(context, "comments linked"))
            context.log.info(
                f"{conflict.name}: {articles.counts['about']:,} of {articles.counts['articles']:,} new articles are "
                f"about it, with {articles.counts['links']:,} links to events; "
                f"{comments.counts['links']:,} links from comments' own words"
            )
            for key, count in articles.counts.items():
                total.add(key, count)
            total.add("comment links", comments.counts["links"])
    for table, counted in (
        ("article_conflict", "about"),
        ("article_event", "links"),
        ("article_candidate", "candidates"),
        ("comment_event", "comment links"),
    ):
        rows = total.counts.get(counted, 0)
        yield dg.MaterializeResult(asset_key=_key(table), metadata={"new rows": rows, "versions": versions})


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            _key(table),
            deps=[_COMMENTS, _key("article_conflict"), _key("language")],
            group_name=GROUP,
            kinds={"python"},
            description=text,
        )
        for table, text in (
            ("stance", "Stance of each comment toward each belligerent."),
            ("side", "The side each comment takes in each conflict."),
            ("side_label", "What people answered where the model was unsure; it wins over the model."),
            ("side_confusion", "How often the model's sides are those people answered on comments drawn at random."),
            ("side_error", "What turns shares as the model calls them into shares without its errors."),
            ("active_version", "Which version of each annotation the marts serve."),
        )
    ],
    pool=WAREHOUSE_POOL,
)
def stance(
    context: dg.AssetExecutionContext, config: StanceOptions, parley: Parley
) -> Iterator[dg.MaterializeResult[None]]:
    """Score new comments toward every belligerent of every conflict their article is about."""
    from ingest.annotate import store
    from ingest.annotate.events import Linker
    from ingest.annotate.side_error import measure_side_error
    from ingest.annotate.stance import load_scorer
    from ingest.annotate.stance.labels import labels_path, read_labels

    total, versions = Report(), {}
    settings = parley.settings
    with parley.build() as con:
        for conflict in load_conflicts(settings.conflicts):
            labels = read_labels(labels_path(settings.conflicts, conflict.conflict_id), conflict)
            total.add("labels", store.replace_labels(con, conflict.conflict_id, labels))
            scorer = load_scorer(config.scorer, conflict, settings.stance)
            versions[conflict.conflict_id] = scorer.model_version
            report = store.score_stance(
                con,
                conflict.conflict_id,
                scorer,
                Linker(conflict).method_version,
                progress_of(context, f"comments scored on {conflict.name}"),
            )
            context.log.info(
                f"{conflict.name}: {report.counts['comments']:,} new comments scored, "
                f"{report.counts['abstained']:,} abstained ({scorer.model_version})"
            )
            error = measure_side_error(
                con, conflict, scorer.model_version, Linker(conflict).method_version, store.ABOUT
            )
            for key, count in (report.counts | error.counts).items():
                total.add(key, count)
    for table in ("stance", "side", "side_label", "side_confusion", "side_error", "active_version"):
        yield dg.MaterializeResult(asset_key=_key(table), metadata={**total.counts, "versions": versions})
