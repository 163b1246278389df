"""Linking stays cheap as events grow: candidates come by place, name and day, never by all pairs."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

from ingest.annotate.events import Linker
from ingest.conflict import Conflict
from tests.annotate.events.articles import INVENTED

ARTICLES = 100
SECONDS_FOR_TEN_THOUSAND = 60
SLACK = 3  # other work on the same machine


def test_ten_thousand_articles_by_a_thousand_events_take_a_minute(conflict: Conflict) -> None:
    pinned = [e for e in conflict.events if e.geo_precision == 1]
    places = [p for p in conflict.places if p.kind != "region"]
    made_up = [
        replace(
            pinned[n % len(pinned)],
            event_id=f"x{n}",
            name=f"Attack at {places[n % len(places)].name}",
            aka=(),
            place=places[n % len(places)].name,
            start_date=conflict.starts_on + timedelta(days=11_500 + n % 700),
            end_date=None,
            parent_event_id=None,
        )
        for n in range(1000 - len(conflict.events))
    ]
    linker = Linker(replace(conflict, events=(*conflict.events, *made_up)))
    body = "\n".join(a.text for a, _ in INVENTED)
    articles = [replace(INVENTED[n % 12][0], text=body[n % 400 : n % 400 + 1200]) for n in range(ARTICLES)]
    linker.link_articles(articles[:20])
    began = time.process_time()
    linker.link_articles(articles)
    assert (time.process_time() - began) / ARTICLES * 10_000 < SECONDS_FOR_TEN_THOUSAND * SLACK
