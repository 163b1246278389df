"""What pages state of their comments in the words of schema.org, read apart from the parser that is measured by it.

Built on BeautifulSoup and the standard library alone, so that a fault of the parser cannot hide in its own measure.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

KINDS = ("Comment", "UserComments", "Answer")
TEXTS = ("text", "commentText", "description", "articleBody", "schema:text", "content:encoded")
QUESTIONS_OF_THE_SITE = "FAQPage"
"""Its answers are written by the editors."""


@dataclass(frozen=True)
class Stated:
    """One comment as the markup states it; `way` is microdata, rdfa or json_ld."""

    way: str
    text: str


def tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def token_f1(found: str, gold: str) -> float:
    ours, theirs = tokens(found), tokens(gold)
    total = sum(ours.values()) + sum(theirs.values())
    return 2 * sum((ours & theirs).values()) / total if total else 1.0


def stated_comments(markup: str) -> list[Stated]:
    """Return each comment once, those without words left out."""
    soup = BeautifulSoup(markup, "lxml")
    found = [*_in_attributes(soup), *_in_scripts(soup)]
    return list({" ".join(one.text.split()): one for one in found if tokens(one.text)}.values())


def _in_attributes(soup: BeautifulSoup) -> Iterator[Stated]:
    for way, kind, scope, prop in (
        ("microdata", "itemtype", "itemscope", "itemprop"),
        ("rdfa", "typeof", "typeof", "property"),
    ):
        for node in soup.find_all(True, attrs={kind: True}):
            names = {re.split(r"[/#:]", one)[-1] for one in str(node[kind]).split()}
            above = [str(one.get(kind) or "") for one in node.parents if one.name and one.get(kind)]
            if names.isdisjoint(KINDS) or any(QUESTIONS_OF_THE_SITE in one for one in above):
                continue
            for wanted in TEXTS:
                said = next((one for one in _properties(node, wanted, scope, prop)), None)
                if said is not None:
                    yield Stated(way, str(said.get("content") or said.get_text(" ")))
                    break


def _properties(node: Tag, wanted: str, scope: str, prop: str) -> Iterator[Tag]:
    for one in node.find_all(True, attrs={prop: True}):
        around = next((up for up in one.parents if up is node or up.has_attr(scope)), None)
        if around is node and wanted in str(one[prop]).split():
            yield one


def _in_scripts(soup: BeautifulSoup) -> Iterator[Stated]:
    for script in soup.select('script[type*="ld+json"]'):
        try:
            queue: list[Any] = [json.loads(script.get_text(), strict=False)]
        except (ValueError, RecursionError):
            continue
        while queue:
            one = queue.pop()
            if isinstance(one, list):
                queue.extend(one)
            elif isinstance(one, dict) and QUESTIONS_OF_THE_SITE not in str(one.get("@type")):
                queue.extend(one.values())
                text = next((one[key] for key in TEXTS if isinstance(one.get(key), str)), "")
                if str(one.get("@type")) in KINDS:
                    yield Stated("json_ld", BeautifulSoup(text, "lxml").get_text(" "))
