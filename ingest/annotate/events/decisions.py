"""Lets the answers of engineers win over the linker: what they confirm is certain, what they deny is gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.conflict_links import NONE, LinkDecision, article_key
from ingest.records import ArticleInput, EventLink

BASIS = "decided"


class Decisions:
    """The answers of one conflict, found by an article's address or id."""

    def __init__(self, decisions: Iterable[LinkDecision]) -> None:
        self._by_article: dict[str, list[LinkDecision]] = {}
        for decision in decisions:
            self._by_article.setdefault(article_key(decision.article), []).append(decision)

    def of(self, article_id: str, url: str | None) -> list[LinkDecision]:
        """Return the answers for one article."""
        keys = dict.fromkeys(article_key(name) for name in (article_id, url) if name)
        return [decision for key in keys for decision in self._by_article.get(key, ())]

    def answers(self, article_id: str, url: str | None, event_id: str) -> bool:
        """Say whether somebody answered for the article and the event, or for the whole article."""
        return any(d.event_id in {event_id, NONE} for d in self.of(article_id, url))

    def denied(self, article: ArticleInput) -> frozenset[str] | None:
        """Return the events that play no part in `article`, None where somebody said that none does."""
        answers = self.of(article.article_id, article.url)
        if any(d.event_id == NONE for d in answers):
            return None
        return frozenset(d.event_id for d in answers if d.role == NONE)

    def key(self, article_id: str, url: str | None) -> str:
        """Return a short hash of the answers for one article, empty without any: new answers make it new."""
        answers = sorted((d.event_id, d.role) for d in self.of(article_id, url))
        return hashlib.sha256(repr(answers).encode()).hexdigest()[:16] if answers else ""

    def apply(self, article: ArticleInput, links: Sequence[EventLink]) -> list[EventLink]:
        """Return the links of `article` after its answers; those nobody answered stay as they are."""
        answers = {d.event_id: d.role for d in self.of(article.article_id, article.url)}
        if not answers:
            return list(links)
        if NONE in answers:
            return []
        found = {link.event_id: link for link in links}
        decided = [
            EventLink(event_id, role, 1.0, found[event_id].evidence if event_id in found else (), BASIS)
            for event_id, role in answers.items()
            if role != NONE
        ]
        has_primary = any(link.role == "primary" for link in decided)
        others = [
            replace(link, role="secondary") if has_primary and link.role == "primary" else link
            for link in links
            if link.event_id not in answers
        ]
        return sorted(decided + others, key=lambda link: (link.role != "primary", -link.confidence, link.event_id))
