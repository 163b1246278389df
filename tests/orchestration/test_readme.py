"""What the README tells people to copy must work as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.settings import REPO_ROOT
from ingest.warehouse.ask import open_for_questions
from ingest.warehouse.current import read_current

README = (REPO_ROOT / "README.md").read_text(encoding="utf-8")
QUERIES = [
    query for block in re.findall(r"```sql\n(.*?)```", README, re.DOTALL) for query in block.split(";\n") if query
]


def test_it_is_short() -> None:
    assert len(README.splitlines()) < 250


def test_the_make_targets_it_names_exist() -> None:
    makefile = (REPO_ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_files_it_points_to_exist() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (REPO_ROOT / link).exists(), link


@pytest.mark.pipeline
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.strip().splitlines()[0][3:60])
def test_its_queries_answer_on_the_demo(demo_run: tuple[Path, str], query: str) -> None:
    con = open_for_questions(read_current(demo_run[0] / "warehouse" / "published"))
    try:
        assert con.execute(query).fetchall(), "a query worth copying has an answer on the demo"
    finally:
        con.close()


@pytest.mark.pipeline
def test_its_table_of_marts_is_whole(demo_run: tuple[Path, str]) -> None:
    tables = read_current(demo_run[0] / "warehouse" / "published").row_counts
    assert all(f"`{table}`" in README for table in tables)
