"""The embedded corpus says of each invented article which events it is about: a second check, pinned by floors."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.annotate.events import Linker
from ingest.records import ArticleInput
from tests.annotate.events.articles import ids, primary

Told = list[tuple[ArticleInput, dict[str, list[str]]]]


@pytest.fixture(scope="module")
def told(conflicts_folder: Path) -> Told:
    articles = []
    for path in sorted((conflicts_folder.parent / "demo" / "articles").glob("*.md")):
        _, head, body = path.read_text(encoding="utf-8").split("+++", 2)
        facts: dict[str, Any] = tomllib.loads(head)
        article = ArticleInput(path.name, facts["title"], body.strip(), facts["published_at"])
        articles.append((article, facts.get("events", {})))
    if not articles:
        pytest.skip("the embedded corpus has no articles")
    return articles


def _primary_right(linker: Linker, told: Told) -> float:
    results = linker.link_articles([article for article, _ in told])
    right = 0
    for links, (_, gold) in zip(results, told, strict=True):
        right += primary(links) in gold.get("primary", [None])
    return right / len(told)


def test_primary_events_and_links(linker: Linker, told: Told) -> None:
    assert _primary_right(linker, told) >= 0.95
    results = linker.link_articles([article for article, _ in told])
    gold = [{event for events in roles.values() for event in events} for _, roles in told]
    hits = sum(len(ids(links) & known) for links, known in zip(results, gold, strict=True))
    assert 2 * hits / (sum(map(len, results)) + sum(map(len, gold))) >= 0.77


def test_most_are_found_without_their_dates(linker: Linker, told: Told) -> None:
    undated = [(replace(article, published_at=None), gold) for article, gold in told]
    assert _primary_right(linker, undated) >= 0.7


def test_every_link_has_words_that_speak_for_it(linker: Linker, told: Told) -> None:
    results = linker.link_articles([article for article, _ in told])
    assert all(link.evidence for links in results for link in links)


def test_every_article_is_about_the_conflict(linker: Linker, told: Told) -> None:
    about = [linker.relevance(article) >= 0.5 for article, gold in told if gold.get("primary")]
    assert sum(about) / len(about) >= 0.95
