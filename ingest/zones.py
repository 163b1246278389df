"""The time zones of the world, for whoever must tell which of them a site's clock keeps."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


def zone_names() -> tuple[str, ...]:
    """Return the zones whose clocks have differed since 1970, sorted, from the package of the time zone database."""
    return tuple(countries_by_zone())


@lru_cache(maxsize=1)
def countries_by_zone() -> dict[str, frozenset[str]]:
    """Return those zones, sorted, each with the countries (ISO 3166 codes) whose clocks it tells."""
    table = (files("tzdata") / "zoneinfo" / "zone1970.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[2]: frozenset(row[0].split(",")) for row in sorted(rows, key=lambda row: row[2])}
