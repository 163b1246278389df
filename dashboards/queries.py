"""The SQL of the dashboards; that about events is in `event_queries`.

Every function is pure and returns a `Query`: text and bind parameters. No value is ever put into the text. Shares leave
out side 'empty' and use the published macros, so a share here and the same share asked in SQL agree: per thread y
comments of the side among n, design effect by thread, Wilson interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dashboards.filters import Filters

SMALL_COMMENTS, SMALL_COMMENTERS = 30, 10


@dataclass(frozen=True)
class Query:
    """SQL with named parameters; hashable, so that results are cached by it."""

    sql: str
    params: tuple[tuple[str, Any], ...] = ()

    def parameters(self) -> dict[str, Any]:
        """Return the parameters as DuckDB wants them: lists, not tuples."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self.params}


def query(sql: str, **params: Any) -> Query:
    """Return `sql` with its parameters bound by name."""
    return Query(sql, tuple(params.items()))


# The comments the filters leave. The side filter is not here: it chooses what is shown, never a denominator.
SCOPE = """
WITH scope AS (
    SELECT c.comment_id, c.article_id, c.outlet_id, c.thread_root_id, c.commenter_id, c.posted_at, c.ordinal,
           c.is_vanished, c.revision, c.duplicate_count, s.side, s.confidence, s.abstained, s.abstain_reason,
           s.evidence, coalesce(c.language, 'und') AS language,
           CAST(timezone($zone, c.posted_at) AS DATE) AS day
    FROM marts.fct_comment_side s
    JOIN marts.fct_comment c ON c.comment_id = s.comment_id
    WHERE s.conflict_id = $conflict
      AND (len($languages::VARCHAR[]) = 0 OR list_contains($languages::VARCHAR[], coalesce(c.language, 'und')))
      AND (len($outlets::VARCHAR[]) = 0 OR list_contains($outlets::VARCHAR[], c.outlet_id))
      AND ($start::DATE IS NULL OR CAST(timezone($zone, c.posted_at) AS DATE) >= $start::DATE)
      AND ($stop::DATE IS NULL OR CAST(timezone($zone, c.posted_at) AS DATE) <= $stop::DATE)
      AND ($event::VARCHAR IS NULL OR c.comment_id IN (
          SELECT e.comment_id FROM marts.fct_comment_event e
          WHERE e.event_id = $event AND e.role IN ('primary', 'secondary')))
)"""

# From `scoped(bucket, thread_root_id, side, commenter_id)` to one row per bucket and side of $sides.
# Sides go by their place in $sides (0: one that is not shown, which still counts in n), threads by hash.
CELLS = """,
cell AS (
    SELECT bucket, hash(thread_root_id) AS thread, coalesce(list_position($sides::VARCHAR[], side), 0) AS side_no,
           count(*) AS y
    FROM scoped WHERE side <> 'empty' AND bucket IS NOT NULL GROUP BY ALL
)"""

# From `cell` and `scoped` to the shares. A bucket without people has no commenters, and hides nothing.
SHARES = """,
thread AS (SELECT bucket, thread, sum(y) AS n FROM cell GROUP BY ALL),
total AS (
    SELECT bucket, sum(n)::DOUBLE AS n, sum(n * n)::DOUBLE AS nn, count(*) AS threads FROM thread GROUP BY ALL
),
people AS (SELECT bucket, count(DISTINCT commenter_id) AS commenters FROM scoped WHERE side <> 'empty' GROUP BY ALL),
side_sum AS (
    SELECT bucket, side_no, sum(y)::DOUBLE AS y, sum(y * y)::DOUBLE AS yy, sum(y * n)::DOUBLE AS yn
    FROM cell JOIN thread USING (bucket, thread) GROUP BY ALL
),
filled AS (
    SELECT t.*, p.commenters, x.side_no, coalesce(d.y, 0) AS y, coalesce(d.yy, 0) AS yy,
           coalesce(d.yn, 0) AS yn,
           marts.design_effect(coalesce(d.y, 0), t.n, coalesce(d.yy, 0), coalesce(d.yn, 0), t.nn,
                               t.threads::DOUBLE) AS deff
    FROM total t
    LEFT JOIN people p USING (bucket)
    CROSS JOIN (SELECT generate_subscripts($sides::VARCHAR[], 1) AS side_no) x
    LEFT JOIN side_sum d ON d.bucket = t.bucket AND d.side_no = x.side_no
),
share AS (
    SELECT bucket, side_no, list_extract($sides::VARCHAR[], side_no) AS side, y::BIGINT AS comments, n::BIGINT AS n,
           commenters, threads, n < $small_comments OR commenters < $small_commenters AS is_small,
           y / n AS share, marts.wilson_low(y, n, deff) AS share_low, marts.wilson_high(y, n, deff) AS share_high
    FROM filled
)"""


