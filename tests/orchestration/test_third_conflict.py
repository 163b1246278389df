"""A conflict is data: an invented one, added as a folder, goes through every room without a line of code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingest.settings import REPO_ROOT
from ingest.warehouse.current import connect, read_current
from tests.conftest import run_parley

pytestmark = pytest.mark.pipeline

CONFLICT = "gull_rock"
FILES = {
    "conflict.toml": 'name = "Gull Rock"\nstarts_on = 2031-01-05\ntime_zone = "Atlantic/Azores"\n',
    "parties.csv": "party_id,name,kind\nnorland,Norland,belligerent\nsudria,Sudria,belligerent\n",
    "places.csv": (
        "place_id,name,kind,country_iso2,lat,lon,aliases\n"
        "gull,Gull Rock,island,,40.1,-30.2,Mew Stone\n"
        "seaholm,Seaholm,city,,40.3,-30.0,\n"
        "portmere,Portmere,city,,39.9,-30.4,\n"
    ),
    "events.csv": (
        "event_id,name,aka,start_date,end_date,event_type,sub_event_type,place,actor_initiator,actor_target\n"
        "gull-1,Shelling of Seaholm,,2031-01-08,2031-01-08,Explosions/Remote violence,"
        "Shelling/artillery/missile attack,Seaholm,Sudria,Norland\n"
        "gull-2,Harbour truce,Portmere truce,2031-01-20,2031-01-20,Strategic developments,Agreement,Portmere,,\n"
    ),
    "lexicon.csv": (
        "party_id,term,kind,language\nnorland,Norland,name,en\nnorland,Norlander,demonym,en\nnorland,Norlanders,demonym,en\n"
        "sudria,Sudria,name,en\nsudria,Sudrian,demonym,en\nsudria,Sudrians,demonym,en\n"
    ),
}
COMMENTS = [
    ("norland", "Sudria must be punished for bombing civilians in Seaholm. Terrorists!"),
    ("norland", "Glory to the soldiers of Norland, defend our homes against Sudrian aggression!"),
    ("sudria", "Gull Rock is Sudria! Norland has occupied it for thirty years."),
    ("sudria", "Norland started this war and now plays the victim. Shame on Norland."),
]
PAGE = """<!doctype html><html lang="en"><head><title>Shells fall on Seaholm</title>
<link rel="canonical" href="http://isles.example/2031/01/shells-fall-on-seaholm/">
<meta property="article:published_time" content="2031-01-08T15:00:00+00:00"></head><body><article>
<h1>Shells fall on Seaholm</h1><p>Artillery shells struck the city of Seaholm on Wednesday, officials in Norland said,
and blamed Sudria for the attack.</p><p>Sudria denied that its forces had opened fire across the strait near Gull Rock
and called for talks. Nine people were wounded in the shelling, according to doctors.</p></article>
<div id="comments"><h2>4 comments</h2><ol class="comment-list">%s</ol></div></body></html>"""
ITEM = (
    '<li id="comment-{n}" class="comment"><article class="comment-body"><footer><b class="fn">Reader {n}</b>'
    '<time datetime="2031-01-09T0{n}:00:00+00:00">9 January</time></footer>'
    '<div class="comment-content"><p>{text}</p></div></article></li>'
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Add the folder and one saved page, run the pipeline without the demo, return the published build's file."""
    base = tmp_path_factory.mktemp("third")
    data, state = base / "data", base / "state"
    for folder in ("conflicts", "stance"):
        shutil.copytree(REPO_ROOT / "data" / folder, data / folder)
    (data / "sources.toml").write_text("[demo]\nenabled = false\n")
    (data / "conflicts" / CONFLICT).mkdir()
    for name, content in FILES.items():
        (data / "conflicts" / CONFLICT / name).write_text(content)
    page = base / "page.html"
    page.write_text(PAGE % "".join(ITEM.format(n=n, text=text) for n, (_, text) in enumerate(COMMENTS, start=1)))
    for arguments in (["ingest", str(page)], ["run"]):
        done = run_parley(state, *arguments, data=data)
        assert done.returncode == 0, done.stdout + done.stderr
    return read_current(state / "warehouse" / "published").path


def test_its_parties_places_and_events_are_dimensions(published: Path) -> None:
    con = connect(published)
    assert con.execute("SELECT name FROM marts.dim_conflict WHERE conflict_id = ?", [CONFLICT]).fetchall() == [
        ("Gull Rock",)
    ]
    for table, count in (("dim_party", 2), ("dim_place", 3), ("dim_event", 2)):
        query = f"SELECT count(*) FROM marts.{table} WHERE conflict_id = ?"
        assert con.execute(query, [CONFLICT]).fetchone() == (count,), table


def test_its_article_is_linked_to_its_event_and_to_no_other_conflict(published: Path) -> None:
    con = connect(published)
    assert con.execute("SELECT conflict_id FROM marts.fct_article_conflict").fetchall() == [(CONFLICT,)]
    links = con.execute("SELECT event_id, role FROM marts.fct_article_event").fetchall()
    assert links == [("gull-1", "primary")]
    assert con.execute("SELECT comments FROM marts.fct_event WHERE event_id = 'gull-1'").fetchone() == (4,)


def test_its_comments_take_its_sides(published: Path) -> None:
    con = connect(published)
    sides = dict(
        con.execute(
            "SELECT comment.text, side.side FROM marts.fct_comment_side AS side "
            "JOIN marts.fct_comment AS comment USING (comment_id) WHERE side.conflict_id = ?",
            [CONFLICT],
        ).fetchall()
    )
    called = {text: side for text, side in sides.items() if side in {"norland", "sudria"}}
    meant = {text: side for side, text in COMMENTS}
    assert set(sides) == set(meant)
    assert len(called) >= 3
    assert all(meant[text] == side for text, side in called.items())
    stances = con.execute("SELECT DISTINCT party_id FROM marts.fct_comment_stance ORDER BY 1").fetchall()
    assert stances == [("norland",), ("sudria",)]


def test_the_build_without_the_demo_says_it_holds_none(published: Path) -> None:
    con = connect(published)
    assert con.execute("SELECT is_demo FROM meta.build").fetchone() == (False,)
    assert con.execute("SELECT count(*) FROM marts.dim_article WHERE is_demo").fetchone() == (0,)
