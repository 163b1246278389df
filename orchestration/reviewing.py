"""`parley links`: the links to events that nobody is sure of, and an engineer's answers to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from ingest.settings import Settings
from orchestration import link_answers
from orchestration.link_answers import CANDIDATES

_CONFLICT = click.option("--conflict", metavar="ID", help="Only this conflict: a folder under data/conflicts/.")

_QUEUE = """
SELECT link.conflict_id, link.article_id, article.url, article.title, article.text, article.published_at,
    link.event_id, event.name, link.role, link.confidence, link.evidence
FROM marts.fct_article_event AS link
JOIN marts.dim_article AS article USING (article_id)
JOIN marts.dim_event AS event USING (event_id)
WHERE link.basis <> 'decided' AND link.confidence < 0.8 AND (? IS NULL OR link.conflict_id = ?)
ORDER BY link.confidence DESC, link.article_id, link.event_id
"""
_LIKELIEST = "SELECT article_id, event_id, confidence FROM marts.fct_article_candidate ORDER BY article_id, rank"


@dataclass(frozen=True, slots=True)
class Question:
    """One link in review: is the article about the event, in that role? `evidence` are the words that speak for it.

    `instead` are the likeliest other events for the article, each with its confidence: links or too unsure for one.
    """

    conflict_id: str
    article_id: str
    url: str | None
    title: str
    published_at: datetime | None
    event_id: str
    event: str
    role: str
    confidence: float
    evidence: list[str]
    instead: dict[str, float]


def questions(settings: Settings, conflict_id: str | None = None) -> list[Question]:
    """Return the links in review of the published build that nobody has answered since.

    Those on articles that report the same thing stand together, the surest first: one reading answers them all.
    """
    from ingest.annotate.events.stories import group

    found = list(_waiting(settings, conflict_id))
    stories = group([f"{question.title}\n{' '.join(question.evidence)}\n{question.event}" for question in found])
    surest: dict[int, float] = {}
    for question, story in zip(found, stories, strict=True):
        surest[story] = max(question.confidence, surest.get(story, 0.0))
    pairs = sorted(zip(found, stories, strict=True), key=lambda pair: (-surest[pair[1]], pair[1]))
    return [question for question, _ in pairs]


def _waiting(settings: Settings, conflict_id: str | None) -> Iterator[Question]:
    from ingest.annotate.events.decisions import Decisions
    from ingest.conflict import load_conflicts
    from ingest.warehouse.current import connect, read_current

    answered = {c.conflict_id: Decisions(c.link_decisions) for c in load_conflicts(settings.conflicts)}
    info = read_current(settings.published)
    likeliest: dict[str, dict[str, float]] = {}
    con = connect(info.path)
    try:
        rows = con.execute(_QUEUE, [conflict_id, conflict_id]).fetchall()
        # A build made before there were candidates still has its queue.
        for article, event, confidence in con.execute(_LIKELIEST).fetchall() if CANDIDATES in info.row_counts else ():
            likeliest.setdefault(article, {})[event] = confidence
    finally:
        con.close()
    for conflict, article_id, url, title, text, published_at, event_id, name, role, confidence, spans in rows:
        if conflict in answered and answered[conflict].answers(article_id, url, event_id):
            continue
        whole = f"{title or ''}\n\n{text or ''}"
        words = [whole[span["start"] : span["end"]] for span in spans or ()]
        instead = {event: sure for event, sure in likeliest.get(article_id, {}).items() if event != event_id}
        yield Question(
            conflict, article_id, url, title or "", published_at, event_id, name, role, confidence, words, instead
        )


@click.group()
def links() -> None:
    """Review the links from articles to events that are less than sure (confidence 0.5 to 0.8)."""


@links.command()
@_CONFLICT
@click.option("--format", "file_format", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
@click.option("--limit", default=20, show_default=True, help="Show so many; 0 shows all.")
def queue(conflict: str | None, file_format: str, limit: int) -> None:
    """Show the links that wait for an answer, surest first, reports of one thing together."""
    from ingest.conflict import find_conflict

    settings = Settings.from_env()
    if conflict is not None:
        find_conflict(settings.conflicts, conflict)
    found = questions(settings, conflict)
    shown = found[:limit] if limit else found
    for question in shown:
        if file_format == "jsonl":
            click.echo(json.dumps(_as_json(question), ensure_ascii=False))
        else:
            _show(question)
    if file_format == "table":
        click.echo(f"{len(found):,} links wait for an answer, {len(shown):,} shown.")


def _as_json(question: Question) -> dict[str, object]:
    day = question.published_at
    return {name: getattr(question, name) for name in Question.__slots__} | {"published_at": day and day.isoformat()}


def _show(question: Question) -> None:
    day = question.published_at.date().isoformat() if question.published_at else "no date"
    click.echo(f"{question.confidence:.2f}  {question.event_id} as {question.role}: {question.event}")
    click.echo(f"      {day}  {question.title}")
    click.echo(f"      {question.url or question.article_id}")
    click.echo(f"      says: {' · '.join(dict.fromkeys(question.evidence))}")
    if question.instead:
        others = " · ".join(f"{event_id} {confidence:.2f}" for event_id, confidence in question.instead.items())
        click.echo(f"      or: {others}")


@links.command()
@click.option("--conflict", required=True, metavar="ID", help="Which conflict: a folder under data/conflicts/.")
@click.option("--by", required=True, metavar="NAME", help="Who answers.")
@click.option("--unlinked", is_flag=True, help="Ask about articles on the conflict that are linked to nothing instead.")
def answer(conflict: str, by: str, unlinked: bool) -> None:
    """Answer article by article: each is shown with its likeliest events, and a number says which it is about.

    That event becomes primary, further numbers secondary, and the article's other links in review are refused. Answers
    go to link_decisions.csv in the conflict's folder as they are given, and hold from the next `parley run` on.
    """
    from ingest.conflict import find_conflict
    from ingest.conflict_links import FILE
    from ingest.records import utc_now
    from ingest.warehouse.current import read_current

    settings = Settings.from_env()
    known = find_conflict(settings.conflicts, conflict)
    queue = link_answers.waiting(read_current(settings.published), known, unlinked=unlinked)
    if not queue:
        click.echo("There is nothing to ask about.")
        return
    path = settings.conflicts / conflict / FILE
    done = link_answers.answer_all(known, queue, path, by, utc_now().date())
    click.echo(f"{done:,} of {len(queue):,} articles answered in {path}.")


@links.command()
@click.argument("article")
@click.argument("event")
@click.option("--conflict", required=True, metavar="ID", help="Which conflict: a folder under data/conflicts/.")
@click.option(
    "--role",
    type=click.Choice(["primary", "secondary", "background", "historical", "none"]),
    help="What part the event plays; none: it plays no part. Needed unless EVENT is none.",
)
@click.option("--by", "decided_by", required=True, metavar="NAME", help="Who decided.")
@click.option("--reason", required=True, help="Why, in a few words.")
def decide(article: str, event: str, conflict: str, role: str | None, decided_by: str, reason: str) -> None:
    """Answer for one article (address or id) and one EVENT; the event `none` says it is about no event.

    The answer goes to link_decisions.csv in the conflict's folder, which is to be committed; it wins over the linker
    from the next `parley run` on. An earlier answer on the same is replaced.
    """
    from ingest.conflict import find_conflict
    from ingest.conflict_links import FILE, NONE, LinkDecision, with_answer, write_decisions
    from ingest.records import utc_now

    if role is None and event != NONE:
        raise click.UsageError(f"say which --role {event} plays in the article, or --role none")
    if event == NONE and role not in (None, NONE):
        raise click.UsageError(f"an article about no event has no event in the role {role}; leave --role out")
    settings = Settings.from_env()
    known = find_conflict(settings.conflicts, conflict)
    if event != NONE and event not in {e.event_id for e in known.events}:
        raise click.UsageError(f"{event!r} is no event of {conflict}; see data/conflicts/{conflict}/events.csv")
    answer = LinkDecision(article, event, role or NONE, decided_by, utc_now().date(), reason)
    path: Path = settings.conflicts / conflict / FILE
    write_decisions(path, with_answer(known.link_decisions, answer))
    click.echo(f"{path}: {article} and {event}: {answer.role}. It holds from the next `parley run` on.")
    if not _may_be_published(settings, article):
        click.echo(f"The published build has no article {article!r}: look whether the address is right.", err=True)


def _may_be_published(settings: Settings, article: str) -> bool:
    """Tell whether the answer finds its article; where nothing is published yet nobody can say that it does not."""
    from ingest.conflict_links import article_key
    from ingest.warehouse.current import NoBuildError, connect, read_current

    try:
        con = connect(read_current(settings.published).path)
    except NoBuildError:
        return True
    try:
        names = con.execute("SELECT article_id, url FROM marts.dim_article").fetchall()
    finally:
        con.close()
    wanted = article_key(article)
    return any(article_key(name) == wanted for row in names for name in row if name)
