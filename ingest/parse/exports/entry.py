"""One entry of an answer in JSON, read with what it has: a field that is missing costs that field, not the export."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from ingest.parse.exports.items import Item


class Entry:
    """One entry; `lacks` names what was asked of it and is not there. A null is there and says that nothing is."""

    def __init__(self, data: Any) -> None:
        """Take a value of JSON of any type; one that is no object lacks all."""
        self.data = data
        self.lacks: list[str] = []

    def maybe(self, *path: str) -> Any:
        """Return what stands at `path`, None where nothing does."""
        value = self.data
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def at(self, *path: str) -> Any:
        """Return what stands at `path`; where nothing does, None, and the entry lacks it."""
        above = self.maybe(*path[:-1])
        if not isinstance(above, dict) or path[-1] not in above:
            self.lacks.append(".".join(path))
        return self.maybe(*path)

    def words(self, *path: str) -> str:
        """Return the string at `path`, empty where there is none."""
        return self._of(str, path) or ""

    def name(self, *path: str) -> str | None:
        """Return the id at `path` as a string; None for none, for 0 and for an empty one."""
        return name_in(self._of((str, int), path))

    def stamp(self, *path: str) -> str | int | float | None:
        """Return the time at `path`, in whatever form it is stated."""
        found: str | int | float | None = self._of((str, int, float), path)
        return found

    def _of(self, kinds: type | tuple[type, ...], path: tuple[str, ...]) -> Any:
        """Return what stands at `path` if it is of one of `kinds`; anything else but a null is as good as missing."""
        value = self.at(*path)
        if value is None or isinstance(value, kinds):
            return value
        self.lacks.append(".".join(path))
        return None

    def entries(self, *path: str) -> list[Entry]:
        """Return the entries listed at `path`, none where no list stands there."""
        return entries_of(self.maybe(*path))


def entries_of(value: Any) -> list[Entry]:
    """Return the entries of a list, none of anything else."""
    return [Entry(one) for one in value] if isinstance(value, list) else []


def text_in(value: Any) -> str | None:
    """Return a string itself, None for anything else."""
    return value if isinstance(value, str) else None


def name_in(value: Any) -> str | None:
    """Return an id as a string, None for none, for 0 and for what can be no id."""
    return str(value) if value and isinstance(value, str | int) else None


def as_markup(plain: str) -> str:
    """Return plain text as HTML that keeps its line breaks; lines that quote stay lines that begin with "> "."""
    return html.escape(plain, quote=False).replace("\n", "<br>")


def gathered(placed: Iterable[tuple[str | None, Item]]) -> dict[str | None, list[Item]]:
    """Return the items of each place; one that names none stands with what it answers, else in the only place."""
    listed = list(placed)
    homes = {item.name: place for place, item in listed if place and item.name}
    known = set(homes.values())
    only = known.pop() if len(known) == 1 else None
    found: dict[str | None, list[Item]] = {}
    for place, item in listed:
        answered = homes.get(item.parent) if item.parent else None
        found.setdefault(place or answered or only, []).append(item)
    return found
