"""An invented conflict, two crawls of an invented outlet, and dbt run on them once for every test of the marts.

Raw rows go in as room 3 would write them; annotations are added between the two dbt selections, as in the pipeline.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingest.warehouse.build import ensure_schema

DBT_FOLDER = Path(__file__).resolve().parents[2] / "dbt_project"
SITE = "https://example.org"
CRAWL_1, CRAWL_2 = "2020-10-02 06:00+00", "2020-10-04 06:00+00"
COPY = "Everyone in the valley knows who opened the gates."

Row = dict[str, Any]

PAGE: Row = {
    "crawl_id": "c1", "warc_file": "c1.warc.gz", "outlet": "example.org", "fetched_at": CRAWL_1, "http_status": 200,
    "content_bytes": 1, "status": "parsed", "parser": "wordpress", "parser_version": "wordpress-1",
    "site_name": "The Example", "published_basis": "unknown", "stated_language": "en-GB", "text": "A body.", "tags": [],
    "comment_count": 0, "is_demo": True, "loaded_at": "2020-10-05 00:00+00",
}  # fmt: skip
COMMENT: Row = {"depth": 0, "posted_at_basis": "unknown", "is_empty": False, "kind": "comment"}


@dataclass(frozen=True, slots=True)
class World:
    """One built working file, and the folder with dbt's manifest."""

    build_db: Path
    target: Path

    def query(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Return the rows of one query on the working file."""
        with duckdb.connect(str(self.build_db), read_only=True) as con:
            con.execute("SET TimeZone = 'UTC'")
            return con.execute(sql, list(parameters)).fetchall()

    def dbt(self, *arguments: str) -> None:
        """Run dbt on the working file; fails the test with dbt's own words."""
        result = subprocess.run(
            [
                str(Path(sys.executable).with_name("dbt")), "--quiet", *arguments, "--project-dir", str(DBT_FOLDER),
                "--profiles-dir", str(DBT_FOLDER), "--target-path", str(self.target),
                "--log-path", str(self.target / "logs"),
            ],
            env=os.environ | {"PARLEY_BUILD_DB": str(self.build_db), "DO_NOT_TRACK": "1"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert result.returncode == 0, result.stdout + result.stderr

    def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of every mart, in an order that depends on the rows alone."""
        tables = [row[0] for row in self.query("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts'")]
        return {table: sorted(self.query(f"SELECT * FROM marts.{table}"), key=repr) for table in sorted(tables)}


def insert(con: duckdb.DuckDBPyConnection, table: str, row: Row) -> None:
    """Insert one row, given by column names."""
    marks = ", ".join("?" for _ in row)
    con.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def read_page(con: duckdb.DuckDBPyConnection, path: str, comments: list[Row], **values: Any) -> None:
    """Insert one read of SITE/path; `comments` are in page order, `author` standing for name and key."""
    row = (
        PAGE | {"page_url": f"{SITE}/{path}", "article_url": f"{SITE}/{path.partition('/')[0]}", "title": path} | values
    )
    row |= {"source": row["page_url"], "record_id": f"{row['crawl_id']}:{path}:{row['fetched_at']}"}
    row["read_id"] = hashlib.sha256(f"{row['record_id']}|{row['parser_version']}".encode()).hexdigest()[:32]
    insert(con, "raw.page_read", row)
    for ordinal, comment in enumerate(comments, 1):
        author = comment.get("author")
        key = None if author is None else hashlib.md5(author.encode(), usedforsecurity=False).hexdigest()
        insert(con, "raw.comment_read", COMMENT | {
            "read_id": row["read_id"], "ordinal": ordinal, "author_key": key, "is_empty": not comment["text"],
        } | comment)  # fmt: skip


def said(text: str, source_id: str | None = None, day: str | None = None, **values: Any) -> Row:
    """Return one comment; `day` is a stated time of posting."""
    stated = {} if day is None else {"posted_at": day, "posted_at_basis": "stated"}
    return {"text": text, "source_id": source_id} | stated | values


def fill_raw(con: duckdb.DuckDBPyConnection) -> None:
    """Insert what rooms 1 to 3 would have brought."""
    _fill_conflict(con)
    root = said("north: they began it", "1", "2020-09-30 20:30+00", author="ann")
    reply = said("south: no, you did", "2", "2020-10-01 09:00+00", author="bob", parent_source_id="1", depth=1)
    deep = said("what has this to do with us", "3", "2020-10-01 10:00+00", parent_source_id="2", depth=2)
    edited = said("north: hold the dam", "4", "2020-09-30 12:00+00", author="ann")
    vanishing = said("south: shame on you", "5", "2020-09-20 12:00+00", author="cem")
    moving = said("peace, please", "6", "2020-09-21 12:00+00", author="dan", parent_source_id="999", depth=1)
    empty = said("", "7", author="eve")
    page_2 = said("south: and the treaty?", "9", "2020-10-01 11:00+00", author="bob")
    trackback = said("another site links here", "8", kind="pingback")
    read_page(con, "a", [root, reply, deep, edited, vanishing, moving, empty, trackback],
              published_at="2020-10-01 21:00+00", published_basis="stated", declared_comment_count=8)  # fmt: skip
    read_page(con, "a/comment-page-2", [page_2], text="", title="a, page 2")
    second: Row = {"crawl_id": "c2", "fetched_at": CRAWL_2}
    read_page(con, "a", [root, reply, deep, edited | {"text": "north: hold the dam and the bridge"}, empty], **second,
              title="a, corrected", published_at="2020-10-01 21:00+00", published_basis="stated")  # fmt: skip
    read_page(con, "a/comment-page-2", [page_2, moving], text="", title="a, page 2", **second)

    twice = said("north: so it is", day="2020-10-02 05:00+00", author="ann")
    read_page(con, "b", [twice, twice, said("south: no", day="2020-10-02 05:30+00", author="bob")])
    unchanged: Row = {"status": "not_modified", "http_status": 304, "parser": "none", "parser_version": "none-1"}
    read_page(con, "b", [], **second, **unchanged, text="")

    read_page(con, "c", [said(COPY, "20"), said(COPY.upper() + "!!", "21")], parser_version="wordpress-0",
              status="no_comments")  # fmt: skip
    con.execute("DELETE FROM raw.comment_read WHERE source_id IN ('20', '21')")
    read_page(con, "c", [said(COPY, "20"), said(COPY.upper() + "!!", "21")], loaded_at="2020-10-06 00:00+00")
    gone: Row = {"status": "http_error", "http_status": 404, "parser": "none", "parser_version": "none-1"}
    read_page(con, "c", [], **second, **gone, text="")

    read_page(con, "off", [said("north: nice recipe", "30", "2020-10-01 10:00+00", author="fay")])
    read_page(con, "wall", [], status="blocked_by_robots", http_status=None, parser="none", parser_version="none-1")


def _fill_conflict(con: duckdb.DuckDBPyConnection) -> None:
    conflict: Row = {"conflict_id": "rivers"}
    # No daylight saving, four hours before UTC: 20:30 UTC is the next day.
    insert(con, "raw.conflict", conflict | {"name": "Rivers", "time_zone": "Asia/Dubai"})
    for order, (party, kind) in enumerate(
        (("north", "belligerent"), ("south", "belligerent"), ("guest", "third_party"))
    ):
        insert(con, "raw.party", conflict | {"party_id": party, "name": party, "kind": kind, "sort_order": order})
    place: Row = {"place_id": "dam", "name": "Old Dam", "names": {"xx": "Altdamm"}, "aliases": ["New Dam"]}
    insert(con, "raw.place", conflict | place)
    for event, start in (("flood", "2020-10-01"), ("treaty", "2020-10-03"), ("silent", "1999-01-01")):
        values: Row = {"event_id": event, "name": event, "start_date": start, "date_precision": 1, "place": "new dam"}
        values |= {"as_of": "2020-10-01", "licence": "CC0-1.0"}
        if event == "flood":
            # One more event that both flood and treaty are part of, so that a family is more than a chain.
            insert(con, "raw.event", conflict | values | {"event_id": "season", "name": "season"})
            values |= {"fatalities_low": 3, "fatalities_high": 5, "toll_source": "the brigade"}
        if event != "silent":
            values["parent_event_id"] = "season"
        insert(con, "raw.event", conflict | values)


def annotate(con: duckdb.DuckDBPyConnection) -> None:
    """Insert what room 5 would have inferred: a comment's side is the word before its colon."""
    con.execute("""
        INSERT INTO annotate.active_version VALUES
            ('stance', 'rivers', 'm2'), ('events', 'rivers', 'l1'), ('language', '', 'lang1');
        INSERT INTO annotate.language SELECT DISTINCT input_key, CASE WHEN text = '' THEN NULL ELSE 'en' END, 0.9,
            'lang1', now() FROM intermediate.int_comment_input;
        INSERT INTO annotate.article_conflict
            (article_id, content_key, conflict_id, relevance, method_version, annotated_at)
            SELECT article_id, content_key, 'rivers',
            CASE WHEN title = 'off' THEN 0.1 ELSE 0.9 END, 'l1', now() FROM intermediate.int_article;
        INSERT INTO annotate.side SELECT DISTINCT input_key, 'rivers',
            CASE WHEN text = '' THEN 'empty' WHEN text LIKE 'north:%' THEN 'north' WHEN text LIKE 'south:%' THEN 'south'
                WHEN text LIKE 'peace%' THEN 'anti_war' ELSE 'unclear' END,
            0.8, false, NULL, [{'start': 0, 'end': 5}], 'm2', now() FROM intermediate.int_comment_input;
        INSERT INTO annotate.side SELECT DISTINCT input_key, 'rivers', 'off_topic', 0.1, false, NULL, [], 'm1',
            now() FROM intermediate.int_comment_input;
        INSERT INTO annotate.stance SELECT DISTINCT input_key, 'rivers', party_id, 'NONE', 0.2, 0.2, 0.6, 0.6, false,
            [], 'm2', now() FROM intermediate.int_comment_input, (VALUES ('north'), ('south')) AS parties(party_id);
        INSERT INTO annotate.article_event SELECT article_id, content_key, 'rivers', link.event_id, link.role,
            'explicit', link.confidence, [], 'l1', now()
            FROM intermediate.int_article JOIN (VALUES
                ('a, corrected', 'flood', 'primary', 0.9), ('b', 'flood', 'secondary', 0.9),
                ('b', 'treaty', 'background', 0.9), ('c', 'flood', 'primary', 0.7)
            ) AS link(title, event_id, role, confidence) USING (title);
        INSERT INTO annotate.article_candidate SELECT article_id, content_key, 'rivers', one.event_id, one.rank,
            one.confidence, one.why_not, [], version, now()
            FROM intermediate.int_article JOIN (VALUES
                ('c', 'flood', 1, 0.7, NULL, 'l1'), ('c', 'treaty', 2, 0.2, 'outdone', 'l1'),
                ('c', 'season', 1, 0.4, 'unsure', 'l0'), ('c', 'taken out', 3, 0.1, 'whole', 'l1')
            ) AS one(title, event_id, rank, confidence, why_not, version) USING (title);
        INSERT INTO annotate.comment_event SELECT DISTINCT input_key, 'rivers', 'treaty', 'primary', 'explicit', 0.9,
            [{'start': 15, 'end': 21}], 'l1', now() FROM intermediate.int_comment_input WHERE text LIKE '%treaty%';
    """)


def build_world(folder: Path) -> World:
    """Fill, shape, annotate and serve a new working file in `folder`."""
    world = World(folder / "build.duckdb", folder / "target")
    with duckdb.connect(str(world.build_db)) as con:
        ensure_schema(con)
        fill_raw(con)
    world.dbt("build", "--select", "tag:shape")
    with duckdb.connect(str(world.build_db)) as con:
        annotate(con)
    world.dbt("build", "--select", "tag:serve")
    return world
