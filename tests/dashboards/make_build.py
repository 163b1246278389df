"""An invented published build, table for table what the marts promise, so the dashboards are tested without a pipeline.

The conflict, its parties and its readers do not exist. `publish(folder, ...)` may be called again with another
`build_id` to move the pointer, as a real publish does. Run it to look at the dashboards on it:
`python tests/dashboards/make_build.py STATE/warehouse/published`, then PARLEY_STATE=STATE.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

CONFLICT, ZONE = "river_war", "Asia/Baku"
START = datetime(2021, 3, 1, tzinfo=UTC)
DAYS = 50
PARTIES = [
    ("north", "Northmark", "belligerent", "#0072B2"),
    ("south", "Southmark", "belligerent", "#E69F00"),
    ("isles", "The Isles", "third_party", "#CC79A7"),
]
OUTLETS = [("gazette", "The Gazette"), ("herald", "Daily Herald"), ("post", "River Post")]
EVENTS = [
    ("ev-bridge", "Shelling of the old bridge", 8, 8, 1),
    ("ev-siege", "Siege of Upper Town", 15, 22, 2),
    ("ev-truce", "First truce", 27, None, 1),
    ("ev-market", "Strike on the market", 33, None, 3),
    ("ev-talks", "Talks at the lake", 41, 43, 1),
    ("ev-quiet", "A skirmish nobody wrote about", 46, None, 1),
]
# Type, latitude, longitude, precision of the place, larger event.
ABOUT: dict[str, tuple[str | None, float | None, float | None, int, str | None]] = {
    "ev-bridge": ("Explosions/Remote violence", 40.0, 46.0, 1, None),
    "ev-siege": ("Battles", 40.4, 46.6, 2, None),
    "ev-truce": ("Strategic developments", None, None, 7, None),
    "ev-market": ("Explosions/Remote violence", 40.41, 46.61, 3, "ev-siege"),
    "ev-talks": (None, 41.0, 45.0, 6, None),
    "ev-quiet": ("Battles", 40.2, 46.2, 1, None),
}
TEXTS = {
    "en": [
        "Northmark started this and everyone at the river knows it.",
        "Southmark has every right to its own town.",
        "Enough. Stop the guns, bury the dead, talk.",
        "Who pays for the bridge now?",
    ],
    "ru": ["Остановите стрельбу, там люди живут.", "Город наш и будет нашим, что бы ни писали."],
    "az": ["Körpünü kim vurdu, hamı bilir.", "Yetər artıq bu müharibə, uşaqlara yazıq."],
    "hy": ["Կամուրջը մերն էր և մերը կմնա։", "Բավական է այս պատերազմը։"],
    "tr": ["Köprüyü vuranlar hesap versin.", "Bu savaş kimseye yaramadı."],
}
FIGURES = ("corrected_share", "corrected_low", "corrected_high")
SIDES = ["north", "south", "anti_war", "unclear", "off_topic"]


def publish(
    folder: Path,
    build_id: str = "20210420T120000Z-aaaa",
    comments: int = 2000,
    hostile: tuple[str, ...] = (),
    schema_version: int = 1,
    seed: int = 7,
) -> Path:
    """Write one build with about `comments` comments into `folder`, point CURRENT.json at it, return its path.

    `hostile` texts become the newest comments, in order, of the first article.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{build_id}.duckdb"
    con = duckdb.connect(str(path))
    con.execute("SET TimeZone = 'UTC'")
    con.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    tables = _tables(random.Random(seed), comments, hostile)  # noqa: S311
    for name, rows in tables.items():
        frame = pd.DataFrame(rows)  # noqa: F841 - DuckDB finds it by name
        con.execute(f"INSERT INTO marts.{name} BY NAME SELECT * FROM frame")
    built = START + timedelta(days=DAYS, hours=12)
    _derive(con)
    _meta(con, build_id, built, schema_version)
    con.close()
    manifest = {
        "build_id": build_id,
        "path": path.name,
        "schema_version": schema_version,
        "data_as_of": (START + timedelta(days=DAYS)).isoformat(),
        "built_at": built.isoformat(),
        "row_counts": {name: len(rows) for name, rows in tables.items()},
        "is_demo": True,
    }
    (folder / f"{build_id}.json").write_text(json.dumps(manifest), encoding="utf-8")
    pending = folder / "CURRENT.json.new"
    pending.write_text(json.dumps(manifest), encoding="utf-8")
    pending.replace(folder / "CURRENT.json")
    return path


