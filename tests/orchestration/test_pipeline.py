"""The main job, for real: Dagster runs every room on the embedded corpus, and what is published is true to it."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.fetch.demo.corpus import gold, load_corpus
from ingest.settings import REPO_ROOT
from ingest.warehouse.current import connect, list_builds, read_current
from tests.conftest import run_parley

pytestmark = pytest.mark.pipeline

DemoRun = tuple[Path, str]


def _rows(state: Path, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    con = connect(read_current(state / "warehouse" / "published").path)
    try:
        return con.execute(query, list(parameters)).fetchall()
    finally:
        con.close()


def test_the_summary_says_what_a_person_wants_to_know(demo_run: DemoRun) -> None:
    _, printed = demo_run
    for words in ("Published build", "invented", "by status", "comments", "interval", "Events with most comments"):
        assert words in printed
    for command in ("make dashboard", "make dagster", "parley sql"):
        assert command in printed


def test_every_comment_ever_shown_is_there_once(demo_run: DemoRun) -> None:
    state, _ = demo_run
    shown: dict[tuple[str, int], set[str]] = {}
    for edition in (1, 2):
        for thread in gold(edition, REPO_ROOT / "data" / "demo"):
            for comment in thread.comments:
                if comment.kind != "pingback":
                    shown.setdefault((thread.article.slug, comment.comment_id), set()).add(comment.text.strip())

    rows = _rows(state, "SELECT count(*), count(DISTINCT comment_id), sum(revision - 1) FROM marts.fct_comment")

    edited = sum(len(texts) - 1 for texts in shown.values())
    assert len(shown) >= 1_500
    assert edited > 0
    assert rows == [(len(shown), len(shown), edited)]
    revisions = _rows(state, "SELECT count(*) FROM marts.fct_comment_revision")
    assert revisions == [(len(shown) + edited,)]


def test_what_vanished_between_two_crawls_is_kept_and_marked(demo_run: DemoRun) -> None:
    state, _ = demo_run
    corpus = load_corpus(REPO_ROOT / "data" / "demo")
    vanished = sum(item.vanishes for items in corpus.stored.values() for item in items)
    marked = _rows(state, "SELECT count(*), bool_and(last_seen_at < now()) FROM marts.fct_comment WHERE is_vanished")
    assert vanished > 0
    assert marked == [(vanished, True)]


def test_every_page_asked_for_ends_in_one_status_and_failures_are_shown(demo_run: DemoRun) -> None:
    state, _ = demo_run
    latest = _rows(state, "SELECT page_url FROM marts.fct_page_status WHERE is_latest")
    assert len(set(latest)) == len(latest) > 60
    reads = Counter(status for (status,) in _rows(state, "SELECT status FROM marts.fct_page_status"))
    assert {"parsed", "no_comments", "closed", "not_modified"} <= set(reads)
    assert {"blocked_by_robots", "http_error", "unsupported_type", "empty"} <= set(reads)


def test_every_comment_on_the_conflict_has_a_side_and_a_stance_toward_each_party(demo_run: DemoRun) -> None:
    state, _ = demo_run
    incomplete = _rows(
        state,
        """
        SELECT count(*) FROM marts.fct_comment_side AS side
        WHERE side <> 'empty' AND (
            SELECT count(*) FROM marts.fct_comment_stance AS stance
            WHERE stance.comment_id = side.comment_id AND stance.conflict_id = side.conflict_id
        ) <> (
            SELECT count(*) FROM marts.dim_party AS party
            WHERE party.conflict_id = side.conflict_id AND party.kind = 'belligerent'
        )
        """,
    )
    assert incomplete == [(0,)]
    assert _rows(state, "SELECT count(*) > 1000 FROM marts.fct_comment_side") == [(True,)]
    languages = {row[0] for row in _rows(state, "SELECT DISTINCT language FROM marts.fct_comment")}
    assert {"en", "ru", "az", "hy", "tr"} <= languages


def test_most_sides_are_those_the_writers_meant(demo_run: DemoRun) -> None:
    """A coarse floor on the whole chain: of the calls for a party, few are for the wrong one."""
    state, _ = demo_run
    meant = {
        (thread.article.slug, comment.text.strip()): comment.side
        for thread in gold(2, REPO_ROOT / "data" / "demo")
        for comment in thread.comments
        if comment.text.strip()
    }
    called = _rows(
        state,
        """
        SELECT article.url, comment.text, side.side FROM marts.fct_comment_side AS side
        JOIN marts.fct_comment AS comment USING (comment_id)
        JOIN marts.dim_article AS article USING (article_id)
        JOIN marts.dim_party AS party ON party.party_id = side.side AND party.conflict_id = side.conflict_id
        """,
    )
    parties = {side for _, _, side in called}
    pairs = [(meant.get((url.rstrip("/").rsplit("/", 1)[-1], text.strip())), side) for url, text, side in called]
    partisan = [(want, got) for want, got in pairs if want in parties]
    wrong = sum(want != got for want, got in partisan)
    assert len(partisan) > 200
    assert wrong / len(partisan) < 0.20


def test_no_commenter_name_is_published(demo_run: DemoRun) -> None:
    state, _ = demo_run
    names = {
        comment.author
        for thread in gold(2, REPO_ROOT / "data" / "demo")
        for comment in thread.comments
        if comment.author and len(comment.author) > 3
    }
    con = connect(read_current(state / "warehouse" / "published").path)
    columns = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'marts' AND data_type = 'VARCHAR'"
    ).fetchall()
    for table, column in columns:
        found = con.execute(
            f'SELECT count(*) FROM marts."{table}" WHERE list_contains(?, "{column}")', [sorted(names)]
        ).fetchone()
        assert found == (0,), f"{table}.{column} holds commenters' names"


def test_a_second_run_with_nothing_new_publishes_nothing_and_says_so(demo_run: DemoRun, tmp_path: Path) -> None:
    state = tmp_path / "state"
    shutil.copytree(demo_run[0], state)
    before = list_builds(state / "warehouse" / "published")

    again = run_parley(state, "run")

    assert again.returncode == 0, again.stderr
    assert "Nothing new" in again.stdout
    assert [b.build_id for b in list_builds(state / "warehouse" / "published")] == [b.build_id for b in before]
    con = duckdb.connect(str(state / "warehouse" / "build.duckdb"), read_only=True)
    latest = con.execute(
        "SELECT count(*) FILTER (status = 'parsed'), count(*) FILTER (status = 'not_modified') FROM raw.page_read "
        "WHERE crawl_id = (SELECT max(crawl_id) FROM raw.page_read)"
    ).fetchone()
    assert latest is not None
    assert latest[0] == 0
    assert latest[1] > 50
