"""Which comment another answers where a theme shows all in one row: its quote tells, or a link that it opens with."""

from __future__ import annotations

import re
from collections.abc import Collection, Container

from ingest.parse.elements import Element, Elements
from ingest.parse.selectors import Scope
from ingest.parse.wordpress_selectors import LINK, NOT_TEXT, QUOTE, TEXT

TO_COMMENT = re.compile(r"#(?:(?:li|div)-)?comment-(\d{1,18})$")


def answered(scope: Scope, known: Container[str]) -> str | None:
    """Return the id, one of `known`, of the comment that is quoted, or that a link names at the head of the words."""
    quotes = list(scope.every(QUOTE))
    links = [(link, name) for link in scope.every(LINK) if (name := _named(link.get("href"))) in known]
    cited = [name for quote in quotes if (name := _named(quote.get("cite"))) in known]
    cited += [name for link, name in links if any(quote.holds(link) for quote in quotes)]
    if cited or not links:
        return cited[0] if cited else None
    link, name = links[0]
    body = scope.first(TEXT) or scope.node
    return name if body.holds(link) and _opens(scope.page, body, link, {*scope.every(NOT_TEXT)} - {body}) else None


def _named(address: str) -> str:
    match = TO_COMMENT.search(address)
    return match[1] if match else ""


def _opens(page: Elements, body: Element, link: Element, without: Collection[Element]) -> bool:
    """Tell whether no more than an "@" stands in `body` before `link`, and it is not `without` itself."""
    at = body.at + 1
    while at < link.at:
        node = page.nodes[at]
        at += 1
        if isinstance(node, str):
            if node.strip() not in {"", "@"}:
                return False
        elif node in without:
            at = node.end
    return at == link.at and link not in without
