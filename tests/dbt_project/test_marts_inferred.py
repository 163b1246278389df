"""What was inferred must be counted once, by the conflict's days, with intervals that anyone can compute again."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from scipy.stats import binomtest

from tests.dbt_project.dbt_world import World


def test_comments_count_to_an_event_by_their_article_or_their_own_words(world: World) -> None:
    rows = world.query("""
        SELECT event_id, basis, role, count(*), sum(weight) FROM marts.fct_comment_event GROUP BY ALL ORDER BY ALL""")
    assert rows == [
        ("flood", "inherited", "primary", 8, 7.5),
        ("flood", "inherited", "secondary", 3, 3.0),
        ("treaty", "explicit", "primary", 1, 0.5),
    ]


def test_background_links_of_an_article_stay_with_the_article(world: World) -> None:
    rows = world.query("SELECT event_id, role FROM marts.fct_article_event ORDER BY ALL")
    assert rows == [("flood", "primary"), ("flood", "secondary"), ("treaty", "background")]


def test_every_event_has_a_row_even_when_nobody_spoke_of_it(world: World) -> None:
    rows = world.query(
        "SELECT event_id, articles, comments, commenters, threads, partisan_comments, prior_comments, is_small "
        "FROM marts.fct_event ORDER BY event_id"
    )
    assert rows == [
        ("flood", 2, 11, 5, 9, 8, 3, True),
        ("silent", 0, 0, 0, 0, 0, 0, True),
        ("treaty", 0, 1, 1, 1, 1, 10, True),
    ]


def test_empty_comments_are_counted_and_in_no_share(world: World) -> None:
    rows = world.query("SELECT side, comments, share FROM marts.fct_event_side WHERE event_id = 'flood' ORDER BY side")
    assert rows == [
        ("anti_war", 1, 0.1), ("empty", 1, None), ("north", 4, 0.4), ("off_topic", 0, 0.0), ("south", 4, 0.4),
        ("unclear", 1, 0.1),
    ]  # fmt: skip


def test_a_day_is_a_day_where_the_conflict_is(world: World) -> None:
    days = dict(world.query("SELECT day, sum(comments) FROM marts.fct_side_daily GROUP BY day"))
    # 20:30 UTC on 30 September is 1 October there; the comment of noon is not; three have no time at all.
    assert days[date(2020, 9, 30)] == 1
    assert days[date(2020, 10, 1)] == 4
    assert days[None] == 3


def test_an_article_about_something_else_has_no_sides(world: World) -> None:
    assert world.query("SELECT count(*) FROM marts.fct_article_conflict") == [(3,)]
    rows = world.query("SELECT count(*) FROM marts.fct_comment_side JOIN marts.fct_comment USING (comment_id) "
                       "JOIN marts.dim_article USING (article_id) WHERE url LIKE '%/off'")  # fmt: skip
    assert rows == [(0,)]


def test_only_the_active_version_is_served(world: World) -> None:
    assert world.query("SELECT DISTINCT model_version FROM marts.fct_comment_side") == [("m2",)]


def test_shift_is_the_share_less_the_share_before_and_null_where_nothing_was_before(world: World) -> None:
    ((share, prior, shift, low, high),) = world.query(
        "SELECT share, prior_share, shift, shift_low, shift_high FROM marts.fct_event_side "
        "WHERE event_id = 'treaty' AND side = 'south'"
    )
    assert (share, prior, shift) == pytest.approx((1.0, 0.4, 0.6))
    assert -1 <= low < shift < high <= 1
    assert world.query("SELECT DISTINCT shift, shift_low FROM marts.fct_event_side WHERE event_id = 'silent'") == [
        (None, None)
    ]


def test_an_event_finds_its_place_by_a_rival_name(world: World) -> None:
    assert world.query("SELECT DISTINCT place_key FROM marts.dim_event") == [("rivers:dam",)]


def test_the_design_effect_is_that_of_the_ratio_over_threads(world: World) -> None:
    rng = np.random.default_rng(7)
    n = rng.integers(1, 9, size=60)
    y = rng.binomial(n, rng.beta(0.5, 0.5, size=60))
    p = y.sum() / n.sum()
    variance = 60 / 59 * np.sum((y - p * n) ** 2) / n.sum() ** 2
    expected = variance / (p * (1 - p) / (n.sum() - 1))
    sums = [int(x) for x in (y.sum(), n.sum(), (y * y).sum(), (y * n).sum(), (n * n).sum(), 60)]
    ((effect,),) = world.query("SELECT marts.design_effect(?, ?, ?, ?, ?, ?)", *sums)
    assert expected > 2
    assert effect == pytest.approx(expected)


@pytest.mark.parametrize(
    ("sums", "expected"),
    [
        ((5, 10, 5, 5, 10, 10), 1.0),  # ten threads of one comment: nothing is clustered, and never below 1
        ((5, 10, 25, 50, 100, 1), 10.0),  # one thread: as good as one comment
        ((0, 10, 0, 0, 50, 2), 5.0),  # a share of 0 shows no clustering, so the most is assumed
        ((0, 0, 0, 0, 0, 0), None),
    ],
)
def test_the_design_effect_where_it_cannot_be_estimated(
    world: World, sums: tuple[int, ...], expected: float | None
) -> None:
    assert world.query("SELECT marts.design_effect(?, ?, ?, ?, ?, ?)", *sums) == [(expected,)]


@pytest.mark.parametrize(("successes", "n"), [(0, 12), (1, 3), (17, 40), (40, 40)])
def test_limits_are_wilsons(world: World, successes: int, n: int) -> None:
    wanted = binomtest(successes, n).proportion_ci(method="wilson")
    ((low, high),) = world.query("SELECT marts.wilson_low($1, $2, 1.0), marts.wilson_high($1, $2, 1.0)", successes, n)
    assert (low, high) == pytest.approx((wanted.low, wanted.high))
    ((low_4, high_4),) = world.query("SELECT marts.wilson_low($1, $2, 4), marts.wilson_high($1, $2, 4)", successes, n)
    assert high_4 - low_4 > high - low
    assert not math.isnan(low_4 + high_4)


def test_there_is_no_interval_of_nothing(world: World) -> None:
    assert world.query("SELECT marts.wilson_low(0, 0, NULL), marts.wilson_high(0, 0, NULL)") == [(None, None)]
