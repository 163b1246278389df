"""Commands about how good the stance model is: measure it, and answer what it is unsure of."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from ingest.annotate.stance import DEFAULT_SCORER, SCORERS
from ingest.settings import Settings

_PATH = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option(
    "--on", "files", required=True, multiple=True, type=_PATH, metavar="FILE", help="Labelled texts, JSON Lines."
)
@click.option(
    "--scorer",
    "names",
    multiple=True,
    metavar="NAME",
    help=f"Which: {', '.join(SCORERS)} ({DEFAULT_SCORER} if none); more than once to compare.",
)
@click.option(
    "--conflict", "conflict_id", metavar="ID", help="Which conflict, where the file's party names do not tell."
)
def evaluate(files: tuple[Path, ...], names: tuple[str, ...], conflict_id: str | None) -> None:
    """Measure stance scorers on labelled files: one table for all of them.

    A line has `text`, maybe `parent_text` and `article_title`, and `stances` per party, or `side`, or `target` and
    `stance`. Parties that no conflict knows are scored by their bare names, single targets met in the training by heads
    of their own; where both parties of a war have heads, a row shows what these add. "Every side called" is the scorer
    made to call a party wherever it abstained: so compare it with what never abstains. No comment is served so.
    """
    from ingest.annotate.stance import Scorer, load_scorer
    from ingest.annotate.stance.corpus import load_known_conflicts
    from ingest.annotate.stance.evaluate import table
    from ingest.annotate.stance.labelled import taken
    from ingest.annotate.stance.measure import TargetFigures, beside_notes, head_notes, measure, target_table
    from ingest.annotate.stance.targets.head import Heads, load_heads
    from ingest.conflict import Conflict, find_conflict

    settings = Settings.from_env()
    known = list(load_known_conflicts(settings.data).values())
    conflict = find_conflict(settings.conflicts, conflict_id) if conflict_id else None
    sided, targets, notes = [], [], []
    for path in files:
        if chosen := taken(path, known, conflict):
            click.echo(chosen, err=True)
        for name in names or (DEFAULT_SCORER,):

            def load(chosen: Conflict, name: str = name) -> Scorer:
                return load_scorer(name, chosen, settings.stance)

            def heads(name: str = name) -> Heads | None:
                return load_heads(name, settings.stance)

            found = measure(path, load, known, conflict, heads)
            sided += found.sided(path.name)
            if isinstance(found.figures, TargetFigures):
                targets.append((f"{path.name}, {found.version}", found.figures))
            if found.beside:
                notes.append(beside_notes(path.name, found.beside))
    notes.append(head_notes(targets))
    for shown in (table(sided) if sided else "", target_table(targets) if targets else "", *notes):
        if shown:
            click.echo(shown)


@click.command()
@click.option("--conflict", "conflict_id", required=True, metavar="ID", help="Which conflict.")
@click.option("--limit", default=20, show_default=True, help="How many comments to ask about.")
@click.option("--by", default=getpass.getuser, metavar="NAME", help="Who answers; initials do.")
@click.option(
    "--random", "only_random", is_flag=True, help="Ask only what is drawn at random, to correct the shares of sides."
)
@click.option("--report", is_flag=True, help="Show how the model does on the answers, and ask nothing.")
def label(conflict_id: str, limit: int, by: str, *, only_random: bool, report: bool) -> None:
    """Answer what the stance model is unsure of; answers win over it from the next run on.

    Two of three comments are the least certain ones, the third is drawn at random, and with --random all are: those
    alone tell how often the model is wrong, so its answer is shown only after yours and training never sees them.
    Once each side it calls has 30 such answers, shares of sides are also shown corrected for its errors, from the next
    run on. Answers go to labels.jsonl in the conflict's folder; b takes back the last one given.
    """
    from ingest.annotate.stance.labels import labels_path, read_labels
    from ingest.conflict import find_conflict
    from ingest.warehouse.current import read_current
    from orchestration import review

    settings = Settings.from_env()
    conflict = find_conflict(settings.conflicts, conflict_id)
    path = labels_path(settings.conflicts, conflict_id)
    held = read_labels(path, conflict)
    if report:
        click.echo(review.agreement(held))
        return
    queue = review.queue(read_current(settings.published), conflict, held, limit, only_random=only_random)
    if not queue:
        click.echo("There is nothing to ask about: no build holds comments on this conflict, or all are answered.")
    review.answer_all(conflict, queue, path, by)
