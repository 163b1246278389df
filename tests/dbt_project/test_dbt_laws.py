"""The laws of the dbt project, read from its manifest, and that a full refresh changes nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import duckdb
import pytest

from tests.dbt_project.dbt_world import DBT_FOLDER, World

Node = dict[str, Any]


@pytest.fixture(scope="module")
def manifest(world: World) -> Node:
    loaded: Node = json.loads((world.target / "manifest.json").read_text(encoding="utf-8"))
    return loaded


def models(manifest: Node, schema: str) -> list[Node]:
    found = [n for n in manifest["nodes"].values() if n["resource_type"] == "model" and n["schema"] == schema]
    assert found, f"no model in schema {schema}"
    return found


def generic_tests(manifest: Node, model: Node) -> dict[str, set[str]]:
    """Map each column of `model` to the names of its generic tests."""
    found: dict[str, set[str]] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and node.get("attached_node") == model["unique_id"]:
            found.setdefault(node.get("column_name") or "", set()).add(node["test_metadata"]["name"])
    return found


def test_marts_never_read_staging_and_only_staging_reads_sources(manifest: Node) -> None:
    staging = {node["unique_id"] for node in models(manifest, "staging")}
    for node in models(manifest, "marts"):
        assert not staging & set(node["depends_on"]["nodes"]), node["name"]
    for node in [*models(manifest, "marts"), *models(manifest, "intermediate")]:
        assert not node["sources"], node["name"]


def test_staging_reads_one_source_and_never_joins(manifest: Node) -> None:
    for node in models(manifest, "staging"):
        assert len(node["depends_on"]["nodes"]) == 1, node["name"]
        assert not re.search(r"\b(join|union)\b", node["raw_code"], re.IGNORECASE), node["name"]


def test_every_mart_has_a_contract_a_grain_and_a_tested_key(manifest: Node) -> None:
    for mart in models(manifest, "marts"):
        name, tests = mart["name"], generic_tests(manifest, mart)
        assert mart["contract"]["enforced"], name
        assert mart["description"].startswith("Grain: one row per "), name
        assert any({"unique", "not_null"} <= names for names in tests.values()), name
        for column in mart["columns"].values():
            assert column["description"].strip(), (name, column["name"])
            assert column["data_type"], (name, column["name"])


FOREIGN_KEYS = {
    "ancestor_event_id", "article_id", "comment_id", "commenter_id", "conflict_id", "event_id", "outlet_id",
    "parent_comment_id", "parent_event_id", "party_key", "place_key", "root_event_id", "thread_root_id",
}  # fmt: skip


def test_every_foreign_key_has_a_relationship(manifest: Node) -> None:
    for mart in models(manifest, "marts"):
        tests = generic_tests(manifest, mart)
        for column in FOREIGN_KEYS & set(mart["columns"]):
            own_key = "unique" in tests.get(column, set())
            assert own_key or "relationships" in tests.get(column, set()), (mart["name"], column)


def test_what_needs_no_annotation_is_shape_and_all_else_is_serve(manifest: Node) -> None:
    parents = manifest["parent_map"]

    def is_inferred(unique_id: str) -> bool:
        return unique_id.startswith("source.parley.annotate") or any(map(is_inferred, parents.get(unique_id, ())))

    for schema in ("staging", "intermediate", "marts"):
        for node in models(manifest, schema):
            tag = "serve" if schema == "marts" or is_inferred(node["unique_id"]) else "shape"
            assert node["tags"] == [tag], node["name"]


def test_no_party_place_or_event_stands_in_sql(manifest: Node) -> None:
    conflicts = DBT_FOLDER.parent / "data" / "conflicts"
    words = set()
    for file in [*conflicts.glob("*/parties.csv"), *conflicts.glob("*/places.csv")]:
        words |= {line.split(",")[1].casefold() for line in file.read_text(encoding="utf-8").splitlines()[1:]}
    assert len(words) > 10
    for file in DBT_FOLDER.glob("m*/**/*.sql"):
        text = file.read_text(encoding="utf-8").casefold()
        assert not [word for word in words if re.search(rf"\b{re.escape(word)}\b", text)], file.name


def test_a_full_refresh_gives_the_same_marts_and_keeps_what_was_stated_before(world: World) -> None:
    """A toll that rose between two runs stands beside the one before, though every model is made anew."""
    before = world.snapshot()
    assert len(before) == 27
    with duckdb.connect(str(world.build_db)) as con:
        con.execute(
            "UPDATE raw.event SET fatalities_low = 7, fatalities_high = 9, toll_source = 'the mayor' "
            "WHERE event_id = 'flood'"
        )
        # Checked anew and found to be as it was: no other version.
        con.execute("UPDATE raw.event SET as_of = '2020-11-01' WHERE event_id = 'silent'")
    world.dbt("build", "--full-refresh", "--resource-type", "model", "--resource-type", "snapshot")
    after = world.snapshot()
    about_tolls = {"dim_event", "dim_event_history", "event_toll"}
    assert {name: rows for name, rows in after.items() if name not in about_tolls} == {
        name: rows for name, rows in before.items() if name not in about_tolls
    }
    history = world.query("""
        SELECT version, fatalities_low, valid_from_basis, is_current, valid_to IS NULL
        FROM marts.dim_event_history WHERE event_id = 'flood' ORDER BY version""")
    assert history == [(1, 3, "stated", False, False), (2, 7, "recorded", True, True)]
    tolls = world.query("""
        SELECT fatalities_low, fatalities_high, toll_source, is_current,
            valid_to IS NOT DISTINCT FROM lead(valid_from) OVER (ORDER BY valid_from)
        FROM marts.event_toll WHERE event_id = 'flood' ORDER BY valid_from""")
    assert tolls == [(3, 5, "the brigade", False, True), (7, 9, "the mayor", True, True)]
    assert world.query("SELECT count(*) FROM marts.dim_event_history WHERE event_id = 'silent'") == [(1,)]
    assert world.query("SELECT fatalities_low FROM marts.dim_event WHERE event_id = 'flood'") == [(7,)]
