"""Writes trained weights as the artefact the scorer reads: an ONNX graph, vectors in 8 bits, a head. Training only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, TensorProto, helper, numpy_helper

from ingest.annotate.stance.encoder.blend import Blend
from ingest.annotate.stance.encoder.inputs import ROLES
from ingest.annotate.stance.encoder.network import ABOUT, FORMAT
from ingest.annotate.stance.encoder.pieces import Pieces

Arrays = Mapping[str, npt.NDArray[np.float32]]

CONTRIB = "com.microsoft"
OPSET, IR = 18, 9
HALF = np.float16


class _Graph:
    """Collects nodes; weights are stored in half precision and widened when the session starts."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def weight(self, name: str, *, turned: bool = False) -> str:
        values = self.arrays[name].T if turned else self.arrays[name]
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values, dtype=HALF), f"{name}.half"))
        self.nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
        return name

    def add(self, kind: str, inputs: Sequence[str], output: str, *, contrib: bool = False, **given: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [output], domain=CONTRIB if contrib else "", **given))
        return output


def build_graph(arrays: Arrays, layers: int, heads: int, epsilon: float) -> ModelProto:
    """Return the layers as a graph: `emb` (passes x pieces x width) and `mask` (passes x pieces) in, states out."""
    g = _Graph(arrays)
    width = arrays["norm.bias"].size
    pair = [g.weight("norm.weight"), g.weight("norm.bias")]
    x = g.add("LayerNormalization", ["emb", *pair], "x", epsilon=epsilon, axis=-1)
    for i in range(layers):
        product = g.add("MatMul", [x, g.weight(f"{i}.qkv.weight", turned=True)], f"{i}.qkv.product")
        qkv = g.add("Add", [product, g.weight(f"{i}.qkv.bias")], f"{i}.qkv")
        names = [f"{i}.{c}" for c in "qkv"]
        g.nodes.append(helper.make_node("Split", [qkv], names, axis=-1, num_outputs=3))
        told = g.add("MultiHeadAttention", [*names, "", "mask"], f"{i}.told", contrib=True, num_heads=heads)
        out = g.add("MatMul", [told, g.weight(f"{i}.out.weight", turned=True)], f"{i}.out")
        x = _add_norm(g, out, x, i, "norm1", "out", epsilon)
        up = g.add("MatMul", [x, g.weight(f"{i}.up.weight", turned=True)], f"{i}.up.product")
        up = g.add("FastGelu", [up, g.weight(f"{i}.up.bias")], f"{i}.up", contrib=True)
        down = g.add("MatMul", [up, g.weight(f"{i}.down.weight", turned=True)], f"{i}.down")
        x = _add_norm(g, down, x, i, "norm2", "down", epsilon)
    shape = ["passes", "pieces"]
    graph = helper.make_graph(
        g.nodes,
        "layers",
        [
            helper.make_tensor_value_info("emb", TensorProto.FLOAT, [*shape, width]),
            helper.make_tensor_value_info("mask", TensorProto.INT32, shape),
        ],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, [*shape, width])],
        g.weights,
    )
    versions = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
    return helper.make_model(graph, opset_imports=versions, ir_version=IR)


def _add_norm(g: _Graph, told: str, before: str, i: int, norm: str, bias: str, epsilon: float) -> str:
    pair = [g.weight(f"{i}.{norm}.weight"), g.weight(f"{i}.{norm}.bias")]
    inputs = [told, before, *pair, g.weight(f"{i}.{bias}.bias")]
    return g.add("SkipLayerNormalization", inputs, f"{i}.{norm}", contrib=True, epsilon=epsilon)


@dataclass(frozen=True, slots=True)
class About:
    """What is not weights; `lore` gives for each conflict with a mark of its own its belligerents, in order."""

    layers: int
    heads: int
    epsilon: float
    pieces: Pieces
    lore: Mapping[str, Sequence[str]]


def save_encoder(folder: Path, arrays: Arrays, about: About, blend: Blend | None = None) -> None:
    """Write the artefact."""
    folder.mkdir(parents=True, exist_ok=True)
    scales = np.maximum((np.abs(arrays["words"]).max(axis=1) / 127).astype(HALF), HALF(1e-6))
    np.save(folder / "scales.npy", scales)
    rounded = np.round(arrays["words"] / scales.astype(np.float32)[:, None])
    np.save(folder / "vectors.npy", np.clip(rounded, -127, 127).astype(np.int8))
    np.savez(
        folder / "head.npz",
        roles=arrays["roles"],
        places=arrays["places"],
        weight=arrays["head.weight"],
        bias=arrays["head.bias"],
    )
    graph = build_graph(arrays, about.layers, about.heads, about.epsilon)
    (folder / "layers.onnx").write_bytes(graph.SerializeToString())
    stored = {
        "format": FORMAT,
        "roles": len(ROLES),
        "lore": {k: list(v) for k, v in about.lore.items()},
        "blend": asdict(blend or Blend()),
        "pieces": about.pieces.names,
        "scores": [round(s, 4) for s in about.pieces.scores],
    }
    (folder / ABOUT).write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")


def save_blend(folder: Path, blend: Blend) -> None:
    """Put a calibrated blend into an artefact."""
    stored = json.loads((folder / ABOUT).read_text(encoding="utf-8")) | {"blend": asdict(blend)}
    (folder / ABOUT).write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")
