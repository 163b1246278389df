"""The review queue at a terminal: which comments to ask about, the asking, and what the answers say of the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import click

from ingest.annotate.stance.labels import NOT_ASKED, Label, stances_of
from ingest.annotate.stance.side import OTHER_SIDES
from ingest.conflict import Conflict
from ingest.records import StanceInput
from ingest.warehouse.ask import open_for_questions
from ingest.warehouse.current import BuildInfo

RANDOM_EVERY = 3

# Newest words first would ask about one loud thread; the hash spreads the draw over all and keeps it the same all day.
_CANDIDATES = """
SELECT comment.text, parent.text AS parent_text, article.title AS article_title, judged.side, judged.model_version,
       coalesce(judged.abstain_reason, '') AS reason, judged.confidence
FROM fct_comment_side AS judged
JOIN fct_comment AS comment USING (comment_id)
JOIN dim_article AS article USING (article_id)
LEFT JOIN fct_comment AS parent ON parent.comment_id = comment.parent_comment_id
WHERE judged.conflict_id = $conflict AND NOT comment.is_empty
      AND coalesce(judged.abstain_reason, '') NOT IN (SELECT unnest($not_asked))
QUALIFY row_number() OVER (PARTITION BY comment.text, parent.text, article.title ORDER BY comment.comment_id) = 1
ORDER BY {order}
LIMIT $many
"""
_ORDERS = {
    "uncertain": "judged.abstained DESC, judged.confidence, hash(comment.comment_id)",
    "random": "hash(comment.comment_id || 'drawn for review')",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One comment of the queue, and what the model said of it."""

    given: StanceInput
    drawn: str
    model_side: str
    model_version: str
    passed: tuple[Label, ...] = field(default=(), compare=False)
    """Answers to uncertain comments that the random draw came upon before this one: they are of the sample too."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer; side None: passed over."""

    side: str | None
    stances: dict[str, str]


def queue(
    info: BuildInfo, conflict: Conflict, held: Sequence[Label], limit: int, *, only_random: bool = False
) -> list[Asked]:
    """Return up to `limit` comments of the published build not answered yet: every third, or all, drawn at random."""
    con = open_for_questions(info)
    try:
        found = {
            drawn: [
                Asked(StanceInput(row[0], row[1], row[2]), drawn, row[3], row[4])
                for row in con.execute(
                    _CANDIDATES.format(order=order),
                    {
                        "conflict": conflict.conflict_id,
                        "not_asked": list(NOT_ASKED),
                        "many": 2 * limit + len(held),
                    },
                ).fetchall()
            ]
            for drawn, order in _ORDERS.items()
        }
    finally:
        con.close()
    answered = {one.given: one for one in held}
    seen = set(answered)
    chosen: list[Asked] = []
    waiting = {"uncertain": iter(found["uncertain"]), "random": _with_passed(found["random"], answered)}
    while len(chosen) < limit:
        drawn = "random" if only_random or len(chosen) % RANDOM_EVERY == RANDOM_EVERY - 1 else "uncertain"
        asked = next((one for one in waiting[drawn] if one.given not in seen), None)
        if asked is None:
            break
        seen.add(asked.given)
        chosen.append(asked)
    return chosen


def _with_passed(drawn: Sequence[Asked], answered: Mapping[StanceInput, Label]) -> Iterator[Asked]:
    """Yield the random draw; each comment carries the answers to uncertain ones that the draw passed on its way.

    Without them the sample would lack just the comments the model finds hard. Only those count that the served
    version was unsure of: a later one may have learned from an answer not drawn at random.
    """
    passed: list[Label] = []
    for one in drawn:
        label = answered.get(one.given)
        if label is None:
            version = one.model_version
            yield replace(one, passed=tuple(old for old in passed if old.model_version == version))
            passed = []
        elif label.drawn != "random":
            passed.append(replace(label, drawn="random"))


def ask(conflict: Conflict, asked: Asked, where: str) -> Answer | None:
    """Show one comment and read an answer; None when the person leaves."""
    click.echo(f"\n{click.style(where, bold=True)}")
    given = asked.given
    for name, text in (("article", given.article_title), ("answers", given.parent_text)):
        if text:
            click.echo(click.style(f"{name}: {_plain(text)}", dim=True))
    click.echo(_plain(given.text))
    parties = conflict.belligerents
    keys = {str(number): party.party_id for number, party in enumerate(parties, 1)}
    keys |= {"w": "anti_war", "u": "unclear", "o": "off_topic"}
    shown = ", ".join(f"{number} {party.name}" for number, party in enumerate(parties, 1))
    prompt = f"Whose side? {shown}, w anti-war, u unclear, o off topic; s passes, q leaves"
    key = click.prompt(prompt, type=click.Choice([*keys, "s", "q"]), show_choices=False)
    if key == "q":
        return None
    if key == "s":
        return Answer(None, {})
    side, against = keys[key], []
    if side not in OTHER_SIDES:
        against = [
            p.party_id for p in parties if p.party_id != side and click.confirm(f"Against {p.name}?", default=True)
        ]
    return Answer(side, stances_of(side, against, conflict))


def agreement(labels: Sequence[Label]) -> str:
    """Say how often the model agreed with people, on what was drawn at random and on what it was unsure of."""
    lines = [f"{len(labels)} answers"]
    for drawn in ("random", "uncertain"):
        rows = [one for one in labels if one.drawn == drawn]
        if rows:
            same = sum(one.side == one.model_side for one in rows)
            partisan = [one for one in rows if one.model_side not in OTHER_SIDES]
            right = sum(one.side == one.model_side for one in partisan)
            lines.append(
                f"  {drawn}: the model agrees on {same} of {len(rows)}; "
                f"of its {len(partisan)} calls for a party {right} are right"
            )
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return hostile text as a terminal may show it: no control characters but line breaks."""
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text)
