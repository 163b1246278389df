"""The time zones of the world, for whoever must tell which of them a site's clock keeps."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Return the zones whose clocks have differed since 1970, sorted, from the package of the time zone database."""
    table = (files("tzdata") / "zoneinfo" / "zone1970.tab").read_text(encoding="utf-8")
    return tuple(sorted(line.split("\t")[2] for line in table.splitlines() if line and not line.startswith("#")))
