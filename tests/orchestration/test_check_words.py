"""What a person reads beside a red check: the rule, what follows from it, and a command that shows the rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.check_words import BLOCKS, RULES, WARNS, describe
from orchestration.definitions import defs
from orchestration.project import MANIFEST

DBT = Path("bin") / "dbt"
MODEL = {"schema": "marts", "name": "dim_event", "original_file_path": "models/marts/dim_event.sql"}


def node(kind: str = "", severity: str = "ERROR", description: str = "", **kwargs: Any) -> dict[str, Any]:
    return {
        "name": f"{kind}_of_ours",
        "test_metadata": {"name": kind, "kwargs": kwargs} if kind else None,
        "description": description,
        "config": {"severity": severity, "where": None},
        "original_file_path": "models/marts/dim_event.yml",
    }


def test_every_check_says_what_it_asks_and_what_its_failing_means() -> None:
    graph = defs.resolve_asset_graph()
    specs = [graph.get_check_spec(key) for key in graph.asset_check_keys]
    assert len(specs) > 150
    for spec in specs:
        words = spec.description or ""
        assert "ublished all the same" in words or BLOCKS in words, spec.name
        assert spec.blocking == (BLOCKS in words), spec.name


def test_every_test_of_ours_has_words_of_its_own() -> None:
    """None falls back on its name: a kind of test has its rule, a single test its description."""
    nodes = json.loads(MANIFEST.read_text(encoding="utf-8"))["nodes"].values()
    tests = [n for n in nodes if n["resource_type"] == "test"]
    assert tests
    for test in tests:
        kind = (test.get("test_metadata") or {}).get("name")
        assert kind in RULES or test["description"], test["name"]


@pytest.mark.parametrize(
    ("kind", "given", "rule"),
    [
        ("unique", {"column_name": "event_id"}, "No two rows have the same `event_id`."),
        ("not_null", {"column_name": "name"}, "Every row has a `name`."),
        (
            "relationships",
            {"column_name": "place", "to": "ref('dim_place')", "field": "place_key"},
            "Every `place` is found in `dim_place.place_key`, or is null.",
        ),
        ("accepted_values", {"column_name": "kind", "values": ["x", 1]}, "`kind` is one of `x`, `1`, or is null."),
        ("unique_combination", {"columns": ["a", "b"]}, "No two rows have the same `a`, `b`."),
        ("between", {"column_name": "share", "low": 0, "high": 1}, "`share` lies from 0 to 1, or is null."),
    ],
)
def test_a_rule_names_its_column_and_its_model(kind: str, given: dict[str, Any], rule: str) -> None:
    words = describe(node(kind, **given), MODEL, "build.duckdb", DBT)
    assert words.startswith(f"`marts.dim_event`: {rule} ")
    assert "dbt_project/models/marts/dim_event.sql" in words
    assert f"PARLEY_BUILD_DB=build.duckdb bin/dbt show --select {kind}_of_ours " in words


def test_severity_says_whether_anything_is_published() -> None:
    assert BLOCKS in describe(node("unique", column_name="x"), MODEL, "b", DBT)
    warned = describe(node("unique", severity="warn", column_name="x"), MODEL, "b", DBT)
    assert WARNS in warned
    assert BLOCKS not in warned


def test_a_test_of_one_question_is_told_in_its_own_words_and_where_it_looks() -> None:
    test = node(description="No share is over one.")
    test["config"]["where"] = "not is_small"
    assert "Where `not is_small`: No share is over one." in describe(test, MODEL, "b", DBT)


def test_a_working_file_elsewhere_is_quoted_for_the_shell() -> None:
    assert "PARLEY_BUILD_DB='/some where/b.duckdb' " in describe(node(), MODEL, "/some where/b.duckdb", DBT)
