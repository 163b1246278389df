"""The SQL about events: what was said on each, where and when it was, and which links wait for an engineer's answer.

As in `queries`, whose scope of comments and shares these build on: pure functions, values always bound.
"""

from __future__ import annotations

from dashboards.filters import Filters
from dashboards.queries import SCOPE, SHARES, Query, query, scope_params, share_params

PRIOR_DAYS = 14

_EVENTS = """,
linked AS (
    SELECT event_id, comment_id, bool_or(basis = 'explicit') AS is_explicit FROM marts.fct_comment_event
    WHERE conflict_id = $conflict AND role IN ('primary', 'secondary') GROUP BY ALL
),
during AS (
    SELECT hash(l.event_id, 'during') AS bucket, l.event_id, l.is_explicit, s.thread_root_id, s.side, s.commenter_id,
           s.article_id, s.comment_id
    FROM linked l JOIN scope s USING (comment_id)
),
prior AS (
    SELECT hash(e.event_id, 'before') AS bucket, s.thread_root_id, s.side, s.commenter_id, s.article_id
    FROM marts.dim_event e
    JOIN scope s ON s.day >= e.start_date - CAST($prior_days AS INTEGER) AND s.day < e.start_date
    WHERE e.conflict_id = $conflict AND e.event_id IN (SELECT event_id FROM linked)
),
scoped AS (
    SELECT bucket, thread_root_id, side, commenter_id, article_id FROM during UNION ALL SELECT * FROM prior
)"""

# Every bucket once with its threads as clusters and once, under another name, with its articles: a share's interval is
# clustered by thread, that of a shift by article, as the two periods are answers to different articles.
_CELLS = """,
pair AS (
    SELECT bucket, hash(thread_root_id) AS thread, hash(article_id) AS article,
           coalesce(list_position($sides::VARCHAR[], side), 0) AS side_no, count(*) AS y
    FROM scoped WHERE side <> 'empty' GROUP BY ALL
),
cell AS (
    SELECT bucket, thread, side_no, y FROM pair
    UNION ALL
    SELECT hash(bucket, 'article'), article, side_no, sum(y) FROM pair GROUP BY ALL
)"""

_EVENTS_TAIL = """,
counts AS (
    SELECT event_id, count(*) AS all_comments, count(*) FILTER (WHERE is_explicit) AS explicit_comments,
           count(DISTINCT commenter_id) AS all_commenters, count(DISTINCT article_id) AS articles
    FROM during GROUP BY ALL
),
families AS (
    SELECT t.ancestor_event_id AS event_id, count(DISTINCT d.comment_id) AS comments
    FROM marts.event_tree t JOIN during d USING (event_id) GROUP BY ALL
),
few AS (
    SELECT bucket, side_no, y / n AS share, marts.wilson_low(y, n, effect) AS low,
           marts.wilson_high(y, n, effect) AS high
    FROM (SELECT *, marts.few_clusters_effect(y, n, yy, yn, nn, threads::DOUBLE) AS effect FROM filled)
)
SELECT e.event_id, e.name, e.aka, e.start_date, e.end_date, coalesce(e.date_precision, 1) AS date_precision,
       e.event_type, e.place, e.source_refs, e.attribution_status, e.lat, e.lon,
       coalesce(e.geo_precision, 1) AS geo_precision, e.parent_event_id, parent.name AS parent_name,
       array_to_string(list_concat([p.name], list_sort(list_filter(
           list_distinct(map_values(p.names)), lambda other: other <> p.name))), ' / ') AS place_names,
       coalesce(c.articles, 0) AS articles, coalesce(c.all_comments, 0) AS event_comments,
       coalesce(c.explicit_comments, 0) AS explicit_comments, coalesce(f.comments, 0) AS family_comments,
       coalesce(c.all_commenters, 0) AS event_commenters,
       list_extract($sides::VARCHAR[], x.side_no) AS side, coalesce(a.comments, 0) AS comments,
       coalesce(a.n, 0) AS n, coalesce(a.is_small, true) AS is_small, a.share, a.share_low, a.share_high,
       coalesce(b.n, 0) AS prior_n, coalesce(b.is_small, true) AS prior_is_small, b.share AS prior_share,
       b.share_low AS prior_share_low, b.share_high AS prior_share_high, a.share - b.share AS shift,
       a.share - b.share - sqrt((fa.share - fa.low) ** 2 + (fb.high - fb.share) ** 2) AS shift_low,
       a.share - b.share + sqrt((fa.high - fa.share) ** 2 + (fb.share - fb.low) ** 2) AS shift_high
FROM marts.dim_event e
CROSS JOIN (SELECT generate_subscripts($sides::VARCHAR[], 1) AS side_no) x
LEFT JOIN marts.dim_event parent ON parent.event_id = e.parent_event_id
LEFT JOIN marts.dim_place p ON p.place_key = e.place_key
LEFT JOIN counts c ON c.event_id = e.event_id
LEFT JOIN families f ON f.event_id = e.event_id
LEFT JOIN share a ON a.bucket = hash(e.event_id, 'during') AND a.side_no = x.side_no
LEFT JOIN share b ON b.bucket = hash(e.event_id, 'before') AND b.side_no = x.side_no
LEFT JOIN few fa ON fa.bucket = hash(hash(e.event_id, 'during'), 'article') AND fa.side_no = x.side_no
LEFT JOIN few fb ON fb.bucket = hash(hash(e.event_id, 'before'), 'article') AND fb.side_no = x.side_no
WHERE e.conflict_id = $conflict
ORDER BY event_comments DESC, e.start_date, e.event_id, x.side_no"""


