"""Writes weights as the artefacts the scorers read: trained layers in 8 bits, all that is the base's own in 4.

Training only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import ModelProto, TensorProto, helper, numpy_helper

from ingest.annotate.stance.encoder import blocks
from ingest.annotate.stance.encoder.base import Base, layers_of
from ingest.annotate.stance.encoder.blend import Blend
from ingest.annotate.stance.encoder.network import ABOUT, FORMAT, embedded
from ingest.annotate.stance.encoder.pieces import Pieces

Arrays = Mapping[str, npt.NDArray[np.float32]]

CONTRIB = "com.microsoft"
OPSET, IR = 18, 9
SMOOTH = 0.8
"""How much of the unevenness of channels is taken over by the weights; measured best between 0.65 and 0.9."""


class _Graph:
    """Collects nodes. Without `ranges` it multiplies in single precision, with them in 8 bits, or by weights of 4.

    `ranges` gives for every product the least and the largest value each channel of its input was seen to have (2 x
    channels). Channels that are much larger than others are made smaller, and the weights they meet larger, before both
    are rounded (SmoothQuant, Xiao et al. 2023). The steps they are rounded to are known beforehand from these ranges:
    so what a pass is rounded to does not depend on what it runs with, and what lies outside is clipped.
    """

    def __init__(self, arrays: Arrays, ranges: Arrays | None, *, packed: bool = False) -> None:
        self.arrays = arrays
        self.ranges = ranges
        self.packed = packed
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self.factors: dict[str, str] = {}

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.arrays[name])

    def add(self, kind: str, inputs: Sequence[str], output: str, *, contrib: bool = False, **given: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [output], domain=CONTRIB if contrib else "", **given))
        return output

    def product(self, x: str, name: str) -> str:
        """Add the product of `x` with the weights `name`, and their bias; return it."""
        weights, bias, output = self.arrays[f"{name}.weight"].T, self.weight(f"{name}.bias"), f"{name}.sum"
        self.factors[name] = x
        if self.packed:
            return self.add("Add", [self._by_blocks(x, name), bias], output)
        if self.ranges is None:
            product = self.add("MatMul", [x, self.constant(f"{name}.weight", weights)], f"{name}.product")
            return self.add("Add", [product, bias], output)
        seen = np.maximum(np.abs(self.ranges[name]).max(axis=0), 1e-3)
        met = np.maximum(np.abs(weights).max(axis=1), 1e-5)
        smooth = seen**SMOOTH / met ** (1 - SMOOTH)
        smooth /= np.exp(np.log(smooth).mean())
        weights = weights * smooth[:, None]
        scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
        rounded = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
        even = self.add("Mul", [x, self.constant(f"{name}.even", (1 / smooth).astype(np.float32))], f"{name}.evened")
        step, zero = _steps(self.ranges[name] / smooth)
        steps = [self.constant(f"{name}.step", step), self.constant(f"{name}.zero", zero)]
        inputs = [
            self.add("QuantizeLinear", [even, *steps], f"{name}.rounded"),
            self.constant(f"{name}.weight", rounded),
            steps[0],
            self.constant(f"{name}.scale", scale.astype(np.float32)),
            steps[1],
        ]
        return self.add("MatMulIntegerToFloat", [*inputs, "", bias], output, contrib=True)

    def _by_blocks(self, x: str, name: str) -> str:
        numbers, scales = blocks.pack(self.arrays[f"{name}.weight"])
        out, into = self.arrays[f"{name}.weight"].shape
        shape = (out, into // blocks.SIZE, blocks.SIZE // 2)
        scale = self.add("Cast", [self.constant(f"{name}.half", scales.ravel())], f"{name}.scale", to=TensorProto.FLOAT)
        inputs = [x, self.constant(f"{name}.weight", numbers.reshape(shape)), scale]
        form = {"K": into, "N": out, "bits": 4, "block_size": blocks.SIZE}
        return self.add("MatMulNBits", inputs, f"{name}.product", contrib=True, **form)

    def norm(self, x: str, name: str, epsilon: float, output: str) -> str:
        pair = [self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
        return self.add("LayerNormalization", [x, *pair], output, epsilon=epsilon, axis=-1)


def _steps(ranges: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.uint8]]:
    """Return the size of the 255 steps that reach from the least to the largest value, and the number of that at 0."""
    least, most = min(float(ranges.min()), 0.0), max(float(ranges.max()), 1e-6)
    step = (most - least) / 255
    return np.array(step, np.float32), np.array(round(-least / step), np.uint8)


def build_graph(
    arrays: Arrays, layers: int, heads: int, epsilon: float, ranges: Arrays | None = None, *, packed: bool = False
) -> tuple[ModelProto, dict[str, str]]:
    """Return the layers as a graph, and the name of each product's input.

    `emb` (passes x pieces x width) goes in, passes of one length; the states come out. With `ranges` the graph
    multiplies in 8 bits. `packed` keeps weights in 4 bits, as `blocks` has them, and multiplies in single precision.
    """
    g = _Graph(arrays, ranges, packed=packed)
    width = arrays["norm.bias"].size
    x = g.norm("emb", "norm", epsilon, "x")
    for i in range(layers):
        names = [f"{i}.{c}" for c in "qkv"]
        g.nodes.append(helper.make_node("Split", [g.product(x, f"{i}.qkv")], names, axis=-1, num_outputs=3))
        told = g.add("MultiHeadAttention", names, f"{i}.told", contrib=True, num_heads=heads)
        x = _add_norm(g, g.product(told, f"{i}.out"), x, f"{i}.norm1", epsilon)
        up = g.add("FastGelu", [g.product(x, f"{i}.up")], f"{i}.active", contrib=True)
        x = _add_norm(g, g.product(up, f"{i}.down"), x, f"{i}.norm2", epsilon)
    shape = ["passes", "pieces"]
    graph = helper.make_graph(
        g.nodes,
        "layers",
        [helper.make_tensor_value_info("emb", TensorProto.FLOAT, [*shape, width])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, [*shape, width])],
        g.weights,
    )
    versions = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
    return helper.make_model(graph, opset_imports=versions, ir_version=IR), g.factors


def _add_norm(g: _Graph, told: str, before: str, name: str, epsilon: float) -> str:
    return g.norm(g.add("Add", [told, before], f"{name}.in"), name, epsilon, f"{name}.out")


def observed(
    arrays: Arrays, layers: int, heads: int, epsilon: float, passes: Iterable[Sequence[int]]
) -> dict[str, npt.NDArray[np.float32]]:
    """Return for every product the least and the largest value each channel of its input has in `passes`."""
    import onnxruntime

    model, factors = build_graph(arrays, layers, heads, epsilon)
    outputs = [helper.make_tensor_value_info(x, TensorProto.FLOAT, None) for x in dict.fromkeys(factors.values())]
    model.graph.output.extend(o for o in outputs if o.name != model.graph.output[0].name)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    table = np.concatenate((arrays["words"], arrays["roles"]))
    seen: dict[str, npt.NDArray[np.float32]] = {}
    for one in passes:
        ids = np.array([one], dtype=np.int64)
        fed = {"emb": embedded(table, arrays["places"], ids)}
        for name, value in zip(names, session.run(None, fed), strict=True):
            least, most = seen.get(name, (np.inf, -np.inf))
            seen[name] = np.stack((np.minimum(least, value[0].min(axis=0)), np.maximum(most, value[0].max(axis=0))))
    return {product: seen[x] for product, x in factors.items()}


@dataclass(frozen=True, slots=True)
class About:
    """What is not weights."""

    layers: int
    heads: int
    epsilon: float
    pieces: Pieces


def save_encoder(
    folder: Path, arrays: Arrays, about: About, passes: Iterable[Sequence[int]], blend: Blend | None = None
) -> None:
    """Write the artefact; `passes` are some of those it was trained on, to see what numbers occur."""
    folder.mkdir(parents=True, exist_ok=True)
    vectors, scales = blocks.pack(arrays["words"])
    np.save(folder / "scales.npy", scales)
    np.save(folder / "vectors.npy", vectors)
    np.savez(
        folder / "head.npz",
        roles=arrays["roles"],
        places=arrays["places"],
        weight=arrays["head.weight"],
        bias=arrays["head.bias"],
    )
    form = (about.layers, about.heads, about.epsilon)
    graph, _ = build_graph(arrays, *form, observed(arrays, *form, passes))
    (folder / "layers.onnx").write_bytes(graph.SerializeToString())
    stored = {
        "format": FORMAT,
        "blend": asdict(blend or Blend()),
        "pieces": about.pieces.names,
        "scores": [round(s, 4) for s in about.pieces.scores],
    }
    (folder / ABOUT).write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")


def read_encoder(folder: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Return what an artefact has learned, rounded as it is: layers, roles, places and head, not the base's words."""
    graph = onnx.load(folder / "layers.onnx").graph
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    found: dict[str, npt.NDArray[np.float32]] = {}
    for name, values in stored.items():
        layer, _, kind = name.rpartition(".")
        if kind == "weight" and f"{layer}.scale" in stored:
            rounded = values * stored[f"{layer}.scale"] * stored[f"{layer}.even"][:, None]
            found[name] = np.ascontiguousarray(rounded.T)
        elif kind in {"weight", "bias"}:
            found[name] = values
    with np.load(folder / "head.npz", allow_pickle=False) as head:
        found |= {"roles": head["roles"], "places": head["places"]}
        found |= {"head.weight": head["weight"], "head.bias": head["bias"]}
    return {name: np.array(values, np.float32) for name, values in found.items()}


def save_base(path: Path, base: Base) -> None:
    """Write the base's own layers, as they were before any training, in its own 4 bits."""
    graph, _ = build_graph(layers_of(base, base.layers), base.layers, base.heads, base.epsilon, packed=True)
    path.write_bytes(graph.SerializeToString())


def save_blend(folder: Path, blend: Blend) -> None:
    """Put a calibrated blend into an artefact."""
    stored = json.loads((folder / ABOUT).read_text(encoding="utf-8")) | {"blend": asdict(blend)}
    (folder / ABOUT).write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")
