"""What was inferred must be counted once, by the conflict's days, with intervals that anyone can compute again."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from scipy.stats import binomtest, norm, t

from tests.dbt_project.dbt_world import World


def test_comments_count_to_an_event_by_their_article_or_their_own_words(world: World) -> None:
    rows = world.query("""
        SELECT event_id, basis, role, count(*), round(sum(weight), 6) FROM marts.fct_comment_event
        GROUP BY ALL ORDER BY ALL""")
    # An inherited link of confidence 0.9 weighs 0.45; the comment that names the treaty shares 1 between both.
    assert rows == [
        ("flood", "inherited", "primary", 8, round(7 * 0.45 + 0.45 / 1.45, 6)),
        ("flood", "inherited", "secondary", 3, round(3 * 0.45, 6)),
        ("treaty", "explicit", "primary", 1, round(1 / 1.45, 6)),
    ]


def test_a_link_that_waits_for_review_counts_nowhere_and_is_counted_as_waiting(world: World) -> None:
    assert world.query("SELECT confidence FROM marts.fct_article_event WHERE needs_review") == [(0.7,)]
    rows = world.query("SELECT event_id, articles, articles_in_review FROM marts.fct_event WHERE event_id = 'flood'")
    assert rows == [("flood", 2, 1)]


def test_the_likeliest_events_are_there_to_choose_from_and_count_nowhere(world: World) -> None:
    rows = world.query("""
        SELECT article.title, event_id, rank, is_linked, why_not, link.event_id IS NOT NULL
        FROM marts.fct_article_candidate AS one JOIN marts.dim_article AS article USING (article_id)
        LEFT JOIN marts.fct_article_event AS link USING (article_id, event_id) ORDER BY rank""")
    # Of the served version only, and of events that are still in the conflict's folder.
    assert rows == [("c", "flood", 1, True, None, True), ("c", "treaty", 2, False, "outdone", False)]
    assert world.query("SELECT articles, articles_in_review FROM marts.fct_event WHERE event_id = 'treaty'") == [(0, 0)]


def test_a_family_counts_each_comment_once(world: World) -> None:
    """One comment is tied to both parts of the season: the season has 11 comments, not 12."""
    rows = world.query("""
        SELECT event_id, sub_events, comments, articles_with_sub_events, comments_with_sub_events,
               commenters_with_sub_events
        FROM marts.fct_event ORDER BY event_id""")
    assert rows == [
        ("flood", 0, 11, 2, 11, 5), ("season", 2, 0, 2, 11, 5), ("silent", 0, 0, 0, 0, 0), ("treaty", 0, 1, 0, 1, 1)
    ]  # fmt: skip
    rolled = world.query("""
        SELECT count(DISTINCT comment_id) FROM marts.event_tree JOIN marts.fct_comment_event USING (event_id)
        WHERE ancestor_event_id = 'season'""")
    assert rolled == [(11,)]
    assert world.query("SELECT depth, root_event_id FROM marts.dim_event WHERE event_id = 'flood'") == [(1, "season")]


def test_explicit_and_inherited_are_told_apart(world: World) -> None:
    assert world.query("SELECT basis, sum(comments) FROM marts.fct_event_stance_daily GROUP BY ALL ORDER BY ALL") == [
        ("explicit", 1), ("inherited", 11)
    ]  # fmt: skip
    rows = world.query("""
        SELECT event_id, explicit_comments, explicit_share, inherited_comments, inherited_share
        FROM marts.fct_event_side WHERE side = 'south' AND comments > 0 ORDER BY event_id""")
    assert rows == [("flood", 0, None, 4, 0.4), ("treaty", 1, 1.0, 0, None)]


def test_history_begins_on_the_day_the_facts_were_as_of(world: World) -> None:
    rows = world.query("""
        SELECT version, CAST(history.valid_from AS DATE), valid_to, CAST(event.valid_from AS DATE), event.as_of
        FROM marts.dim_event_history AS history JOIN marts.dim_event AS event USING (event_id)
        WHERE event_id = 'treaty'""")
    assert rows == [(1, date(2020, 10, 1), None, date(2020, 10, 1), date(2020, 10, 1))]


def test_background_links_of_an_article_stay_with_the_article(world: World) -> None:
    rows = world.query("SELECT event_id, role FROM marts.fct_article_event WHERE NOT needs_review ORDER BY ALL")
    assert rows == [("flood", "primary"), ("flood", "secondary"), ("treaty", "background")]


def test_every_event_has_a_row_even_when_nobody_spoke_of_it(world: World) -> None:
    rows = world.query(
        "SELECT event_id, articles, comments, commenters, threads, partisan_comments, prior_comments, is_small "
        "FROM marts.fct_event ORDER BY event_id"
    )
    assert rows == [
        ("flood", 2, 11, 5, 9, 8, 3, True),
        ("season", 0, 0, 0, 0, 0, 3, True),
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


@pytest.mark.parametrize(("clusters", "share"), [(4, 0.1), (12, 0.5), (40, 0.3)])
def test_few_clusters_widen_by_students_t(world: World, clusters: int, share: float) -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(20, 40, size=clusters)
    y = rng.binomial(n, share)
    sums = [int(x) for x in (y.sum(), n.sum(), (y * y).sum(), (y * n).sum(), (n * n).sum(), clusters)]
    ((plain, widened),) = world.query(
        "SELECT marts.design_effect($1, $2, $3, $4, $5, $6), marts.few_clusters_effect($1, $2, $3, $4, $5, $6)", *sums
    )
    assert widened / plain == pytest.approx((t.ppf(0.975, clusters - 1) / norm.ppf(0.975)) ** 2, rel=0.02)


def test_one_article_is_one_observation(world: World) -> None:
    """And two are two at most, however alike they seem: no shift is proved by a single article."""
    assert world.query("SELECT 60 / marts.few_clusters_effect(20, 60, 400, 1200, 3600, 1)") == [(1.0,)]
    ((size,),) = world.query("SELECT 60 / marts.few_clusters_effect(20, 60, 200, 600, 1800, 2)")
    assert size == pytest.approx(2)


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
