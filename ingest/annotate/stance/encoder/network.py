"""The trained encoder as it ships: subword vectors, a small ONNX graph of transformer layers, and a linear head.

The files hold numbers only. Loading them runs no code, and their hash is the model's version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance.encoder import blocks
from ingest.annotate.stance.encoder.inputs import LETTERS, ROLES, View
from ingest.annotate.stance.encoder.pieces import END, PAD, Pieces
from ingest.annotate.stance.model import ModelError

FORMAT = 5
NAME = "encoder"
ABOUT = "encoder.json"
FILES = (ABOUT, "layers.onnx", "vectors.npy", "scales.npy", "head.npz")
SIDES = 5
"""A, B, anti_war, unclear, off_topic: the first logits. Then FAVOR, AGAINST, NONE toward A, and the same toward B."""
OUTPUTS = SIDES + 6
POOLS = 3
"""The head sees the mean over all pieces, over the names of A, and over those of B."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passed:
    """What a pass says: OUTPUTS logits, and how much each piece adds to each logit (pieces x OUTPUTS)."""

    logits: Floats
    shares: Floats


class Network:
    """Runs passes. Safe to share between threads once made."""

    def __init__(self, folder: Path) -> None:
        mend = "train it anew with: python -m ingest.annotate.stance.encoder.train"
        try:
            digest = hashlib.sha256()
            for name in FILES:
                digest.update((folder / name).read_bytes())
            about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
            self._vectors = np.load(folder / "vectors.npy", allow_pickle=False)
            self._scales = np.load(folder / "scales.npy", allow_pickle=False)
            with np.load(folder / "head.npz", allow_pickle=False) as head:
                self._head = {k: head[k].astype(np.float32) for k in ("weight", "bias", "roles", "places")}
            self._layers = session(folder / "layers.onnx")
        except FileNotFoundError as error:
            raise ModelError(f"{error.filename} is missing; {mend}") from None
        except (ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ModelError(f"the encoder in {folder} cannot be read ({error}); {mend}") from error
        if about.get("format") != FORMAT:
            raise ModelError(f"{folder / ABOUT} has format {about.get('format')}, not {FORMAT}; {mend}")
        self.version = f"{NAME}-{FORMAT}-{digest.hexdigest()[:8]}"
        self.pieces = Pieces(about["pieces"], about["scores"])
        self.about = about

    def run(self, views: Sequence[View]) -> list[Passed]:
        """Run each pass by itself: what it is rounded to must not depend on its company."""
        return [self._pass(view) for view in views]

    def states(self, pieces: Sequence[int]) -> Floats:
        """Return what the last layer makes of each piece (pieces x width)."""
        ids = np.array([pieces], dtype=np.int64)
        return np.asarray(self._layers.run(None, {"emb": self.embed(ids)})[0][0], dtype=np.float32)

    def _pass(self, view: View) -> Passed:
        ids = np.array([view.pieces], dtype=np.int64)
        states = self.states(view.pieces)
        weight = self._head["weight"].reshape(OUTPUTS, POOLS, -1)
        shares = np.zeros((len(view.pieces), OUTPUTS), dtype=np.float32)
        for pool, mask in enumerate(pools(ids, len(self.pieces))):
            if mask.any():
                told = mask[0] / mask.sum()
                shares += told[:, None] * (states @ weight[:, pool].T)
        return Passed(shares.sum(axis=0) + self._head["bias"], shares)

    def words(self, pieces: Sequence[int]) -> Floats:
        """Return the vectors of pieces and roles by themselves (pieces x width)."""
        return self._vectors_of(np.array(pieces, dtype=np.int64))

    def _vectors_of(self, ids: npt.NDArray[np.int64]) -> Floats:
        size = len(self.pieces)
        known = np.minimum(ids, size - 1)
        words = blocks.unpack(self._vectors[known], self._scales[known])
        special = ids >= size
        words[special] = self._head["roles"][ids[special] - size]
        return words

    def embed(self, ids: npt.NDArray[np.int64]) -> Floats:
        """Return the vectors of pieces and roles with those of where they stand: passes x pieces x width."""
        return np.asarray(self._vectors_of(ids) + placed(self._head["places"], ids), dtype=np.float32)


def embedded(table: Floats, places: Floats, ids: npt.NDArray[np.int64]) -> Floats:
    """Return the vectors of `ids` out of `table` with those of where they stand."""
    return np.asarray(table[ids] + placed(places, ids), dtype=np.float32)


def placed(places: Floats, ids: npt.NDArray[np.int64]) -> Floats:
    """Return what position, and standing before or after the text's end, add to each vector."""
    return np.asarray(places[2 : 2 + ids.shape[1]] + places[after_end(ids).astype(np.int64)])


def after_end(ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell which pieces stand after a text's END: they are what it answers."""
    return np.asarray(((ids == END).cumsum(axis=1) - (ids == END)) > 0)


def pools(ids: npt.NDArray[np.int64], size: int) -> tuple[Floats, Floats, Floats]:
    """Return the masks of POOLS (passes x pieces, 0 or 1): every piece, the roles of A, and those of B."""
    per = (len(ROLES) - 1) // len(LETTERS)
    of_a = (ids >= size) & (ids < size + per)
    of_b = (ids >= size + per) & (ids < size + 2 * per)
    return (ids != PAD).astype(np.float32), of_a.astype(np.float32), of_b.astype(np.float32)


def session(path: Path) -> Any:
    """Return the graph, ready to run; ValueError where it is none, ModelError where the runtime is not installed.

    One thread: the pipeline's parallelism is elsewhere, and sums in one order give the same bits.
    """
    try:
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as runtime
    except ModuleNotFoundError:
        raise ModelError("the encoder runs on onnxruntime, which is not installed: pip install onnxruntime") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        # What that would join runs four times as long joined as apart.
        slow = ["SkipLayerNormFusion"]
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"], disabled_optimizers=slow)
    except (runtime.Fail, runtime.InvalidArgument, runtime.InvalidGraph, runtime.InvalidProtobuf) as error:
        raise ValueError(str(error)) from error
