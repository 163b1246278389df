"""`parley links answer`: one article after the other with its likeliest events; one key says which it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.conflict_links import NONE, LinkDecision, with_answer, write_decisions
from ingest.warehouse.current import BuildInfo, connect

if TYPE_CHECKING:
    from ingest.conflict import Conflict

CANDIDATES = "fct_article_candidate"
SHOWN_CHARACTERS = 600
REASON = "chosen from the likeliest events"

_CHOICES = """
SELECT article.article_id, article.url, article.title, article.text, article.published_at,
    told.event_id, event.name, told.confidence, told.why_not, coalesce(link.needs_review, false)
FROM (
    SELECT article_id, event_id, conflict_id, confidence, why_not, rank FROM marts.fct_article_candidate
    UNION ALL
    -- An article with more than three links may have one in review that is not among the three.
    SELECT article_id, event_id, conflict_id, confidence, NULL, 4 FROM marts.fct_article_event AS more
    WHERE needs_review AND NOT EXISTS (
        SELECT 1 FROM marts.fct_article_candidate AS c
        WHERE c.article_id = more.article_id AND c.event_id = more.event_id
    )
) AS told
JOIN marts.dim_article AS article USING (article_id)
JOIN marts.dim_event AS event USING (event_id)
LEFT JOIN marts.fct_article_event AS link ON link.article_id = told.article_id AND link.event_id = told.event_id
WHERE told.conflict_id = $conflict AND article.article_id IN ({asked})
ORDER BY article.article_id, told.rank, told.event_id
"""

_IN_REVIEW = "SELECT article_id FROM marts.fct_article_event WHERE conflict_id = $conflict AND needs_review"
_UNLINKED = """
SELECT article_id FROM marts.fct_article_candidate
WHERE conflict_id = $conflict AND why_not NOT IN ('about_none', 'front_page')
    AND article_id IN (SELECT article_id FROM marts.fct_article_conflict WHERE conflict_id = $conflict)
    AND article_id NOT IN (SELECT article_id FROM marts.fct_article_event WHERE conflict_id = $conflict)
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One event that an article may be about; `why_not` is None where it is linked, maybe `in_review`."""

    event_id: str
    name: str
    confidence: float
    why_not: str | None
    in_review: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One article, and what it may be about, likeliest first."""

    article_id: str
    url: str | None
    title: str
    text: str
    published_at: datetime | None
    choices: list[Choice] = field(default_factory=list)

    @property
    def article(self) -> str:
        """What an answer calls it."""
        return self.url or self.article_id


def waiting(info: BuildInfo, conflict: Conflict, *, unlinked: bool = False) -> list[Asked]:
    """Return the articles of the published build with a link in review that nobody has answered since, surest first.

    With `unlinked` those about the conflict that have no link at all. Raises UsageError where the build is too old.
    """
    from ingest.annotate.events.decisions import Decisions

    if CANDIDATES not in info.row_counts:
        raise click.UsageError(
            f"build {info.build_id} was made before likeliest events were kept; `parley run` adds them"
        )
    con = connect(info.path)
    try:
        sql = _CHOICES.format(asked=_UNLINKED if unlinked else _IN_REVIEW)
        rows = con.execute(sql, {"conflict": conflict.conflict_id}).fetchall()
    finally:
        con.close()
    answered = Decisions(conflict.link_decisions)
    found: dict[str, Asked] = {}
    for article_id, url, title, text, published_at, *choice in rows:
        if not answered.answers(article_id, url, choice[0]):
            asked = found.setdefault(article_id, Asked(article_id, url, title or "", text or "", published_at))
            asked.choices.append(Choice(*choice))
    open_ones = [one for one in found.values() if unlinked or any(c.in_review for c in one.choices)]
    return sorted(open_ones, key=lambda one: (-max(c.confidence for c in one.choices), one.article_id))


def ask(asked: Asked, where: str) -> str:
    """Show one article and its likeliest events; return the answer: numbers, 0, n, s or q."""
    day = asked.published_at.date().isoformat() if asked.published_at else "no date"
    click.echo(f"\n{click.style(where, bold=True)}  {day}  {_plain(asked.title)}\n{asked.article}")
    click.echo(click.style(_plain(asked.text[:SHOWN_CHARACTERS]), dim=True))
    for number, one in enumerate(asked.choices, 1):
        state = "in review" if one.in_review else one.why_not or "linked"
        click.echo(f"  {number}  {one.confidence:.2f}  {state:<10}  {one.event_id}: {one.name}")
    prompt = (
        "Which event is it about? Its number, and after it those of others it tells; 0 no event at all, "
        "n none of these, s passes, q leaves"
    )
    return str(click.prompt(prompt, value_proc=lambda said: _checked(said, len(asked.choices))))


def _checked(said: str, choices: int) -> str:
    words = said.replace(",", " ").split()
    if len(words) == 1 and words[0] in {"0", "n", "s", "q"}:
        return words[0]
    allowed = {str(number) for number in range(1, choices + 1)}
    if not words or any(word not in allowed for word in words) or len(set(words)) < len(words):
        raise click.BadParameter(f"{said!r} is neither numbers from 1 to {choices}, each once, nor 0, n, s or q.")
    return " ".join(words)


def answers(asked: Asked, said: str, by: str, on: date) -> list[LinkDecision]:
    """Return what an answer decides: the first event is primary, others secondary, links in review besides are none."""
    if said in {"s", "q"}:
        return []
    if said == "0":
        return [LinkDecision(asked.article, NONE, NONE, by, on, REASON)]
    told = [asked.choices[int(number) - 1].event_id for number in said.split()] if said != "n" else []
    roles = {event_id: "secondary" if told.index(event_id) else "primary" for event_id in told}
    refused = [c.event_id for c in asked.choices if c.in_review and c.event_id not in roles]
    given = [*roles.items(), *((event_id, NONE) for event_id in refused)]
    if not given:  # none of these, and none was linked: nothing is to be undone
        return []
    return [LinkDecision(asked.article, event_id, role, by, on, REASON) for event_id, role in given]


def answer_all(conflict: Conflict, queue: Sequence[Asked], path: Path, by: str, on: date) -> int:
    """Ask about one article after the other, keep each answer in `path` at once; return how many were answered."""
    known: Sequence[LinkDecision] = conflict.link_decisions
    answered = 0
    for number, asked in enumerate(queue, 1):
        said = ask(asked, f"{number} of {len(queue)}")
        if said == "q":
            break
        given = answers(asked, said, by, on)
        for answer in given:
            known = with_answer(known, answer)
        if given:
            write_decisions(path, known)
            answered += 1
    return answered


def _plain(text: str) -> str:
    """Return hostile text as a terminal may show it: no control characters but line breaks."""
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text)