def scope_params(filters: Filters, zone: str) -> dict[str, Any]:
    """Return the parameters of SCOPE."""
    return {
        "zone": zone,
        "conflict": filters.conflict,
        "languages": filters.languages,
        "outlets": filters.outlets,
        "start": filters.start,
        "stop": filters.stop,
        "event": filters.event,
    }


def share_params(filters: Filters, zone: str, sides: tuple[str, ...]) -> dict[str, Any]:
    """Return the parameters of SCOPE and SHARES."""
    small = {"small_comments": SMALL_COMMENTS, "small_commenters": SMALL_COMMENTERS}
    return scope_params(filters, zone) | {"sides": sides} | small


def headline(filters: Filters, zone: str) -> Query:
    """One row: what is counted, and what of it is left out of which figure."""
    sql = """
    SELECT count(*) AS comments, count(DISTINCT commenter_id) AS commenters, count(DISTINCT article_id) AS articles,
           count(DISTINCT thread_root_id) AS threads, count(*) FILTER (WHERE side = 'empty') AS empty,
           count(*) FILTER (WHERE day IS NULL) AS undated, count(*) FILTER (WHERE abstained) AS abstained,
           count(*) FILTER (WHERE abstain_reason = 'unsupported_language') AS unread,
           count(*) FILTER (WHERE is_vanished) AS vanished, count(*) FILTER (WHERE duplicate_count > 1) AS duplicates,
           count(*) FILTER (WHERE commenter_id IS NULL) AS unnamed,
           min(day) AS first_day, max(day) AS last_day,
           (SELECT count(*) FROM marts.fct_comment c WHERE NOT EXISTS (
               SELECT 1 FROM marts.fct_comment_side s
               WHERE s.comment_id = c.comment_id AND s.conflict_id = $conflict)) AS elsewhere
    FROM scope"""
    return query(SCOPE + sql, **scope_params(filters, zone))


def shares(filters: Filters, zone: str, sides: tuple[str, ...]) -> Query:
    """One row per side of `sides`, in that order: comments, n, share and interval."""
    sql = ", scoped AS (SELECT 0 AS bucket, * FROM scope)"
    tail = " SELECT * EXCLUDE (bucket, side_no) FROM share ORDER BY side_no"
    return query(SCOPE + sql + CELLS + SHARES + tail, **share_params(filters, zone, sides))


def corrected(filters: Filters) -> Query:
    """Shares corrected for the model's errors, by class of side: of the conflict, an outlet, day, week or event.

    No row where the filters select otherwise: the mart holds these selections only.
    """
    scope = ("conflict", filters.conflict)
    if filters.event:
        scope = ("event", filters.event)
    elif filters.outlets:
        scope = ("outlet", filters.outlets[0])
    elif filters.start and filters.start == filters.stop:
        scope = ("day", filters.start.isoformat())
    elif filters.start and filters.start.weekday() == 0 and filters.stop == filters.start + timedelta(days=6):
        scope = ("week", filters.start.isoformat())
    dates = ("start", "stop")
    held = {"event": ("event",), "outlet": ("outlets",), "day": dates, "week": dates}.get(scope[0], ())
    rest = filters.without(*held)
    is_held = len(filters.outlets) <= 1 and not (rest.languages or rest.outlets or rest.start or rest.stop)
    sql = """
    SELECT side_class, status, answers, answers_needed, n, share, corrected_share, corrected_low, corrected_high
    FROM marts.fct_side_corrected AS c
    LEFT JOIN marts.dim_party AS p ON p.party_key = c.conflict_id || ':' || side_class
    WHERE c.conflict_id = $conflict AND scope = $scope AND scope_id = $scope_id AND $is_held
    ORDER BY p.sort_order NULLS LAST, side_class"""
    return query(sql, conflict=filters.conflict, scope=scope[0], scope_id=scope[1], is_held=is_held)


def trend(filters: Filters, zone: str, sides: tuple[str, ...], period: str) -> Query:
    """One row per day or week (`period`) and side; comments without a date are not in it."""
    sql = ", scoped AS (SELECT CAST(date_trunc($period, day) AS DATE) AS bucket, * FROM scope)"
    tail = " SELECT bucket AS day, * EXCLUDE (bucket, side_no) FROM share ORDER BY day, side_no"
    return query(SCOPE + sql + CELLS + SHARES + tail, **share_params(filters, zone, sides), period=period)


