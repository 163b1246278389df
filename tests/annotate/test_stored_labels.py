"""People's answers as a table: what the file says now, and nothing of what it said before."""

from __future__ import annotations

import duckdb

from ingest.annotate.stance.labels import Label
from ingest.annotate.store import replace_labels
from ingest.warehouse.build import ensure_schema


def answer(text: str, side: str, conflict_parent: str | None = None) -> Label:
    stances = {"east": "AGAINST", "west": "AGAINST"} | {side: "FAVOR"}
    return Label(text, conflict_parent, "title", side, stances, "random", "m-1", "unclear", "ab", "2020-10-05")


def test_answers_are_replaced_by_conflict() -> None:
    with duckdb.connect() as con:
        ensure_schema(con)
        replace_labels(con, "other", [answer("kept", "west")])
        replace_labels(con, "c", [answer("first", "west"), answer("withdrawn", "east")])
        assert replace_labels(con, "c", [answer("first", "east", "parent")]) == 1
        rows = con.execute(
            "SELECT conflict_id, text, parent_text, party_id, stance, side, drawn FROM annotate.side_label ORDER BY ALL"
        )
        assert rows.fetchall() == [
            ("c", "first", "parent", "east", "FAVOR", "east", "random"),
            ("c", "first", "parent", "west", "AGAINST", "east", "random"),
            ("other", "kept", None, "east", "AGAINST", "west", "random"),
            ("other", "kept", None, "west", "FAVOR", "west", "random"),
        ]
        columns = {row[0] for row in con.execute("DESCRIBE annotate.side_label").fetchall()}
        assert "labelled_by" not in columns, "who answered stays in the file"
