"""Room 5's edge: reads what was shaped, hands it to the annotators, appends what they infer.

Every function does only what is new: a row is new while no answer of the same version stands beside it. Answers are
appended batch by batch, so a run that is stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from ingest.annotate.stance.labels import Label
from ingest.records import TIMESTAMP, ArticleInput, EventLink, Judgement, Report, SideScore, Span, StanceInput, utc_now

BATCH = 2_000
ABOUT = 0.5
"""Relevance from which an article counts as being about a conflict."""

Progress = Callable[[int, int], None]


class Scorer(Protocol):
    """Whatever can tell the side a comment takes in one conflict."""

    model_version: str

    def score(self, inputs: list[StanceInput]) -> list[SideScore]:
        """Judge every input, in order."""
        ...


class Linker(Protocol):
    """Whatever can tie articles and comments to the events of one conflict."""

    method_version: str

    def judge_all(self, articles: Sequence[ArticleInput]) -> list[Judgement]:
        """Say how surely each article is about the conflict, link it (no links: to no event), rank likely events."""
        ...

    def decision_key(self, article_id: str, url: str | None) -> str:
        """Return what changes when an engineer answers anew for an article."""
        ...

    def link_comments(self, texts: list[str]) -> list[list[EventLink]]:
        """Link every text by its own words, in order."""
        ...


Detector = Callable[[Sequence[str]], list[tuple[str | None, float]]]


def _silent(done: int, total: int) -> None:
    """Show nothing."""


def _batches(rows: list[tuple[Any, ...]], progress: Progress) -> Iterator[list[tuple[Any, ...]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
        progress(min(start + BATCH, len(rows)), len(rows))


_SPANS = pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32())]))
_ARROW = {
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP WITH TIME ZONE": TIMESTAMP,
}


def _append(con: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Append rows, given in the table's column order, by way of Arrow."""
    if not rows:
        return
    described = con.execute(f"DESCRIBE annotate.{table}").fetchall()
    arrays = [
        pa.array([row[i] for row in rows], type=_ARROW.get(column[1], _SPANS)) for i, column in enumerate(described)
    ]
    con.register("new_rows", pa.table(arrays, names=[column[0] for column in described]))
    try:
        con.execute(f"INSERT INTO annotate.{table} SELECT * FROM new_rows")
    finally:
        con.unregister("new_rows")


def _spans(spans: Sequence[Span]) -> list[dict[str, int]]:
    return [{"start": span.start, "end": span.end} for span in spans]


def set_active_version(con: duckdb.DuckDBPyConnection, kind: str, conflict_id: str, version: str) -> None:
    """Make `version` the one the marts serve for this kind of annotation; called once its answers are complete."""
    con.execute("BEGIN")
    con.execute("DELETE FROM annotate.active_version WHERE kind = ? AND conflict_id = ?", [kind, conflict_id])
    con.execute("INSERT INTO annotate.active_version VALUES (?, ?, ?)", [kind, conflict_id, version])
    con.execute("COMMIT")


def detect_languages(
    con: duckdb.DuckDBPyConnection, detect: Detector, version: str, progress: Progress = _silent
) -> Report:
    """Tell the language of every comment text not told yet by this version."""
    rows = con.execute(
        "SELECT DISTINCT input_key, text FROM intermediate.int_comment_input AS input "
        "ANTI JOIN (SELECT input_key FROM annotate.language WHERE model_version = ?) USING (input_key) "
        "ORDER BY input_key",
        [version],
    ).fetchall()
    now = utc_now()
    for batch in _batches(rows, progress):
        found = detect([text for _, text in batch])
        _append(
            con,
            "language",
            [(key, lang, score, version, now) for (key, _), (lang, score) in zip(batch, found, strict=True)],
        )
    set_active_version(con, "language", "", version)
    return Report({"texts": len(rows)})


_ARTICLES = """
SELECT
    article.article_id, article.content_key, coalesce(title, ''), coalesce(text, ''), published_at, url,
    done.decision_key, done.article_id IS NOT NULL AS is_done
FROM intermediate.int_article AS article
LEFT JOIN (
    SELECT article_id, content_key, coalesce(decision_key, '') AS decision_key
    FROM annotate.article_conflict WHERE conflict_id = ? AND method_version = ?
) AS done USING (article_id, content_key)
ORDER BY article.article_id
"""


def link_articles(
    con: duckdb.DuckDBPyConnection, conflict_id: str, linker: Linker, progress: Progress = _silent
) -> Report:
    """Tell which new, changed or newly decided articles are about the conflict, and to which of its events they belong.

    Beside its links, an article's likeliest events are kept, linked or not. Where an engineer's answers changed, they
    replace what was linked under the same version.
    """
    version, report = linker.method_version, Report({"articles": 0, "about": 0, "links": 0, "candidates": 0})
    keyed = [
        (*row, linker.decision_key(row[0], row[5])) for row in con.execute(_ARTICLES, [conflict_id, version]).fetchall()
    ]
    rows = [row for row in keyed if not row[7] or row[6] != row[8]]
    for batch in _batches(rows, progress):
        judged = linker.judge_all([ArticleInput(*row[:1], *row[2:6]) for row in batch])
        now = utc_now()
        new_links = [
            (
                row[0], row[1], conflict_id, link.event_id, link.role, link.basis, link.confidence,
                _spans(link.evidence), version, now,
            )
            for row, (_, found, _) in zip(batch, judged, strict=True)
            for link in found
        ]  # fmt: skip
        likeliest = [
            (
                row[0], row[1], conflict_id, one.event_id, one.rank, one.confidence, one.why_not, _spans(one.evidence),
                version, now,
            )
            for row, (_, _, candidates) in zip(batch, judged, strict=True)
            for one in candidates
        ]  # fmt: skip
        about = [
            (row[0], row[1], conflict_id, relevance, version, now, row[8])
            for row, (relevance, _, _) in zip(batch, judged, strict=True)
        ]
        con.execute("BEGIN")
        for article_id, content_key in ((row[0], row[1]) for row in batch if row[7]):
            _forget(con, article_id, content_key, conflict_id, version)
        _append(con, "article_event", new_links)
        _append(con, "article_candidate", likeliest)
        _append(con, "article_conflict", about)
        con.execute("COMMIT")
        report.add("articles", len(batch))
        report.add("about", sum(one.about >= ABOUT for one in judged))
        report.add("links", len(new_links))
        report.add("candidates", len(likeliest))
    return report


