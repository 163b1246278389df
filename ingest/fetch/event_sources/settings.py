"""Which services of event data are asked: the section `[events]` of data/sources.toml. Without it, none is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.fetch.event_sources import acled, gdelt, ucdp

SERVICES = ("ucdp", "acled", "gdelt")
_KEYS: dict[str, dict[str, type]] = {
    "ucdp": {"enabled": bool, "releases": list, "candidate": bool, "url": str},
    "acled": {"enabled": bool, "url": str},
    "gdelt": {"enabled": bool, "translated": bool, "max_files": int, "url": str},
}
_DEFAULT_MAX_FILES = 400
"""Two days of quarters of an hour, exports and mentions."""


class EventConfigError(ValueError):
    """The section [events] cannot be used; the message names file, key and mend."""


@dataclass(frozen=True, slots=True)
class Service:
    """How one service is asked. `releases` and `candidate` are UCDP's; no `releases` means the newest yearly one.

    `translated` and `max_files` are GDELT's: whether machine translations are read too, and files per visit and list.
    """

    name: str
    enabled: bool
    url: str
    releases: tuple[str, ...] = ()
    candidate: bool = True
    translated: bool = False
    max_files: int = _DEFAULT_MAX_FILES


_URLS = {"ucdp": ucdp.BASE_URL, "acled": acled.BASE_URL, "gdelt": gdelt.BASE_URL}


def load_services(path: Path) -> dict[str, Service]:
    """Read `[events]` of sources.toml, by service. Raises EventConfigError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("events", {})
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EventConfigError(f"{path} cannot be read as TOML: {error}") from error
    if not isinstance(table, dict):
        raise EventConfigError(f"{path}: events must be a section with [events.ucdp], [events.acled], [events.gdelt]")
    unknown = sorted(set(table) - set(SERVICES))
    if unknown:
        raise EventConfigError(f"{path}: [events] has the unknown key {unknown[0]!r}; known are {', '.join(SERVICES)}")
    return {name: _service(path, name, table.get(name, {})) for name in SERVICES}


def _service(path: Path, name: str, table: Any) -> Service:
    where = f"{path}: [events.{name}]"
    if not isinstance(table, dict):
        raise EventConfigError(f"{where} must be a section, such as [events.{name}] with enabled = true below it")
    for key, value in table.items():
        kind = _KEYS[name].get(key)
        if kind is None:
            raise EventConfigError(f"{where} has the unknown key {key!r}; known are {', '.join(_KEYS[name])}")
        if type(value) is not kind:
            raise EventConfigError(f"{where} {key} = {value!r} is not of the kind {kind.__name__}")
    releases = table.get("releases", [])
    if not all(isinstance(release, str) for release in releases):
        raise EventConfigError(f'{where} releases = {releases!r} must be texts, such as ["25.1", "26.0.3"]')
    if table.get("max_files", 1) < 1:
        raise EventConfigError(f"{where} max_files = {table['max_files']}; it must be 1 or more")
    return Service(
        name=name,
        enabled=table.get("enabled", bool(table)),
        url=table.get("url", _URLS[name]).rstrip("/"),
        releases=tuple(releases),
        candidate=table.get("candidate", True),
        translated=table.get("translated", False),
        max_files=table.get("max_files", _DEFAULT_MAX_FILES),
    )
