"""The command line is a contract: names, output and exit codes that scripts and people rely on."""

from __future__ import annotations

import csv
import gzip
import io
import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from ingest.warehouse.build import write_lock
from tests.conftest import Command, run_parley

CONFLICT = "nagorno_karabakh"
PAGE_FIELDS = {
    "source", "url", "status", "parser", "title", "site_name", "published_at", "published_basis", "language", "text",
    "tags", "declared_comment_count", "comments",
}  # fmt: skip
COMMENT_FIELDS = {
    "source_id", "parent_source_id", "ordinal", "depth", "author", "posted_at", "posted_at_basis", "text", "is_empty",
    "kind",
}  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Write an invented page with two comments."""
    path = tmp_path / "page.html"
    path.write_text(
        "<!doctype html><html lang='en'><head><title>Ferry talks resume</title>"
        "<link rel='canonical' href='http://news.example/ferry/'></head><body><article><h1>Ferry talks resume</h1>"
        "<p>The two harbour towns sat down again on Monday to talk about the ferry, officials said.</p>"
        "<p>No result was announced, and both sides called the meeting useful and long overdue.</p></article>"
        "<div id='comments'><h2>2 comments</h2><ol class='comment-list'>"
        "<li id='comment-7' class='comment'><article class='comment-body'><footer><b class='fn'>Reader</b></footer>"
        "<div class='comment-content'><p>About time!</p></div></article><ol class='children'>"
        "<li id='comment-8' class='comment'><article class='comment-body'><footer><b class='fn'>Other</b></footer>"
        "<div class='comment-content'><p>Too late, I fear.</p></div></article></li></ol></li></ol></div></body></html>"
    )
    return path


def test_parse_prints_one_object_a_page_and_an_unreadable_one_is_a_line(parley: Command, page: Path) -> None:
    empty = page.with_name("empty.html")
    empty.touch()
    binary = page.with_name("picture.html")
    binary.write_bytes(bytes(range(256)) * 40)
    cut = page.with_name("cut.warc.gz")
    cut.write_bytes(gzip.compress(b"WARC/1.0\r\n" * 400)[:60])

    done = parley("parse", str(empty), str(page), str(binary), str(cut), "--format", "jsonl")

    pages = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [p["source"].rsplit("/", 1)[-1] for p in pages] == ["empty.html", "page.html", "picture.html", "cut.warc.gz"]
    assert all(set(p) >= PAGE_FIELDS for p in pages)
    assert pages[0]["status"] == "empty"
    assert pages[1]["status"] == "parsed"
    assert pages[1]["language"] == "en"
    assert [set(c) >= COMMENT_FIELDS for c in pages[1]["comments"]] == [True, True]
    assert pages[1]["comments"][1]["parent_source_id"] == pages[1]["comments"][0]["source_id"]
    assert pages[2]["status"] not in {"parsed", "no_comments"}
    assert pages[3]["status"] not in {"parsed", "no_comments"}
    assert not (page.parent / "state").exists(), "a dry run writes nothing"


def test_parse_of_nothing_readable_exits_with_1(parley: Command, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert parley("parse", str(empty)).returncode == 1


def test_the_seed_page_to_the_last_comment(parley: Command, shared: Path) -> None:
    (seed,) = (shared / "seed").glob("*.txt")
    done = parley("parse", str(seed), "--format", "jsonl")
    page = json.loads(done.stdout)
    assert page["published_at"] is None
    assert page["published_basis"] == "unknown"
    assert page["language"] == "en"
    assert [c["ordinal"] for c in page["comments"]] == list(range(1, 40))
    assert [c["ordinal"] for c in page["comments"] if c["author"]] == [8, 10, 15, 22]
    assert [c["ordinal"] for c in page["comments"] if c["is_empty"]] == [9, 17, 18, 19, 20, 21, 34]


def test_ingest_twice_in_once_there(parley: Command, page: Path, tmp_path: Path) -> None:
    first = parley("ingest", str(page))
    second = parley("ingest", str(page))

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "2 comments of 2 declared" in first.stdout
    assert "already archived" in second.stdout
    con = duckdb.connect(str(tmp_path / "state" / "warehouse" / "build.duckdb"), read_only=True)
    assert con.execute("SELECT count(*) FROM raw.comment_read").fetchone() == (2,)
    assert con.execute("SELECT page_url FROM raw.page_read").fetchall() == [("http://news.example/ferry/",)]


def test_ingest_of_an_address_fetches_it(parley: Command, page: Path) -> None:
    handler = partial(SimpleHTTPRequestHandler, directory=str(page.parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        done = parley("ingest", f"{address}/page.html", f"{address}/gone.html")
    finally:
        server.shutdown()
    assert done.returncode == 0, done.stderr
    assert "page.html: parsed" in done.stdout
    assert "2 comments of 2 declared" in done.stdout
    assert "gone.html: http_error" in done.stdout


def test_bad_input_is_told_and_exits_with_1(parley: Command, tmp_path: Path) -> None:
    empty = tmp_path / "empty.html"
    empty.touch()
    huge = tmp_path / "huge.html"
    with huge.open("wb") as file:
        file.truncate(50_000_000)

    for _ in range(2):  # what failed before still fails
        done = parley("ingest", str(empty), str(huge))

        assert done.returncode == 1
        assert "empty.html: empty" in done.stdout
        assert "huge.html: too_large" in done.stdout
        assert "Loaded" not in done.stdout
        assert "Traceback" not in done.stderr


def test_an_unknown_scorer_lists_the_known(parley: Command) -> None:
    done = parley("score", "--conflict", CONFLICT, "--scorer", "nope", "x")
    assert done.returncode == 1
    assert "Error: no stance scorer 'nope'; there are: ngram" in done.stderr


def test_a_locked_warehouse_is_named_with_the_mend(parley: Command, page: Path, tmp_path: Path) -> None:
    with write_lock(tmp_path / "state" / "warehouse" / "build.duckdb"):
        done = parley("ingest", str(page))
    assert done.returncode == 1
    assert "is being written by another run" in done.stderr
    assert "Traceback" not in done.stderr
    assert parley("ingest", str(page)).returncode == 0, "what was archived is loaded by the next run"


def test_score_tells_stance_side_and_the_words_that_decided(parley: Command, tmp_path: Path) -> None:
    lines = tmp_path / "texts.jsonl"
    lines.write_text(
        json.dumps({"id": "a", "text": "Shame on Armenia for shelling Ganja, children died there."})
        + "\n"
        + json.dumps({"id": "b", "text": "", "article_title": "Truce"})
        + "\n"
    )
    done = parley("score", "--conflict", CONFLICT, "Karabakh is Azerbaijan!", "--jsonl", str(lines))
    assert done.returncode == 0, done.stderr
    slogan, blame, nothing = (json.loads(line) for line in done.stdout.splitlines())
    assert slogan["id"] is None
    assert slogan["side"] == "azerbaijan"
    assert blame["id"] == "a"
    assert blame["stances"]["armenia"]["stance"] == "AGAINST"
    assert nothing["side"] == "empty"
    for answer in (slogan, blame):
        for stance in answer["stances"].values():
            assert stance["p_favor"] + stance["p_against"] + stance["p_none"] == pytest.approx(1, abs=0.01)
        assert answer["model_version"]
        assert answer["evidence"]
        assert all(0 <= span["start"] < span["end"] for span in answer["evidence"])


def test_link_tells_events_and_none_for_none(parley: Command, tmp_path: Path) -> None:
    lines = tmp_path / "articles.jsonl"
    articles = [
        {
            "id": 1,
            "title": "Barda hit by rockets",
            "text": "At least 21 people were killed when Smerch rockets struck Barda on Wednesday, Azerbaijan said.",
            "published_at": "2020-10-28T18:00:00+04:00",
        },
        {"id": 2, "title": None, "text": "The orchestra opens its season with Brahms.", "published_at": None},
    ]
    lines.write_text("\n".join(json.dumps(article) for article in articles))
    done = parley("link", "--conflict", CONFLICT, "--jsonl", str(lines))
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["events"][0]["event_id"] == "nk20-10-28-barda"
    assert first["events"][0]["role"] == "primary"
    assert second == {"id": 2, "events": []}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "texts.jsonl:2: not JSON"),
        ("[]", "texts.jsonl:2: expected an object"),
        ('{"id": 1}', "texts.jsonl:2: 'text' is missing"),
    ],
)
def test_a_bad_line_is_named(parley: Command, tmp_path: Path, line: str, message: str) -> None:
    lines = tmp_path / "texts.jsonl"
    lines.write_text('{"text": "fine"}\n' + line + "\n")
    done = parley("score", "--conflict", CONFLICT, "--jsonl", str(lines))
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stdout == ""


def test_an_unknown_conflict_lists_the_known(parley: Command) -> None:
    done = parley("score", "--conflict", "atlantis", "x")
    assert done.returncode == 1
    assert "no conflict 'atlantis'" in done.stderr
    assert CONFLICT in done.stderr


def test_without_a_build_one_is_told_how_to_make_one(parley: Command) -> None:
    for command in (["sql", "SELECT 1"], ["status"], ["export", "out"]):
        done = parley(*command)
        assert done.returncode == 1
        assert "make run" in done.stderr


@pytest.mark.pipeline
def test_sql_answers_in_every_format(demo_run: tuple[Path, str], tmp_path: Path) -> None:
    state, _ = demo_run
    query = "SELECT side, count(*) AS n FROM fct_comment_side GROUP BY side ORDER BY side"
    table = run_parley(state, "sql", query)
    assert "anti_war" in table.stdout
    from_json = json.loads(run_parley(state, "sql", query, "--format", "json").stdout)
    from_csv = list(csv.DictReader(io.StringIO(run_parley(state, "sql", query, "--format", "csv").stdout)))
    assert [(r["side"], str(r["n"])) for r in from_json] == [(r["side"], r["n"]) for r in from_csv]
    wrong = run_parley(state, "sql", "SELECT nothing FROM nowhere")
    assert wrong.returncode == 1
    assert "nowhere" in wrong.stderr
    denied = run_parley(state, "sql", "DELETE FROM fct_comment")
    assert denied.returncode == 1

    exported = run_parley(state, "export", str(tmp_path / "out"))
    assert exported.returncode == 0
    assert pq.read_table(tmp_path / "out" / "fct_comment_side.parquet").num_rows == sum(int(r["n"]) for r in from_csv)
    shown = run_parley(state, "status")
    assert "fct_comment_side" in shown.stdout
