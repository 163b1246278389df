"""The parts of the dashboards that draw nothing: URL parameters, queries, escaping, threads, bands, downloads."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from dashboards import cards, charts, figures, filters, freshness, queries, safe, store
from dashboards.filters import Filters, Options
from tests.dashboards import make_build

ZONE, SIDES = make_build.ZONE, ("north", "south", "anti_war", "unclear", "off_topic")
OPTIONS = Options(
    conflicts={"river_war": "River War"},
    sides={"north": "Northmark", "south": "Southmark", **filters.OTHER_SIDES, **filters.EMPTY_SIDE},
    languages={"en": "en", "ru": "ru"},
    outlets={"post": "River Post"},
    events={"ev-siege": "Siege"},
)


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    path = make_build.publish(tmp_path_factory.mktemp("published"), comments=1500)
    return duckdb.connect(str(path), read_only=True)


def test_filters_survive_the_url() -> None:
    chosen = Filters(
        "river_war",
        date(2021, 3, 1),
        date(2021, 3, 9),
        ("north", "empty"),
        ("ru",),
        ("post",),
        "ev-siege",
        "a b%&=",
        0.35,
    )
    for params in (filters.dump(chosen), filters.dump_all(chosen, "b1")):
        assert filters.parse(params, "river_war", OPTIONS) == (chosen, [])


def test_a_citable_link_spells_out_what_is_at_rest() -> None:
    assert set(filters.dump_all(Filters("river_war"), "b1")) == {*filters.KEYS.values(), "build"}
    assert filters.dump(Filters("river_war")) == {"c": ["river_war"]}


@pytest.mark.parametrize(
    "params",
    [
        {"conf": ["2"]},
        {"conf": ["nan"]},
        {"from": ["2021-13-01"]},
        {"ev": ["x"]},
        {"per": ["hour"]},
        {"only": ["lost"]},
    ],
)
def test_unusable_values_are_dropped_one_by_one(params: dict[str, list[str]]) -> None:
    found, dropped = filters.parse(params, "river_war", OPTIONS)
    assert found == Filters("river_war")
    assert [d.key for d in dropped] == list(params)


def test_every_query_binds_its_values(con: duckdb.DuckDBPyConnection) -> None:
    nasty = "x' OR 1=1; --"
    flt = Filters(nasty, sides=(nasty,), languages=(nasty,), outlets=(nasty,), event=nasty, text=nasty)
    made = [
        queries.headline(flt, ZONE),
        queries.shares(flt, ZONE, SIDES),
        queries.trend(flt, ZONE, SIDES, "week"),
        queries.events(flt, ZONE, SIDES),
        queries.event_articles(flt, ZONE, nasty),
        queries.comments(flt, ZONE, 20),
        queries.thread(nasty, ZONE, nasty),
        queries.revisions(nasty),
        queries.options(nasty),
        queries.document(nasty),
        queries.models(nasty),
    ]
    for query in made:
        assert nasty not in query.sql
        rows = store.run(con, query)
        assert len(rows) == 0 or query in made[:1]
    assert store.run(con, made[0])["comments"].iloc[0] == 0


def test_shares_of_a_period_add_up_to_one(con: duckdb.DuckDBPyConnection) -> None:
    rows = store.run(con, queries.trend(Filters("river_war"), ZONE, SIDES, "week"))
    assert rows.groupby("day")["share"].sum().round(9).eq(1).all()
    assert (rows["share_low"] <= rows["share"] + 1e-9).all()
    assert (rows["share"] <= rows["share_high"] + 1e-9).all()


def test_clustering_widens_the_interval(con: duckdb.DuckDBPyConnection) -> None:
    row = store.run(con, queries.shares(Filters("river_war"), ZONE, SIDES)).iloc[0]
    plain = con.execute("SELECT marts.wilson_high(?, ?, 1.0)", [float(row["comments"]), float(row["n"])]).fetchone()
    assert plain is not None
    assert row["share_high"] > plain[0]


def test_days_break_at_midnight_of_the_conflict(con: duckdb.DuckDBPyConnection) -> None:
    day = Filters("river_war", start=date(2021, 3, 16), stop=date(2021, 3, 16))
    direct = con.execute(
        """SELECT count(*) FROM marts.fct_comment JOIN marts.fct_comment_side USING (comment_id)
           WHERE posted_at >= '2021-03-15 20:00:00+00' AND posted_at < '2021-03-16 20:00:00+00'"""
    ).fetchone()
    assert direct is not None
    assert store.run(con, queries.headline(day, ZONE))["comments"].iloc[0] == direct[0] > 0


def test_export_holds_every_comment_the_page_counts(con: duckdb.DuckDBPyConnection) -> None:
    flt = Filters("river_war", sides=("north",), languages=("en",))
    page = store.run(con, queries.comments(flt, ZONE, 20, 20))
    every = store.run(con, queries.comments(flt, ZONE, None))
    assert len(page) == 20
    assert page["total"].iloc[0] == len(every)
    assert list(page["comment_id"]) == list(every["comment_id"][20:40])
    assert len(pd.read_parquet(io.BytesIO(figures.to_parquet(every)))) == len(every)
    assert len(pd.read_csv(io.BytesIO(figures.to_csv(every)))) == len(every)


def test_chart_export_and_sql_agree(con: duckdb.DuckDBPyConnection) -> None:
    rows = store.run(con, queries.trend(Filters("river_war"), ZONE, SIDES, "day"))
    read = pd.read_csv(io.BytesIO(figures.to_csv(rows)))
    dated = con.execute(
        """SELECT count(*) FROM marts.fct_comment JOIN marts.fct_comment_side USING (comment_id)
           WHERE side <> 'empty' AND posted_at IS NOT NULL"""
    ).fetchone()
    assert dated is not None
    assert read["comments"].sum() == rows["comments"].sum() == dated[0]


def test_no_cell_of_a_csv_is_a_formula() -> None:
    rows = pd.DataFrame({"text": ["=1+1", "+1", "@x", "fine", None]})
    assert figures.to_csv(rows).decode("utf-8-sig").splitlines()[1:4] == ["'=1+1", "'+1", "'@x"]


@pytest.mark.parametrize("text", [":material/skull:", ":tada:", "$x$", "**b**", "<b>", "[a](b)", "# h", "![i](u)"])
def test_markdown_is_made_literal(text: str) -> None:
    shown = safe.markdown(text)
    assert shown != text
    assert shown.replace("\\", "").replace("\u2060", "") == text


def test_evidence_is_marked_within_escaped_text() -> None:
    spans = [{"start": 4, "end": 9}, {"start": 2, "end": 5}, {"start": 90, "end": 99}]
    html = safe.marked("<b> &amp; x", spans)
    assert html.count("<mark") == html.count("</mark>") == 2
    assert "<b>" not in html
    assert "&lt;b" in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "urn:sha256:00", "data:text/html,x", "//x", "http://[", None])
def test_unsafe_addresses_are_no_links(url: str | None) -> None:
    assert safe.link(url) is None


def test_language_of_a_comment_cannot_break_out() -> None:
    assert 'lang="&quot;&gt;&lt;x"' in safe.comment_html("a", '"><x')


def test_thread_order_survives_lost_parents_and_loops() -> None:
    rows = pd.DataFrame(
        [("a", None), ("b", "gone"), ("c", "a"), ("d", "c"), ("e", "a"), ("x", "y"), ("y", "x")],
        columns=["comment_id", "parent_comment_id"],
    )
    order = [(row.comment_id, level) for row, level in cards.ordered(rows)]
    assert order == [("a", 0), ("c", 1), ("d", 2), ("e", 1), ("b", 0), ("x", 0), ("y", 0)]


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        (1, (date(2020, 10, 10), date(2020, 10, 11))),
        (2, (date(2020, 10, 8), date(2020, 10, 13))),
        (3, (date(2020, 10, 5), date(2020, 10, 12))),
        (4, (date(2020, 10, 1), date(2020, 11, 1))),
    ],
)
def test_event_bands_follow_date_precision(precision: int, expected: tuple[date, date]) -> None:
    assert charts.band(date(2020, 10, 10), None, precision) == expected


def test_alt_text_carries_the_numbers(con: duckdb.DuckDBPyConnection) -> None:
    flt = Filters("river_war")
    rows = charts.timed(store.run(con, queries.trend(flt, ZONE, SIDES, "week")), OPTIONS.sides)
    words = charts.trend_words(rows, charts.NO_MARKERS, "share", "week")
    shown = rows[(rows["side_id"] == "north") & ~rows["is_small"]]
    assert figures.percent(shown["share"].max()) in words
    assert "Northmark" in words
    assert rows.loc[rows["is_small"], "share"].isna().all()


def test_freshness_follows_the_policy() -> None:
    now = datetime(2021, 1, 10, tzinfo=UTC)
    ages = {"fresh": timedelta(hours=20), "late": timedelta(days=3), "stale": timedelta(days=30)}
    assert all(freshness.state(now - age, now) == name for name, age in ages.items())
    assert freshness.state(None, now) == "never"


def test_no_conflict_is_named_in_code(conflicts_folder: Path) -> None:
    code = "\n".join(p.read_text("utf-8") for p in Path(charts.__file__).parent.rglob("*.py")).casefold()
    for parties in conflicts_folder.glob("*/parties.csv"):
        for name in pd.read_csv(parties)["name"]:
            assert not re.search(rf"\b{re.escape(str(name).casefold())}\b", code), name
