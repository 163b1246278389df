"""The numbers a person wants after a run, read from a published build."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.warehouse.current import connect


@dataclass(frozen=True, slots=True)
class SideShare:
    """One side's share of the comments with text in one conflict, with its 95 % interval; shares are 0 to 1."""

    conflict: str
    side: str
    comments: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class EventCount:
    """One event and how much was said about it."""

    event_id: str
    name: str
    start: str
    comments: int
    commenters: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build contains, in short."""

    pages_by_status: list[tuple[str, int]]
    articles: int
    comments: int
    commenters: int
    languages: list[tuple[str, int]]
    sides: list[SideShare]
    events: list[EventCount]


# A page that answered "not modified" is still what it was: its last other status counts.
_STATUSES = """
SELECT status, count(*) FROM (
    SELECT page_url, coalesce(arg_max(status, fetched_at) FILTER (status <> 'not_modified'), 'not_modified') AS status
    FROM marts.fct_page_status GROUP BY page_url
)
GROUP BY status ORDER BY 2 DESC, 1
"""

_SIDES = """
WITH per_thread AS (
    SELECT side.conflict_id, side.side, comment.thread_root_id, count(*) AS n
    FROM marts.fct_comment_side AS side JOIN marts.fct_comment AS comment USING (comment_id)
    WHERE side.side <> 'empty'
    GROUP BY ALL
),
threads AS (SELECT conflict_id, thread_root_id, sum(n) AS n FROM per_thread GROUP BY ALL),
totals AS (
    SELECT conflict_id, sum(n) AS n, sum(n * n) AS nn, count(*) AS clusters FROM threads GROUP BY ALL
),
sides AS (
    SELECT conflict_id, side, sum(per_thread.n) AS y, sum(per_thread.n * per_thread.n) AS yy,
        sum(per_thread.n * threads.n) AS yn
    FROM per_thread JOIN threads USING (conflict_id, thread_root_id)
    GROUP BY ALL
),
effects AS (
    SELECT sides.*, totals.n, marts.design_effect(y, totals.n, yy, yn, nn, clusters) AS deff
    FROM sides JOIN totals USING (conflict_id)
)
SELECT dim_conflict.name, coalesce(dim_party.name, side), y::BIGINT, y / n,
    marts.wilson_low(y, n, deff), marts.wilson_high(y, n, deff)
FROM effects
JOIN marts.dim_conflict USING (conflict_id)
LEFT JOIN marts.dim_party ON dim_party.conflict_id = effects.conflict_id AND dim_party.party_id = effects.side
ORDER BY dim_conflict.name, dim_party.sort_order NULLS LAST, y DESC
"""

_EVENTS = """
SELECT event_id, name, start_date::VARCHAR, comments, commenters
FROM marts.fct_event JOIN marts.dim_event USING (event_id)
WHERE comments > 0
ORDER BY comments DESC, event_id
LIMIT ?
"""


def summarise(build: Path, events: int = 5) -> Summary:
    """Read the summary of the build in file `build`, with the `events` most commented events."""
    con = connect(build)
    try:
        statuses = con.execute(_STATUSES).fetchall()
        totals = con.execute(
            "SELECT (SELECT count(*) FROM marts.dim_article), count(*), count(DISTINCT commenter_id) "
            "FROM marts.fct_comment"
        ).fetchone() or (0, 0, 0)
        languages = con.execute(
            "SELECT coalesce(language, 'unknown'), count(*) FROM marts.fct_comment WHERE NOT is_empty "
            "GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
        return Summary(
            pages_by_status=statuses,
            articles=totals[0],
            comments=totals[1],
            commenters=totals[2],
            languages=languages,
            sides=[SideShare(*row) for row in con.execute(_SIDES).fetchall()],
            events=[EventCount(*row) for row in con.execute(_EVENTS, [events]).fetchall()],
        )
    finally:
        con.close()
