"""Speed and fidelity of reading beside other readers of the same pages in one run: ratios, never a failure on time.

CPU seconds of one process. The first pages are read once before the clock starts: caches of dates and selectors
are warm, as they are in a crawl.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import process_time
from typing import Any, TypeVar

import pytest

from ingest.records import Comment, Document
from tests.bench.readers import BODIES, COMMENTS
from tests.parse.gold import article_f1, document_of, is_recalled, rows_of, token_f1, tokens

Result = TypeVar("Result")

EVERY_THREAD = 2
EVERY_ARTICLE = 3
WARM = 8
BESIDE = "trafilatura, fast"


def timed(read: Callable[[Document], Result], documents: list[Document]) -> tuple[list[Result], float]:
    """Return what was read, and pages per CPU second."""
    for document in documents[:WARM]:
        read(document)
    start = process_time()
    results = [read(document) for document in documents]
    return results, len(documents) / (process_time() - start)


def judge(row: dict[str, Any], found: list[Comment] | list[str], score: Counter[str]) -> float:
    """Add the page's hits to `score` and return its token F1; other comments than the feed's are left out by id."""
    gold = {str(one["id"]): one for one in row["gold"] if one["in_page"]}
    texts = [one.text if isinstance(one, Comment) else one for one in found]
    bags = [tokens(text) for text in texts]
    score["gold"] += len(gold)
    score["recalled"] += sum(is_recalled(one["text"], bags) for one in gold.values())
    known = [one for one in found if isinstance(one, Comment) and one.source_id in gold]
    for one in known:
        wanted = gold[str(one.source_id)]
        score["matched"] += 1
        score["author"] += (one.author or "").split() == html.unescape(wanted["author"] or "").split()
        if row["threaded"]:
            score["threaded"] += 1
            score["parent"] += one.parent_source_id == (str(wanted["parent"]) if wanted["parent"] else None)
        away = one.posted_at - parsedate_to_datetime(wanted["time"]) if one.posted_at else None
        score["time"] += away is not None and abs(away) <= timedelta(minutes=1)
    ours = " ".join(one.text for one in known) if known else " ".join(texts)
    return token_f1(tokens(ours), tokens(" ".join(one["text"] for one in gold.values())))


def test_comments(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared / "comments" / "wordpress"
    every = rows_of(folder)
    # Where no feed of a site states a parent, the gold does not know them.
    threaded = {row["repo"] for row in every if any(one["parent"] for one in row["gold"])}
    rows = [row | {"threaded": row["repo"] in threaded} for row in every[::EVERY_THREAD]]
    documents = [document_of(folder, row) for row in rows]
    lines, recall, speeds = [], {}, {}
    for name, read in COMMENTS.items():
        results, speeds[name] = timed(read, documents)
        score: Counter[str] = Counter()
        f1 = [judge(row, found, score) for row, found in zip(rows, results, strict=True)]
        recall[name] = score["recalled"] / score["gold"]
        fields = [
            f"{score[one] / score[of]:6.3f}" if score[of] else "     -"
            for one, of in (("author", "matched"), ("parent", "threaded"), ("time", "matched"))
        ]
        lines.append((name, f"{recall[name]:6.3f} {sum(f1) / len(f1):8.3f} " + " ".join(fields)))
    with capsys.disabled():
        print(
            f"\n{len(rows)} pages with comments, one core\n"
            f"{'':26} recall token F1 author parent   time  pages/s    ratio"
        )
        for name, figures in lines:
            print(f"{name:26} {figures} {speeds[name]:8.0f} {speeds[name] / speeds[BESIDE]:7.2f}x")
    assert recall["parley"] == recall["parley, comments only"]
    assert recall["parley"] >= max(recall.values())


def test_articles(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared / "articles" / "aeb"
    rows = rows_of(folder)[::EVERY_ARTICLE]
    documents = [document_of(folder, row) for row in rows]
    lines, speeds = [], {}
    for name, read in BODIES.items():
        bodies, speeds[name] = timed(read, documents)
        f1 = article_f1((body, row["articleBody"]) for body, row in zip(bodies, rows, strict=True))
        lines.append((name, f"{f1:6.3f}"))
    with capsys.disabled():
        print(f"\n{len(rows)} news pages, one core\n{'':26}     F1  pages/s    ratio")
        for name, figures in lines:
            print(f"{name:26} {figures} {speeds[name]:8.0f} {speeds[name] / speeds[BESIDE]:7.2f}x")
    assert float(lines[0][1]) >= 0.9
