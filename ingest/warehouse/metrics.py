"""The registry of metrics: one definition of every number, feeding tooltips, the glossary and `meta.metric`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("metrics.toml")


@dataclass(frozen=True, slots=True)
class Metric:
    """One number the project shows. `basis` is said, inferred or derived (DESIGN.md section 4)."""

    name: str
    label: str
    formula: str
    grain: str
    denominator: str
    caveat: str
    basis: str


def load_metrics() -> tuple[Metric, ...]:
    """Read the registry that ships with the package."""
    values = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(Metric(name=name, **fields) for name, fields in values.items())
