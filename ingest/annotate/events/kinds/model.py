"""The model of kinds as it ships: a linear model over hashed features. Numbers only; loading it runs no code."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from ingest.annotate.events.kinds.features import Columns, Floats, features, weighed
from ingest.annotate.events.kinds.types import LABELS

FORMAT = 1
FILE = "model.npz"
STEPS = 127
"""Weights are kept in 8 bits."""


class KindsError(ValueError):
    """The model of kinds cannot be used; the message names the file and the mend."""


@dataclass(frozen=True, slots=True)
class KindModel:
    """A linear model: `columns` are the features with weights, `rarity` has one for each, `weights` columns x LABELS.

    `sharpness` turns scores into probabilities that hold on reports by a writer not learned from.
    """

    version: str
    columns: Columns
    rarity: Floats
    weights: Floats
    bias: Floats
    sharpness: float

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return texts x LABELS: the higher the likelier."""
        given = weighed(features(texts), self.columns, self.rarity)
        return np.asarray(given @ self.weights + self.bias, dtype=np.float32)

    def probabilities(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return texts x LABELS; each row sums to one."""
        return softmax(self.scores(texts), self.sharpness) if texts else np.zeros((0, len(LABELS)))


def softmax(scores: Floats, sharpness: float) -> npt.NDArray[np.float64]:
    """Return scores as probabilities."""
    raised = np.exp(sharpness * (scores.astype(np.float64) - scores.max(axis=1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def save_kinds(folder: Path, model: KindModel) -> None:
    """Write the model into a folder."""
    scale = np.maximum(np.abs(model.weights).max(axis=0, initial=0.0), 1e-6) / STEPS
    np.savez_compressed(
        folder / FILE,
        allow_pickle=False,
        format=np.array(FORMAT, np.int64),
        labels=np.array(LABELS),
        gaps=np.diff(model.columns, prepend=0).astype(np.uint32),
        rarity=model.rarity.astype(np.float16),
        scale=scale.astype(np.float32),
        weights=np.round(model.weights / scale).astype(np.int8),
        bias=model.bias.astype(np.float32),
        sharpness=np.array(model.sharpness, np.float32),
    )


@cache
def load_kinds(folder: Path) -> KindModel:
    """Load the model of a folder. Raises KindsError where it is missing, damaged or of another format."""
    path, mend = folder / FILE, "train it anew with: python -m ingest.annotate.events.kinds.train"
    try:
        version = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        with np.load(path, allow_pickle=False) as arrays:
            return _model(f"kinds-{FORMAT}-{version}", {name: arrays[name] for name in arrays.files})
    except FileNotFoundError:
        raise KindsError(f"{path} is missing; copy the project's data/events/kinds there, or {mend}") from None
    except (ValueError, KeyError, TypeError, EOFError, OSError, BadZipFile) as error:
        raise KindsError(f"{path} cannot be read ({error}); {mend}") from error


def _model(version: str, told: Mapping[str, npt.NDArray[Any]]) -> KindModel:
    if int(told["format"]) != FORMAT or tuple(told["labels"].tolist()) != LABELS:
        raise ValueError("it is of another format or has other labels than this code")
    columns = np.cumsum(told["gaps"], dtype=np.int64)
    if told["weights"].shape != (len(columns), len(LABELS)) or told["rarity"].shape != columns.shape:
        raise ValueError("weights and features do not belong together")
    weights, rarity = told["weights"].astype(np.float32) * told["scale"], told["rarity"].astype(np.float32)
    return KindModel(version, columns, rarity, weights, told["bias"], float(told["sharpness"]))
