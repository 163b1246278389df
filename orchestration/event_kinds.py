"""`parley events kinds`: an own file with the types it does not tell, to be looked over before it is imported."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

import click

from ingest.annotate.events.kinds import load_kinds
from ingest.annotate.events.kinds.own_files import complete
from ingest.parse.events import EventDocument
from ingest.settings import Settings


def print_kinds(settings: Settings, path: Path) -> None:
    """Print an own file's events as CSV with their missing types suggested; say on stderr what was turned away.

    Raises EventFileError where the file is none of one's own, KindsError where there is no model.
    """
    completed = complete(EventDocument(path.name, path.read_bytes()), load_kinds(settings.kinds))
    writer = csv.DictWriter(sys.stdout, completed.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(completed.rows)
    for rejection in completed.rejections:
        what = f" {rejection.column} = {rejection.value!r}" if rejection.column else ""
        click.echo(f"line {rejection.line}: {rejection.reason}{what}: {rejection.mend}", err=True)
    count = Counter(row["type_basis"] for row in completed.rows)
    click.echo(", ".join(f"{n:,} {basis}" for basis, n in sorted(count.items())) or "no events", err=True)
