"""The command that tells an engineer what a conflict's lexicon lacks: what it holds decides how well sides are told."""

from __future__ import annotations

from pathlib import Path

import click

from ingest.settings import Settings

_PATH = click.Path(path_type=Path, exists=True, dir_okay=False)
MOST = 40


@click.command()
@click.option("--conflict", "conflict_id", required=True, metavar="ID", help="Which conflict.")
@click.option("--on", "files", multiple=True, type=_PATH, metavar="FILE", help="Comments, JSON Lines with `text`.")
def lexicon(conflict_id: str, files: tuple[Path, ...]) -> None:
    """Tell what a conflict's lexicon lacks; with --on also which names its comments use and it does not read.

    Ends with 1 where something is lacking. Names come commonest first, as lines for lexicon.csv without their party:
    give each its party, kind and language, or leave it out.
    """
    from ingest.annotate.stance.lexicon import lacking, unread_names
    from ingest.conflict import find_conflict
    from orchestration.reading import stance_inputs

    settings = Settings.from_env()
    conflict = find_conflict(settings.conflicts, conflict_id)
    path = settings.conflicts / conflict_id / "lexicon.csv"
    found = lacking(conflict)
    for one in found:
        click.echo(f"{path}: {one}")
    if files:
        texts = [given.text for file in files for _, given in stance_inputs(file)]
        click.echo(f"{len(texts)} comments; names they use that {path.name} does not read, and in how many:")
        for name in unread_names(conflict, texts, MOST):
            click.echo(f"{name.texts:>6}  ,{name.name},,")
    if found:
        click.get_current_context().exit(1)
    click.echo(f"{path}: {len(conflict.lexicon)} terms; nothing is lacking")
