"""Speed of linking: 10,000 articles against 1,000 events, on one core and on all; a figure, never a failure."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from time import monotonic, process_time

from ingest.annotate.events import Linker
from ingest.annotate.events.material import FILE, read_told
from ingest.annotate.events.shared import SharedLinker
from ingest.conflict import Conflict, find_conflict
from ingest.settings import REPO_ROOT

CONFLICTS = REPO_ROOT / "data" / "conflicts"
CONFLICT = "nagorno_karabakh"
EVENTS, ARTICLES = 1_000, 10_000
CHARACTERS = 1_200
"""Of an article as outlets print them; those linked by hand are shorter."""


def _with_more_events(conflict: Conflict) -> Conflict:
    pinned = [e for e in conflict.events if e.geo_precision == 1]
    places = [p.name for p in conflict.places if p.kind != "region"]
    made_up = [
        replace(
            pinned[n % len(pinned)],
            event_id=f"x{n}",
            name=f"Attack at {places[n % len(places)]}",
            aka=(),
            place=places[n % len(places)],
            start_date=conflict.starts_on + timedelta(days=11_500 + n % 700),
            end_date=None,
            parent_event_id=None,
        )
        for n in range(EVENTS - len(conflict.events))
    ]
    return replace(conflict, events=(*conflict.events, *made_up))


def test_speed_of_linking() -> None:
    conflict = find_conflict(CONFLICTS, CONFLICT)
    told = [known.article for known in read_told(CONFLICTS / CONFLICT / FILE)]
    articles = [told[n % len(told)] for n in range(ARTICLES // 10)]
    print()
    for known in (conflict, _with_more_events(conflict)):
        linker = Linker(known)
        linker.link_articles(articles[:100])
        began = process_time()
        linker.link_articles(articles)
        taken = (process_time() - began) * ARTICLES / len(articles)
        print(f"{ARTICLES:,} articles x {len(known.events):,} events: {taken:.0f} CPU s in one process")
    texts = "\n".join(article.text for article in told)
    starts = [n * 37 % (len(texts) - CHARACTERS) for n in range(ARTICLES)]
    long = [replace(articles[n % len(articles)], text=texts[at : at + CHARACTERS]) for n, at in enumerate(starts)]
    with SharedLinker(_with_more_events(conflict)) as shared:
        shared.judge_all(long[:1_000])
        began = monotonic()
        shared.judge_all(long)
        taken = monotonic() - began
    print(f"the same of {CHARACTERS:,} characters each, on {os.cpu_count()} cores: {taken:.0f} s by the clock")
