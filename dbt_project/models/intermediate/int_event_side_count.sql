{{ config(tags=['serve']) }}

-- What design_effect and the Wilson interval need, for an event's own comments and for the conflict's comments of the
-- 14 days before it.
with comments as (
    select event_id, 'event' as period, side, thread_root_id
    from {{ ref('int_event_comment') }}

    union all

    select event.event_id, 'prior' as period, side.side, side.thread_root_id
    from {{ ref('int_event') }} as event
    inner join {{ ref('int_comment_side') }} as side
        on
            event.conflict_id = side.conflict_id
            and side.day >= event.start_date - interval '14' day
            and side.day < event.start_date
),

by_side as (
    select event_id, period, thread_root_id, side, count(*) as y
    from comments
    group by event_id, period, thread_root_id, side
),

by_thread as (
    select event_id, period, thread_root_id, sum(case when side <> 'empty' then y else 0 end) as n
    from by_side
    group by event_id, period, thread_root_id
),

denominators as (
    select
        event_id,
        period,
        sum(n) as n,
        sum(n * n) as sum_nn,
        sum(case when n > 0 then 1 else 0 end) as clusters
    from by_thread
    group by event_id, period
),

numerators as (
    select
        by_side.event_id,
        by_side.period,
        by_side.side,
        sum(by_side.y) as y,
        sum(by_side.y * by_side.y) as sum_yy,
        sum(by_side.y * by_thread.n) as sum_yn
    from by_side
    inner join by_thread
        on
            by_side.event_id = by_thread.event_id
            and by_side.period = by_thread.period
            and by_side.thread_root_id = by_thread.thread_root_id
    group by by_side.event_id, by_side.period, by_side.side
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
    select event.event_id, event.conflict_id, sides.side, periods.period
    from {{ ref('int_event') }} as event
    inner join sides on event.conflict_id = sides.conflict_id
    cross join (
        select 'event' as period
        union all
        select 'prior' as period
    ) as periods
)

select
    spine.event_id,
    spine.conflict_id,
    spine.side,
    spine.period,
    cast(coalesce(numerators.y, 0) as bigint) as y,
    cast(coalesce(denominators.n, 0) as bigint) as n,
    cast(coalesce(numerators.sum_yy, 0) as double) as sum_yy,
    cast(coalesce(numerators.sum_yn, 0) as double) as sum_yn,
    cast(coalesce(denominators.sum_nn, 0) as double) as sum_nn,
    cast(coalesce(denominators.clusters, 0) as bigint) as clusters
from spine
left join denominators on spine.event_id = denominators.event_id and spine.period = denominators.period
left join numerators
    on
        spine.event_id = numerators.event_id
        and spine.period = numerators.period
        and spine.side = numerators.side
