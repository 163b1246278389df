"""The trained artefact and its arithmetic: features to numbers, numbers to logits, files to weights and back.

Everything is plain arrays and packed JSON: loading it runs no code, and its hash is the model's version.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ingest.annotate.stance.polarity import Polarity

Floats = npt.NDArray[np.float32]
Row = tuple[Sequence[int], int]
"""The known features of a text, and how many it has, known or not."""

FORMAT = 3
STANCES = ("FAVOR", "AGAINST", "NONE")
KINDS = ("partisan", "anti_war", "unclear", "off_topic")
ARRAYS = ("stance", "side", "lore", "context")
HEAD = "model.json.gz"
"""The names of features are a million words; packed they take a fifth."""
FILES = (HEAD, *(f"{name}.npy" for name in ARRAYS))
PULL = len(STANCES)
"""The column of the stance weights that tells one party from the other rather than FAVOR from AGAINST."""
REGIMES = ("nobody", "towns", "one", "both", "answer")
"""What a text gives to go by: no name, only towns of a party, one belligerent called, more, or only its context."""
CUES = ("roles", "lore", "context")
KNOWN = ((0, 1, 0), (1, 1, 1), (1, 0, 0), (1, 0, 0), (0, 1, 1))
"""Which cues count in which regime. Where a belligerent is called, nothing else speaks, so that exchanging
the names exchanges the sides."""


class ModelError(ValueError):
    """The model's files cannot be used; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What held-out folds taught about how far to trust the logits; see `side.py` for the formulas."""

    cue_weights: tuple[tuple[float, ...], ...] = KNOWN
    party_bias: tuple[float, ...] = (0.0,) * len(REGIMES)
    kind_weight: float = 1.0
    kind_bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    own_weight: float = 1.0
    joint_weight: float = 0.0
    stance_bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    min_share: float = 0.5
    min_stance_confidence: float = 0.5


@dataclass(frozen=True, slots=True)
class Model:
    """Four linear models over named features; the last row of `stance` and `side` is the bias.

    `stance` is (features + 1) x 4: FAVOR, AGAINST, NONE, and the pull. `side` is (features + 1) x 4, over KINDS.
    `lore` and `context` have one weight a feature; `lore` speaks for the first of `lore_parties[conflict]` and
    against the second.
    """

    stance_index: dict[str, int]
    side_index: dict[str, int]
    lore_index: dict[str, int]
    context_index: dict[str, int]
    stance: Floats
    side: Floats
    lore: Floats
    context: Floats
    lore_parties: dict[str, tuple[str, str]]
    calibration: Calibration
    polarity: Polarity
    version: str = "untrained"


def matrix(rows: Sequence[Row], size: int, *, bias: bool = True) -> sparse.csr_matrix:
    """Return counts over the square root of the row's length and, with `bias`, a last column of ones.

    The length counts unknown features too: of a text the model hardly knows, it should think little.
    """
    known = np.fromiter((len(ids) for ids, _ in rows), dtype=np.int64, count=len(rows))
    totals = np.fromiter((total for _, total in rows), dtype=np.int64, count=len(rows))
    flat = np.fromiter(chain.from_iterable(ids for ids, _ in rows), dtype=np.int32, count=int(known.sum()))
    data = np.repeat(1.0 / np.sqrt(np.maximum(totals, 1)), known).astype(np.float32)
    if bias:
        ends = np.cumsum(known)
        flat, data = np.insert(flat, ends, size), np.insert(data, ends, np.float32(1.0))
        known, size = known + 1, size + 1
    return sparse.csr_matrix((data, flat, np.concatenate(([0], np.cumsum(known)))), shape=(len(rows), size))


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
        "lore_parties": model.lore_parties,
        **{f"{name}_features": list(getattr(model, f"{name}_index")) for name in ARRAYS},
    }
    written = json.dumps(head, ensure_ascii=False, indent=0).encode()
    # Without the time of writing, so that the same model is the same file and has the same version.
    (folder / HEAD).write_bytes(gzip.compress(written, mtime=0))
    for name in ARRAYS:
        np.save(folder / f"{name}.npy", getattr(model, name).astype(np.float16))
    return f"ngram-{FORMAT}-{_digest(folder)}"


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


def load_model(folder: Path) -> Model:
    """Read the artefact. Raises ModelError where it is missing, broken or of another format."""
    mend = "train it anew with: python -m ingest.annotate.stance.train"
    try:
        head = json.loads(gzip.decompress((folder / HEAD).read_bytes()))
        arrays = [np.load(folder / name, allow_pickle=False).astype(np.float32) for name in FILES[1:]]
    except FileNotFoundError as error:
        raise ModelError(f"{error.filename} is missing; {mend}") from None
    except (ValueError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ModelError(f"the stance model in {folder} cannot be read ({error}); {mend}") from error
    if head.get("format") != FORMAT:
        raise ModelError(f"{folder / HEAD} has format {head.get('format')}, this code reads {FORMAT}; {mend}")
    indexes = (
        _numbered(head["stance_features"]),
        _numbered(head["side_features"]),
        _numbered(head["lore_features"]),
        _numbered(head["context_features"]),
    )
    sizes = [len(index) for index in indexes]
    shapes = [(sizes[0] + 1, len(STANCES) + 1), (sizes[1] + 1, len(KINDS)), (sizes[2],), (sizes[3],)]
    if [a.shape for a in arrays] != shapes:
        raise ModelError(f"the files in {folder} do not belong together; {mend}")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in head["calibration"].items()}
    parties = {conflict: (first, second) for conflict, (first, second) in head["lore_parties"].items()}
    version = f"ngram-{FORMAT}-{_digest(folder)}"
    calibration, polarity = Calibration(**values), Polarity(head["polarity"])
    stance, side, lore, context = arrays
    return Model(*indexes, stance, side, lore, context, parties, calibration, polarity, version)
