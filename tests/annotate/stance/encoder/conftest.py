"""A made-up conflict and a tiny encoder with random weights: enough to test everything but what training taught."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from ingest.annotate.stance.encoder.blocks import SIZE, pack, unpack
from ingest.annotate.stance.encoder.inputs import ROLES
from ingest.annotate.stance.encoder.network import OUTPUTS, POOLS
from ingest.annotate.stance.encoder.pieces import SPACE, Pieces
from ingest.conflict import Conflict, load_conflict

WORDS = ("shame", "on", "the", "army", "of", "peace", "for", "all", "shelled", "visited", "market", "again", "never")
FILES = {
    "conflict.toml": 'name = "Hills"\nstarts_on = 2001-01-01\n',
    "parties.csv": (
        "party_id,name,kind\nzorland,Zorland,belligerent\nmirovia,Mirovia,belligerent\nlund,Lund,third_party\n"
    ),
    "places.csv": "place_id,name,kind,aliases\nhill,High Hill,city,Vysoka|Uzun\n",
    "events.csv": "event_id,name,start_date\n",
    "lexicon.csv": "party_id,term,kind,language\nzorland,Zorlander,demonym,en\nzorland,Zorton,place,en\n",
}


def make_conflict(folder: Path, extra_parties: str = "") -> Conflict:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        body = text + extra_parties if name == "parties.csv" else text
        (folder / name).write_text(body, encoding="utf-8")
    return load_conflict(folder)


@pytest.fixture
def hills(tmp_path: Path) -> Conflict:
    return make_conflict(tmp_path / "hills")


@pytest.fixture
def pieces() -> Pieces:
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    names = ["<s>", "<pad>", "</s>", "<unk>", SPACE, "!", ".", *letters, *(SPACE + w for w in WORDS), SPACE + "high"]
    return Pieces(names, [0.0] * 4 + [-5.0] * 3 + [-9.0] * len(letters) + [-4.0] * (len(WORDS) + 1))


def random_arrays(words: int, layers: int, width: int) -> dict[str, npt.NDArray[np.float32]]:
    """Return weights of every name an encoder has; sizes as `Network` and `export` expect them."""
    rng = np.random.default_rng(7)

    def some(*shape: int) -> npt.NDArray[np.float32]:
        return rng.normal(0, 0.3, shape).astype(np.float32)

    vectors = some(words, width)
    arrays = {
        # As the base has them: in blocks of 4 bits, where its width allows it.
        "words": unpack(*pack(vectors)) if width % SIZE == 0 else vectors,
        "roles": some(len(ROLES), width),
        "places": some(2 + 160, width),
        "norm.weight": 1 + some(width),
        "norm.bias": some(width),
        "head.weight": some(OUTPUTS, POOLS * width),
        "head.bias": some(OUTPUTS),
    }
    for i in range(layers):
        for name, (out, into) in {
            "qkv": (3 * width, width),
            "out": (width, width),
            "up": (4 * width, width),
            "down": (width, 4 * width),
        }.items():
            arrays |= {f"{i}.{name}.weight": some(out, into), f"{i}.{name}.bias": some(out)}
        for name in ("norm1", "norm2"):
            arrays |= {f"{i}.{name}.weight": 1 + some(width), f"{i}.{name}.bias": some(width)}
    return arrays
