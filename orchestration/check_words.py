"""What a dbt test asks, in words: the rule, what its failing means, and the command that shows the rows.

A check's name is dbt's and tells a person who meets it red neither what is wrong nor what to do.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.settings import REPO_ROOT

_REF = re.compile(r"ref\('(\w+)'\)")
_SHOWN = 20

# By the name of the generic test: the rule, and what rows that break it do to figures.
RULES = {
    "unique": ("No two rows have the same `{column}`.", "Such rows would be counted more than once."),
    "not_null": ("Every row has a `{column}`.", "A row without one would fall out of joins and counts."),
    "relationships": (
        "Every `{column}` is found in `{to}.{field}`, or is null.",
        "A row that points nowhere would fall out of what is joined to it.",
    ),
    "accepted_values": (
        "`{column}` is one of {values}, or is null.",
        "A row with another value would be in no filter and no share; a new value that is meant belongs in `{file}`.",
    ),
    "unique_combination": (
        "No two rows have the same {columns}.",
        "Each such row stands for one thing, which would be counted more than once.",
    ),
    "between": ("`{column}` lies from {low} to {high}, or is null.", "A value outside is a fault of the formula."),
}
_OTHER = ("{said}", "The rows it finds contradict that.")

BLOCKS = "Nothing is published until it passes; what was published before stays."
WARNS = "A warning: published all the same."


def describe(test: Mapping[str, Any], model: Mapping[str, Any], build_db: str, dbt: Path) -> str:
    """Return the description of a check as Markdown.

    `test` and `model` are nodes of dbt's manifest, the test and what it is a check of; `build_db` is the working file
    and `dbt` the executable, of which the command is made that shows the rows.
    """
    rule, meaning = _words(test)
    is_error = str(test["config"].get("severity") or "error").lower() == "error"
    file = f"dbt_project/{model['original_file_path']}"
    return " ".join(
        (
            f"`{model['schema']}.{model['name']}`: {rule} {meaning}",
            BLOCKS if is_error else WARNS,
            f"Mend `{file}`, or the data the rows come from, and materialize it again.",
            f"The rows, in the project's folder: `{command(str(test['name']), build_db, dbt)}`",
        )
    )


def command(test: str, build_db: str, dbt: Path) -> str:
    """Return the shell command that shows the rows a test finds in the working file."""
    folder = "--project-dir dbt_project --profiles-dir dbt_project"
    return f"PARLEY_BUILD_DB={_path(Path(build_db))} {_path(dbt)} show --select {test} --limit {_SHOWN} {folder}"


def _path(path: Path) -> str:
    return shlex.quote(str(path.relative_to(REPO_ROOT) if path.is_relative_to(REPO_ROOT) else path))


def _words(test: Mapping[str, Any]) -> tuple[str, str]:
    generic = test.get("test_metadata") or {"name": "", "kwargs": {}}
    given = generic["kwargs"]
    # A description in the project's own words wins over the words of the kind of test.
    said = str(test.get("description") or "").strip()
    rule, meaning = RULES.get(generic["name"], _OTHER)
    names = {
        "column": given.get("column_name", ""),
        "field": given.get("field", ""),
        "to": next(iter(_REF.findall(str(given.get("to", "")))), ""),
        "values": _listed(given.get("values", ())),
        "columns": _listed(given.get("columns", ())),
        "low": given.get("low", ""),
        "high": given.get("high", ""),
        "file": f"dbt_project/{test['original_file_path']}",
        "said": said or str(test["name"]).replace("_", " ") + ".",
    }
    where = test["config"].get("where")
    among = f"Where `{where}`: " if where else ""
    return among + (said or rule.format(**names)), meaning.format(**names)


def _listed(values: Any) -> str:
    return ", ".join(f"`{value}`" for value in values)
