"""The pages as a reader meets them, on an invented build: numbers, filters, links, hostile text, odd states."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards import make_build

APP = Path(__file__).resolve().parents[2] / "dashboards" / "streamlit_app.py"
PAGES = ("overview", "events", "comments", "data_method")
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    ":material/skull: :red[red] $\\frac{1}{2}$ **bold** [x](javascript:alert(3))",
    "![img](http://tracker.example/pixel.png) <a href='javascript:alert(4)'>x</a>",
    "=HYPERLINK(1) \u202e\u0645\u0631\u062d\u0628\u0627",
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    make_build.publish(folder / "warehouse" / "published", comments=1200, hostile=HOSTILE)
    return folder


@pytest.fixture
def con(state: Path) -> duckdb.DuckDBPyConnection:
    path = next((state / "warehouse" / "published").glob("*.duckdb"))
    return duckdb.connect(str(path), read_only=True)


def start(monkeypatch: pytest.MonkeyPatch, state: Path, page: str = "overview", **params: str | list[str]) -> AppTest:
    monkeypatch.setenv("PARLEY_STATE", str(state))
    app = AppTest.from_file(str(APP), default_timeout=60)
    for key, value in params.items():
        app.query_params[key.rstrip("_")] = value
    app.run()
    if page != "overview":
        app.switch_page(f"app_pages/{page}.py").run()
    return app


def number(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def metric(app: AppTest, label: str) -> str:
    return next(str(m.value) for m in app.metric if m.label == label)


def body(element: object) -> str:
    return str(getattr(element, "body", ""))


def warnings(app: AppTest) -> str:
    return " ".join(str(w.value) for w in app.warning)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_and_says_it_is_a_demo(monkeypatch: pytest.MonkeyPatch, state: Path, page: str) -> None:
    app = start(monkeypatch, state, page)
    assert not app.exception
    assert not app.error
    assert any("Demo data" in str(i.value) for i in app.info)
    assert any("20210420T120000Z" in str(c.value) for c in app.caption)


def test_headline_equals_sql(monkeypatch: pytest.MonkeyPatch, state: Path, con: duckdb.DuckDBPyConnection) -> None:
    app = start(monkeypatch, state)
    joined = "FROM marts.fct_comment c JOIN marts.fct_comment_side s USING (comment_id)"
    assert metric(app, "Comments") == f"{number(con, f'SELECT count(*) {joined}'):,}"
    assert metric(app, "Commenters") == f"{number(con, f'SELECT count(DISTINCT commenter_id) {joined}'):,}"
    row = con.execute(f"SELECT 100 * avg((side = 'north')::INT), count(*) {joined} WHERE side <> 'empty'").fetchone()
    assert row is not None
    assert metric(app, "Northmark") == f"{row[0]:.0f} %"
    delta = next(str(m.delta) for m in app.metric if m.label == "Northmark")
    assert f"n {row[1]:,}" in delta


def test_filters_change_the_numbers_and_the_url(
    monkeypatch: pytest.MonkeyPatch, state: Path, con: duckdb.DuckDBPyConnection
) -> None:
    app = start(monkeypatch, state)
    app.multiselect(key="f_lang").set_value(["ru"]).run()
    sql = "SELECT count(*) FROM marts.fct_comment JOIN marts.fct_comment_side USING (comment_id) WHERE language = 'ru'"
    assert metric(app, "Comments") == f"{number(con, sql):,}"
    assert app.query_params["lang"] in ("ru", ["ru"])
    app.switch_page("app_pages/comments.py").run()
    assert any(f"{number(con, sql):,} comments" in str(h.value) for h in app.subheader)


def test_side_filter_keeps_the_denominator(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    every, one = start(monkeypatch, state), start(monkeypatch, state, side="south")
    assert metric(every, "Southmark") == metric(one, "Southmark")
    assert not any(m.label == "Northmark" for m in one.metric)


def test_a_link_restores_every_filter(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    app = start(monkeypatch, state, from_="2021-03-10", to="2021-03-20", lang=["en", "ru"], ev="ev-siege", y="count")
    assert str(app.date_input(key="f_from").value) == "2021-03-10"
    assert app.multiselect(key="f_lang").value == ["en", "ru"]
    assert app.selectbox(key="f_ev").value == "ev-siege"
    link = next(str(c.value) for c in app.code if "build=" in str(c.value))
    for part in (
        "c=river_war",
        "from=2021-03-10",
        "lang=en&lang=ru",
        "side=",
        "per=week",
        "build=20210420T120000Z-aaaa",
    ):
        assert part in link


def test_bad_url_values_are_named_and_the_rest_applies(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    app = start(monkeypatch, state, c="atlantis", from_="yesterday", side=["north", "nobody"], outlet="none", zz="1")
    assert not app.exception
    text = warnings(app)
    for name in ("atlantis", "yesterday", "nobody", "outlet", "zz"):
        assert name in text
    assert app.multiselect(key="f_side").value == ["north"]
    app.button(key="reset_dropped").click().run()
    assert not warnings(app)
    assert app.multiselect(key="f_side").value == []


def test_last_day_before_first_is_dropped(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    app = start(monkeypatch, state, from_="2021-03-20", to="2021-03-10")
    assert "lies before the first day" in warnings(app)
    assert app.date_input(key="f_to").value is None


def test_hostile_comments_are_shown_as_written(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    app = start(monkeypatch, state, "comments")
    cards = "".join(body(h) for h in app.get("html"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in cards
    for live in ("<script", "<img", "<a href='javascript"):
        assert live not in cards
    assert 'dir="auto"' in cards
    markdown = [str(m.value) for m in [*app.markdown, *app.caption, *app.subheader]]
    assert not any("skull" in m or "tracker.example" in m for m in markdown)


def test_search_finds_text_whatever_its_case_and_signs(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    app = start(monkeypatch, state, "comments", q="<SCRIPT>ALERT(1)")
    assert any(str(h.value) == "1 comment" for h in app.subheader)
    app.text_input(key="f_q").set_value("100%_'; DROP TABLE x; --").run()
    assert not app.exception
    assert any("No comment is left" in str(i.value) for i in app.info)


def test_only_edited_and_confidence(
    monkeypatch: pytest.MonkeyPatch, state: Path, con: duckdb.DuckDBPyConnection
) -> None:
    app = start(monkeypatch, state, "comments", only="edited", conf="0.6")
    sql = """SELECT count(*) FROM marts.fct_comment JOIN marts.fct_comment_side s USING (comment_id)
             WHERE revision > 1 AND s.confidence >= 0.6"""
    assert any(str(h.value) == f"{number(con, sql):,} comments" for h in app.subheader)


def test_thread_shows_parents_replies_and_earlier_wordings(
    monkeypatch: pytest.MonkeyPatch, state: Path, con: duckdb.DuckDBPyConnection
) -> None:
    chosen = con.execute(
        "SELECT comment_id, thread_root_id FROM marts.fct_comment WHERE revision > 1 AND depth > 0 AND text <> ''"
    ).fetchone()
    assert chosen is not None
    app = start(monkeypatch, state, "comments", t=chosen[0])
    thread = max((body(h) for h in app.get("html")), key=lambda text: text.count("border-left"))
    size = number(con, f"SELECT count(*) FROM marts.fct_comment WHERE thread_root_id = '{chosen[1]}'")
    assert thread.count("border-left") == size
    assert "as first written" in thread
    app.button(key="close_thread").click().run()
    assert "t" not in app.query_params


def test_paging_reaches_every_comment(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    app = start(monkeypatch, state, "comments", only="duplicate", side="anti_war")
    first = {b.key for b in app.button if str(b.key).startswith("open_")}
    assert 0 < len(first) <= 20


def test_events_table_and_choice(monkeypatch: pytest.MonkeyPatch, state: Path, con: duckdb.DuckDBPyConnection) -> None:
    app = start(monkeypatch, state, "events", ev="ev-siege")
    table = next(d.value for d in app.dataframe if "Event" in d.value.columns)
    sql = "SELECT comments FROM marts.fct_event WHERE event_id = 'ev-siege'"
    counted = number(con, sql) - number(
        con,
        """SELECT count(*) FROM marts.fct_comment_event WHERE event_id = 'ev-siege'
           AND comment_id NOT IN (SELECT comment_id FROM marts.fct_comment_side)""",
    )
    assert int(table.set_index("Event").loc["Siege of Upper Town", "Comments"]) == counted
    assert any("Siege of Upper Town" in str(h.value) for h in app.header)
    assert metric(app, "Comments") == f"{counted:,}"


def test_the_events_page_says_what_waits_for_review_and_how_to_answer(
    monkeypatch: pytest.MonkeyPatch, state: Path, con: duckdb.DuckDBPyConnection
) -> None:
    app = start(monkeypatch, state, "events")
    waiting = number(con, "SELECT count(*) FROM marts.fct_article_event WHERE needs_review")
    assert waiting > 0
    assert any(f"{waiting} links of {waiting} articles wait for review" in str(e.label) for e in app.expander)
    assert any("parley links decide" in str(c.value) and "--conflict river_war" in str(c.value) for c in app.code)
    queue = next(d.value for d in app.dataframe if "event_id" in d.value.columns and "title" in d.value.columns)
    assert len(queue) == waiting
    names = dict(con.execute("SELECT event_id, name FROM marts.dim_event").fetchall())
    for row in queue.itertuples():  # what else the article may be about stands beside each
        (other,) = row.instead
        assert other.removesuffix(" (0.31)") in set(names.values()) - {names[row.event_id]}


def test_one_event_shows_tolls_ids_family_and_both_periods(
    monkeypatch: pytest.MonkeyPatch, state: Path, con: duckdb.DuckDBPyConnection
) -> None:
    app = start(monkeypatch, state, "events", ev="ev-siege")
    assert not app.exception
    told = next(d.value for d in app.dataframe if "toll_source" in d.value.columns)
    assert list(told["low"]) == [12, 17]
    captions = " ".join(str(c.value) for c in app.caption).replace("\\", "")
    assert "ucdp 424242 (0.91, match-1)" in captions
    assert "Upper Town / Oberstadt" in captions
    assert int(metric(app, "With its parts").replace(",", "")) > int(metric(app, "Comments").replace(",", ""))
    sides = next(d.value for d in app.dataframe if "prior_share" in d.value.columns)
    assert len(sides) == 5
    articles = next(d.value for d in app.dataframe if "state" in d.value.columns)
    assert set(articles["state"]) == {"linked", "in review"}
    part = start(monkeypatch, state, "events", ev="ev-market")
    assert any("part of: Siege of Upper Town" in str(c.value) for c in part.caption)


def test_small_numbers_are_hidden_but_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_build.publish(tmp_path / "warehouse" / "published", "small", comments=25)
    app = start(monkeypatch, tmp_path)
    assert not app.exception
    assert metric(app, "Northmark") == "too few"
    assert "n 2" in str(next(m.delta for m in app.metric if m.label == "Northmark"))


def test_corrected_shares_stand_beside_the_raw_ones(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    week = {"from_": "2021-03-08", "to": "2021-03-14"}
    for params in ({}, {"outlet": "gazette"}, week):
        app = start(monkeypatch, state, **params)
        assert metric(app, "Northmark, corrected") == "44 %"
        assert metric(app, "Neither, corrected") == "35 %"
        delta = next(str(m.delta) for m in app.metric if m.label == "Northmark, corrected")
        assert delta == "38–50 %, uncorrected 33 %"
        assert any("212 answers of people on comments drawn at random" in str(c.value) for c in app.caption)
    few = start(monkeypatch, state, ev="ev-truce")
    assert any("fewer than 30 comments" in str(c.value) for c in few.caption)
    other = start(monkeypatch, state, lang="ru")
    tuesday = start(monkeypatch, state, from_="2021-03-09", to="2021-03-15")
    for app in (other, tuesday):
        assert any("these filters select otherwise" in str(c.value) for c in app.caption)
    assert not any("corrected" in str(m.label) for m in [*few.metric, *other.metric, *tuesday.metric])


def test_comments_in_languages_not_read_are_told_beside_the_shares(
    monkeypatch: pytest.MonkeyPatch, state: Path, tmp_path: Path
) -> None:
    path = make_build.publish(tmp_path / "warehouse" / "published", "unread", comments=100)
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE marts.fct_comment_side SET abstained = true, abstain_reason = 'unsupported_language' "
                    "WHERE side = 'unclear'")  # fmt: skip
        unread = number(con, "SELECT count(*) FROM marts.fct_comment_side WHERE side = 'unclear'")
    assert unread > 0
    said = " ".join(str(c.value) for c in start(monkeypatch, tmp_path).caption)
    assert f"Comments in languages the model does not read ({unread}) count as unclear" in said
    assert not [c for c in start(monkeypatch, state).caption if "does not read" in str(c.value)]


def test_too_few_answers_tell_how_many_more_and_how_to_give_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = make_build.publish(tmp_path / "warehouse" / "published", "unanswered", comments=100)
    with duckdb.connect(str(path)) as con:
        con.execute("""UPDATE marts.fct_side_corrected SET status = 'too_few_answers', answers = 12,
                       answers_needed = 148, corrected_share = NULL, corrected_low = NULL, corrected_high = NULL""")
    app = start(monkeypatch, tmp_path)
    said = " ".join(str(c.value) for c in app.caption)
    assert "about 148 more answers on comments drawn at random are needed (12 so far)" in said
    assert "parley label --conflict river_war --random --limit 148" in said
    assert not any("corrected" in str(m.label) for m in app.metric)


def test_nothing_left_is_said(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    for page in PAGES:
        app = start(monkeypatch, state, page, from_="1999-01-01", to="1999-01-02")
        assert not app.exception, page
        if page == "events":
            assert any("No comment of this selection is linked to an event" in str(i.value) for i in app.info)


def test_no_build_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = start(monkeypatch, tmp_path)
    assert not app.exception
    assert "make run" in " ".join(str(e.value) for e in app.error)


def test_newer_schema_is_refused_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_build.publish(tmp_path / "warehouse" / "published", comments=50, schema_version=99)
    app = start(monkeypatch, tmp_path)
    assert not app.exception
    assert "schema version 99" in " ".join(str(e.value) for e in app.error).replace("\\", "")


def test_a_publish_while_open_is_picked_up_and_an_old_build_can_be_pinned(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    published = tmp_path / "warehouse" / "published"
    old = make_build.publish(published, "20210420T120000Z-old", comments=300)
    app = start(monkeypatch, tmp_path)
    before = metric(app, "Comments")
    make_build.publish(published, "20210421T120000Z-new", comments=500)
    app.run()
    after = metric(app, "Comments")
    assert int(before.replace(",", "")) < int(after.replace(",", ""))
    held = start(monkeypatch, tmp_path, build="20210420T120000Z-old")
    assert metric(held, "Comments") == before
    assert "20210420T120000Z-old" in warnings(held)
    held.multiselect(key="f_lang").set_value(["en"]).run()
    assert held.query_params["build"] in ("20210420T120000Z-old", ["20210420T120000Z-old"])
    held.button(key="unpin").click().run()
    held.multiselect(key="f_lang").set_value([]).run()
    assert metric(held, "Comments") == after
    old.unlink()
    old.with_suffix(".json").unlink()
    gone = start(monkeypatch, tmp_path, build="20210420T120000Z-old")
    assert "not kept" in warnings(gone)
    assert metric(gone, "Comments") == after


def test_table_twin_holds_what_the_chart_draws(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    app = start(monkeypatch, state)
    twin = next(d.value for d in app.dataframe if "share_low" in d.value.columns)
    assert isinstance(twin, pd.DataFrame)
    caption = next(str(c.value) for c in app.caption if "comments with text and date" in str(c.value))
    assert f"{int(twin['comments'].sum()):,} comments" in caption


def test_events_without_place_or_day_are_told_of_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where only undated comments on an unplaced event are left, the page still stands."""
    path = make_build.publish(tmp_path / "warehouse" / "published", "bare", comments=200)
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE marts.fct_comment SET posted_at = NULL")
        con.execute("UPDATE marts.dim_event SET lat = NULL, lon = NULL, place_key = NULL, event_type = NULL")
    app = start(monkeypatch, tmp_path, "events")
    assert not app.exception
    said = " ".join(str(i.value) for i in app.info)
    assert "there is no map" in said
    assert "there is no timeline" in said
