"""The fast scorer's artefact: two tables of weights by hash and a calibration; numbers only, loading runs no code."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ingest.annotate.stance.fast.table import Table
from ingest.annotate.stance.model import Calibration, ModelError
from ingest.annotate.stance.polarity import Polarity, load_polarity

NAME = "fast"
FORMAT = 1
FILES = ("model.json", "roles.npz", "lore.npz")
PULL, KINDS, LEAD, OTHER = 0, slice(1, 5), slice(5, 8), slice(8, 11)
"""Columns of the roles' weights: A rather than B; the kinds of comment; stances toward A; toward B."""
COLUMNS = 11
MEND = "train it anew with: python -m ingest.annotate.stance.fast.train"


@dataclass(frozen=True, slots=True)
class FastModel:
    """`bias` has COLUMNS numbers; `lore` speaks for the first of `lore_parties[conflict]` and against the second."""

    roles: Table
    lore: Table
    bias: tuple[float, ...]
    lore_parties: dict[str, tuple[str, str]]
    calibration: Calibration
    polarity: Polarity
    version: str = "untrained"


def save_fast(model: FastModel, folder: Path) -> str:
    """Write the artefact and return its version; the word classes stay in `polarity.csv` beside the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    head = {
        "format": FORMAT,
        "bias": model.bias,
        "lore_parties": model.lore_parties,
        "calibration": asdict(model.calibration),
    }
    (folder / "model.json").write_text(json.dumps(head, indent=1) + "\n", encoding="utf-8")
    for name, table in (("roles", model.roles), ("lore", model.lore)):
        np.savez_compressed(folder / f"{name}.npz", keys=table.keys, weights=table.weights.astype(np.float16))
    return _version(folder)


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in (*(folder / name for name in FILES), folder.parent / "polarity.csv"):
        digest.update(path.read_bytes())
    return f"fast-{FORMAT}-{digest.hexdigest()[:8]}"


def _table(path: Path, columns: int) -> Table:
    with np.load(path, allow_pickle=False) as held:
        keys, weights = held["keys"], held["weights"].astype(np.float32)
    if keys.dtype != np.uint32 or weights.shape != (len(keys), columns):
        raise ModelError(f"{path} does not hold {columns} weights a key; {MEND}")
    return Table(keys, weights)


def _check(head: dict[str, Any], folder: Path) -> None:
    if head.get("format") != FORMAT:
        raise ModelError(f"{folder / 'model.json'} has format {head.get('format')}, this code reads {FORMAT}; {MEND}")


def load_fast(folder: Path) -> FastModel:
    """Read the artefact. Raises ModelError where it is missing, broken or of another format."""
    try:
        head: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        _check(head, folder)
        roles, lore = _table(folder / "roles.npz", COLUMNS), _table(folder / "lore.npz", 1)
        polarity, version = load_polarity(folder.parent / "polarity.csv"), _version(folder)
    except FileNotFoundError as error:
        raise ModelError(f"{error.filename} is missing; {MEND}") from None
    except ModelError:
        raise
    except (ValueError, KeyError, EOFError, OSError) as error:
        raise ModelError(f"the stance model in {folder} cannot be read ({error}); {MEND}") from error
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in head["calibration"].items()}
    parties = {conflict: (first, second) for conflict, (first, second) in head["lore_parties"].items()}
    return FastModel(roles, lore, tuple(head["bias"]), parties, Calibration(**values), polarity, version)
