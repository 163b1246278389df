"""What the command line shows: summaries and statuses drawn for a person at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ingest.records import Page
from ingest.warehouse.current import BuildInfo
from ingest.warehouse.summary import SideShare, Summary

NEXT_COMMANDS = (
    ("make dashboard", "see it in the browser"),
    ("make dagster", "see how it was made, run it again, schedule it"),
    ("parley sql", "ask in SQL (or: .venv/bin/parley sql 'FROM fct_event_side LIMIT 10')"),
)


def percent(value: float | None) -> str:
    """Write a share as a percentage, or a dash where there is none."""
    return "–" if value is None else f"{value * 100:.1f} %"


def _sides(sides: list[SideShare]) -> Table:
    table = Table(title="Comments per side (95 % interval, clustered by thread)", title_justify="left", box=None)
    for name, justify in (("conflict", "left"), ("side", "left"), ("comments", "right"), ("share", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    table.add_column("interval")
    for side in sides:
        interval = f"{percent(side.low)} to {percent(side.high)}"
        table.add_row(side.conflict, side.side, f"{side.comments:,}", percent(side.share), interval)
    return table


def _events(summary: Summary) -> Table:
    table = Table(title="Events with most comments", title_justify="left", box=None)
    table.add_column("day")
    table.add_column("event", overflow="fold")
    table.add_column("comments", justify="right")
    table.add_column("commenters", justify="right")
    for event in summary.events:
        table.add_row(event.start, event.name, f"{event.comments:,}", f"{event.commenters:,}")
    return table


def show_summary(console: Console, info: BuildInfo, summary: Summary) -> None:
    """Print what a build contains and what can be done with it."""
    if info.is_demo:
        console.print(Text("Contains the embedded demo corpus: invented articles and comments.", style="yellow"))
    pages = ", ".join(f"{count:,} {status}" for status, count in summary.pages_by_status)
    languages = ", ".join(f"{count:,} {language}" for language, count in summary.languages)
    console.print(f"[bold]Pages[/] by status: {pages}")
    console.print(
        f"[bold]{summary.comments:,} comments[/] by {summary.commenters:,} commenters "
        f"under {summary.articles:,} articles ({languages})"
    )
    console.print()
    console.print(_sides(summary.sides))
    console.print()
    console.print(_events(summary))
    console.print()
    console.print(f"[bold]Warehouse[/]: {info.path}", soft_wrap=True)
    console.print(f"[bold]Parquet[/]:   {info.parquet}", soft_wrap=True)
    console.print("[bold]Next[/]:")
    for command, purpose in NEXT_COMMANDS:
        console.print(f"  [cyan]{command:<16}[/] {purpose}")


def show_status(console: Console, info: BuildInfo, builds: list[BuildInfo]) -> None:
    """Print which build is served, how fresh it is, and which others are kept."""
    console.print(f"[bold]Build[/] {info.build_id}{' (holds demo pages)' if info.is_demo else ''}")
    console.print(f"  file       {info.path}", soft_wrap=True)
    console.print(f"  built      {info.built_at:%Y-%m-%d %H:%M} UTC")
    as_of = f"{info.data_as_of:%Y-%m-%d %H:%M} UTC" if info.data_as_of else "unknown"
    console.print(f"  data as of {as_of}")
    others = ", ".join(build.build_id for build in builds if build.build_id != info.build_id)
    console.print(f"  kept too   {others or 'none'}")
    table = Table("table", box=None)
    table.add_column("rows", justify="right")
    for name, rows in sorted(info.row_counts.items()):
        table.add_row(name, f"{rows:,}")
    console.print(table)


class PageTable:
    """What was read from each page, a row each."""

    def __init__(self) -> None:
        self._table = Table(box=None)
        for name in ("page", "status", "parser", "title"):
            self._table.add_column(name, overflow="fold")
        self._table.add_column("published")
        self._table.add_column("comments", justify="right")
        self._table.add_column("declared", justify="right")

    def add(self, page: Page) -> None:
        """Add one page."""
        declared = "" if page.declared_comment_count is None else str(page.declared_comment_count)
        published = f"{page.published_at:%Y-%m-%d}" if page.published_at else "unknown"
        self._table.add_row(
            Text(page.source),
            Text(page.status.value if page.status_detail is None else f"{page.status.value}: {page.status_detail}"),
            page.parser,
            Text(page.title or ""),
            published,
            str(len(page.comments)),
            declared,
        )

    def show(self) -> None:
        """Print the table."""
        Console().print(self._table)
