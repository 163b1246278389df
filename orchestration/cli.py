"""The command `parley`: thin commands over `ingest`, each importing only what it needs, so that help is instant."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ingest.annotate.stance import DEFAULT_SCORER, SCORERS
from ingest.settings import Settings
from orchestration.judging import evaluate, label
from orchestration.lexicon import lexicon
from orchestration.reviewing import links as review

_PATH = click.Path(path_type=Path)
_PORT = click.IntRange(1, 65_535)


class _Moment(click.ParamType[datetime]):
    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not an ISO time such as 2020-10-11T08:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class _Group(click.Group):
    """Turns the errors a person can act on into one clear message and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        from filelock import Timeout

        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)
        except (ValueError, RuntimeError, OSError, Timeout) as error:
            if isinstance(error, click.exceptions.Exit | click.exceptions.Abort) or not _is_for_people(error):
                raise
            raise click.ClickException(str(error)) from error


def _is_for_people(error: Exception) -> bool:
    """Errors defined in the project, and the system's own, carry messages meant to be read."""
    return type(error).__module__.split(".")[0] in {"ingest", "orchestration"} or isinstance(error, OSError)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="parley")
def main() -> None:
    """Read the news and the comments under it; see which side readers take and how it moves.

    \b
    First steps:
      parley run                    build and publish (the embedded demo, unless data/sources.toml says more)
      parley dashboard              look at it
      parley sql 'FROM fct_event'   ask it
    """


@main.command()
@click.option(
    "--select", metavar="SELECTION", help="Only these assets, in Dagster's selection syntax, e.g. 'group:serve'."
)
@click.option("--force", is_flag=True, help="Rebuild and publish even where nothing is new.")
def run(select: str | None, *, force: bool) -> None:
    """Run the pipeline once: fetch, parse, load, shape, annotate, publish."""
    from orchestration.run import run_pipeline

    sys.exit(run_pipeline(select, force=force))


@main.command()
@click.argument("what", nargs=-1, required=True, metavar="PATH|URL...")
@click.option("--url", help="The address a saved page came from.")
@click.option("--fetched-at", type=_Moment(), help="When a saved page was fetched (ISO time).")
def ingest(what: tuple[str, ...], url: str | None, fetched_at: datetime | None) -> None:
    """Archive and load pages: saved files, folders of them, or addresses.

    Files are pages (.html .txt), comments as data (.json .xml .rss .atom) and archives (.warc .wet .arc .wacz), each
    also packed with gzip, Zstandard (.zst) or LZ4.

    Says for each page what it found. Exit code 1 when not one page could be read.
    The dashboards show the pages after the next `parley run`.
    """
    from orchestration.intake import ingest_all

    sys.exit(ingest_all(Settings.from_env(), what, url, fetched_at))


@main.command()
@click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="PATH...")
@click.option("--format", "file_format", type=click.Choice(["jsonl", "table"]), default="table", show_default=True)
@click.option("--url", help="The address a saved page came from.")
@click.option("--fetched-at", type=_Moment(), help="When a saved page was fetched (ISO time).")
def parse(paths: tuple[Path, ...], file_format: str, url: str | None, fetched_at: datetime | None) -> None:
    """Show what would be read from saved pages; writes nothing.

    JSONL gives one object per page, in order; an unreadable page is a line with its status. Exit code 1 when not
    one page could be read.
    """
    from ingest.records import UNREADABLE
    from orchestration.reading import page_json, pages_of
    from orchestration.terminal import PageTable

    table = PageTable()
    readable = 0
    for path in paths:
        for page in pages_of(path, url, fetched_at):
            readable += page.status not in UNREADABLE
            if file_format == "jsonl":
                click.echo(json.dumps(page_json(page), ensure_ascii=False))
            else:
                table.add(page)
    if file_format == "table":
        table.show()
    sys.exit(0 if readable else 1)


@main.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--conflict", required=True, metavar="ID", help="Which conflict: a folder under data/conflicts/.")
@click.option(
    "--jsonl", type=_PATH, help="File with one object per line: text, and if known id, parent_text, article_title."
)
@click.option("--scorer", default=DEFAULT_SCORER, show_default=True, help=f"Which: {', '.join(SCORERS)}.")
def score(texts: tuple[str, ...], conflict: str, jsonl: Path | None, scorer: str) -> None:
    """Tell which side texts take: stance toward each party, side, confidence and the words that decided."""
    from ingest.annotate.stance import load_scorer
    from ingest.annotate.stance.lexicon import lacking
    from ingest.conflict import find_conflict
    from ingest.records import StanceInput
    from orchestration.reading import score_json, stance_inputs

    if not texts and jsonl is None:
        raise click.UsageError("give texts, or --jsonl FILE")
    settings = Settings.from_env()
    chosen = find_conflict(settings.conflicts, conflict)
    if lacking(chosen):
        click.echo(
            f"its lexicon is thin, sides will be missed or wrong: see parley lexicon --conflict {conflict}", err=True
        )
    inputs = [(None, StanceInput(text)) for text in texts] + (stance_inputs(jsonl) if jsonl else [])
    scores = load_scorer(scorer, chosen, settings.stance).score([given for _, given in inputs])
    for (identifier, given), judged in zip(inputs, scores, strict=True):
        click.echo(json.dumps(score_json(identifier, given, judged), ensure_ascii=False))


