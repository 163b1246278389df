"""`parley sql`: one answer, or a prompt."""

from __future__ import annotations

import contextlib
import shutil
import sys

import click
import duckdb

from ingest.settings import Settings
from ingest.warehouse.ask import open_for_questions, show_answer, write_answer
from ingest.warehouse.current import read_current

_HELP = "End a question with ; — .tables lists the marts, .describe NAME its columns, .quit leaves."


def answer(settings: Settings, query: str, file_format: str) -> None:
    """Print the answer to `query`, or raise ClickException with DuckDB's words."""
    con = open_for_questions(read_current(settings.published))
    try:
        if file_format == "table":
            show_answer(con, query, width=shutil.get_terminal_size((120, 40)).columns)
        elif file_format == "parquet" and sys.stdout.isatty():
            raise click.UsageError(
                "parquet is binary; send it to a file: parley sql --format parquet '...' > x.parquet"
            )
        else:
            write_answer(con, query, file_format, sys.stdout.buffer)
    except duckdb.Error as error:
        raise click.ClickException(f"{error}\n(.venv/bin/parley sql 'SHOW TABLES' lists the marts)") from error
    finally:
        con.close()


def prompt(settings: Settings) -> None:
    """Ask and answer until the person leaves."""
    info = read_current(settings.published)
    con = open_for_questions(info)
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  gives input() history and editing
    click.echo(f"Build {info.build_id}, read-only. {_HELP}")
    lines: list[str] = []
    while True:
        try:
            line = input("parley> " if not lines else "   ...> ")
        except (EOFError, KeyboardInterrupt):
            click.echo()
            return
        command = _command(line) if not lines else line
        if command is None:
            return
        lines.append(command)
        question = "\n".join(lines).strip()
        if not question or question.endswith(";"):
            lines = []
            if question:
                _ask(con, question)


def _command(line: str) -> str | None:
    """Turn a dot command into SQL; None means leave."""
    name, _, rest = line.strip().partition(" ")
    if name in {".quit", ".exit", "quit", "exit"}:
        return None
    if name == ".tables":
        return "SHOW TABLES;"
    if name == ".describe":
        return f"DESCRIBE {rest};"
    if name == ".help":
        click.echo(_HELP)
        return ""
    return line


def _ask(con: duckdb.DuckDBPyConnection, question: str) -> None:
    try:
        show_answer(con, question, width=shutil.get_terminal_size((120, 40)).columns)
    except duckdb.Error as error:
        click.echo(str(error), err=True)
