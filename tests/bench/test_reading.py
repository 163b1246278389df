"""Speed and recall of reading, beside other readers of the same pages in the same run: ratios, never a failure on time.

CPU seconds of one process. A gold comment is recalled when its words are among those found (token recall >= 0.9 in the
text of the reader); readers without structure are given all their text as one comment, which favours them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import trafilatura
from bs4 import BeautifulSoup

from ingest.parse import page as reading
from ingest.parse import parse
from ingest.parse.decode import decode
from ingest.parse.selectors import Scope
from ingest.parse.thread import Context
from ingest.records import Document

EVERY = 3
WARM = 8


def parley(document: Document) -> list[str]:
    return [comment.text for comment in parse(document).comments]


def parley_comments_only(document: Document) -> list[str]:
    tree = reading.build_tree(decode(document.content, document.charset) or "")
    if tree is None:
        return []
    found = reading._comments_of(Scope(tree.root), Context(url=document.url))
    return [comment.text for comment in found.thread.comments]


def trafilatura_reader(*, fast: bool) -> Callable[[Document], list[str]]:
    def read(document: Document) -> list[str]:
        found = trafilatura.bare_extraction(document.content, fast=fast, include_comments=True)
        return [getattr(found, "comments", None) or ""]

    return read


def beautiful_soup(document: Document) -> list[str]:
    return [node.get_text(" ") for node in BeautifulSoup(document.content, "lxml").select("li.comment")]


READERS: dict[str, Callable[[Document], list[str]]] = {
    "parley": parley,
    "parley, comments only": parley_comments_only,
    "trafilatura": trafilatura_reader(fast=False),
    "trafilatura, fast": trafilatura_reader(fast=True),
    "BeautifulSoup li.comment": beautiful_soup,
}


def tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def recalled(gold: dict[str, Any], found: list[Counter[str]]) -> bool:
    wanted = tokens(gold["text"])
    return any(sum((wanted & one).values()) >= 0.9 * sum(wanted.values()) for one in found)


def test_reading(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared / "comments" / "wordpress"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()][::EVERY]
    documents = [Document((folder / row["file"]).read_bytes(), row["file"], url=row["url"]) for row in rows]
    speed: dict[str, float] = {}
    recall: dict[str, float] = {}
    for name, read in READERS.items():
        for document in documents[:WARM]:
            read(document)
        start = process_time()
        results = [read(document) for document in documents]
        speed[name] = len(documents) / (process_time() - start)
        hits = [
            recalled(gold, [tokens(text) for text in texts])
            for row, texts in zip(rows, results, strict=True)
            for gold in row["gold"]
            if gold["in_page"]
        ]
        recall[name] = sum(hits) / len(hits)
    with capsys.disabled():
        print(f"\n{len(documents)} WordPress pages, one core")
        for name in READERS:
            ratio = speed[name] / speed["trafilatura, fast"]
            print(f"  {name:26} {speed[name]:7.0f} pages/s  {ratio:5.2f} x trafilatura fast  recall {recall[name]:.3f}")
    assert recall["parley"] == recall["parley, comments only"]
    assert recall["parley"] >= max(recall.values())
