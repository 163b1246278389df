"""A site's wall clock: what a page shows of it, and what becomes of comments' times."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from unittest.mock import ANY

import pytest

from ingest.parse import parse
from ingest.parse.clock import offset_on, readings_of, settled
from ingest.records import ClockReading, Comment, CommentKind, Document, Page, PostedBasis, Status

PAGE = """<!doctype html><html lang="en"><head><title>Snow</title>{head}</head><body><article>
<h1>Snow</h1>{shown}<p>It snowed on the pass for two days and the road was shut to lorries until noon.</p></article>
<ol class="comment-list">{comments}</ol></body></html>"""
META = '<meta property="article:published_time" content="{}">'
COMMENT = """<li id="comment-{0}" class="comment"><article><div class="comment-author"><b class="fn">Ada</b></div>
<div class="comment-metadata"><a href="#comment-{0}"><time datetime="{1}">{2}</time></a></div>
<div class="comment-content"><p>The road is open again.</p></div></article></li>"""
FOUR = '<time class="entry-date" datetime="2020-10-03T20:00:00+04:00">October 3, 2020</time>'


def read(shown: str, *comments: tuple[str, str], head: str = "") -> Page:
    markup = "".join(COMMENT.format(number, *one) for number, one in enumerate(comments, start=1))
    content = PAGE.format(head=head, shown=shown, comments=markup).encode()
    return parse(Document(content, "page", "https://e.org/snow/"))


def only(page: Page) -> Comment:
    assert len(page.comments) == 1
    return page.comments[0]


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        ("", FOUR),
        (META.format("2020-10-03T16:00:25+00:00"), "<span>October 3, 2020 at 8:00 pm</span>"),
        (META.format("2020-10-03T16:00:25Z"), '<a title="20:00" rel="bookmark"><span>3 октября 2020</span></a>'),
        (META.format("2020-10-03T20:00:25+04:00"), ""),
        (META.format("2020-10-03T16:00:25+00:00"), FOUR.replace("20:00:00+04:00", "20:00:25+00:00")),
    ],
    ids=[
        "entry date with an offset",
        "words beside an instant",
        "title and words",
        "head with an offset",
        "two stamps",
    ],
)
def test_a_local_stamp_is_put_into_utc_by_what_the_page_shows(head: str, shown: str) -> None:
    comment = only(read(shown, ("2020-10-04T01:30:07+00:00", "October 4, 2020 at 1:30 am"), head=head))
    assert (comment.posted_at, comment.posted_at_basis) == (at(2020, 10, 3, 21, 30, 7), PostedBasis.STATED)
    assert comment.posted_at_local == at(2020, 10, 4, 1, 30, 7).replace(tzinfo=None)
    assert comment.posted_at_raw == "October 4, 2020 at 1:30 am"


def test_a_page_that_shows_nothing_of_its_clock_leaves_times_bounded() -> None:
    for shown, head in (("", ""), ("<p>Read at 8:00 pm</p>", META.format("2020-10-03T16:00:00+00:00"))):
        comment = only(read(shown, ("2020-10-04T01:30:07+00:00", "October 4, 2020 at 1:30 am"), head=head))
        assert (comment.posted_at, comment.posted_at_basis) == (at(2020, 10, 4, 1, 30, 7), PostedBasis.BOUNDED)


def test_a_stamp_that_differs_from_its_words_is_an_instant() -> None:
    page = read(
        "",
        ("2020-10-03T21:30:07+00:00", "October 4, 2020 at 1:30 am"),
        ("2020-10-03T22:10:00+00:00", "October 4, 2020 at 2:10 am"),
    )
    assert [c.posted_at for c in page.comments] == [at(2020, 10, 3, 21, 30, 7), at(2020, 10, 3, 22, 10)]
    assert {c.posted_at_basis for c in page.comments} == {PostedBasis.STATED}
    assert {one.offset_minutes for one in page.clock} == {240}


def test_a_time_put_into_utc_leaves_all_else_of_a_comment() -> None:
    shown = Comment(
        7, "text", "12", "11", 3, "Ada", at(2020, 10, 3, 18), PostedBasis.BOUNDED, "18:00", CommentKind.PINGBACK
    )
    clock = (ClockReading(at(2020, 10, 3), 240),)
    page = Page("page", None, Status.PARSED, "example", "example-1", comments=(shown,), clock=clock)
    settled_at = at(2020, 10, 3, 14)
    wanted = replace(
        shown, posted_at=settled_at, posted_at_basis=ANY, posted_at_local=at(2020, 10, 3, 18).replace(tzinfo=None)
    )
    assert settled(page).comments == (wanted,)


def test_a_mere_day_is_not_moved() -> None:
    comment = only(read(FOUR, ("", "October 4, 2020")))
    assert (comment.posted_at, comment.posted_at_local) == (at(2020, 10, 4), None)


def test_an_offset_holds_while_all_zones_that_fit_agree() -> None:
    """Five hours behind UTC in winter: in March some zones begin summer time and some do not."""
    winter = (ClockReading(at(2020, 1, 10, 12), -300),)
    both = (*winter, ClockReading(at(2020, 7, 10, 12), -240))
    five, four = timedelta(hours=-5), timedelta(hours=-4)
    assert offset_on(date(2020, 2, 1), winter) == (five, True)
    assert offset_on(date(2020, 6, 1), winter) == (four, False)
    assert offset_on(date(2020, 6, 1), both) == (four, True)
    assert offset_on(date(2020, 12, 1), both) == (five, True)
    assert offset_on(date(2024, 12, 1), both) == (five, False)
    assert offset_on(date(2020, 2, 1), ()) is None


def test_of_zones_that_fit_those_where_the_language_is_written_are_likelier() -> None:
    """Four hours behind UTC in July: by February some zones are five behind, some three, some still four."""
    july = (ClockReading(at(2020, 7, 10, 12), -240),)
    february = date(2020, 2, 1)
    told = [offset_on(february, july, language) for language in (None, "ja", "en-US", "es", "pt-BR")]
    assert told == [(timedelta(hours=hours), False) for hours in (-5, -5, -5, -3, -4)]


def test_readings_are_of_one_zone_and_accidents_are_left_out() -> None:
    stated = ["2020-10-03T16:00:00+00:00"]
    assert readings_of(stated, [], ["3 Oct 2020 20:00", "3.10.2020 16:00 UTC"]) == (
        ClockReading(at(2020, 10, 3, 16), 240),
    )
    # The right minute but another day or year, no date, a difference no zone has.
    for words in ("2 Oct 2020 20:00", "3 Oct 2019 20:00", "20:00", "3 Oct 2020 11:45", "3 Oct 2020 20:01"):
        assert readings_of(stated, [], [words]) == (), words
    assert readings_of([], ["2020-10-03T16:00:00+00:00", "no time", "2020-13-45T10:00:00+04:00"], []) == ()
    assert readings_of(stated, ["2020-10-03T18:00:00+00:00"], []) == (), "another post, timed for the hour"
    at_odds = readings_of([], ["2020-10-03T16:00:00+04:00", "2020-10-03T10:00:00-07:00"], [])
    assert [one.offset_minutes for one in at_odds] == [240]


FLOORS = {"within a minute": 0.95, "stated within a minute": 0.95}
PAGES_OF_A_SITE = 14
UNKNOWABLE = frozenset({"web2ireland/web2ireland-org", "devoradores/site", "mitmedialab/part-news-course-archive"})
"""Their pages show nothing of the clock, show no times at all, or contradict the feed by an offset of their own."""


def test_times_of_real_pages_are_within_a_minute(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Against the sites' own feeds."""
    folder = shared / "comments" / "wordpress"
    pages: Counter[str] = Counter()
    sites: dict[str, Counter[str]] = {}
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pages[row["repo"]] += 1
        if row["repo"] in UNKNOWABLE or pages[row["repo"]] > PAGES_OF_A_SITE:
            continue
        page = parse(Document((folder / row["file"]).read_bytes(), row["file"], row["url"], "text/html"))
        site = sites.setdefault(row["repo"].partition("/")[2], Counter())
        gold = {str(one["id"]): parsedate_to_datetime(one["time"]) for one in row["gold"]}
        for comment in page.comments:
            stated = gold.get(comment.source_id or "")
            if stated is None or comment.posted_at is None:
                continue
            right = abs((comment.posted_at - stated).total_seconds()) <= 60
            site["comments"] += 1
            site["right"] += right
            site["stated"] += comment.posted_at_basis is PostedBasis.STATED
            site["stated and right"] += right and comment.posted_at_basis is PostedBasis.STATED
    total = sum(sites.values(), Counter[str]())
    figures = {
        "within a minute": total["right"] / total["comments"],
        "stated within a minute": total["stated and right"] / total["stated"],
    }
    with capsys.disabled():
        shares = ", ".join(f"{name} {site['right'] / site['comments']:.3f}" for name, site in sites.items())
        shown = ", ".join(f"{name} {value:.4f}" for name, value in figures.items())
        print(f"\n{total['comments']} comments: {shown} ({shares})")
    assert {name: value for name, value in figures.items() if value < FLOORS[name]} == {}
