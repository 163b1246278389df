"""What an engineer sees beside a materialization: how many rows, and the first few of them."""

from __future__ import annotations

from typing import Any

import dagster as dg
import duckdb

ROWS = 5
CELL = 48


def table_metadata(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, Any]:
    """Return the row count of a table and a preview of its first rows as a Markdown table."""
    name = f'{schema}."{table}"'
    counted = con.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608  names come from the manifest
    result = con.execute(f"SELECT * FROM {name} LIMIT {ROWS}")  # noqa: S608
    header = [column[0] for column in result.description or ()]
    lines = [header, ["---"] * len(header), *([_cell(value) for value in row] for row in result.fetchall())]
    return {
        "dagster/row_count": int(counted[0]) if counted else 0,
        "preview": dg.MetadataValue.md("\n".join(f"| {' | '.join(line)} |" for line in lines)),
    }


def _cell(value: Any) -> str:
    """Shorten a value to one line; what readers wrote must not become Markdown or HTML."""
    text = " ".join(str(value).split())
    text = text if len(text) <= CELL else text[: CELL - 1] + "…"
    for character in "\\`*_[]<>|!":
        text = text.replace(character, "\\" + character)
    return text
