"""How what was read is measured against gold: one definition of every figure, for the gates and the benchmarks.

Token F1 and recall are over bags of lower-cased words. Article F1 is that of the article extraction benchmark: bags of
four-word shingles, precision and recall averaged over pages, then joined.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from ingest.records import Document, Page

SHINGLE = 4
RECALLED = 0.9
LEAK_WORDS = 8
"""Shorter comments ("thank you for this") can stand in an article by chance."""


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of a gold folder's index.jsonl; each names its `file` there."""
    return [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()]


def document_of(folder: Path, row: dict[str, Any]) -> Document:
    """Return the saved page of a gold row, as fetched from its address."""
    return Document((folder / row["file"]).read_bytes(), row["file"], url=row["url"], media_type="text/html")


def tokens(text: str) -> Counter[str]:
    """Return the bag of lower-cased words."""
    return Counter(re.findall(r"\w+", text.lower()))


def token_f1(found: Counter[str], gold: Counter[str]) -> float:
    """Return the F1 of two bags of words; 1 where both are empty."""
    total = sum(found.values()) + sum(gold.values())
    return 2 * sum((found & gold).values()) / total if total else 1.0


def is_recalled(gold: str, found: Iterable[Counter[str]]) -> bool:
    """Tell whether one of the found texts holds nine tenths of the gold one's words."""
    wanted = tokens(gold)
    need = RECALLED * sum(wanted.values())
    return any(sum((wanted & one).values()) >= need for one in found)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return the bag of four-word shingles; a shorter text is one shingle."""
    words = re.findall(r"\w+", text)
    return (
        Counter(tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))
        if words
        else Counter()
    )


def article_f1(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the benchmark's F1 over pairs of (found, gold) bodies."""
    precisions, recalls = [], []
    for found, gold in pairs:
        ours, theirs = shingles(found), shingles(gold)
        both = sum((ours & theirs).values())
        if ours:
            precisions.append(both / sum(ours.values()))
        if theirs:
            recalls.append(both / sum(theirs.values()))
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return 2 * precision * recall / (precision + recall)


def leaks(page: Page, content: bytes) -> Iterator[bool]:
    """Tell for each comment of eight words and more whether half of it stands in the body and nowhere but in comments.

    Comments quote articles, and articles their comments: what the page also shows outside its comments is no leak.
    """
    shown = shingles(" ".join(BeautifulSoup(content, "lxml").get_text(" ").lower().split()))
    said = [shingles(comment.text.lower()) for comment in page.comments]
    inside = shingles(page.text.lower())
    outside = shown - sum(said, Counter())
    for own in said:
        if sum(own.values()) > LEAK_WORDS - SHINGLE:
            yield sum((own & inside - outside).values()) >= 0.5 * sum(own.values())
