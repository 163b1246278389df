"""The trained artefact and its arithmetic: features to numbers, numbers to logits, files to weights and back.

Everything is plain arrays and JSON: loading it runs no code, and its hash is the model's version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ingest.annotate.stance.polarity import Polarity

Floats = npt.NDArray[np.float32]

FORMAT = 1
STANCES = ("FAVOR", "AGAINST", "NONE")
KINDS = ("partisan", "anti_war", "unclear", "off_topic")
FILES = ("model.json", "stance.npy", "side.npy")


class ModelError(ValueError):
    """The model's files cannot be used; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What held-out folds taught about how far to trust the logits; see `side.py` for the formulas."""

    party_weight: float = 1.0
    party_bias: float = 0.0
    kind_weight: float = 1.0
    kind_bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    own_weight: float = 1.0
    joint_weight: float = 0.0
    stance_bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    min_confidence: float = 0.5
    min_stance_confidence: float = 0.5


@dataclass(frozen=True, slots=True)
class Model:
    """Two linear models: `stance` is (features + 1) x 3, `side` (features + 1) x 4; the last row is the bias."""

    stance_index: dict[str, int]
    side_index: dict[str, int]
    stance: Floats
    side: Floats
    calibration: Calibration
    polarity: Polarity
    version: str = "untrained"


def matrix(ids: Sequence[Sequence[int]], size: int) -> sparse.csr_matrix:
    """Return counts over the square root of the row's length, plus a last column of ones for the bias."""
    lengths = np.fromiter((len(row) for row in ids), dtype=np.int64, count=len(ids))
    flat = np.fromiter((i for row in ids for i in row), dtype=np.int32, count=int(lengths.sum()))
    data = np.repeat(1.0 / np.sqrt(np.maximum(lengths, 1)), lengths).astype(np.float32)
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    counts = sparse.csr_matrix((data, flat, offsets), shape=(len(ids), size))
    return sparse.csr_matrix(sparse.hstack([counts, sparse.csr_matrix(np.ones((len(ids), 1), dtype=np.float32))]))


def log_softmax(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return log probabilities along the last axis."""
    shifted = np.asarray(logits, dtype=np.float64)
    shifted = shifted - shifted.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), dtype=np.float64)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:8]


def save_model(model: Model, folder: Path) -> str:
    """Write the artefact and return its version."""
    folder.mkdir(parents=True, exist_ok=True)
    head = {
        "format": FORMAT,
        "calibration": asdict(model.calibration),
        "polarity": model.polarity.terms,
        "stance_features": list(model.stance_index),
        "side_features": list(model.side_index),
    }
    (folder / "model.json").write_text(json.dumps(head, ensure_ascii=False, indent=0), encoding="utf-8")
    np.save(folder / "stance.npy", model.stance.astype(np.float16))
    np.save(folder / "side.npy", model.side.astype(np.float16))
    return f"ngram-{FORMAT}-{_digest(folder)}"


def load_model(folder: Path) -> Model:
    """Read the artefact. Raises ModelError where it is missing, broken or of another format."""
    mend = "train it anew with: python -m ingest.annotate.stance.train"
    try:
        head = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        arrays = [np.load(folder / name, allow_pickle=False).astype(np.float32) for name in FILES[1:]]
    except FileNotFoundError as error:
        raise ModelError(f"{error.filename} is missing; {mend}") from None
    except (ValueError, EOFError) as error:
        raise ModelError(f"the stance model in {folder} cannot be read ({error}); {mend}") from error
    if head.get("format") != FORMAT:
        raise ModelError(f"{folder / 'model.json'} has format {head.get('format')}, this code reads {FORMAT}; {mend}")
    stance_index = {name: i for i, name in enumerate(head["stance_features"])}
    side_index = {name: i for i, name in enumerate(head["side_features"])}
    shapes = ((len(stance_index) + 1, len(STANCES)), (len(side_index) + 1, len(KINDS)))
    if tuple(a.shape for a in arrays) != shapes:
        raise ModelError(f"the files in {folder} do not belong together; {mend}")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in head["calibration"].items()}
    version = f"ngram-{FORMAT}-{_digest(folder)}"
    return Model(
        stance_index, side_index, arrays[0], arrays[1], Calibration(**values), Polarity(head["polarity"]), version
    )
