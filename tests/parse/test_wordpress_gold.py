"""Evaluation gate on real WordPress pages: measured against the sites' own comment feeds, floors that may only rise.

Gold that a feed holds but the page does not show (`in_page` false) is left out. A comment counts as recalled when some
comment of the page has its words (token F1 >= 0.9); by id when the comment with its very id has them. Parents are
judged on the sites whose feeds state parents at all; where a theme prints replies flat, the page cannot tell them.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from ingest.parse import parse
from ingest.records import Comment, Document, PostedBasis

FLOORS = {
    "recall": 0.999,
    "recall_by_id": 0.999,
    "author": 0.999,
    "parent": 0.98,
    "within_a_day": 0.999,
    "declared": 0.99,
}
MEDIAN_PAGE_SECONDS = 0.5


def tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def token_f1(found: str, gold: str) -> float:
    ours, theirs = tokens(found), tokens(gold)
    total = sum(ours.values()) + sum(theirs.values())
    return 2 * sum((ours & theirs).values()) / total if total else 1.0


def judge(gold: dict[str, Any], comments: dict[str | None, Comment], score: Counter[str]) -> None:
    same = comments.get(str(gold["id"]))
    by_id = same is not None and token_f1(same.text, gold["text"]) >= 0.9
    score["gold"] += 1
    score["recall_by_id"] += by_id
    score["recall"] += by_id or any(token_f1(c.text, gold["text"]) >= 0.9 for c in comments.values())
    if same is None:
        return
    score["matched"] += 1
    score["author"] += (same.author or "") == " ".join(html.unescape(gold["author"] or "").split())
    score["parent"] += same.parent_source_id == (str(gold["parent"]) if gold["parent"] else None)
    if same.posted_at is not None:
        away = abs((same.posted_at - parsedate_to_datetime(gold["time"])).total_seconds())
        score["timed"] += 1
        score["within_a_day"] += away <= 14 * 3600 + 60
        score["within_a_minute"] += away <= 60


def test_gold(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared / "comments" / "wordpress"
    total: Counter[str] = Counter()
    threaded: Counter[str] = Counter()
    scores: dict[str, Counter[str]] = {}
    seconds: list[float] = []
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        document = Document((folder / row["file"]).read_bytes(), row["file"], url=row["url"], media_type="text/html")
        start = process_time()
        page = parse(document)
        seconds.append(process_time() - start)
        score = scores.setdefault(row["repo"], Counter())
        comments = {comment.source_id: comment for comment in page.comments}
        for gold in row["gold"]:
            if gold["in_page"]:
                judge(gold, comments, score)
                score["has_parents"] += gold["parent"] is not None
        total["pages"] += 1
        total["announced"] += page.declared_comment_count is not None
        total["declared"] += page.declared_comment_count == len(page.comments)
        assert len(page.comments) == row["n_ids_in_html"], row["file"]
    for score in scores.values():
        total += score
        if score["has_parents"]:
            threaded += score
    figures = {
        "recall": total["recall"] / total["gold"],
        "recall_by_id": total["recall_by_id"] / total["gold"],
        "author": total["author"] / total["matched"],
        "parent": threaded["parent"] / threaded["matched"],
        "within_a_day": total["within_a_day"] / total["timed"],
        "declared": total["declared"] / total["announced"],
    }
    seconds.sort()
    with capsys.disabled():
        speed = len(seconds) / sum(seconds)
        shown = ", ".join(f"{name} {value:.4f}" for name, value in figures.items())
        print(f"\n{total['pages']} pages, {total['gold']} gold comments: {shown}; {speed:.0f} pages/s")
    assert {name: value for name, value in figures.items() if value < FLOORS[name]} == {}
    assert seconds[len(seconds) // 2] < MEDIAN_PAGE_SECONDS


def test_comments_alone_are_those_of_the_whole_page(shared: Path) -> None:
    """Every third page: only times that the article's own clock has put into UTC may differ."""
    folder = shared / "comments" / "wordpress"
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()[::3]:
        row = json.loads(line)
        document = Document((folder / row["file"]).read_bytes(), row["file"], url=row["url"], media_type="text/html")
        whole, alone = parse(document), parse(document, article=False)
        assert (alone.text, alone.title) == ("", None)
        assert alone.declared_comment_count == whole.declared_comment_count
        assert alone.comment_pages == whole.comment_pages
        unsettled = [replace(one, posted_at=None, posted_at_basis=PostedBasis.UNKNOWN) for one in whole.comments]
        assert [
            replace(one, posted_at=None, posted_at_basis=PostedBasis.UNKNOWN) for one in alone.comments
        ] == unsettled
        if not whole.clock:
            assert alone.comments == whole.comments
