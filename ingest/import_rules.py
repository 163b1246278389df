"""Which imported events a conflict claims: the section `[importers]` of its conflict.toml, and the choice it makes.

    [importers]
    promote = false                      # true, or a list of sources: events that match no curated one become events
    [importers.country_iso2]             # what the sources call a country -> ISO 3166
    Ruritania = "RU"
    [importers.ucdp]                     # any of the first three claims a row; country_ids only says what to ask for
    conflict_ids = [1]
    dyad_ids = [2]
    side_ids = [3]
    country_ids = [4]
    [importers.acled]                    # the country, and where given an actor's name (a part of it) and the type
    countries = ["Ruritania"]
    actors = ["Military Forces of Ruritania"]
    event_types = ["Battles"]
    [importers.gdelt]                    # where (FIPS); where given, who (CAMEO country) and what (CAMEO code's begin)
    fips = ["RU"]
    actors = ["RUR"]
    cameo = ["19"]

Rows outside the conflict's own dates are not claimed. A source without a section claims nothing. Own files name their
conflict themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.conflict_rows import ConflictError

if TYPE_CHECKING:
    # Conflicts are read by every command; the parsers' imports would slow each of them.
    from ingest.parse.events.records import EventRecord

_KEYS: dict[str, dict[str, type]] = {
    "ucdp": {"conflict_ids": int, "dyad_ids": int, "side_ids": int, "country_ids": int},
    "acled": {"countries": str, "actors": str, "event_types": str},
    "gdelt": {"fips": str, "actors": str, "cameo": str},
}
_SOURCES = (*_KEYS, "own")
_TOWN_PRECISION = 3
# Of each source, at least one of these must be given, or nothing could ever be claimed.
_CLAIMING = {"ucdp": ("conflict_ids", "dyad_ids", "side_ids"), "acled": ("countries",), "gdelt": ("fips",)}


@dataclass(frozen=True, slots=True)
class ImportRules:
    """A conflict's `[importers]`: lists of codes per source and key, as texts; `promote` names sources."""

    promote: tuple[str, ...] = ()
    country_iso2: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def codes(self, source: str, key: str) -> tuple[str, ...]:
        """Return the codes listed under [importers.<source>] `key`; none where it is absent."""
        return self.lists.get(source, {}).get(key, ())


@dataclass(frozen=True, slots=True)
class Claim:
    """What is needed to tell whether a conflict claims an event."""

    conflict_id: str
    starts_on: date
    ends_on: date | None
    rules: ImportRules

    def takes(self, event: EventRecord, own_conflict: str | None = None) -> bool:
        """Tell whether the conflict claims `event`; `own_conflict` is whose an own file is that does not say."""
        if event.end_date < self.starts_on or (self.ends_on is not None and event.start_date > self.ends_on):
            return False
        return _TAKES[event.source](event.payload, self, own_conflict)

    def promotes(self, event: EventRecord) -> bool:
        """Tell whether `event`, if it matches no curated one, becomes an event of the conflict.

        What a machine found somewhere in a country is too vague for that.
        """
        is_vague = event.source == "gdelt" and (event.geo_precision is None or event.geo_precision > _TOWN_PRECISION)
        return event.source in self.rules.promote and not is_vague

    def key(self) -> str:
        """Return a text that changes when another choice could be made."""
        return repr(asdict(self))


def read_rules(path: Path, head: Mapping[str, Any]) -> ImportRules:
    """Read `[importers]` out of a parsed conflict.toml. Raises ConflictError naming file, line and mend."""
    table = head.get("importers", {})
    where = _Where(path)
    where.expect_table("importers", table)
    where.expect_keys("importers", table, {"promote", "country_iso2", *_KEYS})
    promote = table.get("promote", False)
    if isinstance(promote, bool):
        promote = list(_SOURCES) if promote else []
    if not isinstance(promote, list) or any(source not in _SOURCES for source in promote):
        known = ", ".join(_SOURCES)
        raise where.error("importers", "promote", f"promote = {promote!r}; it must be true, false or a list of {known}")
    names = where.expect_table("importers.country_iso2", table.get("country_iso2", {}))
    for name, code in names.items():
        if not (isinstance(code, str) and re.fullmatch("[A-Z]{2}", code)):
            raise where.error("importers.country_iso2", name, f'{name} = {code!r} is no ISO code such as "AZ"')
    lists = {source: _codes(where, source, table[source]) for source in _KEYS if source in table}
    return ImportRules(tuple(promote), dict(names), lists)