_COMMENTS = """
SELECT s.comment_id, s.thread_root_id, a.title, a.url, o.name AS outlet, s.posted_at,
       strftime(timezone($zone, s.posted_at), '%Y-%m-%d %H:%M') AS posted, c.posted_at_basis, s.side, s.confidence,
       s.abstained, x.abstain_reason, s.evidence, s.language, c.text, s.revision, s.is_vanished, s.duplicate_count,
       c.depth, left(s.commenter_id, 8) AS commenter, x.model_version, count(*) OVER () AS total
FROM scope s
JOIN marts.fct_comment c ON c.comment_id = s.comment_id
JOIN marts.fct_comment_side x ON x.comment_id = s.comment_id AND x.conflict_id = $conflict
JOIN marts.dim_article a ON a.article_id = s.article_id
JOIN marts.dim_outlet o ON o.outlet_id = s.outlet_id
WHERE (len($sides::VARCHAR[]) = 0 OR list_contains($sides::VARCHAR[], s.side))
  AND ($text = '' OR contains(lower(nfc_normalize(c.text)), lower(nfc_normalize($text))))
  AND s.confidence >= $confidence
  AND (NOT $edited OR s.revision > 1) AND (NOT $vanished OR s.is_vanished)
  AND (NOT $duplicate OR s.duplicate_count > 1)
ORDER BY s.posted_at DESC NULLS LAST, s.article_id, s.ordinal, s.comment_id
LIMIT $page_size OFFSET $skip"""


def comments(filters: Filters, zone: str, page_size: int | None, skip: int = 0) -> Query:
    """List the comments every filter leaves, newest first; `total` counts all of them. No `page_size` means all."""
    return query(
        SCOPE + _COMMENTS,
        **scope_params(filters, zone),
        sides=filters.sides,
        text=filters.text,
        confidence=filters.confidence,
        **{only: only in filters.only for only in ("edited", "vanished", "duplicate")},
        page_size=page_size,
        skip=skip,
    )


def thread(conflict: str, zone: str, comment_id: str) -> Query:
    """Every comment of the thread `comment_id` is in, in page order."""
    sql = """
    SELECT c.comment_id, c.parent_comment_id, c.ordinal, c.depth, c.text, c.language,
           left(c.commenter_id, 8) AS commenter,
           strftime(timezone($zone, c.posted_at), '%Y-%m-%d %H:%M') AS posted, c.posted_at_basis, c.revision,
           c.is_vanished, c.duplicate_count, s.side, s.confidence, s.abstained, s.abstain_reason, s.evidence,
           s.model_version, a.title, a.url, o.name AS outlet
    FROM marts.fct_comment c
    JOIN marts.dim_article a ON a.article_id = c.article_id
    JOIN marts.dim_outlet o ON o.outlet_id = c.outlet_id
    LEFT JOIN marts.fct_comment_side s ON s.comment_id = c.comment_id AND s.conflict_id = $conflict
    WHERE c.thread_root_id = (SELECT thread_root_id FROM marts.fct_comment WHERE comment_id = $comment)
    ORDER BY c.ordinal, c.comment_id"""
    return query(sql, conflict=conflict, zone=zone, comment=comment_id)


def revisions(comment_id: str) -> Query:
    """Every wording of the comments of one thread that were edited, oldest first."""
    sql = """
    SELECT r.comment_id, r.revision, r.text, r.first_seen_at, r.last_seen_at
    FROM marts.fct_comment_revision r JOIN marts.fct_comment c USING (comment_id)
    WHERE c.revision > 1
      AND c.thread_root_id = (SELECT thread_root_id FROM marts.fct_comment WHERE comment_id = $comment)
    ORDER BY r.comment_id, r.revision"""
    return query(sql, comment=comment_id)


def conflicts() -> Query:
    """Every conflict of the build."""
    return Query("SELECT conflict_id, name, description, time_zone FROM marts.dim_conflict ORDER BY name, conflict_id")