def _tables(rng: random.Random, total: int, hostile: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    articles, links = _articles(rng)
    facts: list[dict[str, Any]] = []
    for i in range(total):
        facts.append(_comment(rng, i, articles, facts))
    for i, text in enumerate(hostile):
        row = dict(facts[0], text=text, side="unclear", language="en", ordinal=9000 + i, depth=0)
        when = START + timedelta(days=DAYS - 1, minutes=len(hostile) - i)
        row |= {"comment_id": f"hostile{i}", "thread_root_id": f"hostile{i}", "parent_comment_id": None}
        facts.append(row | {"posted_at": when, "article_id": articles[0]["article_id"]})
    side = [_side_row(row) for row in facts]
    linked = [
        {"comment_event_id": f"{r['comment_id']}:{e['event_id']}", "comment_id": r["comment_id"], "weight": 1.0}
        | {"event_id": e["event_id"], "conflict_id": CONFLICT, "role": e["role"]}
        | {"basis": "inherited" if r["ordinal"] % 10 else "explicit"}
        | {"confidence": 0.8, "method_version": "linker-test"}
        for r in facts
        for e in links.get(r["article_id"], [])
        if not e["needs_review"]
    ]
    edited = [r for r in facts if r["revision"] > 1]
    return _reference() | {
        "dim_article": articles,
        "fct_article_conflict": [
            {"article_conflict_id": a["article_id"], "article_id": a["article_id"], "conflict_id": CONFLICT}
            | {"relevance": 0.9, "method_version": "linker-test"}
            for a in articles[:-1]
        ],
        "fct_article_event": [e for group in links.values() for e in group],
        "fct_article_candidate": [row for group in links.values() for e in group for row in _candidates(e)],
        "fct_comment": [{k: v for k, v in r.items() if k != "side"} for r in facts],
        "fct_comment_side": [s for s, r in zip(side, facts, strict=True) if r["article_id"] != "a59"],
        "fct_comment_event": linked,
        "fct_side_corrected": _corrected(),
        "fct_comment_revision": [
            {"comment_revision_id": f"{r['comment_id']}:{n}", "comment_id": r["comment_id"], "revision": n}
            | {"text": r["text"] if n == 2 else r["text"] + " (as first written)", "first_seen_at": START}
            | {"last_seen_at": START + timedelta(days=n)}
            for r in edited
            for n in (1, 2)
        ],
        "fct_page_status": _statuses(articles),
    }


def _reference() -> dict[str, list[dict[str, Any]]]:
    day = timedelta(days=1)
    return {
        "dim_conflict": [
            {"conflict_id": CONFLICT, "name": "River War", "description": "Invented.", "starts_on": START.date()}
            | {"time_zone": ZONE}
        ],
        "dim_party": [
            {"party_key": f"{CONFLICT}:{p}", "conflict_id": CONFLICT, "party_id": p, "name": name, "kind": kind}
            | {"sort_order": i, "color": color}
            for i, (p, name, kind, color) in enumerate(PARTIES)
        ],
        "dim_event": [
            {"event_id": e, "conflict_id": CONFLICT, "name": name, "aka": [], "start_date": (START + a * day).date()}
            | {"end_date": (START + b * day).date() if b else None, "date_precision": precision}
            | dict(zip(("event_type", "lat", "lon", "geo_precision", "parent_event_id"), ABOUT[e], strict=True))
            | {"place": "Upper Town", "place_key": f"{CONFLICT}:upper", "source": "curated"}
            | {"source_refs": ["https://example.org/chronicle"]}
            for e, name, a, b, precision in EVENTS
        ],
        "dim_place": [
            {"place_key": f"{CONFLICT}:upper", "conflict_id": CONFLICT, "place_id": "upper", "name": "Upper Town"}
            | {"lat": 40.4, "lon": 46.6, "aliases": []}
        ],
        "event_tree": [
            {"event_id": e, "ancestor_event_id": above, "conflict_id": CONFLICT}
            for e in ABOUT
            for above in (e, ABOUT[e][4])
            if above
        ],
        "event_toll": [
            {"event_id": "ev-siege", "source": source, "external_id": "x", "fatalities_low": low, "valid_from": START}
            | {"toll_source": told, "licence": "CC0-1.0", "is_current": True}
            for source, low, told in (("curated", 12, "<b>The mayor</b>"), ("ucdp", 17, "ucdp"))
        ],
        "event_xref": [
            {"event_id": "ev-siege", "conflict_id": CONFLICT, "source": "ucdp", "external_id": "424242"}
            | {"confidence": 0.91, "method": "match-1", "licence": "CC-BY-4.0", "is_withdrawn": False}
        ],
        "dim_outlet": [
            {"outlet_id": o, "name": name, "host": f"{o}.example", "is_demo": True, "articles": 20}
            | {"first_fetched_at": START, "last_fetched_at": START + timedelta(days=DAYS - 4 * i)}
            for i, (o, name) in enumerate(OUTLETS)
        ],
    }


def _corrected() -> list[dict[str, Any]]:
    """Return corrections of the conflict, an outlet and a week, and one event where comments are too few."""
    told = {"north": (0.44, 0.38, 0.5), "south": (0.21, 0.16, 0.27), "neither": (0.35, 0.3, 0.41)}
    return [
        {"side_corrected_id": f"{scope_id}:{side}", "conflict_id": CONFLICT, "scope": scope, "scope_id": scope_id}
        | {"side_class": side, "model_version": "ngram-test", "status": status, "answers": 212, "answers_needed": 0}
        | {"comments": 300, "n": 900, "share": 1 / 3}
        | dict(zip(FIGURES, figures if status == "corrected" else (None,) * 3, strict=True))
        for scope, scope_id, status in (
            ("conflict", CONFLICT, "corrected"),
            ("outlet", "gazette", "corrected"),
            ("week", "2021-03-08", "corrected"),
            ("event", "ev-truce", "too_few_comments"),
        )
        for side, figures in told.items()
    ]


def _articles(rng: random.Random) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    articles, links = [], {}
    for i in range(60):
        event = EVENTS[min(i // 12, 4)]
        published = START + timedelta(days=event[2] + rng.choice([0, 0, 1, 1, 2, 4]), hours=rng.randrange(24))
        if i % 4 == 3:
            published = START + timedelta(days=rng.randrange(DAYS - 4))
        article_id = f"a{i:02d}"
        articles.append(
            {"article_id": article_id, "outlet_id": OUTLETS[i % 3][0], "title": f"Report {i}: {event[1].lower()}"}
            | {"url": f"https://{OUTLETS[i % 3][0]}.example/{i}", "text": "Invented.", "published_at": published}
            | {"published_basis": "stated", "published_on": published.date(), "language": "en", "tags": []}
            | {"declared_comment_count": 33, "comment_count": 33, "pingback_count": 1, "comment_coverage": 32 / 33}
            | {"status": "parsed", "revision": 1}
            | {"first_seen_at": published, "last_seen_at": START + timedelta(days=DAYS), "is_demo": True}
        )
        if i % 4 != 3:
            links[article_id] = [
                {"article_event_id": f"{article_id}:{event[0]}", "article_id": article_id, "event_id": event[0]}
                | {"conflict_id": CONFLICT, "role": "primary" if i % 2 else "secondary", "basis": "explicit"}
                | {"confidence": 0.9, "needs_review": False, "method_version": "linker-test"}
            ]
        elif i % 12 == 11:
            links[article_id] = [
                {"article_event_id": f"{article_id}:{event[0]}", "article_id": article_id, "event_id": event[0]}
                | {"conflict_id": CONFLICT, "role": "primary", "basis": "explicit"}
                | {"confidence": 0.6, "needs_review": True, "method_version": "linker-test"}
            ]
    return articles, links


def _candidates(link: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the link as the likeliest event of its article and, where that is unsure, one that was outdone by it."""
    other = next(e for e, *_ in EVENTS if e != link["event_id"])
    ranked = [(link["event_id"], link["confidence"], None), (other, 0.31, "outdone")]
    return [
        {"article_candidate_id": f"{link['article_id']}:{event}", "article_id": link["article_id"], "event_id": event}
        | {"conflict_id": CONFLICT, "rank": rank, "confidence": sure, "is_linked": why is None, "why_not": why}
        | {"method_version": "linker-test"}
        for rank, (event, sure, why) in enumerate(ranked[: 1 + link["needs_review"]], 1)
    ]


def _comment(rng: random.Random, i: int, articles: list[dict[str, Any]], facts: list[dict[str, Any]]) -> dict[str, Any]:
    article = rng.choice(articles)
    language = rng.choices(list(TEXTS), [5, 3, 2, 2, 1])[0]
    empty = rng.random() < 0.03
    text = "" if empty else f"{rng.choice(TEXTS[language])} {'!' * (i % 3)}".strip()
    parent = next((r for r in reversed(facts[-60:]) if r["article_id"] == article["article_id"]), None)
    parent = parent if parent and rng.random() < 0.5 and parent["depth"] < 4 else None
    when = article["published_at"] + timedelta(minutes=int(rng.expovariate(1 / 900)))
    comment_id = f"c{i:05d}"
    lean = 0.25 + 0.15 * (when > START + timedelta(days=27))
    side = "empty" if empty else rng.choices(SIDES, [lean, 0.6 - lean, 0.15, 0.15, 0.1])[0]
    if parent and not empty and rng.random() < 0.5 and parent["side"] != "empty":
        side = parent["side"]
    return {
        "comment_id": comment_id,
        "article_id": article["article_id"],
        "outlet_id": article["outlet_id"],
        "parent_comment_id": parent and parent["comment_id"],
        "thread_root_id": parent["thread_root_id"] if parent else comment_id,
        "depth": parent["depth"] + 1 if parent else 0,
        "ordinal": i + 1,
        "commenter_id": None if i % 40 == 0 else f"{article['outlet_id']}{rng.randrange(300):029d}",
        "posted_at": None if i % 50 == 1 else when,
        "posted_at_basis": "unknown" if i % 50 == 1 else "stated",
        "text": text,
        "language": None if empty else language,
        "is_empty": empty,
        "first_seen_at": when,
        "last_seen_at": when + timedelta(days=2),
        "is_vanished": i % 97 == 5,
        "revision": 2 if i % 89 == 7 else 1,
        "duplicate_cluster_id": "d1" if i % 75 == 3 else None,
        "duplicate_count": 27 if i % 75 == 3 else 1,
        "parser": "wordpress",
        "parser_version": "wordpress-1",
        "is_demo": True,
        "side": side,
    }


def _side_row(row: dict[str, Any]) -> dict[str, Any]:
    unclear = row["side"] == "unclear"
    spans = [{"start": 0, "end": min(9, len(row["text"]))}] if row["side"] in {"north", "south"} else []
    return {
        "comment_side_id": row["comment_id"],
        "comment_id": row["comment_id"],
        "conflict_id": CONFLICT,
        "side": row["side"],
        "confidence": 0.3 if unclear else 0.55 + (int(row["ordinal"]) % 40) / 100,
        "abstained": unclear,
        "abstain_reason": "low_confidence" if unclear else None,
        "evidence": spans,
        "model_version": "ngram-test",
    }


def _statuses(articles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kinds = ["parsed"] * 8 + ["no_comments", "closed", "http_error", "blocked_by_robots"]
    return [
        {"read_id": f"r{i}", "page_url": a["url"], "article_id": a["article_id"], "outlet_id": a["outlet_id"]}
        | {"source": "crawl", "crawl_id": "k1", "fetched_at": START + timedelta(days=DAYS - i % 5)}
        | {"status": kinds[i % len(kinds)], "parser": "wordpress", "parser_version": "wordpress-1"}
        | {"declared_comment_count": 33, "extracted_comments": 32, "pingbacks": 1, "is_latest": True, "is_demo": True}
        for i, a in enumerate(articles)
    ]


def _derive(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        INSERT INTO marts.fct_event BY NAME
        SELECT e.event_id, e.conflict_id, count(DISTINCT c.article_id) AS articles, count(c.comment_id) AS comments,
               count(DISTINCT c.commenter_id) AS commenters, count(DISTINCT c.thread_root_id) AS threads,
               0 AS partisan_comments, min(c.posted_at) AS first_comment_at, max(c.posted_at) AS last_comment_at,
               0 AS prior_comments, count(c.comment_id) < 30 OR count(DISTINCT c.commenter_id) < 10 AS is_small
        FROM marts.dim_event e
        LEFT JOIN marts.fct_comment_event l ON l.event_id = e.event_id
        LEFT JOIN marts.fct_comment c ON c.comment_id = l.comment_id
        GROUP BY ALL""")
    con.execute("UPDATE marts.dim_place SET names = MAP {'xx': 'Oberstadt', 'yy': 'Upper Town'}")
    con.execute("""
        INSERT INTO marts.dim_commenter BY NAME
        SELECT commenter_id, any_value(outlet_id) AS outlet_id, count(*) AS comments, true AS is_demo
        FROM marts.fct_comment WHERE commenter_id IS NOT NULL GROUP BY ALL""")


def _meta(con: duckdb.DuckDBPyConnection, build_id: str, built: datetime, schema_version: int) -> None:
    as_of = START + timedelta(days=DAYS)
    con.execute("INSERT INTO meta.build VALUES (?, ?, ?, ?, 'test', true)", [build_id, built, as_of, schema_version])
    con.execute(
        "INSERT INTO meta.document VALUES ('model_card', ?)", ["# Model card\n\nAn invented model, macro-F1 0.6."]
    )
    con.executemany(
        "INSERT INTO meta.metric VALUES (?, ?, ?, 'comment', 'none', 'Invented readers.', ?)",
        [
            ("comments", "Comments", "Count of reader comments.", "said"),
            ("share", "Share of a side", "Comments of the side over comments with text.", "inferred"),
            ("side", "Side", "Derived from the stance toward every belligerent.", "inferred"),
        ],
    )


if __name__ == "__main__":
    print(publish(Path(sys.argv[1])))
