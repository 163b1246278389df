"""The encoder that ships: what holds of its files without the extra `train`."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.annotate.stance.encoder.inputs import View
from ingest.annotate.stance.encoder.network import AT_ONCE, NAME, Network
from ingest.annotate.stance.encoder.pieces import BEGIN, END
from tests.annotate.stance.conftest import STANCE

pytest.importorskip("onnxruntime", reason="running an encoder needs onnxruntime")


def test_no_pass_depends_to_the_last_bit_on_what_it_runs_with() -> None:
    network = Network(STANCE / NAME)
    rng = np.random.default_rng(3)
    lengths = [5, 210, 40, 5, *[40] * (AT_ONCE // 40 + 3), 17]
    rows = [(BEGIN, *rng.integers(END + 2, len(network.pieces) + 9, n - 2).tolist(), END) for n in lengths]
    views = [View(row, (-1,) * len(row), frozenset()) for row in rows]
    for view, passed in zip(views, network.run(views), strict=True):
        (alone,) = network.run([view])
        np.testing.assert_array_equal(alone.logits, passed.logits)
        np.testing.assert_array_equal(alone.shares, passed.shares)
