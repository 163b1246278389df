"""The review queue at a terminal: which comments to ask about, the asking, and what the answers say of the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from ingest.annotate.stance.labels import NOT_ASKED, Label, append_label, stances_of, take_back
from ingest.annotate.stance.side import OTHER_SIDES
from ingest.conflict import Conflict
from ingest.records import StanceInput
from ingest.warehouse.ask import open_for_questions
from ingest.warehouse.current import BuildInfo

RANDOM_EVERY = 3
OTHER_KEYS = {"w": "anti_war", "u": "unclear", "o": "off_topic"}
BLAMING = ("anti_war", "unclear")
"""Sides of nobody that may blame one party or all: whom, decides the stances (see data/stance/README.md)."""

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
    """A person's answer; side None: passed over, or with `back` a wish to take the last answer back."""

    side: str | None
    stances: dict[str, str]
    back: bool = False


def queue(
    info: BuildInfo, conflict: Conflict, held: Sequence[Label], limit: int, *, only_random: bool = False
) -> list[Asked]:
    """Return up to `limit` comments of the published build not answered yet: every third, or all, drawn at random.

    The same words under another article are not asked again, unless they are drawn at random.
    """
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
    said = {_words(given) for given in answered}
    chosen: list[Asked] = []
    waiting = {"uncertain": iter(found["uncertain"]), "random": _with_passed(found["random"], answered)}
    while len(chosen) < limit:
        drawn = "random" if only_random or len(chosen) % RANDOM_EVERY == RANDOM_EVERY - 1 else "uncertain"
        asked = next(
            (
                one
                for one in waiting[drawn]
                if one.given not in seen and (drawn == "random" or _words(one.given) not in said)
            ),
            None,
        )
        if asked is None:
            break
        seen.add(asked.given)
        said.add(_words(asked.given))
        chosen.append(asked)
    return chosen


def _words(given: StanceInput) -> tuple[str, str | None]:
    """Return what the scorers read of a comment: they do not look at the article's title."""
    return given.text, given.parent_text


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


def answer_all(conflict: Conflict, asked: Sequence[Asked], path: Path, by: str) -> None:
    """Ask about one comment after the other and keep each answer in `path` at once, until all are asked or `by` leaves.

    Going back takes the last answer of this session out of the file and asks again; so it does after the last comment.
    """
    kept: list[tuple[int, list[Label]]] = []
    at = 0
    while at < len(asked) or (kept and _wants_back()):
        answer = (
            ask(conflict, asked[at], f"{at + 1} of {len(asked)}") if at < len(asked) else Answer(None, {}, back=True)
        )
        if answer is None:
            return
        if answer.back and kept:
            at, labels = kept.pop()
            take_back(path, labels)
            click.echo("  taken back")
            continue
        if answer.back:
            click.echo("  nothing was answered yet")
            continue
        if answer.side is not None:
            labels = [*asked[at].passed, _label(asked[at], answer.side, answer.stances, by)]
            for label in labels:
                append_label(path, label)
            kept.append((at, labels))
            click.echo(f"  kept; the model had said {asked[at].model_side}")
        at += 1


def _wants_back() -> bool:
    """Ask, after the last comment, whether its answer was mistyped; no more input is a no."""
    try:
        said = click.prompt("That was the last; b takes the last answer back, Enter leaves", "", show_default=False)
    except click.Abort:
        return False
    return str(said).strip() == "b"


def _label(asked: Asked, side: str, stances: dict[str, str], by: str) -> Label:
    given = asked.given
    return Label(
        given.text,
        given.parent_text,
        given.article_title,
        side,
        stances,
        asked.drawn,
        asked.model_version,
        asked.model_side,
        by,
        datetime.now(UTC).date().isoformat(),
    )


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
    shown = ", ".join(f"{number} {party.name}" for number, party in enumerate(parties, 1))
    prompt = f"Whose side? {shown}, w anti-war, u unclear, o off topic; s passes, b takes the last back, q leaves"
    key = click.prompt(prompt, type=click.Choice([*keys, *OTHER_KEYS, "s", "b", "q"]), show_choices=False)
    if key == "q":
        return None
    if key in ("s", "b"):
        return Answer(None, {}, back=key == "b")
    side = keys.get(key) or OTHER_KEYS[key]
    against: list[str] = []
    if side in BLAMING:
        against = click.prompt(
            f"Against whom? {shown}; several with spaces between, Enter for nobody", "",
            show_default=False, value_proc=lambda said: _numbered(said, keys),
        )  # fmt: skip
    elif side not in OTHER_SIDES:
        against = [
            p.party_id for p in parties if p.party_id != side and click.confirm(f"Against {p.name}?", default=True)
        ]
    return Answer(side, stances_of(side, against, conflict))


def _numbered(said: str, keys: Mapping[str, str]) -> list[str]:
    numbers = said.replace(",", " ").split()
    if odd := [one for one in numbers if one not in keys]:
        raise click.BadParameter(f"{odd[0]!r} is none of {', '.join(keys)}.")
    return [keys[one] for one in dict.fromkeys(numbers)]


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
