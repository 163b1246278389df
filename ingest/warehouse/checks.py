"""Which checks must vouch for the marts before they are published, and how each of them ended.

A green run can hide a check that never ran. So the list of what must pass comes from dbt's manifest, the outcomes
from what dbt reported, and a check without an outcome counts as missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CHECK_TYPES = frozenset({"test", "unit_test"})
_PASSED = {"pass": "pass", "success": "pass", "warn": "warn"}


def expected_checks(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Map the unique id of every enabled dbt test and unit test to its name."""
    nodes = {**manifest.get("nodes", {}), **manifest.get("unit_tests", {})}
    return {
        unique_id: node["name"]
        for unique_id, node in nodes.items()
        if node["resource_type"] in _CHECK_TYPES and node.get("config", {}).get("enabled", True)
    }


class CheckLedger:
    """The outcomes of the latest run of each part of dbt's work, kept beside the working file.

    A part's outcomes are forgotten when its run starts and written when it ended, so a run that broke off vouches
    for nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def start(self, part: str) -> None:
        """Forget what an earlier run of `part` said."""
        self._write({name: values for name, values in self._read().items() if name != part})

    def finish(self, part: str, run_results: Mapping[str, Any]) -> dict[str, str]:
        """Keep and return the outcomes in dbt's `run_results`, by unique id."""
        outcomes = {
            result["unique_id"]: _PASSED.get(result["status"], "fail")
            for result in run_results["results"]
            if result["unique_id"].split(".")[0] in _CHECK_TYPES
        }
        self._write(self._read() | {part: outcomes})
        return outcomes

    def outcomes(self, manifest: Mapping[str, Any]) -> dict[str, str]:
        """Map the name of every expected check to pass, warn, fail or missing."""
        seen = {unique_id: outcome for part in self._read().values() for unique_id, outcome in part.items()}
        return {name: seen.get(unique_id, "missing") for unique_id, name in expected_checks(manifest).items()}

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            values: dict[str, dict[str, str]] = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return values

    def _write(self, values: Mapping[str, Mapping[str, str]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial")
        partial.write_text(json.dumps(values, indent=1), encoding="utf-8")
        partial.replace(self._path)