def options(conflict: str) -> Query:
    """List what the filters offer, as rows (kind, value, label, color): kind is party, outlet, language or event."""
    sql = """
    WITH seen AS (
        SELECT DISTINCT s.side, coalesce(c.language, 'und') AS language, c.outlet_id
        FROM marts.fct_comment_side s JOIN marts.fct_comment c ON c.comment_id = s.comment_id
        WHERE s.conflict_id = $conflict
    )
    SELECT 'party' AS kind, party_id AS value, name AS label, color, lpad(CAST(sort_order AS VARCHAR), 6, '0') AS rank
    FROM marts.dim_party
    WHERE conflict_id = $conflict AND (kind = 'belligerent' OR party_id IN (SELECT side FROM seen))
    UNION ALL
    SELECT 'outlet', outlet_id, name, NULL, name FROM marts.dim_outlet
    WHERE outlet_id IN (SELECT outlet_id FROM seen)
    UNION ALL
    SELECT DISTINCT 'language', language, language, NULL, language FROM seen
    UNION ALL
    SELECT 'event', event_id, name || ' (' || CAST(start_date AS VARCHAR) || ')', NULL, CAST(start_date AS VARCHAR)
    FROM marts.dim_event
    WHERE conflict_id = $conflict AND event_id IN (
        SELECT event_id FROM marts.fct_comment_event WHERE role IN ('primary', 'secondary'))
    ORDER BY kind, rank, value"""
    return query(sql, conflict=conflict)


def metrics() -> Query:
    """List the registry of every number shown."""
    return Query("SELECT name, label, formula, grain, denominator, caveat, basis FROM meta.metric ORDER BY label")


def document(name: str) -> Query:
    """One document kept in the build, as Markdown."""
    return query("SELECT body FROM meta.document WHERE name = $name", name=name)


def freshness() -> Query:
    """One row per outlet: articles, newest fetch that brought a page, newest comment."""
    return Query("""
    SELECT o.name AS outlet, o.host, o.articles, max(p.fetched_at) AS last_good_fetch,
           (SELECT max(c.posted_at) FROM marts.fct_comment c WHERE c.outlet_id = o.outlet_id) AS newest_comment
    FROM marts.dim_outlet o
    LEFT JOIN marts.fct_page_status p ON p.outlet_id = o.outlet_id
        AND p.status IN ('parsed', 'no_comments', 'closed', 'comments_elsewhere', 'not_modified')
    GROUP BY o.outlet_id, o.name, o.host, o.articles ORDER BY o.name, o.outlet_id""")


def coverage(zone: str) -> Query:
    """Pages read per outlet, day of fetch and status: every read counts."""
    sql = """
    SELECT coalesce(o.name, p.outlet_id, 'unknown') AS outlet, p.status,
           CAST(timezone($zone, p.fetched_at) AS DATE) AS day, count(*) AS pages
    FROM marts.fct_page_status p LEFT JOIN marts.dim_outlet o ON o.outlet_id = p.outlet_id
    GROUP BY ALL ORDER BY outlet, status, day"""
    return query(sql, zone=zone)


def statuses() -> Query:
    """Count pages by how their latest read ended; one that answered "not modified" is still what it was."""
    return Query("""
    SELECT coalesce(told, 'not_modified') AS status, count(*) AS pages,
           any_value(detail) FILTER (WHERE detail IS NOT NULL) AS example
    FROM (
        SELECT arg_max(status, fetched_at) FILTER (status <> 'not_modified') AS told,
               arg_max_null(status_detail, fetched_at) FILTER (status <> 'not_modified') AS detail
        FROM marts.fct_page_status GROUP BY page_url
    )
    GROUP BY ALL ORDER BY pages DESC, status""")


def own_articles() -> Query:
    """Count the articles that are no demo."""
    return Query("SELECT count(*) AS own FROM marts.dim_article WHERE NOT is_demo")


def declared() -> Query:
    """Count what was read of what the articles declare, per outlet; only articles that declare a number.

    Read is what the mart's coverage counts: pingbacks, which sites count too, and no comment that vanished.
    """
    return Query("""
    SELECT o.name AS outlet,
           sum(a.comment_coverage * a.declared_comment_count) / sum(a.declared_comment_count) AS ratio,
           round(sum(a.comment_coverage * a.declared_comment_count))::BIGINT AS extracted,
           sum(a.declared_comment_count)::BIGINT AS declared, count(*) AS articles
    FROM marts.dim_article a JOIN marts.dim_outlet o ON o.outlet_id = a.outlet_id
    WHERE a.declared_comment_count > 0
    GROUP BY ALL ORDER BY outlet""")


def models(conflict: str) -> Query:
    """Which versions inferred what is shown."""
    sql = """
    SELECT 'side and stance' AS inferred, model_version AS version, count(*) AS "rows"
    FROM marts.fct_comment_side WHERE conflict_id = $conflict GROUP BY ALL
    UNION ALL
    SELECT 'article to event', method_version, count(*) FROM marts.fct_article_event
    WHERE conflict_id = $conflict GROUP BY ALL
    UNION ALL
    SELECT 'about the conflict', method_version, count(*) FROM marts.fct_article_conflict
    WHERE conflict_id = $conflict GROUP BY ALL
    ORDER BY ALL"""
    return query(sql, conflict=conflict)
