"""Whether the stance model still sees what it used to: sides of the newest comments beside earlier ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

MIN_COMMENTS = 100
SHIFTED = 0.25
"""Population stability index from which a distribution counts as another one; below 0.1 it is the same."""
AGREES = 0.7
_FLOOR = 0.001


@dataclass(frozen=True, slots=True)
class Drift:
    """Shares of sides in one conflict: `newest` is the last batch of the served version, `before` all earlier ones.

    `index` is the population stability index of the two, None below MIN_COMMENTS of either. `agreement` is the share
    of comments on which the served version and the one before it give the same side, None without one.
    """

    conflict_id: str
    version: str
    newest: Mapping[str, int]
    before: Mapping[str, int]
    index: float | None
    former_version: str | None
    agreement: float | None

    @property
    def is_drift(self) -> bool:
        """Whether somebody should look."""
        return (self.index or 0.0) >= SHIFTED or (self.agreement is not None and self.agreement < AGREES)


def stability_index(newest: Mapping[str, int], before: Mapping[str, int]) -> float | None:
    """Return the population stability index of two counts by side; None where either is too small to tell."""
    new, old = sum(newest.values()), sum(before.values())
    if min(new, old) < MIN_COMMENTS:
        return None
    shares = [
        (max(newest.get(side, 0) / new, _FLOOR), max(before.get(side, 0) / old, _FLOOR)) for side in {*newest, *before}
    ]
    return sum((n - o) * math.log(n / o) for n, o in shares)


def drift_of(con: duckdb.DuckDBPyConnection, conflict_id: str, version: str) -> Drift:
    """Compare the sides that `version` gave in its last batch of comments with all it gave before."""
    rows = con.execute(
        """
        WITH judged AS (
            SELECT side, annotated_at, max(annotated_at) OVER () AS last_at
            FROM annotate.side WHERE conflict_id = $conflict AND model_version = $version
        )
        -- One run writes its batches within hours.
        SELECT annotated_at > last_at - INTERVAL 12 HOURS AS is_new, side, count(*) FROM judged GROUP BY ALL
        """,
        {"conflict": conflict_id, "version": version},
    ).fetchall()
    newest = {side: count for is_new, side, count in rows if is_new}
    before = {side: count for is_new, side, count in rows if not is_new}
    former, same = con.execute(
        """
        WITH former AS (
            SELECT model_version FROM annotate.side WHERE conflict_id = $conflict AND model_version <> $version
            GROUP BY model_version ORDER BY max(annotated_at) DESC, model_version LIMIT 1
        )
        SELECT any_value(old.model_version), avg(CAST(old.side = new.side AS INTEGER))
        FROM annotate.side AS new
        JOIN annotate.side AS old USING (input_key, conflict_id)
        WHERE conflict_id = $conflict AND new.model_version = $version
              AND old.model_version = (SELECT model_version FROM former)
        """,
        {"conflict": conflict_id, "version": version},
    ).fetchall()[0]
    return Drift(conflict_id, version, newest, before, stability_index(newest, before), former, same)
