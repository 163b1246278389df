"""Answers of engineers to the review queue: a versioned file of a conflict that wins over the linker's own judgement.

`link_decisions.csv` is optional. Each line answers for one article and one event, or (event `none`) for the whole
article; `parley links decide` writes it, and a person may.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from pathlib import Path

from ingest.conflict_rows import ConflictError, read_rows

FILE = "link_decisions.csv"
NONE = "none"
ROLES = ("primary", "secondary", "background", "historical")
_HEADER = ("article", "event_id", "role", "decided_by", "decided_on", "reason")


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """One answer: `article` is its address or id, `event_id` an event or `none`, `role` a role or `none` (not it)."""

    article: str
    event_id: str
    role: str
    decided_by: str
    decided_on: date
    reason: str


def article_key(article: str) -> str:
    """Return what an article is known by here: its address without scheme, `www.` and closing slash, or its id."""
    _, separator, rest = article.partition("://")
    if not separator:
        return article
    host, slash, path = rest.partition("/")
    return (host.lower().removeprefix("www.") + slash + path.partition("#")[0]).rstrip("/")


def read_decisions(path: Path, event_ids: Iterable[str]) -> tuple[LinkDecision, ...]:
    """Read the file at `path`, empty where there is none. Raises ConflictError naming file, line and mend."""
    if not path.exists():
        return ()
    known = frozenset(event_ids)
    decisions: list[LinkDecision] = []
    lines: dict[tuple[str, str], str] = {}
    for row in read_rows(path, _HEADER):
        event_id, role = row.required("event_id"), row.required("role")
        if event_id != NONE and event_id not in known:
            raise row.fail(f"event_id {event_id!r} is not in events.csv; use one that is, or {NONE}")
        if role not in (*ROLES, NONE):
            raise row.fail(f"role = {role!r}; it must be one of {', '.join(ROLES)}, or {NONE} (not this event)")
        if event_id == NONE and role != NONE:
            raise row.fail(f"role = {role!r}, but the article is about no event; write {NONE} for the role too")
        day = row.day("decided_on")
        if day is None:
            raise row.fail("column 'decided_on' is empty; write the day as 2020-09-27")
        article = row.required("article")
        earlier = lines.setdefault((article_key(article), event_id), row.where)
        if earlier != row.where:
            raise row.fail(f"{article} and {event_id} are answered at {earlier} already; keep one of the two")
        decisions.append(LinkDecision(article, event_id, role, row.required("decided_by"), day, row.required("reason")))
    _refuse_contradictions(path, decisions)
    return tuple(decisions)


def _refuse_contradictions(path: Path, decisions: Sequence[LinkDecision]) -> None:
    none = {article_key(d.article) for d in decisions if d.event_id == NONE}
    primary: set[str] = set()
    for decision in decisions:
        key = article_key(decision.article)
        if key in none and decision.role != NONE:
            raise ConflictError(f"{path}: {decision.article} is answered with {NONE} and with {decision.event_id}")
        if decision.role == "primary":
            if key in primary:
                raise ConflictError(f"{path}: {decision.article} has two primary events; make one of them secondary")
            primary.add(key)


def write_decisions(path: Path, decisions: Iterable[LinkDecision]) -> None:
    """Write the file whole, or not at all."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    writer.writerows(astuple(decision) for decision in decisions)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text.getvalue(), encoding="utf-8")
    partial.replace(path)


def with_answer(decisions: Sequence[LinkDecision], answer: LinkDecision) -> list[LinkDecision]:
    """Return `decisions` with `answer` in the stead of those it overrules.

    `none` for an article overrules all its answers, and any event overrules that; a primary one makes another one
    secondary.
    """
    key = article_key(answer.article)
    kept = []
    for known in decisions:
        if article_key(known.article) != key:
            kept.append(known)
            continue
        is_overruled = known.event_id == answer.event_id or NONE in {answer.event_id, known.event_id}
        if not is_overruled:
            is_second = answer.role == known.role == "primary"
            kept.append(known if not is_second else replace(known, role="secondary"))
    return [*kept, answer]
