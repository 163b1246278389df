"""What the base makes of a text, as it was before any training of ours: heads for single targets go by it.

For them it does better than the encoder trained on wars, which forgot what has nothing to do with a war. Pieces and
their vectors are the encoder's, which are the base's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.annotate.stance.encoder.network import Network, session
from ingest.annotate.stance.encoder.pieces import BEGIN, END
from ingest.annotate.stance.targets.features import Floats, spoken

LAYERS = "layers.onnx"
PREFIX = "query: "
"""What stood before the texts the base was trained with."""
LONGEST = 128
"""So many pieces of a text are read."""


class Reader:
    """Reads one text at a time, so that what it makes of it does not depend on its company."""

    def __init__(self, encoder: Path, layers: Path) -> None:
        """Load the encoder in the folder `encoder`, for its pieces, and the base's `layers`.

        Raises ModelError where the encoder cannot be used, ValueError where the layers cannot.
        """
        self._network = Network(encoder)
        self._layers = session(layers)

    def states(self, texts: Sequence[str]) -> Floats:
        """Return texts x width: the mean of what the last layer makes of a text's pieces."""
        return np.stack([self._mean(text) for text in texts])

    def _mean(self, text: str) -> Floats:
        pieces = self._network.pieces.encode(PREFIX + spoken(text))[: LONGEST - 2]
        emb = self._network.embed(np.array([[BEGIN, *pieces, END]], dtype=np.int64))
        return np.asarray(self._layers.run(None, {"emb": emb})[0][0].mean(axis=0), dtype=np.float32)


def fingerprint(encoder: Path, layers: Path) -> str:
    """Return what the states hang on: a hash of the layers and of the vectors of the pieces."""
    return hashlib.sha256(layers.read_bytes() + (encoder / "vectors.npy").read_bytes()).hexdigest()[:8]
