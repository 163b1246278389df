"""What the reader asked to see: read from a URL, checked against what the build has, written back to a URL.

Keys are short and stable, values are ids, so a link still works when a name is changed. Nothing here draws anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

OTHER_SIDES = {"anti_war": "Against the war", "unclear": "Unclear", "off_topic": "Off topic"}
EMPTY_SIDE = {"empty": "Empty"}
OTHER_COLORS = {"anti_war": "#009E73", "unclear": "#999999", "off_topic": "#5B5B5B"}
"""From the Okabe-Ito palette and two greys; parties bring their own colours."""
ONLY = {"edited": "Edited", "vanished": "Vanished", "duplicate": "Repeated text"}
PERIODS = {"week": "Weekly", "day": "Daily"}
MEASURES = {"share": "Shares", "count": "Counts"}
MARKERS = {"on": "Events marked", "off": "No events"}

Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Filters:
    """Every choice that changes what is shown. `start` and `stop` are inclusive days in the conflict's time zone."""

    conflict: str = field(metadata={"key": "c"})
    start: date | None = field(default=None, metadata={"key": "from"})
    stop: date | None = field(default=None, metadata={"key": "to"})
    sides: tuple[str, ...] = field(default=(), metadata={"key": "side"})
    languages: tuple[str, ...] = field(default=(), metadata={"key": "lang"})
    outlets: tuple[str, ...] = field(default=(), metadata={"key": "outlet"})
    event: str | None = field(default=None, metadata={"key": "ev"})
    text: str = field(default="", metadata={"key": "q"})
    confidence: float = field(default=0.0, metadata={"key": "conf"})
    only: tuple[str, ...] = field(default=(), metadata={"key": "only"})
    period: str = field(default="week", metadata={"key": "per"})
    measure: str = field(default="share", metadata={"key": "y"})
    markers: str = field(default="on", metadata={"key": "marks"})
    thread: str | None = field(default=None, metadata={"key": "t"})

    def without(self, *names: str) -> Filters:
        """Return these filters with the named ones at rest."""
        rest = Filters(self.conflict)
        return replace(self, **{name: getattr(rest, name) for name in names})


KEYS = {f.name: str(f.metadata["key"]) for f in fields(Filters)}
"""Field of Filters to URL key."""
BUILD_KEY = "build"


@dataclass(frozen=True)
class Options:
    """What one conflict of one build offers: ids to labels, in display order. `sides` ends with the empty one."""

    conflicts: dict[str, str]
    sides: dict[str, str]
    languages: dict[str, str]
    outlets: dict[str, str]
    events: dict[str, str]
    colors: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Dropped:
    """A value of the URL that was not used, and why."""

    key: str
    value: str
    reason: str


class _Reader:
    """Takes values out of URL parameters one by one and notes those it cannot use."""

    def __init__(self, params: Params) -> None:
        self.params = params
        self.dropped: list[Dropped] = []

    def drop(self, key: str, value: str, reason: str) -> None:
        self.dropped.append(Dropped(key, value, reason))

    def many(self, key: str, known: Mapping[str, Any], what: str) -> tuple[str, ...]:
        values = [v for v in dict.fromkeys(self.params.get(key, ())) if v]
        for value in values:
            if value not in known:
                self.drop(key, value, f"this build has no such {what}")
        return tuple(v for v in values if v in known)

    def one(self, key: str, known: Mapping[str, Any], what: str) -> str | None:
        values = self.many(key, known, what)
        for extra in values[1:]:
            self.drop(key, extra, "only one value is used")
        return values[0] if values else None

    def text(self, key: str) -> str:
        return " ".join(self.params.get(key, ())).strip()

    def day(self, key: str) -> date | None:
        value = self.text(key)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.drop(key, value, "not a day such as 2020-09-27")
            return None

    def share(self, key: str) -> float:
        value = self.text(key)
        try:
            number = float(value or 0)
        except ValueError:
            number = -1.0
        if 0 <= number <= 1:
            return number
        self.drop(key, value, "not a number from 0 to 1")
        return 0.0


def pick_conflict(params: Params, conflicts: Mapping[str, str]) -> tuple[str, list[Dropped]]:
    """Return the conflict the URL names, else the first one. There must be at least one."""
    reader = _Reader(params)
    return reader.one("c", conflicts, "conflict") or next(iter(conflicts)), reader.dropped


def parse(params: Params, conflict: str, options: Options) -> tuple[Filters, list[Dropped]]:
    """Read filters from URL parameters; what cannot be used is left out and listed, never guessed at."""
    reader = _Reader(params)
    start, stop = reader.day(KEYS["start"]), reader.day(KEYS["stop"])
    if start and stop and stop < start:
        reader.drop(KEYS["stop"], stop.isoformat(), "it lies before the first day")
        stop = None
    defaults = Filters(conflict)
    found = Filters(
        conflict=conflict,
        start=start,
        stop=stop,
        sides=reader.many(KEYS["sides"], options.sides, "side"),
        languages=reader.many(KEYS["languages"], options.languages, "language"),
        outlets=reader.many(KEYS["outlets"], options.outlets, "outlet"),
        event=reader.one(KEYS["event"], options.events, "event with comments"),
        text=reader.text(KEYS["text"]),
        confidence=reader.share(KEYS["confidence"]),
        only=reader.many(KEYS["only"], ONLY, "kind of comment"),
        period=reader.one(KEYS["period"], PERIODS, "period") or defaults.period,
        measure=reader.one(KEYS["measure"], MEASURES, "measure") or defaults.measure,
        markers=reader.one(KEYS["markers"], MARKERS, "setting") or defaults.markers,
        thread=reader.text(KEYS["thread"]) or None,
    )
    for key in params:
        if key not in {*KEYS.values(), BUILD_KEY}:
            reader.drop(key, " ".join(params[key]), "not a filter of these dashboards")
    return found, reader.dropped


def _words(value: Any) -> list[str]:
    if value is None or value in ("", ()):
        return []
    if isinstance(value, tuple):
        return list(value)
    return [value.isoformat() if isinstance(value, date) else f"{value:g}" if isinstance(value, float) else str(value)]


def dump(filters: Filters) -> dict[str, list[str]]:
    """Return URL parameters for the address bar: the conflict, and what is not at its default."""
    rest = Filters(filters.conflict)
    return {
        key: _words(getattr(filters, name))
        for name, key in KEYS.items()
        if name == "conflict" or getattr(filters, name) != getattr(rest, name)
    }


def dump_all(filters: Filters, build_id: str) -> dict[str, list[str]]:
    """Return URL parameters for a link to cite: every filter, at rest or not, and the build."""
    every = {key: _words(getattr(filters, name)) or [""] for name, key in KEYS.items()}
    return every | {BUILD_KEY: [build_id]}
