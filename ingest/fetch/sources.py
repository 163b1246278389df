"""What is crawled: sites as data, read from `data/sources.toml` with errors that name file and key."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.fetch.address import checked_web_address, host_of

LEAST_DELAY_S = 0.5
"""No host but this very machine is asked more often than that."""
_BOUNDS = {"max_pages": 1000, "max_comment_pages": 200}


class SourcesError(ValueError):
    """The list of sources cannot be used; the message names the file, the key and the mend."""


@dataclass(frozen=True, slots=True)
class Site:
    """One site to crawl. `connect_to` maps a host to the `address:port` really asked, as curl's --connect-to does.

    With it a site has its public address everywhere (robots.txt, links, archive) and is served from elsewhere, over
    plain http. Raises SourcesError for an address that is none, for no address at all and for too short a delay.
    """

    name: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    max_pages: int = 1000
    max_comment_pages: int = 200
    delay_s: float = 1.0
    is_demo: bool = False
    connect_to: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in ("feeds", "sitemaps", "urls"):
            try:
                object.__setattr__(self, key, tuple(checked_web_address(url) for url in getattr(self, key)))
            except ValueError as error:
                raise SourcesError(f"site {self.name!r}, {key}: {error}") from None
        if not (self.feeds or self.sitemaps or self.urls):
            raise SourcesError(f"site {self.name!r} names no feeds, sitemaps, urls or url_list; give one of them")
        hosts = self.allowed_hosts or sorted({host_of(url) for url in (*self.feeds, *self.sitemaps, *self.urls)})
        object.__setattr__(self, "allowed_hosts", tuple(host.lower() for host in hosts))
        if self.delay_s < LEAST_DELAY_S and not all(self._is_local(host) for host in self.allowed_hosts):
            raise SourcesError(
                f"site {self.name!r}, delay_s: {self.delay_s} s is too short for another's host; "
                f"give {LEAST_DELAY_S} or more"
            )

    def _is_local(self, host: str) -> bool:
        return is_loopback(self.connect_to.get(host, host))


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything `sources.toml` says."""

    sites: tuple[Site, ...] = ()
    demo_enabled: bool = False
    contact: str | None = None


def is_loopback(address: str) -> bool:
    """Tell whether `address` (a host, or host:port) is this very machine."""
    host = address.rpartition(":")[0] if address.count(":") == 1 or address.startswith("[") else address
    host = host.strip("[]").lower()
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def site_of_addresses(urls: Iterable[str], name: str = "addresses") -> Site:
    """Make a site of single addresses, as given to `parley ingest`. Raises SourcesError for one that is none."""
    urls = tuple(urls)
    local = all(is_loopback(host_of(url)) for url in urls)
    return Site(name=name, urls=urls, delay_s=0.0 if local else 1.0, max_pages=max(1, len(urls)))


def load_sources(path: Path) -> Sources:
    """Read `sources.toml`. Raises SourcesError naming file, key and mend."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourcesError(f"{path} is missing; it lists what is crawled (an empty file is a valid one)") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path} is not valid TOML: {error}") from error
    # [events] is read by fetch/event_sources/settings.py.
    _check_keys(path, "the file", data, {"contact", "demo", "events", "site"})
    demo = _typed(path, "demo", data.get("demo", {}), dict)
    _check_keys(path, "[demo]", demo, {"enabled"})
    sites = [_site(path, table) for table in _typed(path, "site", data.get("site", []), list)]
    for site in sites:
        if sum(other.name == site.name for other in sites) > 1:
            raise SourcesError(f"{path}: two sites are named {site.name!r}; names must be unique")
    return Sources(
        sites=tuple(sites),
        demo_enabled=_typed(path, "demo.enabled", demo.get("enabled", False), bool),
        contact=_typed(path, "contact", data.get("contact", ""), str) or None,
    )


def _site(path: Path, table: Any) -> Site:
    table = _typed(path, "[[site]]", table, dict)
    name = _typed(path, "site.name", table.get("name", ""), str)
    if not name:
        raise SourcesError(f"{path}: a [[site]] lacks its name")
    where = f"site {name!r}, "
    lists = ("feeds", "sitemaps", "urls", "allowed_hosts")
    _check_keys(
        path, f"site {name!r}", table, {"name", "url_list", "max_pages", "max_comment_pages", "delay_s", *lists}
    )
    values = {key: _strings(path, where + key, table.get(key, [])) for key in lists}
    if "url_list" in table:
        values["urls"] += _url_list(path, where, _typed(path, where + "url_list", table["url_list"], str))
    bounds = {key: _bound(path, where + key, table.get(key, default)) for key, default in _BOUNDS.items()}
    delay_s = float(_typed(path, where + "delay_s", table.get("delay_s", 1.0), (int, float)))
    try:
        return Site(
            name=name,
            feeds=values["feeds"],
            sitemaps=values["sitemaps"],
            urls=values["urls"],
            allowed_hosts=values["allowed_hosts"],
            max_pages=bounds["max_pages"],
            max_comment_pages=bounds["max_comment_pages"],
            delay_s=delay_s,
        )
    except SourcesError as error:
        raise SourcesError(f"{path}: {error}") from None


def _bound(path: Path, key: str, value: Any) -> int:
    number: int = _typed(path, key, value, int)
    if number < 1:
        raise SourcesError(f"{path}: {key} = {number}; it must be 1 or more")
    return number


def _url_list(path: Path, where: str, name: str) -> tuple[str, ...]:
    file = path.parent / name
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path}: {where}url_list: {file} cannot be read as UTF-8 text ({error})") from error
    urls = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text and not text.startswith("#"):
            try:
                urls.append(checked_web_address(text))
            except ValueError as error:
                raise SourcesError(f"{file}:{number}: {error}") from None
    return tuple(urls)


def _strings(path: Path, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SourcesError(f'{path}: {key} must be a list of texts, such as ["https://example.org/feed/"]')
    return tuple(value)


def _typed(path: Path, key: str, value: Any, kind: type | tuple[type, ...]) -> Any:
    # bool is an int to Python, but `max_pages = true` is a mistake.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        names = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
        raise SourcesError(f"{path}: {key} = {value!r} is not of the kind {names}")
    return value


def _check_keys(path: Path, where: str, table: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise SourcesError(f"{path}: {where} has the unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
