"""What a page's JSON-LD says of its article (schema.org Article and its kinds)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.parse.decode import squeeze
from ingest.parse.selectors import Scope, compiled

ARTICLE_TYPES = (
    "NewsArticle",
    "ReportageNewsArticle",
    "LiveBlogPosting",
    "BlogPosting",
    "Article",
    "Report",
    "WebPage",
)
"""Most telling first."""

SCRIPT = compiled("script[type]")
MAX_SCRIPT = 2_000_000
MAX_NODES = 5_000


@dataclass(frozen=True, slots=True)
class Statement:
    """The fields of one article node, as written."""

    headline: str | None = None
    published: str | None = None
    modified: str | None = None
    author: str | None = None
    section: str | None = None
    site_name: str | None = None
    tags: tuple[str, ...] = ()


def article_statement(page: Scope) -> Statement:
    """Return the statement of the node that is most clearly the article; empty where there is none."""
    scripts = (page.page.opening(one) for one in page.every(SCRIPT) if "ld+json" in one.get("type"))
    nodes = list(objects(scripts))
    for kind in ARTICLE_TYPES:
        for node in nodes:
            if kind in _strings(node.get("@type")):
                return _statement(node)
    return Statement()


def _statement(node: dict[str, object]) -> Statement:
    publisher = node.get("publisher")
    tags = [piece for value in _strings(node.get("keywords")) for piece in value.split(",")]
    authors = [name for name in _names(node.get("author")) if not name.startswith("http")]
    return Statement(
        headline=next(iter(_strings(node.get("headline"))), None),
        published=next(iter(_strings(node.get("datePublished"))), None),
        modified=next(iter(_strings(node.get("dateModified"))), None),
        author=", ".join(authors) or None,
        section=next(iter(_strings(node.get("articleSection"))), None),
        site_name=next(iter(_names(publisher)), None),
        tags=tuple(squeeze(tag) for tag in tags if tag.strip()),
    )


def objects(scripts: Iterable[str]) -> Iterator[dict[str, object]]:
    """Yield every object of every script, outer before inner."""
    queue: list[object] = []
    for text in scripts:
        if len(text) > MAX_SCRIPT:
            continue
        try:
            queue.append(json.loads(text, strict=False))
        except (ValueError, RecursionError):
            # Broken JSON-LD is common; the page's other statements still stand.
            continue
    for _ in range(MAX_NODES):
        if not queue:
            return
        item = queue.pop(0)
        if isinstance(item, list):
            queue.extend(item)
        elif isinstance(item, dict):
            yield item
            queue.extend(value for key, value in item.items() if key in {"@graph", "mainEntity", "mainEntityOfPage"})


def _strings(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [squeeze(item) for item in values if isinstance(item, str) and item.strip()]


def _names(value: object) -> list[str]:
    names: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        names.extend(_strings(item.get("name") if isinstance(item, dict) else item))
    return names
