"""An engineer's answers win over the linker, are read with errors that say where, and re-link only what they touch."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from ingest.annotate import store
from ingest.annotate.events import Linker
from ingest.conflict import Conflict, ConflictError, LinkDecision, load_conflict
from ingest.conflict_links import FILE, read_decisions, with_answer, write_decisions
from ingest.records import ArticleInput
from ingest.warehouse.build import open_build
from tests.annotate.events.articles import ids, primary

URL = "https://www.news.example/barda/"
ARTICLE = ArticleInput(
    "a1",
    "Rockets hit Barda",
    "Rockets killed 21 people in Barda on Wednesday, Azerbaijan said.\nThe Moscow truce of 10 October had not held.",
    datetime(2020, 10, 28, 12, tzinfo=UTC),
    URL,
)


def _decision(event_id: str, role: str, article: str = "https://news.example/barda") -> LinkDecision:
    return LinkDecision(article, event_id, role, "A. Engineer", date(2026, 1, 2), "read it")


def _links(conflict: Conflict, *decisions: LinkDecision) -> tuple[str | None, dict[str, tuple[str, str, float]]]:
    links = Linker(replace(conflict, link_decisions=decisions)).link_articles([ARTICLE])[0]
    return primary(links), {link.event_id: (link.role, link.basis, link.confidence) for link in links}


def test_answers_win_over_the_linker(conflict: Conflict) -> None:
    assert _links(conflict)[0] == "nk20-10-28-barda"
    about, links = _links(conflict, _decision("nk20-10-27-garayusifli", "primary"))
    assert about == "nk20-10-27-garayusifli"
    assert links["nk20-10-27-garayusifli"] == ("primary", "decided", 1.0)
    assert links["nk20-10-28-barda"][0] == "secondary"
    assert "nk20-10-10-moscow-truce" not in _links(conflict, _decision("nk20-10-10-moscow-truce", "none"))[1]
    assert _links(conflict, _decision("none", "none")) == (None, {})
    assert _links(conflict, _decision("nk20-10-28-barda", "primary", article="a1"))[1]["nk20-10-28-barda"][2] == 1.0
    assert _links(conflict, _decision("none", "none", article="https://other.example/"))[0] == "nk20-10-28-barda"


def test_a_decided_article_is_about_the_conflict(conflict: Conflict) -> None:
    plain = ArticleInput("a1", "Weather", "Sunny spells.", None)
    told = replace(conflict, link_decisions=(_decision("nk20-10-28-barda", "primary", "a1"),))
    assert Linker(conflict).relevance(plain) < 0.5
    assert Linker(told).relevance(plain) == 1.0


HEAD = "article,event_id,role,decided_by,decided_on,reason\n"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("x,nope,primary,me,2026-01-02,why\n", r":2: event_id 'nope' is not in events.csv"),
        ("x,e1,chief,me,2026-01-02,why\n", r":2: role = 'chief'; it must be one of primary"),
        ("x,none,primary,me,2026-01-02,why\n", r":2: role = 'primary', but the article is about no event"),
        ("x,e1,primary,me,02.01.2026,why\n", r":2: decided_on = '02.01.2026' is not a date"),
        ("x,e1,primary,me,2026-01-02,\n", r":2: column 'reason' is empty"),
        ("x,e1,primary,me,2026-01-02,a\nx,e1,none,me,2026-01-02,b\n", r":3: x and e1 are answered at .*:2 already"),
        ("x,e1,primary,me,2026-01-02,a\nx,e2,primary,me,2026-01-02,b\n", "x has two primary events"),
        ("x,e1,primary,me,2026-01-02,a\nx,none,none,me,2026-01-02,b\n", "x is answered with none and with e1"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, lines: str, message: str) -> None:
    path = tmp_path / FILE
    path.write_text(HEAD + lines, encoding="utf-8")
    with pytest.raises(ConflictError, match=message) as error:
        read_decisions(path, ["e1", "e2"])
    assert str(path) in str(error.value)


def test_new_answers_replace_what_they_overrule(tmp_path: Path) -> None:
    path = tmp_path / FILE
    answers: list[LinkDecision] = []
    for answer in (_decision("e1", "primary"), _decision("e2", "primary"), _decision("e1", "none")):
        answers = with_answer(answers, answer)
    write_decisions(path, answers)
    assert [(d.event_id, d.role) for d in read_decisions(path, ["e1", "e2"])] == [("e2", "primary"), ("e1", "none")]
    assert [d.event_id for d in with_answer(answers, _decision("none", "none"))] == ["none"]
    assert read_decisions(tmp_path / "absent.csv", []) == ()


def test_a_conflict_reads_its_answers(tmp_path: Path, conflicts_folder: Path) -> None:
    folder = tmp_path / "nagorno_karabakh"
    shutil.copytree(conflicts_folder / "nagorno_karabakh", folder)
    write_decisions(folder / FILE, [_decision("nk20-10-28-barda", "primary")])
    assert load_conflict(folder).link_decisions == (_decision("nk20-10-28-barda", "primary"),)


def _shaped(con: duckdb.DuckDBPyConnection, articles: list[ArticleInput]) -> None:
    con.execute(
        "CREATE TABLE intermediate.int_article "
        "(article_id VARCHAR, content_key VARCHAR, title VARCHAR, text VARCHAR, published_at TIMESTAMPTZ, url VARCHAR)"
    )
    for article in articles:
        con.execute(
            "INSERT INTO intermediate.int_article VALUES (?, 'k', ?, ?, ?, ?)",
            [article.article_id, article.title, article.text, article.published_at, article.url],
        )


def test_only_decided_articles_are_linked_again(tmp_path: Path, conflict: Conflict) -> None:
    other = replace(ARTICLE, article_id="a2", url="https://news.example/other")
    with open_build(tmp_path / "build.duckdb") as con:
        _shaped(con, [ARTICLE, other])
        assert store.link_articles(con, "nk", Linker(conflict)).counts["articles"] == 2
        assert store.link_articles(con, "nk", Linker(conflict)).counts["articles"] == 0
        told = Linker(replace(conflict, link_decisions=(_decision("nk20-10-27-garayusifli", "primary"),)))
        assert store.link_articles(con, "nk", told).counts["articles"] == 1
        assert store.link_articles(con, "nk", told).counts["articles"] == 0
        rows = "SELECT article_id FROM annotate.article_event WHERE role = 'primary' AND event_id = ? ORDER BY ALL"
        assert con.execute(rows, ["nk20-10-28-barda"]).fetchall() == [("a2",)]
        assert con.execute(rows, ["nk20-10-27-garayusifli"]).fetchall() == [("a1",)]
        assert con.execute("SELECT count(*) FROM annotate.article_conflict").fetchone() == (2,)
        ranks = "SELECT list(rank ORDER BY rank) FROM annotate.article_candidate GROUP BY article_id"
        assert con.execute(ranks).fetchall() == [([1, 2, 3],)] * 2  # those of the first reading are gone
        withdrawn = store.link_articles(con, "nk", Linker(conflict))
        assert withdrawn.counts["articles"] == 1
        assert con.execute(rows, ["nk20-10-28-barda"]).fetchall() == [("a1",), ("a2",)]
        assert "a1" in {row[0] for row in con.execute("SELECT article_id FROM annotate.article_event").fetchall()}


def test_decisions_do_not_change_the_version(conflict: Conflict) -> None:
    told = replace(conflict, link_decisions=(_decision("nk20-10-28-barda", "primary"),))
    assert Linker(told).method_version == Linker(conflict).method_version
    assert ids(Linker(told).link_articles([ARTICLE])[0]) >= {"nk20-10-28-barda"}
