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

FORMAT = 6
NAME = "encoder"
ABOUT = "encoder.json"
FILES = (ABOUT, "layers.onnx", "vectors.npy", "scales.npy", "head.npz")
SIDES = 5
"""A, B, anti_war, unclear, off_topic: the first logits. Then FAVOR, AGAINST, NONE toward A, and the same toward B."""
OUTPUTS = SIDES + 6
POOLS = 3
"""The head sees the mean over all pieces, over the names of A, and over those of B."""
AT_ONCE = 512
"""Pieces that are run together: from 128 on a batch is a fifth faster than its passes one by one, and no more."""

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
            # OUTPUTS x (POOLS * width) turned to width x (POOLS * OUTPUTS)
            by_pool = self._head["weight"].reshape(OUTPUTS, POOLS, -1).transpose(2, 1, 0)
            self._by_pool = np.ascontiguousarray(by_pool.reshape(len(by_pool), -1))
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
        """Run passes, those of one length together: without padding what a pass says does not depend on its company."""
        passed: dict[int, Passed] = {}
        by_length: dict[int, list[int]] = {}
        for i, view in enumerate(views):
            by_length.setdefault(len(view.pieces), []).append(i)
        for length, of_it in by_length.items():
            many = max(1, AT_ONCE // max(1, length))
            for start in range(0, len(of_it), many):
                at = of_it[start : start + many]
                passed.update(zip(at, self._passes([views[i].pieces for i in at]), strict=True))
        return [passed[i] for i in range(len(views))]

    def _passes(self, rows: Sequence[Sequence[int]]) -> list[Passed]:
        """Run passes of one length."""
        ids = np.array(rows, dtype=np.int64)
        states = np.asarray(self._layers.run(None, {"emb": self.embed(ids)})[0], dtype=np.float32)
        masks = np.stack(pools(ids, len(self.pieces)))
        masks /= np.maximum(masks.sum(axis=2, keepdims=True), 1)
        return [self._passed(*one) for one in zip(states, masks.transpose(1, 2, 0), strict=True)]

    def _passed(self, states: Floats, told: Floats) -> Passed:
        """Return what the head makes of a pass: its `states`, pieces x width, and each piece's part of each pool."""
        shares = (states @ self._by_pool).reshape(len(states), POOLS, OUTPUTS)
        shares = np.einsum("ipo,ip->io", shares, told)
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