def _forget(con: duckdb.DuckDBPyConnection, article_id: str, content_key: str, conflict_id: str, version: str) -> None:
    for table in ("article_event", "article_candidate", "article_conflict"):
        con.execute(
            f"DELETE FROM annotate.{table} "
            "WHERE article_id = ? AND content_key = ? AND conflict_id = ? AND method_version = ?",
            [article_id, content_key, conflict_id, version],
        )


_COMMENTS_ABOUT = """
SELECT DISTINCT input.input_key, input.text, input.parent_text, input.article_title
FROM intermediate.int_comment_input AS input
JOIN intermediate.int_article AS article USING (article_id)
JOIN annotate.article_conflict AS about USING (article_id, content_key)
ANTI JOIN (
    SELECT input_key FROM annotate.{done} WHERE conflict_id = $conflict AND {version_column} = $version
) USING (input_key)
WHERE about.conflict_id = $conflict AND about.method_version = $linker AND about.relevance >= $about
ORDER BY input.input_key
"""


def _comments_about(
    con: duckdb.DuckDBPyConnection, done: str, column: str, conflict_id: str, version: str, linker_version: str
) -> list[tuple[Any, ...]]:
    return con.execute(
        _COMMENTS_ABOUT.format(done=done, version_column=column),
        {"conflict": conflict_id, "version": version, "linker": linker_version, "about": ABOUT},
    ).fetchall()


def link_comments(
    con: duckdb.DuckDBPyConnection, conflict_id: str, linker: Linker, progress: Progress = _silent
) -> Report:
    """Link new comments on the conflict's articles to the events they name in their own words."""
    version, report = linker.method_version, Report({"comments": 0, "links": 0})
    rows = _comments_about(con, "comment_linked", "method_version", conflict_id, version, version)
    for batch in _batches(rows, progress):
        links = linker.link_comments([row[1] for row in batch])
        now = utc_now()
        new_links = [
            (
                row[0], conflict_id, link.event_id, link.role, "explicit", link.confidence, _spans(link.evidence),
                version, now,
            )
            for row, found in zip(batch, links, strict=True)
            for link in found
        ]  # fmt: skip
        con.execute("BEGIN")
        _append(con, "comment_event", new_links)
        _append(con, "comment_linked", [(row[0], conflict_id, version, now) for row in batch])
        con.execute("COMMIT")
        report.add("comments", len(batch))
        report.add("links", len(new_links))
    set_active_version(con, "events", conflict_id, version)
    return report


def replace_labels(con: duckdb.DuckDBPyConnection, conflict_id: str, labels: Sequence[Label]) -> int:
    """Make annotate.side_label hold what people answered on this conflict's comments; return how many answers."""
    rows = [
        (
            conflict_id,
            label.text,
            label.parent_text,
            label.article_title,
            party_id,
            stance,
            label.side,
            label.labelled_on,
            label.drawn,
        )
        for label in labels
        for party_id, stance in label.stances.items()
    ]
    con.execute("BEGIN")
    con.execute("DELETE FROM annotate.side_label WHERE conflict_id = ?", [conflict_id])
    _append(con, "side_label", rows)
    con.execute("COMMIT")
    return len(labels)


def score_stance(
    con: duckdb.DuckDBPyConnection,
    conflict_id: str,
    scorer: Scorer,
    linker_version: str,
    progress: Progress = _silent,
) -> Report:
    """Score every new comment on the conflict's articles toward every belligerent, once per distinct input."""
    version, report = scorer.model_version, Report({"comments": 0, "abstained": 0})
    rows = _comments_about(con, "side", "model_version", conflict_id, version, linker_version)
    for batch in _batches(rows, progress):
        scores = scorer.score([StanceInput(*row[1:4]) for row in batch])
        now = utc_now()
        stances = [
            (
                row[0], conflict_id, *astuple(stance)[:7], _spans(stance.evidence), version, now,
            )
            for row, score in zip(batch, scores, strict=True)
            for stance in score.stances
        ]  # fmt: skip
        sides = [
            (
                row[0], conflict_id, score.side, score.confidence, score.abstained, score.abstain_reason,
                _spans(score.evidence), version, now,
            )
            for row, score in zip(batch, scores, strict=True)
        ]  # fmt: skip
        con.execute("BEGIN")
        _append(con, "stance", stances)
        _append(con, "side", sides)
        con.execute("COMMIT")
        report.add("comments", len(batch))
        report.add("abstained", sum(score.abstained for score in scores))
        for score in scores:
            report.add(f"side:{score.side}")
    set_active_version(con, "stance", conflict_id, version)
    return report
