"""Weights in 4 bits: blocks of 32 whole numbers from -8 to 7 that share a scale.

The base comes so; what of it is not trained is kept so, which loses nothing and halves what 8 bits would take.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SIZE = 32
"""Weights of one block, neighbours in a row."""
LOWEST, HIGHEST = -8, 7

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Halves = npt.NDArray[np.float16]


def pack(values: Floats) -> tuple[Bytes, Halves]:
    """Return rows x (width / 2) bytes, of two neighbours the first in the low bits, and rows x (width / SIZE) scales.

    A block's largest weight becomes LOWEST, so a scale may be negative. Blocks made so are found again as they were.
    ValueError where SIZE does not divide the width.
    """
    rows, width = values.shape
    if width % SIZE:
        raise ValueError(f"rows of {width} weights cannot be cut into blocks of {SIZE}")
    blocks = values.reshape(-1, SIZE)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=1)[:, None], axis=1)
    scales = (largest / LOWEST).astype(np.float16)
    whole = np.round(blocks / np.where(scales == 0, 1, scales).astype(np.float32))
    numbers = (np.clip(whole, LOWEST, HIGHEST) - LOWEST).astype(np.uint8).reshape(rows, -1, 2)
    return np.asarray(numbers[..., 0] | (numbers[..., 1] << 4), dtype=np.uint8), scales.reshape(rows, -1)


def unpack(packed: Bytes, scales: Halves) -> Floats:
    """Return rows x width; the opposite of `pack`, for any number of leading axes."""
    numbers = np.stack((packed & 15, packed >> 4), axis=-1).astype(np.float32) + LOWEST
    blocks = numbers.reshape(*scales.shape, SIZE) * scales.astype(np.float32)[..., None]
    return np.asarray(blocks.reshape(*packed.shape[:-1], -1), dtype=np.float32)