def events(filters: Filters, zone: str, sides: tuple[str, ...]) -> Query:
    """One row per event and side: counts, share, and shift against all comments of the 14 days before it.

    The interval of the shift joins the two Wilson intervals, clustered by article (Newcombe's method 10).
    """
    everything = filters.without("event")
    sql = SCOPE + _EVENTS + _CELLS + SHARES + _EVENTS_TAIL
    return query(sql, **share_params(everything, zone, sides), prior_days=PRIOR_DAYS)


def event_articles(filters: Filters, zone: str, event_id: str) -> Query:
    """List the articles linked to one event, those with most comments in scope first."""
    sql = """
    SELECT a.title, o.name AS outlet, a.published_at, a.published_basis, l.role,
           CASE WHEN l.basis = 'decided' THEN 'decided' WHEN l.needs_review THEN 'in review' ELSE 'linked' END AS state,
           l.confidence, a.url, count(s.comment_id) AS comments
    FROM marts.fct_article_event l
    JOIN marts.dim_article a ON a.article_id = l.article_id
    JOIN marts.dim_outlet o ON o.outlet_id = a.outlet_id
    LEFT JOIN scope s ON s.article_id = a.article_id
    WHERE l.event_id = $shown_event
    GROUP BY ALL ORDER BY comments DESC, a.published_at, a.title"""
    everything = filters.without("event")
    return query(SCOPE + sql, **scope_params(everything, zone), shown_event=event_id)


def tolls(event_id: str) -> Query:
    """Every toll a source gave of one event, the present ones first."""
    sql = """
    SELECT source, fatalities_low AS low, fatalities_best AS best, fatalities_high AS high, injured, toll_source,
           toll_as_of, CAST(valid_from AS DATE) AS since, CAST(valid_to AS DATE) AS until, licence
    FROM marts.event_toll WHERE event_id = $event ORDER BY valid_to IS NOT NULL, source, valid_from DESC"""
    return query(sql, event=event_id)


def xrefs(event_id: str) -> Query:
    """Ids of one event in other collections, the surest first."""
    sql = """
    SELECT source, external_id, confidence, method, licence, is_withdrawn
    FROM marts.event_xref WHERE event_id = $event ORDER BY confidence DESC, source, external_id"""
    return query(sql, event=event_id)


CANDIDATES = "fct_article_candidate"

_INSTEAD = """(
    SELECT list(n.name || format(' ({:.2f})', c.confidence) ORDER BY c.rank)
    FROM marts.fct_article_candidate c JOIN marts.dim_event n ON n.event_id = c.event_id
    WHERE c.article_id = l.article_id AND c.event_id <> l.event_id AND c.conflict_id = l.conflict_id
)"""

_WAITING = """ AS instead, a.published_at, o.name AS outlet, a.url, l.article_id, l.event_id
FROM marts.fct_article_event l
JOIN marts.dim_article a ON a.article_id = l.article_id
JOIN marts.dim_outlet o ON o.outlet_id = a.outlet_id
JOIN marts.dim_event e ON e.event_id = l.event_id
WHERE l.conflict_id = $conflict AND l.needs_review
ORDER BY l.confidence DESC, a.title, e.name"""


def review_queue(conflict: str, *, has_candidates: bool) -> Query:
    """Links from articles to events that wait for an engineer's answer, the surest first.

    `instead` are the likeliest other events of the article with their confidence; none where the build has no such
    table (`has_candidates` False).
    """
    sql = "SELECT a.title, e.name AS event, l.role, l.confidence, "
    return query(sql + (_INSTEAD if has_candidates else "NULL::VARCHAR[]") + _WAITING, conflict=conflict)
