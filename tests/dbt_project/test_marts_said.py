"""What was said must survive re-reading: identity, edits, vanishing, threads, copies, and the status of every page."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.dbt_project.dbt_world import CRAWL_1, CRAWL_2, SITE, World

FIRST, SECOND = datetime.fromisoformat(CRAWL_1), datetime.fromisoformat(CRAWL_2)


def test_a_comment_read_in_two_crawls_and_two_pages_stands_once(world: World) -> None:
    counts = dict(
        world.query(
            "SELECT url, count(*) FROM marts.fct_comment JOIN marts.dim_article USING (article_id) GROUP BY url"
        )
    )
    assert counts == {f"{SITE}/a": 8, f"{SITE}/b": 3, f"{SITE}/c": 2, f"{SITE}/off": 1}
    declared = world.query("SELECT url, comment_count FROM marts.dim_article")
    assert dict(declared) == counts


def test_an_edit_is_a_new_revision_and_the_earlier_text_is_kept(world: World) -> None:
    rows = world.query("""
        SELECT r.revision, r.text, r.first_seen_at, r.last_seen_at FROM marts.fct_comment_revision AS r
        JOIN marts.fct_comment AS c USING (comment_id) WHERE c.revision > 1 ORDER BY r.revision""")
    assert rows == [
        (1, "north: hold the dam", FIRST, FIRST),
        (2, "north: hold the dam and the bridge", SECOND, SECOND),
    ]


def test_only_what_a_later_complete_reading_lacks_has_vanished(world: World) -> None:
    assert world.query("SELECT text, last_seen_at FROM marts.fct_comment WHERE is_vanished") == [
        ("south: shame on you", FIRST)
    ]
    moved = world.query("SELECT last_seen_at, ordinal FROM marts.fct_comment WHERE text LIKE 'peace%'")
    assert moved == [(SECOND, 2)]
    under_a_404 = world.query(
        "SELECT DISTINCT c.last_seen_at FROM marts.fct_comment c JOIN marts.dim_article USING (article_id) "
        "WHERE url LIKE '%/c'"
    )
    assert under_a_404 == [(FIRST,)]


def test_not_modified_means_the_comments_were_seen_again(world: World) -> None:
    rows = world.query(
        "SELECT DISTINCT c.last_seen_at, a.last_seen_at, a.status FROM marts.fct_comment c "
        "JOIN marts.dim_article a USING (article_id) WHERE url LIKE '%/b'"
    )
    assert rows == [(SECOND, SECOND, "parsed")]


def test_the_same_words_said_twice_by_one_person_are_two_comments(world: World) -> None:
    rows = world.query(
        "SELECT count(DISTINCT comment_id), count(DISTINCT commenter_id) FROM marts.fct_comment "
        "WHERE text LIKE '%so it is'"
    )
    assert rows == [(2, 1)]


def test_replies_share_the_root_and_an_unknown_parent_keeps_its_depth(world: World) -> None:
    ids = dict(world.query("SELECT text, comment_id FROM marts.fct_comment"))
    top = ids["north: they began it"]
    rows = {
        text: (parent, root, depth)
        for text, parent, root, depth in world.query(
            "SELECT text, parent_comment_id, thread_root_id, depth FROM marts.fct_comment WHERE depth > 0"
        )
    }
    reply = ids["south: no, you did"]
    assert rows["south: no, you did"] == (top, top, 1)
    assert rows["what has this to do with us"] == (reply, top, 2)
    assert rows["peace, please"] == (None, ids["peace, please"], 1)


def test_copies_of_a_text_share_a_cluster(world: World) -> None:
    rows = world.query("""
        SELECT count(*), count(DISTINCT duplicate_cluster_id), min(duplicate_count), max(duplicate_count)
        FROM marts.fct_comment WHERE duplicate_cluster_id IS NOT NULL""")
    assert rows == [(2, 1, 2, 2)]
    assert world.query("SELECT DISTINCT duplicate_count FROM marts.fct_comment WHERE duplicate_cluster_id IS NULL") == [
        (1,)
    ]


def test_the_article_speaks_through_its_own_newest_page(world: World) -> None:
    rows = world.query(
        "SELECT title, text, revision, language, published_on, first_seen_at, last_seen_at FROM marts.dim_article "
        "WHERE url LIKE '%/a'"
    )
    assert rows == [("a, corrected", "A body.", 2, "en", date(2020, 10, 1), FIRST, SECOND)]


def test_an_article_that_is_gone_says_so_and_keeps_its_text(world: World) -> None:
    assert world.query("SELECT status, text FROM marts.dim_article WHERE url LIKE '%/c'") == [("http_error", "A body.")]


def test_every_read_has_one_status_and_the_newest_parse_speaks(world: World) -> None:
    rows = world.query("SELECT status, count(*), count(article_id) FROM marts.fct_page_status GROUP BY status")
    assert sorted(rows) == [("blocked_by_robots", 1, 0), ("http_error", 1, 1), ("not_modified", 1, 1), ("parsed", 7, 7)]
    reparsed = world.query(
        "SELECT parser_version, extracted_comments FROM marts.fct_page_status "
        "WHERE page_url LIKE '%/c' AND NOT is_latest"
    )
    assert reparsed == [("wordpress-1", 2)]


def test_pingbacks_are_counted_by_page_and_are_no_comments(world: World) -> None:
    assert world.query("SELECT sum(pingbacks), sum(extracted_comments) FROM marts.fct_page_status") == [(1, 21)]
    assert world.query("SELECT count(*) FROM marts.fct_comment WHERE text LIKE 'another site%'") == [(0,)]


def test_names_of_commenters_are_nowhere_in_the_marts(world: World) -> None:
    names = [row[0] for row in world.query("SELECT DISTINCT author FROM raw.comment_read WHERE author IS NOT NULL")]
    assert len(names) == 6
    values = {value for rows in world.snapshot().values() for row in rows for value in row if isinstance(value, str)}
    assert values.isdisjoint(names)
    assert world.query("SELECT count(*), sum(comments) FROM marts.dim_commenter") == [(6, 11)]


def test_times_are_instants_in_utc(world: World) -> None:
    rows = world.query("SELECT posted_at FROM marts.fct_comment WHERE text LIKE '%they began it'")
    assert rows == [(datetime(2020, 9, 30, 20, 30, tzinfo=UTC),)]
