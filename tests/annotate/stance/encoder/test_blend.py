"""The blend trusts whoever was right on held-out comments, and keeps to the stated risk."""

from __future__ import annotations

import numpy as np

from ingest.annotate.stance.encoder.blend import MAX_WRONG_SIDE, Opinions, fit_blend, risk, side_logs, weights_of

COUNT = 500
EVEN = np.ones(COUNT)


def opinions(good: str, knowledge: float = 2.0) -> tuple[Opinions, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return opinions where the one named `good` mostly knows the side and the other only guesses."""
    rng = np.random.default_rng(3)
    gold = rng.integers(0, 5, COUNT)
    knows = rng.normal(0, 1, (COUNT, 5)) + knowledge * np.eye(5)[gold]
    guesses = rng.normal(0, 1, (COUNT, 5))
    first, second = (knows, guesses) if good == "encoder" else (guesses, knows)
    stances = rng.normal(0, 1, (COUNT, 2, 3))
    return Opinions(first, second, stances, rng.integers(0, 5, COUNT), np.ones(COUNT, dtype=bool)), gold


def test_the_better_opinion_gets_the_weight() -> None:
    for good, other in (("encoder", "ngram"), ("ngram", "encoder")):
        given, gold = opinions(good)
        blend = fit_blend(given, gold, np.zeros((COUNT, 2), dtype=np.int64), EVEN)
        assert np.mean(getattr(blend, good)) > 3 * abs(np.mean(getattr(blend, other)))


def test_the_threshold_keeps_the_stated_risk() -> None:
    given, gold = opinions("encoder", knowledge=1.0)
    blend = fit_blend(given, gold, np.zeros((COUNT, 2), dtype=np.int64), EVEN)
    assert blend.rest.min_share > 0.51
    rows = risk(side_logs(given, blend), gold, given.worded)
    assert all(
        wrong <= MAX_WRONG_SIDE for share, calls, wrong in rows if share >= blend.rest.min_share and calls >= 100
    )


def test_both_parties_are_lifted_alike() -> None:
    given, gold = opinions("encoder")
    blend = fit_blend(given, gold, np.zeros((COUNT, 2), dtype=np.int64), EVEN)
    turn = [1, 0, 2, 3, 4]
    turned = Opinions(given.encoder[:, turn], given.ngram[:, turn], given.stances, given.regimes, given.worded)
    np.testing.assert_allclose(side_logs(given, blend)[:, turn], side_logs(turned, blend))


def test_real_texts_count_as_much_as_all_others() -> None:
    real = np.arange(COUNT) < 50
    weights = weights_of(real)
    np.testing.assert_allclose([weights[real].sum(), weights[~real].sum()], COUNT / 2)
    assert (weights_of(np.zeros(COUNT, dtype=bool)) == 1).all()


def test_the_threshold_is_that_of_what_counts_most() -> None:
    """Where the few real texts are read worse than the many others, the threshold is higher than without weights."""
    hard, gold = opinions("encoder", knowledge=0.1)
    easy, _ = opinions("encoder", knowledge=6.0)
    real = np.arange(COUNT) % 4 == 0
    mixed = Opinions(
        np.where(real[:, None], hard.encoder, easy.encoder), hard.ngram, hard.stances, hard.regimes, hard.worded
    )
    stances = np.zeros((COUNT, 2), dtype=np.int64)
    even, weighted = (fit_blend(mixed, gold, stances, w).rest.min_share for w in (EVEN, weights_of(real)))
    assert weighted > even