def _codes(where: _Where, source: str, table: Any) -> dict[str, tuple[str, ...]]:
    section = f"importers.{source}"
    where.expect_table(section, table)
    where.expect_keys(section, table, set(_KEYS[source]))
    codes = {}
    for key, values in table.items():
        kind = _KEYS[source][key]
        if not isinstance(values, list) or any(type(value) is not kind for value in values):
            example = "[388]" if kind is int else '["AB"]'
            raise where.error(section, key, f"{key} = {values!r} must be a list such as {example}")
        codes[key] = tuple(str(value) for value in values)
    if not any(codes.get(key) for key in _CLAIMING[source]):
        raise where.error(section, None, f"give {' or '.join(_CLAIMING[source])}; without it no event is ever claimed")
    return codes


@dataclass(frozen=True, slots=True)
class _Where:
    """Finds the line of a section or key: TOML's reader does not tell it."""

    path: Path

    def error(self, section: str, key: str | None, message: str) -> ConflictError:
        return ConflictError(f"{self.path}:{self._line(section, key)}: [{section}] {message}")

    def expect_table(self, section: str, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            parent, _, key = section.rpartition(".")
            raise self.error(parent or section, key, f"{key or section} = {value!r} must be a section of its own")
        return value

    def expect_keys(self, section: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
        unknown = sorted(set(table) - set(known))
        if unknown:
            message = f"has the unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}"
            raise self.error(section, unknown[0], message)

    def _line(self, section: str, key: str | None) -> int:
        lines = self.path.read_text(encoding="utf-8").splitlines()
        start = next((n for n, line in enumerate(lines) if line.strip().startswith(f"[{section}]")), None)
        if start is None:
            start = next((n for n, line in enumerate(lines) if section.partition(".")[0] in line), 0)
        if key is not None:
            pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
            for number in range(start, len(lines)):
                if pattern.match(lines[number]) or lines[number].strip() == f"[{section}.{key}]":
                    return number + 1
        return start + 1


def _ucdp(row: Mapping[str, str], claim: Claim, _own: str | None) -> bool:
    codes = claim.rules.codes
    sides = {row.get("side_a_new_id", ""), row.get("side_b_new_id", "")}
    return (
        row.get("conflict_new_id", "") in codes("ucdp", "conflict_ids")
        or row.get("dyad_new_id", "") in codes("ucdp", "dyad_ids")
        or not sides.isdisjoint(codes("ucdp", "side_ids"))
    )


def _acled(row: Mapping[str, str], claim: Claim, _own: str | None) -> bool:
    codes = claim.rules.codes
    actors = " ".join(row.get(column, "") for column in ("actor1", "assoc_actor_1", "actor2", "assoc_actor_2"))
    wanted, types = codes("acled", "actors"), {name.lower() for name in codes("acled", "event_types")}
    return (
        row.get("country", "") in codes("acled", "countries")
        and (not wanted or any(name in actors for name in wanted))
        and (not types or row.get("event_type", "").lower() in types)
    )


def _gdelt(row: Mapping[str, str], claim: Claim, _own: str | None) -> bool:
    codes = claim.rules.codes
    actors, cameo = codes("gdelt", "actors"), codes("gdelt", "cameo")
    countries = {row.get("actor1countrycode", ""), row.get("actor2countrycode", "")}
    return (
        row.get("actiongeo_countrycode", "") in codes("gdelt", "fips")
        and (not actors or not countries.isdisjoint(actors))
        and (not cameo or row.get("eventcode", "").startswith(cameo))
    )


def _own(row: Mapping[str, str], claim: Claim, own_conflict: str | None) -> bool:
    return (row.get("conflict_id", "").strip() or own_conflict) == claim.conflict_id


_TAKES: dict[str, Callable[[Mapping[str, str], Claim, str | None], bool]] = {
    "ucdp": _ucdp,
    "acled": _acled,
    "gdelt": _gdelt,
    "own": _own,
}


def country_iso2(event: EventRecord, rules: Iterable[ImportRules]) -> str | None:
    """Return the ISO code of an event's country: its own, else what a conflict's names say."""
    if event.country_iso2 is not None or event.country is None:
        return event.country_iso2
    return next((r.country_iso2[event.country] for r in rules if event.country in r.country_iso2), None)
