"""The parts of the dashboards that draw nothing: URL parameters, queries, escaping, threads, bands, downloads."""

from __future__ import annotations

import io
import itertools
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from dashboards import cards, charts, event_charts, event_queries, figures, filters, freshness, queries, safe, store
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
        event_queries.events(flt, ZONE, SIDES),
        event_queries.event_articles(flt, ZONE, nasty),
        event_queries.tolls(nasty),
        event_queries.xrefs(nasty),
        event_queries.review_queue(nasty, has_candidates=True),
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


@pytest.fixture(scope="module")
def events(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return store.run(con, event_queries.events(Filters("river_war"), ZONE, SIDES))


def test_the_map_shows_each_place_by_all_its_names_and_as_precisely_as_it_is_known(events: pd.DataFrame) -> None:
    placed = event_charts.located(events)
    assert set(placed["event_id"]) == {"ev-bridge", "ev-siege", "ev-market", "ev-talks"}
    row = placed.set_index("event_id").loc["ev-siege"]
    assert (row["names"], row["precision"]) == ("Upper Town / Oberstadt", "near the place")
    drawn = event_charts.where(placed).to_dict()
    # The siege was near, the market is known by its district; the others are exact, or nowhere in particular.
    assert str(drawn).count("'Polygon'") == 2
    assert "http" not in str({k: v for k, v in drawn.items() if k != "$schema"}), "a map that asks nobody"


def test_a_ring_lies_its_radius_away_all_round_and_turns_clockwise() -> None:
    points = event_charts.ring(40.0, 46.0, 50)["coordinates"][0]
    assert points[0] == points[-1]
    for lon, lat in points:
        east, north = (lon - 46.0) * 111.19 * np.cos(np.radians((lat + 40.0) / 2)), (lat - 40.0) * 111.19
        assert np.hypot(east, north) == pytest.approx(50, rel=0.01)
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(points))
    assert area < 0


def test_the_timeline_shows_stated_and_possible_days(events: pd.DataFrame) -> None:
    rows = event_charts.spans(events, date(2021, 3, 1), date(2021, 4, 5)).set_index("event_id")
    assert list(rows.index) == ["ev-bridge", "ev-siege", "ev-truce", "ev-market"], "by date; the talks came later"
    day = [str(rows.loc["ev-siege", column])[:10] for column in ("low", "start", "stop", "high")]
    assert day == ["2021-03-14", "2021-03-16", "2021-03-24", "2021-03-26"]
    assert str(rows.loc["ev-market", "high"])[:10] == "2021-04-05", "a week, cut to nothing of it"
    assert event_charts.spans(events, date(1999, 1, 1), date(1999, 1, 2)).empty


def test_before_and_after_hides_what_is_small_and_says_n(events: pd.DataFrame) -> None:
    one = events[events["event_id"] == "ev-siege"]
    labels = list(one["side"])
    both = event_charts.before_after_rows(one, labels, ("before", "on it"))
    assert len(both) == 2 * len(SIDES)
    words = event_charts.before_after_words(both)
    assert f"n {int(one['n'].iloc[0]):,}" in words
    assert f"n {int(one['prior_n'].iloc[0]):,}" in words
    hidden = event_charts.before_after_rows(one.assign(prior_is_small=True), labels, ("before", "on it"))
    assert set(hidden["period"]) == {"on it"}


def test_a_shift_is_surer_the_more_articles_it_rests_on(events: pd.DataFrame, con: duckdb.DuckDBPyConnection) -> None:
    """The interval of a shift is clustered by article, so it is no narrower than that of threads."""
    for row in events[events["event_id"] == "ev-siege"].itertuples():
        by_thread = np.hypot(row.share - row.share_low, row.prior_share_high - row.prior_share)
        assert row.shift - row.shift_low > by_thread
        assert row.shift_low < row.shift < row.shift_high


def test_a_family_counts_its_parts_once(events: pd.DataFrame, con: duckdb.DuckDBPyConnection) -> None:
    counted = con.execute("""
        SELECT count(DISTINCT comment_id) FROM marts.fct_comment_event JOIN marts.fct_comment_side USING (comment_id)
        WHERE event_id IN ('ev-siege', 'ev-market')""").fetchone()
    assert counted is not None
    row = events[events["event_id"] == "ev-siege"].iloc[0]
    assert row["family_comments"] == counted[0] > row["event_comments"] > row["explicit_comments"] > 0


def test_no_conflict_is_named_in_code(conflicts_folder: Path) -> None:
    code = "\n".join(p.read_text("utf-8") for p in Path(charts.__file__).parent.rglob("*.py")).casefold()
    for parties in conflicts_folder.glob("*/parties.csv"):
        for name in pd.read_csv(parties)["name"]:
            assert not re.search(rf"\b{re.escape(str(name).casefold())}\b", code), name


def test_coverage_counts_what_the_mart_counts(con: duckdb.DuckDBPyConnection) -> None:
    rows = store.run(con, queries.declared())
    assert rows["ratio"].to_list() == pytest.approx([32 / 33] * len(rows))
    assert (rows["extracted"] == 32 * rows["articles"]).all()


def test_a_page_that_was_not_modified_counts_as_what_it_was() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA marts")
        columns = "page_url VARCHAR, status VARCHAR, status_detail VARCHAR, fetched_at INTEGER"
        con.execute(f"CREATE TABLE marts.fct_page_status({columns})")
        con.execute("""INSERT INTO marts.fct_page_status VALUES ('a', 'parsed', NULL, 1), ('a', 'not_modified', 'x', 2),
            ('b', 'http_error', 'HTTP 500', 1), ('b', 'parsed', NULL, 2), ('c', 'not_modified', NULL, 1)""")
        rows = store.run(con, queries.statuses())
    assert rows[["status", "pages"]].to_numpy().tolist() == [["parsed", 2], ["not_modified", 1]]
    assert rows["example"].isna().all()
