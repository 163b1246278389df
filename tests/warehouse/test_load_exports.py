"""Exports through rooms 1 to 4: a page per thread, each once, united with the article's own page; clocks learnt."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb
import pytest

from ingest.fetch.archive import Archive
from ingest.fetch.intake import ingest_path
from ingest.records import Capture, CaptureKind
from ingest.warehouse.build import ensure_schema
from ingest.warehouse.load import load_archive, read_id_of
from tests.conftest import SHARED
from tests.dbt_project.dbt_world import World

KEY = b"a secret"
WHEN = datetime(2020, 11, 1, 12, tzinfo=UTC)
SITE = "https://example.org"
WXR = """<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"
xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<item><title>Snow (exported)</title><link>http://www.example.org/snow</link><content:encoded>Old body.</content:encoded>
{snow}</item>
<item><title>Rain</title><link>http://www.example.org/rain/</link><content:encoded>Rain came.</content:encoded>
{rain}</item></channel></rss>"""
WXR_COMMENT = """<wp:comment><wp:comment_id>{0}</wp:comment_id><wp:comment_author>{1}</wp:comment_author>
<wp:comment_date_gmt>{2}</wp:comment_date_gmt><wp:comment_approved>1</wp:comment_approved>
<wp:comment_content>{3}</wp:comment_content></wp:comment>"""
PAGE = """<!doctype html><html lang="en"><head><title>Snow</title></head><body><article><h1>Snow</h1>
<p>It snowed on the pass for two days and the road was shut to lorries until noon.</p></article>
<ol class="comment-list">{}</ol></body></html>"""
COMMENT = """<li id="comment-{0}" class="comment"><article><div class="comment-author"><b class="fn">{1}</b></div>
<div class="comment-metadata"><a href="#comment-{0}"><time datetime="{2}+00:00">October</time></a></div>
<div class="comment-content"><p>{3}</p></div></article></li>"""


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        ensure_schema(connection)
        yield connection


def resource(url: str, content: str, media_type: str, source: str = "") -> Capture:
    return Capture(CaptureKind.RESOURCE, source or url, url, WHEN, content.encode(), media_type)


EXPORTS = {
    "isso_disqus.xml": ("disqus_export", 3),
    "isso_wordpress.xml": ("wxr", 2),
    "remark42_commento.json": ("commento", 2),
    "remark42_disqus.xml": ("disqus_export", 3),
    "wp_themeunittestdata.wordpress.xml": ("wxr", 5),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_each_thread_of_an_export_is_a_page_and_each_once(
    name: str, con: duckdb.DuckDBPyConnection, tmp_path: Path, shared: Path
) -> None:
    parser, threads = EXPORTS[name]
    archive = Archive(tmp_path)
    assert ingest_path(archive, shared / "comments" / "apis" / name, "c1").counts == {"archived": 1}
    steps: list[tuple[int, int]] = []
    report = load_archive(con, archive, KEY, lambda *step: steps.append(step)).counts
    rows = con.execute("FROM raw.page_read SELECT * ORDER BY record_page").fetchall()
    named = [column[0] for column in con.description or ()]
    pages = [dict(zip(named, row, strict=True)) for row in rows]
    assert steps == [(1, 1)]
    assert report["pages"] == report["parsed"] == len(pages) == threads
    assert {(page["parser"], page["status"], page["is_data"]) for page in pages} == {(parser, "parsed", True)}
    assert [page["record_page"] for page in pages] == list(range(1, len(pages) + 1))
    for unique in ("read_id", "page_url"):
        assert len({page[unique] for page in pages}) == len(pages), unique
    assert len({page["loaded_at"] for page in pages}) == 1
    counted = con.execute(
        "SELECT count(*) FROM raw.page_read LEFT JOIN raw.comment_read USING (read_id) GROUP BY read_id, record_page"
        " ORDER BY record_page"
    ).fetchall()
    assert [row[0] for row in counted] == [page["comment_count"] for page in pages]
    assert load_archive(con, archive, KEY).counts == {"already_loaded": 1}


def test_ids_of_single_pages_are_as_they_were() -> None:
    assert read_id_of("r", "v") == read_id_of("r", "v", 1) == "91df14758e80e0b884655966badcb8ab"
    assert len({read_id_of("r", "v", number) for number in range(1, 20)}) == 19


def test_columns_that_came_later_are_added_to_an_old_file(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "old.duckdb")) as con:
        ensure_schema(con)
        for column in ("record_page", "is_data", "comment_pages", "clock"):
            con.execute(f"ALTER TABLE raw.page_read DROP COLUMN {column}")
        con.execute("ALTER TABLE raw.comment_read DROP COLUMN posted_at_local")
        ensure_schema(con)
        archive = Archive(tmp_path / "archive")
        with archive.writer("c1") as writer:
            writer.write(resource(f"{SITE}/snow/", PAGE.format(""), "text/html"))
        load_archive(con, archive, KEY)
        assert con.execute("SELECT record_page, is_data, clock FROM raw.page_read").fetchall() == [(1, False, [])]


def feed(url: str, gold: list[dict[str, str]]) -> str:
    items = "".join(
        f"<item><guid>{escape(url)}#comment-{one['id']}</guid><pubDate>{one['time']}</pubDate>"
        f"<description>{escape(one['text'])}</description></item>"
        for one in gold
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><link>{escape(url)}</link>{items}</channel></rss>'


Gold = dict[tuple[str, str], tuple[str, datetime]]


def write_real_pages(archive: Archive, folder: Path, pages_of_a_site: int) -> Gold:
    """Archive real pages, each with a feed of every other comment; return the time of each comment left out."""
    left_out: Gold = {}
    seen: Counter[str] = Counter()
    with archive.writer("real") as writer:
        for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            site = row["repo"].partition("/")[2]
            seen[site] += 1
            if seen[site] > pages_of_a_site:
                continue
            # Some mirrors were saved without a host, and some name a file of theirs as canonical.
            url = f"https://{site.replace('_', '-').casefold()}.example/{seen[site]}/"
            content = (folder / row["file"]).read_text(encoding="utf-8", errors="replace")
            writer.write(resource(url, content.replace("canonical", "mirrored"), "text/html"))
            writer.write(resource(url + "feed/", feed(url, row["gold"][::2]), "text/plain"))
            left_out |= {(url, str(one["id"])): (site, parsedate_to_datetime(one["time"])) for one in row["gold"][1::2]}
    return left_out


@pytest.fixture(scope="module")
def shaped(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Gold]:
    """Shape once an invented export beside its article's page, and real pages with feeds of half their comments."""
    folder = tmp_path_factory.mktemp("shaped")
    archive = Archive(folder / "archive")
    gold = write_real_pages(archive, SHARED / "comments" / "wordpress", 6) if SHARED.is_dir() else {}
    said = [("11", "Ada", "First."), ("12", "Bo", "Second."), ("13", "Cem", "Only in the export.")]
    exported = [
        WXR_COMMENT.format(number, name, f"2020-10-0{day} 16:05:30", text)
        for day, (number, name, text) in enumerate(said, start=1)
    ]
    rain = WXR_COMMENT.format("11", "Ada", "2020-10-08 09:00:00", "Wet.")
    shown = [*said[:2], ("14", "Dan", "Only on the page.")]
    page = PAGE.format(
        "".join(
            COMMENT.format(number, name, f"2020-10-0{day}T20:05:30", text)
            for day, (number, name, text) in enumerate(shown, start=1)
        )
    )
    with archive.writer("crawl") as writer:
        writer.write(resource(f"{SITE}/snow/", page, "text/html"))
    with archive.writer("export") as writer:
        export = WXR.format(snow="".join(exported), rain=rain)
        writer.write(resource("urn:sha256:0", export, "text/plain", "export.xml"))
    world = World(folder / "build.duckdb", folder / "target")
    with duckdb.connect(str(world.build_db)) as con:
        ensure_schema(con)
        load_archive(con, archive, KEY)
    world.dbt("run", "--select", "+int_comment", "+int_article")
    return world, gold


