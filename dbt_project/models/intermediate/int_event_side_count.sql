{{ config(tags=['serve']) }}

{% set periods = ['event', 'explicit', 'inherited', 'prior'] %}

-- What design_effect and the Wilson interval need: for an event's own comments, for those of them tied by their own
-- words and by way of the article, and for the conflict's comments of the 14 days before the event. Counted twice, with
-- threads and with articles as the clusters.
with daily as (
    select side.conflict_id, side.day, side.side, comment.article_id, side.thread_root_id, count(*) as y
    from {{ ref('int_comment_side') }} as side
    inner join {{ ref('int_comment') }} as comment on side.comment_id = comment.comment_id
    group by side.conflict_id, side.day, side.side, comment.article_id, side.thread_root_id
),

tied as (
    select event_id, basis, side, article_id, thread_root_id, count(*) as y
    from {{ ref('int_event_comment') }}
    group by event_id, basis, side, article_id, thread_root_id
),

counted as (
    select event_id, 'event' as period, side, article_id, thread_root_id, y
    from tied

    union all

    select event_id, basis as period, side, article_id, thread_root_id, y
    from tied

    union all

    select event.event_id, 'prior' as period, daily.side, daily.article_id, daily.thread_root_id, daily.y
    from {{ ref('int_event') }} as event
    inner join daily
        on
            event.conflict_id = daily.conflict_id
            and daily.day >= event.start_date - interval '14' day
            and daily.day < event.start_date
),

by_side as (
    select event_id, period, 'thread' as clustered_by, thread_root_id as cluster_id, side, sum(y) as y
    from counted
    group by event_id, period, thread_root_id, side

    union all

    select event_id, period, 'article' as clustered_by, article_id as cluster_id, side, sum(y) as y
    from counted
    group by event_id, period, article_id, side
),

by_cluster as (
    select event_id, period, clustered_by, cluster_id, sum(case when side <> 'empty' then y else 0 end) as n
    from by_side
    group by event_id, period, clustered_by, cluster_id
),

denominators as (
    select
        event_id,
        period,
        clustered_by,
        sum(n) as n,
        sum(n * n) as sum_nn,
        sum(case when n > 0 then 1 else 0 end) as clusters
    from by_cluster
    group by event_id, period, clustered_by
),

numerators as (
    select
        by_side.event_id,
        by_side.period,
        by_side.clustered_by,
        by_side.side,
        sum(by_side.y) as y,
        sum(by_side.y * by_side.y) as sum_yy,
        sum(by_side.y * by_cluster.n) as sum_yn
    from by_side
    inner join by_cluster
        on
            by_side.event_id = by_cluster.event_id
            and by_side.period = by_cluster.period
            and by_side.clustered_by = by_cluster.clustered_by
            and by_side.cluster_id = by_cluster.cluster_id
    group by by_side.event_id, by_side.period, by_side.clustered_by, by_side.side
),

sides as (
    select conflict_id, party_id as side
    from {{ ref('int_party') }}
    where kind = 'belligerent'
    {% for side in other_sides() %}
    union all
    select conflict_id, '{{ side }}' as side
    from {{ ref('int_conflict') }}
    {% endfor %}
),

spine as (
    select event.event_id, event.conflict_id, sides.side, periods.period, clusterings.clustered_by
    from {{ ref('int_event') }} as event
    inner join sides on event.conflict_id = sides.conflict_id
    cross join (
        {%- for period in periods %}
        select '{{ period }}' as period{{ ' union all' if not loop.last }}
        {%- endfor %}
    ) as periods
    cross join (select 'thread' as clustered_by union all select 'article' as clustered_by) as clusterings
)

select
    spine.event_id,
    spine.conflict_id,
    spine.side,
    spine.period,
    spine.clustered_by,
    cast(coalesce(numerators.y, 0) as bigint) as y,
    cast(coalesce(denominators.n, 0) as bigint) as n,
    cast(coalesce(numerators.sum_yy, 0) as double) as sum_yy,
    cast(coalesce(numerators.sum_yn, 0) as double) as sum_yn,
    cast(coalesce(denominators.sum_nn, 0) as double) as sum_nn,
    cast(coalesce(denominators.clusters, 0) as bigint) as clusters
from spine
left join denominators
    on
        spine.event_id = denominators.event_id
        and spine.period = denominators.period
        and spine.clustered_by = denominators.clustered_by
left join numerators
    on
        spine.event_id = numerators.event_id
        and spine.period = numerators.period
        and spine.clustered_by = numerators.clustered_by
        and spine.side = numerators.side
