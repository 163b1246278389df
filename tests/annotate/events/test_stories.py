"""Texts that report the same thing are grouped; the floor is measured on ECB+ (Cybulska and Vossen, LREC 2014)."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from ingest.annotate.events.stories import group

ECB = "events/ecbplus/ecbplus_docs.jsonl"


def b_cubed(gold: list[str], found: list[int]) -> float:
    """Return the F1 of B-cubed precision and recall (Bagga and Baldwin, 1998)."""
    both, golds, founds = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(n * n / founds[f] for (_, f), n in both.items()) / len(gold)
    recall = sum(n * n / golds[g] for (g, _), n in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall)


def pairwise(gold: list[str], found: list[int]) -> float:
    """Return the F1 over pairs of texts put together."""

    def pairs(counts: Counter[object]) -> float:
        return sum(n * (n - 1) / 2 for n in counts.values())

    hits = pairs(Counter(zip(gold, found, strict=True)))
    return 2 * hits / (pairs(Counter(gold)) + pairs(Counter(found)))


def test_floors_on_ecb_plus(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / ECB).read_text(encoding="utf-8").splitlines()]
    gold = [row["event_cluster"] for row in rows]
    found = group([row["text"] for row in rows])
    assert b_cubed(gold, found) >= 0.93
    assert pairwise(gold, found) >= 0.91


def test_reports_of_one_thing_are_grouped() -> None:
    texts = [
        "Rockets hit the market of Barda on Wednesday, killing 21 people.",
        "At least 21 killed as rockets fell on a market in Barda.",
        "Barda market struck by rockets; 21 people dead, officials say.",
        "The national team beat Malta by three goals in Valletta.",
        "Three goals in Valletta: national team wins against Malta.",
    ]
    found = group(texts, apart=0.5)
    assert found[:3] == [0, 0, 0]
    assert found[3] == found[4] != 0


def test_odd_input_is_grouped_too() -> None:
    assert group([]) == []
    assert group(["one"]) == [0]
    assert len(group(["", "", "…"])) == 3
