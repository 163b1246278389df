"""Shares corrected by answers: they hold the truth where the model's own do not, and are not given on too little.

The correction is the shipped SQL of dbt, on what the shipped Python writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import jinja2
import numpy as np
import pytest

from ingest.annotate.side_error import measure_side_error
from ingest.annotate.stance.labels import NOT_ASKED, Label
from ingest.annotate.stance.prevalence import answers_needed, estimate
from ingest.annotate.store import replace_labels
from ingest.conflict import find_conflict
from ingest.warehouse.build import ensure_schema
from tests.conftest import REPO

DBT = REPO / "dbt_project"
CONFLICT = find_conflict(REPO / "data" / "conflicts", "nagorno_karabakh")
ONE, OTHER = (party.party_id for party in CONFLICT.belligerents)
CLASSES = (ONE, OTHER, "neither")
TAKEN = np.array([0.4, 0.2, 0.4])
CALLED = np.array([[0.55, 0.15, 0.30], [0.02, 0.83, 0.15], [0.08, 0.12, 0.80]])
"""A biased model: of comments for the first party it calls 45 % something else; taken x called."""
COMMENTS, ANSWERS, RUNS = 3000, 200, 40


def sql(model: str) -> str:
    """Return an intermediate model's SQL on tables of the names it refers to."""
    text = (DBT / "models" / "intermediate" / f"{model}.sql").read_text(encoding="utf-8")
    macros = jinja2.Template((DBT / "macros" / "portable.sql").read_text(encoding="utf-8")).module
    given = {"config": lambda **_: "", "ref": lambda name: name, "small_sample": lambda: "30"}
    return jinja2.Template(text).render(exact_sum=vars(macros)["exact_sum"], **given)


def drawn(rng: np.random.Generator, shares: Any, size: int) -> tuple[Any, Any]:
    """Return what comments take and what the model calls them, as numbers of classes."""
    taken = rng.choice(3, size, p=shares)
    return taken, (rng.random(size)[:, None] > CALLED.cumsum(axis=1)[taken]).sum(axis=1).clip(max=2)


def test_the_corrected_share_holds_the_truth_and_the_raw_one_does_not() -> None:
    """95 % intervals over runs: of the whole, and of an outlet that leans the other way than the whole."""
    rng = np.random.default_rng(3)
    names = np.asarray(CLASSES)
    errors: list[Any] = []
    calls, truth, raw = [], {}, {}
    for run in range(RUNS):
        taken, called = drawn(rng, TAKEN, COMMENTS)
        answers = np.zeros((3, 3))
        asked = rng.choice(COMMENTS, ANSWERS, replace=False)
        np.add.at(answers, (called[asked], taken[asked]), 1)
        counts = np.bincount(called, minlength=3).astype(float)
        found = estimate(answers, counts, replicates=200)
        assert found is not None
        replicate, t, c = (axis.ravel() for axis in np.indices(found.weights.shape))
        weights, noise = found.weights.ravel(), found.noise[replicate, c]
        errors += zip([str(run)] * len(weights), replicate, names[c], names[t], weights, noise, strict=True)
        outlet = drawn(rng, [0.15, 0.55, 0.3], 400)
        for scope, (is_taken, is_called) in (("conflict", (taken, called)), ("outlet", outlet)):
            size = len(is_taken)
            truth[str(run), scope] = np.bincount(is_taken, minlength=3) / size
            raw[str(run), scope] = np.bincount(is_called, minlength=3) / size
            for name, share in zip(CLASSES, raw[str(run), scope], strict=True):
                calls.append((str(run), scope, "x", name, size, size, float(share * size), 1.0))
    rows = corrected(errors, calls)
    for scope in ("conflict", "outlet"):
        some = [row for row in rows if row[1] == scope]
        assert len(some) == 3 * RUNS
        held = [low <= truth[run, scope][CLASSES.index(c)] <= high for run, _, _, c, _, low, high in some]
        assert np.mean(held) > 0.9
    first = [row for row in rows if row[1] == "conflict" and row[3] == ONE]
    assert abs(np.mean([row[4] for row in first]) - TAKEN[0]) < 0.015
    assert np.mean([row[6] - row[5] for row in first]) < 0.2
    assert not any(row[5] <= raw[row[0], "conflict"][0] <= row[6] for row in first), "the raw share is far off"


def corrected(errors: list[Any], calls: list[Any]) -> list[Any]:
    """Run the correction on rows of annotate.side_error and int_side_call."""
    names = ("conflict_id", "replicate", "called", "taken", "weight", "noise")
    stg_side_error = dict(zip(names, map(np.array, zip(*errors, strict=True)), strict=True))
    with duckdb.connect() as con:
        con.register("error_columns", to_arrow(stg_side_error))
        con.execute("CREATE TABLE stg_side_error AS SELECT * FROM error_columns")
        con.execute("""CREATE TABLE int_side_call(conflict_id VARCHAR, scope VARCHAR, scope_id VARCHAR,
                       side_class VARCHAR, n BIGINT, n_read BIGINT, calls DOUBLE, deff DOUBLE)""")
        con.executemany("INSERT INTO int_side_call VALUES (?, ?, ?, ?, ?, ?, ?, ?)", calls)
        return con.execute(sql("int_side_corrected")).fetchall()


def to_arrow(columns: dict[str, Any]) -> Any:
    import pyarrow as pa

    return pa.table(columns)