def test_an_export_and_the_page_of_its_article_unite(shaped: tuple[World, Gold]) -> None:
    world, _ = shaped
    articles = world.query("""
        SELECT url, title, text LIKE 'It snowed%' FROM intermediate.int_article
        WHERE url LIKE '%example.org%' ORDER BY url
    """)
    assert articles == [("http://www.example.org/rain/", "Rain", False), (f"{SITE}/snow/", "Snow", True)]
    comments = world.query("""
        SELECT comment.text, posted_at, posted_at_basis, is_vanished
        FROM intermediate.int_comment AS comment JOIN intermediate.int_article USING (article_id)
        WHERE url LIKE '%example.org/snow/' ORDER BY posted_at, comment.text DESC
    """)
    # The page's clock is four hours ahead of what the export states for the first two.
    assert comments == [
        ("First.", datetime(2020, 10, 1, 16, 5, 30, tzinfo=UTC), "stated", False),
        ("Second.", datetime(2020, 10, 2, 16, 5, 30, tzinfo=UTC), "stated", False),
        ("Only on the page.", datetime(2020, 10, 3, 16, 5, 30, tzinfo=UTC), "stated", False),
        ("Only in the export.", datetime(2020, 10, 3, 16, 5, 30, tzinfo=UTC), "stated", False),
    ]


def test_another_wording_in_a_feed_is_no_edit(shared: Path, shaped: tuple[World, Gold]) -> None:
    """The feeds hold the real comments as plain text in one line."""
    world, _ = shaped
    assert world.query("SELECT count(*) FROM intermediate.int_comment WHERE revision > 1") == [(0,)]


FLOORS = {
    "web2ireland-org": 0.99,
    "wolfg1969.github.io": 0.99,
    "sportsofboston.com-archive": 0.88,
    "lahso-blog": 0.88,
    "all": 0.95,
}
"""Two sites moved their clocks by hand: weeks after summer time began or ended, and within one day."""


def test_a_clock_learnt_from_half_the_comments_puts_the_other_half_right(
    shared: Path, shaped: tuple[World, Gold], capsys: pytest.CaptureFixture[str]
) -> None:
    world, gold = shaped
    rows = world.query("""
        SELECT page.page_url, comment.source_id, known.posted_at
        FROM intermediate.int_comment AS known
        JOIN intermediate.int_comment_read AS read USING (comment_id)
        JOIN raw.comment_read AS comment ON read.read_id = comment.read_id AND read.ordinal = comment.ordinal
        JOIN raw.page_read AS page ON page.read_id = read.read_id
        WHERE NOT page.is_data AND known.posted_at IS NOT NULL
    """)
    sites: dict[str, list[bool]] = {}
    for url, source_id, posted_at in rows:
        if (url, source_id) in gold:
            site, stated = gold[url, source_id]
            for name in (site, "all"):
                sites.setdefault(name, []).append(abs((posted_at - stated).total_seconds()) <= 60)
    shares = {site: sum(right) / len(right) for site, right in sites.items()}
    with capsys.disabled():
        print("\n" + ", ".join(f"{site} {share:.3f} of {len(sites[site])}" for site, share in shares.items()))
    assert {site: shares.get(site) for site, floor in FLOORS.items() if shares.get(site, 0) < floor} == {}