@main.command()
@click.option("--conflict", required=True, metavar="ID", help="Which conflict: a folder under data/conflicts/.")
@click.option(
    "--jsonl", required=True, type=_PATH, help="File with one object per line: id, title, text, published_at."
)
def link(conflict: str, jsonl: Path) -> None:
    """Tell which events articles are about; an empty list means about none."""
    from ingest.annotate.events import Linker
    from ingest.conflict import find_conflict
    from orchestration.reading import article_inputs, links_json

    linker = Linker(find_conflict(Settings.from_env().conflicts, conflict))
    inputs = article_inputs(jsonl)
    for (identifier, article), links in zip(inputs, linker.link_articles([a for _, a in inputs]), strict=True):
        click.echo(json.dumps(links_json(identifier, article, links), ensure_ascii=False))


@main.group()
def events() -> None:
    """Import events of other collections: UCDP, ACLED, GDELT, or files of your own."""


@events.command("import")
@click.argument("paths", nargs=-1, required=True, type=_PATH, metavar="PATH...")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["auto", "ucdp_ged", "acled", "acled_deleted", "gdelt_export", "gdelt_mentions", "own"]),
    default="auto",
    show_default=True,
    help="What the files are; auto looks at their columns.",
)
@click.option("--conflict", metavar="ID", help="Whose the rows of an own file are that name no conflict_id.")
def import_events(paths: tuple[Path, ...], file_format: str, conflict: str | None) -> None:
    """Archive and load event files: CSV, JSON, JSONL, .zip, .gz, folders of them.

    Says of every file how many rows were accepted and why others were not. Exit code 1 when not one could be read.
    """
    from orchestration.event_intake import import_paths

    sys.exit(import_paths(Settings.from_env(), paths, file_format, conflict))


@events.command("fetch")
@click.argument("service", type=click.Choice(["ucdp", "acled", "gdelt"]))
def fetch_events(service: str) -> None:
    """Ask a service for what is new since the last visit and load it.

    UCDP needs UCDP_ACCESS_TOKEN, ACLED needs ACLED_EMAIL and ACLED_PASSWORD in the environment.
    """
    from orchestration.event_intake import fetch_service

    sys.exit(fetch_service(Settings.from_env(), service))


@events.command("kinds")
@click.argument("path", type=_PATH, metavar="FILE")
def suggest_kinds(path: Path) -> None:
    """Suggest ACLED's types for the events of an own file that tells none; prints the file as CSV.

    To be checked before it is imported: type_basis says what was told by the file and what is only suggested.
    """
    from orchestration.event_kinds import print_kinds

    print_kinds(Settings.from_env(), path)


@events.command("status")
def events_status() -> None:
    """Show the imported events by conflict and source, and how many match events.csv."""
    from orchestration.event_intake import show_imported

    show_imported(Settings.from_env())


main.add_command(review)


@main.command()
@click.argument("query", required=False)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
)
def sql(query: str | None, file_format: str) -> None:
    """Ask the published build in SQL, read-only; without QUERY a prompt opens.

    \b
    parley sql 'SHOW TABLES'
    parley sql --format csv 'FROM fct_event_side' > sides.csv
    """
    from orchestration.asking import answer, prompt

    if query is None:
        prompt(Settings.from_env())
    else:
        answer(Settings.from_env(), query, file_format)


@main.command()
def status() -> None:
    """Show which build is served, how fresh it is, and what it holds."""
    from rich.console import Console

    from ingest.warehouse.current import list_builds, read_current
    from orchestration.terminal import show_status

    published = Settings.from_env().published
    show_status(Console(), read_current(published), list_builds(published))


@main.command()
@click.argument("folder", type=_PATH)
@click.option(
    "--format", "file_format", type=click.Choice(["parquet", "csv", "json"]), default="parquet", show_default=True
)
def export(folder: Path, file_format: str) -> None:
    """Write every mart of the published build into FOLDER, one file each."""
    from ingest.warehouse import ask
    from ingest.warehouse.current import read_current

    info = read_current(Settings.from_env().published)
    files = ask.export(info, folder, file_format)
    click.echo(f"{len(files)} marts of build {info.build_id} written to {folder}")


@main.command(context_settings={"ignore_unknown_options": True})
@click.option("--port", type=_PORT, default=8501, show_default=True)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def dashboard(port: int, arguments: tuple[str, ...]) -> None:
    """Open the dashboards (further arguments go to Streamlit)."""
    from orchestration.servers import serve_dashboard

    serve_dashboard(port, arguments)


@main.command()
@click.option("--port", type=_PORT, default=3000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def dagster(port: int, host: str) -> None:
    """Open the Dagster UI, with the daily schedule and the inbox sensor."""
    from orchestration.servers import serve_dagster

    serve_dagster(host, port)


main.add_command(evaluate)
main.add_command(label)
main.add_command(lexicon)
