"""Weights in 4 bits: what came so is kept as it was, and other weights lose no more than a step."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.annotate.stance.encoder.blocks import HIGHEST, LOWEST, SIZE, pack, unpack


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 3))
def test_what_came_in_blocks_is_found_again(seed: int, rows: int, blocks: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = rng.integers(LOWEST, HIGHEST + 1, (rows, blocks, SIZE))
    numbers[..., rng.integers(SIZE)] = LOWEST
    scales = rng.normal(0, 0.1, (rows, blocks, 1)).astype(np.float16)
    values = (numbers * scales.astype(np.float32)).reshape(rows, -1).astype(np.float32)
    packed, found = pack(values)
    assert (packed.shape, found.shape) == ((rows, blocks * SIZE // 2), (rows, blocks))
    np.testing.assert_array_equal(unpack(packed, found), values)
    np.testing.assert_array_equal(unpack(packed[None], found[None])[0], values)


@given(st.integers(0, 2**32 - 1))
def test_other_weights_lose_no_more_than_a_step(seed: int) -> None:
    values = np.random.default_rng(seed).normal(0, 1, (3, 2 * SIZE)).astype(np.float32)
    packed, scales = pack(values)
    away = np.abs(unpack(packed, scales) - values).reshape(3, 2, SIZE).max(axis=2)
    assert (away <= np.abs(scales.astype(np.float32)) * 1.01).all()


def test_nothing_stays_nothing_and_an_odd_width_is_refused() -> None:
    assert not unpack(*pack(np.zeros((2, SIZE), np.float32))).any()
    with pytest.raises(ValueError, match="24 weights cannot be cut into blocks of 32"):
        pack(np.zeros((2, 24), np.float32))
