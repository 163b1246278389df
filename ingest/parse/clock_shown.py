"""Where an article's markup shows its site's clock: the stamps for machines, and the words with the same minute."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ingest.parse.clock import readings_of
from ingest.parse.dates import iso_moment
from ingest.parse.jsonld import article_statement
from ingest.parse.selectors import Scope, compiled
from ingest.records import ClockReading

STAMP_META = frozenset(
    {"article:published_time", "article:modified_time", "og:updated_time", "datepublished", "datemodified", "date"}
)
META, STAMPED, TITLED = compiled("meta"), compiled("time", "abbr"), compiled("[title]")
MAX_STAMPS = 20
MAX_PLACES = 40
AROUND = 60
"""Characters before and after a time of day among which its date stands."""


def clock_shown(page: Scope) -> tuple[ClockReading, ...]:
    """Return what the article in `page` (comments left out) shows of the site's clock."""
    stated = list(dict.fromkeys(islice(_stated(page), MAX_STAMPS)))
    if not stated:
        linked = article_statement(page)
        stated = [stamp for stamp in (linked.published, linked.modified) if stamp]
    marked = list(dict.fromkeys(islice(_marked(page), MAX_STAMPS)))
    return readings_of(stated, marked, _words(page, stated)) if stated or marked else ()


def _stated(page: Scope) -> Iterator[str]:
    for node in page.every(META):
        name = (node.get("property") or node.get("name") or node.get("itemprop")).lower()
        if name in STAMP_META and (content := node.get("content")):
            yield content.strip()


def _marked(page: Scope) -> Iterator[str]:
    """Yield the stamps of elements that show a time; an older standard keeps it in an abbreviation's title."""
    for node in page.every(STAMPED):
        if stamp := node.get("datetime" if node.tag == "time" else "title"):
            yield stamp.strip()


def _words(page: Scope, stated: list[str]) -> Iterator[str]:
    """Yield what stands around each time of day that shows the minute of a stated time, in any zone."""
    minutes = {at.minute % 15 for stamp in stated if (at := iso_moment(stamp).at)}
    if not minutes:
        return
    shown = "|".join(f"{minute + more:02d}" for minute in sorted(minutes) for more in (0, 15, 30, 45))
    pattern = re.compile(rf"[:.h](?:{shown})(?!\d)")
    for node in page.every(TITLED):
        if pattern.search(node.get("title")):
            yield f"{node.get('title')} {page.page.line(node)}"
    whole = "".join(page.page.texts(page.node))
    for match in islice(pattern.finditer(whole), MAX_PLACES):
        yield whole[max(0, match.start() - AROUND) : match.end() + AROUND]