def test_shares_stay_shares_and_unread_comments_stay_on_no_side() -> None:
    """No weights give a side less than nothing; a tenth that the model cannot read is neither."""
    weights = [[1.5, -0.5, 0.0], [-0.5, 1.5, 0.0], [0.0, 0.0, 1.0]]
    errors = [("c", r, CLASSES[c], CLASSES[t], weights[t][c], 0.0) for r in (0, 1) for t in range(3) for c in range(3)]
    calls = [
        ("c", "conflict", "c", name, 1000, 900, count, 2.0) for name, count in zip(CLASSES, (800, 100, 0), strict=True)
    ]
    shares = {row[3]: row[4:] for row in corrected(errors, calls)}
    assert shares[ONE] == pytest.approx((0.9, 0.9, 0.9))
    assert shares[OTHER] == pytest.approx((0, 0, 0))
    assert shares["neither"] == pytest.approx((0.1, 0.1, 0.1))


def test_more_answers_narrow_the_interval_and_too_few_give_none() -> None:
    shares, calls = CALLED.T * TAKEN, CALLED.T @ TAKEN * COMMENTS
    assert estimate(np.floor(shares * 60), calls) is None
    needed = answers_needed(np.floor(shares * 60), calls)
    assert 60 <= needed < 200
    assert answers_needed(np.floor(shares * (60 + needed)), calls) < 10
    assert answers_needed(np.zeros((3, 3)), np.zeros(3)) == 90
    spread = []
    for size in (200, 2000):
        found = estimate(np.floor(shares * size), calls)
        assert found is not None
        assert found.weights.sum(axis=1) == pytest.approx(1), "what is taken from one class goes to the others"
        spread.append(float(found.weights[1:, 0, 0].std()))
    assert spread[1] < spread[0] / 2


def test_a_model_that_tells_nothing_apart_corrects_nothing() -> None:
    assert estimate(np.full((3, 3), 20.0), np.array([500.0, 500.0, 500.0])) is None
    assert estimate(np.diag([40.0, 0.0, 40.0]), np.array([500.0, 0.0, 500.0])) is None, "a class it never calls"


def test_only_random_answers_on_comments_the_model_can_read_are_counted() -> None:
    with duckdb.connect() as con:
        ensure_schema(con)
        con.execute(
            """
            CREATE TABLE intermediate.int_comment_input AS
            SELECT 'k' || i AS input_key, 'a' AS article_id, 'text ' || i AS text,
                   CASE WHEN i % 2 = 0 THEN 'parent' END AS parent_text, 'title' AS article_title
            FROM range(300) AS t(i);
            CREATE TABLE intermediate.int_article AS SELECT 'a' AS article_id, 'ck' AS content_key;
            INSERT INTO annotate.article_conflict
                SELECT 'a', 'ck', $conflict, 0.9, 'l1', now(), NULL;
        """.replace("$conflict", f"'{CONFLICT.conflict_id}'")
        )
        con.execute(
            """INSERT INTO annotate.side SELECT 'k' || i, $conflict, list_extract($sides, 1 + i % 3), 0.9, false,
               CASE WHEN i = 299 THEN 'unsupported_language' END, [], 'm1', now() FROM range(300) AS t(i)""",
            {"conflict": CONFLICT.conflict_id, "sides": [ONE, OTHER, "anti_war"]},
        )
        con.execute(
            "INSERT INTO annotate.side SELECT * REPLACE ('m0' AS model_version, 'unclear' AS side) FROM annotate.side"
        )
        stances = dict.fromkeys((ONE, OTHER), "NONE")
        sides = (ONE, OTHER, "unclear")
        labels = [
            Label(f"text {i}", None if i % 2 else "parent", "title", sides[i % 3] if i % 5 else "off_topic", stances,
                  "uncertain" if i >= 150 else "random", "m0", "unclear", "ab", "2020-10-05")
            for i in (*range(152), 299)
        ]  # fmt: skip
        replace_labels(con, CONFLICT.conflict_id, labels)
        report = measure_side_error(con, CONFLICT, "m1", "l1", 0.5)
        assert report.counts == {"random answers": 150, "more random answers needed": 0}
        rows = con.execute(
            "SELECT called, taken, answers, calls FROM annotate.side_confusion WHERE model_version = 'm1'"
        )
        assert sorted(rows.fetchall()) == sorted([
            (ONE, ONE, 40, 100), (ONE, OTHER, 0, 100), (ONE, "neither", 10, 100),
            (OTHER, ONE, 0, 100), (OTHER, OTHER, 40, 100), (OTHER, "neither", 10, 100),
            ("neither", ONE, 0, 99), ("neither", OTHER, 0, 99), ("neither", "neither", 50, 99),
        ])  # fmt: skip
        assert con.execute("SELECT count(*) > 0 FROM annotate.side_error").fetchall() == [(True,)]
        replace_labels(con, CONFLICT.conflict_id, labels[:40])
        assert measure_side_error(con, CONFLICT, "m1", "l1", 0.5).counts["more random answers needed"] > 0
        assert con.execute("SELECT count(*) FROM annotate.side_error").fetchall() == [(0,)], "none made up"
        assert con.execute("SELECT count(*) FROM annotate.side_confusion").fetchall() == [(9,)]


def test_dbt_and_python_leave_out_the_same_comments() -> None:
    macros = Path(DBT / "macros" / "sets.sql").read_text(encoding="utf-8")
    assert f"('{NOT_ASKED[0]}', '{NOT_ASKED[1]}')" in macros
