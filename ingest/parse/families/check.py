"""What is wrong with a family as it was written, said where it was written: before it meets a page."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.parse.selectors import Selector

if TYPE_CHECKING:
    from ingest.parse.families.engine import MarkupFamily

NOT_WRITTEN_IN = frozenset({__file__, dataclasses.__file__, "<string>"})
"""Files of those who make a family for whoever wrote it."""

GROUPS = {"ids": "id", "when": "time", "who": "name"}
"""The group that a pattern must have."""


def check_family(family: MarkupFamily) -> None:
    """Check that selectors are compiled and patterns have their groups. Raises ValueError: where, what, the mend."""
    for field in dataclasses.fields(family):
        value = getattr(family, field.name)
        fault = None
        if str(field.type).startswith("tuple[Selector"):
            fault = _fault_of_selectors(value)
        elif str(field.type).startswith("re.Pattern"):
            fault = _fault_of_pattern(field.name, value)
        elif field.name == "id_attributes" and isinstance(value, str):
            fault = f"{value!r} is one string; write ({value!r},)"
        if fault:
            raise ValueError(f"{_place()}: family {family.version!r}, {field.name}: {fault}")


def _fault_of_selectors(value: object) -> str | None:
    if isinstance(value, str):
        return f"{value!r} is a plain string; write compiled({value!r})"
    if not isinstance(value, tuple):
        return f'{value!r} is no group of selectors; write compiled(".name", …)'
    plain = next((one for one in value if not isinstance(one, Selector)), None)
    return None if plain is None else f"{plain!r} is not compiled; write compiled({plain!r})"


def _fault_of_pattern(name: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, re.Pattern):
        return f"{value!r} is no pattern; write re.compile(r{value!r})"
    wanted = GROUPS.get(name)
    if wanted and wanted not in value.groupindex:
        return f"the pattern {value.pattern!r} has no group {wanted!r}; put (?P<{wanted}>…) around what is to be taken"
    if not value.groups:
        return f"the pattern {value.pattern!r} has no group; put (…) around the id of the comment that is quoted"
    return None


def _place() -> str:
    """Return the file and line that wrote the family."""
    frame = inspect.currentframe()
    while frame is not None:
        code = frame.f_code
        if code.co_filename not in NOT_WRITTEN_IN and code.co_name != "__post_init__":
            return f"{Path(code.co_filename).name}, line {frame.f_lineno}"
        frame = frame.f_back
    return "a family"
