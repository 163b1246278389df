"""How the served stance model errs, from answers drawn at random: read from the warehouse, kept beside the sides.

Only such answers count, and no training learns from them, so they measure every version of the model alike.
"""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from ingest.annotate.stance.labels import NOT_ASKED
from ingest.annotate.stance.prevalence import NEITHER, Array, Correction, answers_needed, class_of, estimate
from ingest.conflict import Conflict
from ingest.records import Report

# Comments that a random draw may ask about: those of the conflict's articles with text the model can read.
_JUDGED = """
WITH verdict AS (
    SELECT input_key, any_value(side) AS side, coalesce(any_value(abstain_reason), '') AS reason
    FROM annotate.side WHERE conflict_id = $conflict AND model_version = $version GROUP BY input_key
),
judged AS (
    SELECT input.input_key, input.text, coalesce(input.parent_text, '') AS parent_text,
           coalesce(input.article_title, '') AS article_title, verdict.side
    FROM intermediate.int_comment_input AS input
    JOIN verdict USING (input_key)
    JOIN intermediate.int_article AS article USING (article_id)
    JOIN annotate.article_conflict AS about USING (article_id, content_key)
    WHERE about.conflict_id = $conflict AND about.method_version = $linker AND about.relevance >= $about
          AND verdict.side <> 'empty' AND NOT list_contains($not_asked, verdict.reason)
)
"""
_CALLS = "SELECT side, count(*) FROM judged GROUP BY side"
_ANSWERS = """
SELECT judged.side, label.side, count(DISTINCT judged.input_key)
FROM judged
JOIN annotate.side_label AS label
    ON label.text = judged.text AND coalesce(label.parent_text, '') = judged.parent_text
    AND coalesce(label.article_title, '') = judged.article_title
WHERE label.conflict_id = $conflict AND label.drawn = 'random'
GROUP BY ALL
"""


def measure_side_error(
    con: duckdb.DuckDBPyConnection, conflict: Conflict, version: str, linker_version: str, about: float
) -> Report:
    """Make annotate.side_confusion and annotate.side_error say how `version` errs on the conflict's comments.

    Where answers are too few, side_confusion says how many more are needed and side_error stays empty.
    """
    parties = [party.party_id for party in conflict.belligerents]
    classes = (*parties, NEITHER)
    given = {
        "conflict": conflict.conflict_id,
        "version": version,
        "linker": linker_version,
        "about": about,
        "not_asked": list(NOT_ASKED),
    }
    calls, answers = np.zeros(len(classes)), np.zeros((len(classes), len(classes)))
    for called, count in con.execute(_JUDGED + _CALLS, given).fetchall():
        calls[classes.index(class_of(called, parties))] += count
    for called, taken, count in con.execute(_JUDGED + _ANSWERS, given).fetchall():
        answers[classes.index(class_of(called, parties)), classes.index(class_of(taken, parties))] += count
    needed, correction = answers_needed(answers, calls), estimate(answers, calls)
    confusion = [
        (conflict.conflict_id, version, called, taken, int(answers[i, j]), int(calls[i]), needed)
        for i, called in enumerate(classes)
        for j, taken in enumerate(classes)
    ]
    con.execute("BEGIN")
    _replace(con, "side_confusion", conflict.conflict_id, _columns(confusion))
    con.execute("DELETE FROM annotate.side_error WHERE conflict_id = ?", [conflict.conflict_id])
    if correction is not None:
        _replace(con, "side_error", conflict.conflict_id, _flat(conflict.conflict_id, version, classes, correction))
    con.execute("COMMIT")
    return Report({"random answers": int(answers.sum()), "more random answers needed": needed})


def _columns(rows: list[tuple[Any, ...]]) -> list[Any]:
    return [list(column) for column in zip(*rows, strict=True)]


def _flat(conflict_id: str, version: str, classes: tuple[str, ...], found: Correction) -> list[Any]:
    """Return the correction as columns, one row per replicate, class called and class taken."""
    replicates, size, _ = found.weights.shape
    replicate, called, taken = (axis.ravel() for axis in np.indices((replicates, size, size)))
    names = np.asarray(classes, dtype=object)
    weight: Array = found.weights[replicate, taken, called]
    return [
        [conflict_id] * len(weight), [version] * len(weight), replicate, names[called], names[taken], weight,
        found.noise[replicate, called],
    ]  # fmt: skip


def _replace(con: duckdb.DuckDBPyConnection, table: str, conflict_id: str, columns: list[Any]) -> None:
    """Make `table` hold these rows, given in its column order, for the conflict."""
    names = [row[0] for row in con.execute(f"DESCRIBE annotate.{table}").fetchall()]
    con.register("new_rows", pa.table([pa.array(column) for column in columns], names=names))
    try:
        con.execute(f"DELETE FROM annotate.{table} WHERE conflict_id = ?", [conflict_id])  # noqa: S608  own names
        con.execute(f"INSERT INTO annotate.{table} SELECT * FROM new_rows")  # noqa: S608  own names
    finally:
        con.unregister("new_rows")
