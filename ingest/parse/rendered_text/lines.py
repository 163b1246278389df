"""Lines of a rendered page: what indentation and numbering say, before any word is understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

TAB = 8
MAX_LINES = 40_000
NUMBERED = re.compile(
    r"^(?P<indent>\s*)(?:(?:#|№)\s?(?P<hash>\d{1,6})[.):]?|(?P<number>\d{1,6})[.)])(?:\s+(?P<rest>.*))?$"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its indentation in columns and its text without it; `text` is empty for a blank line."""

    indent: int
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """A line that begins with a number. `mark` is the column after the number, for lists aligned to the right."""

    line: int
    number: int
    indent: int
    mark: int
    rest: str


def split_lines(text: str) -> list[Line]:
    """Cut `text` into lines; tabs count eight columns, no-break spaces one; stops after MAX_LINES."""
    lines = []
    for raw in text.split("\n")[:MAX_LINES]:
        expanded = raw.expandtabs(TAB).replace("\u00a0", " ").rstrip()
        bare = expanded.lstrip()
        lines.append(Line(len(expanded) - len(bare), bare))
    return lines


def items_of(lines: list[Line], start: int = 0) -> list[Item]:
    """Return the lines from `start` on that begin with a number ("12.", "12)", "#12")."""
    items = []
    for index in range(start, len(lines)):
        text = lines[index].text
        if not text or not (text[0].isdigit() or text[0] in "#№"):
            continue
        match = NUMBERED.match(text)
        if match:
            digits = match.group("number") or match.group("hash")
            indent = lines[index].indent
            offset = match.end("number") if match.group("number") else match.end("hash")
            items.append(Item(index, int(digits), indent, indent + offset, (match.group("rest") or "").strip()))
    return items


def paragraphs(lines: list[str]) -> str:
    """Join lines: what a blank line parted stays parted by one, other line breaks stay line breaks."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    return "\n\n".join("\n".join(block) for block in blocks if block)
