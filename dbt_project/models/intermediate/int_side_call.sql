{{ config(tags=['serve']) }}

-- What a correction starts from, for each selection that gets one: comments with text by the class the model itself
-- called, before people's answers, and by the class served. What nobody is asked about (`is_read` false) is in no
-- call: it stays on no party's side, as it is in the share served.
with judged as (
    select
        side.comment_id,
        side.conflict_id,
        side.outlet_id,
        side.day,
        side.thread_root_id,
        coalesce(called.party_id, 'neither') as called,
        coalesce(served.party_id, 'neither') as served,
        coalesce(side.abstain_reason, '') not in {{ never_asked() }} as is_read
    from {{ ref('int_comment_side') }} as side
    left join {{ ref('int_party') }} as called
        on side.conflict_id = called.conflict_id and side.model_side = called.party_id and called.kind = 'belligerent'
    left join {{ ref('int_party') }} as served
        on side.conflict_id = served.conflict_id and side.side = served.party_id and served.kind = 'belligerent'
    where side.model_side <> 'empty'
),

scoped as (
    select conflict_id, 'conflict' as scope, conflict_id as scope_id, called, served, is_read, thread_root_id
    from judged

    union all

    select conflict_id, 'outlet' as scope, outlet_id as scope_id, called, served, is_read, thread_root_id
    from judged

    union all

    select conflict_id, 'day' as scope, cast(day as varchar) as scope_id, called, served, is_read, thread_root_id
    from judged
    where day is not null

    union all

    -- ISO weeks, by their Monday; of the same days, so a comment without one is in no week.
    select
        conflict_id, 'week' as scope, cast(cast(date_trunc('week', day) as date) as varchar) as scope_id, called, served,
        is_read, thread_root_id
    from judged
    where day is not null

    union all

    select
        judged.conflict_id, 'event' as scope, link.event_id as scope_id, judged.called, judged.served, judged.is_read,
        judged.thread_root_id
    from judged
    inner join {{ ref('int_event_comment') }} as link
        on judged.comment_id = link.comment_id and judged.conflict_id = link.conflict_id
),

totals as (
    select
        conflict_id,
        scope,
        scope_id,
        count(*) as n,
        sum(case when is_read then 1 else 0 end) as n_read
    from scoped
    group by conflict_id, scope, scope_id
),

served as (
    select conflict_id, scope, scope_id, served as side_class, count(*) as comments
    from scoped
    group by conflict_id, scope, scope_id, served
),

by_thread as (
    select
        conflict_id,
        scope,
        scope_id,
        thread_root_id,
        called,
        count(*) as y,
        sum(count(*)) over (partition by conflict_id, scope, scope_id, thread_root_id) as n
    from scoped
    where is_read
    group by conflict_id, scope, scope_id, thread_root_id, called
),

threads as (
    select conflict_id, scope, scope_id, count(*) as clusters, sum(n * n) as sum_nn
    from (select distinct conflict_id, scope, scope_id, thread_root_id, n from by_thread) as thread
    group by conflict_id, scope, scope_id
),

called as (
    select conflict_id, scope, scope_id, called as side_class, sum(y) as y, sum(y * y) as sum_yy, sum(y * n) as sum_yn
    from by_thread
    group by conflict_id, scope, scope_id, called
),

classes as (
    select conflict_id, party_id as side_class
    from {{ ref('int_party') }}
    where kind = 'belligerent'

    union all

    select conflict_id, 'neither' as side_class
    from {{ ref('int_conflict') }}
)

select
    totals.conflict_id,
    totals.scope,
    totals.scope_id,
    classes.side_class,
    totals.n,
    cast(totals.n_read as bigint) as n_read,
    coalesce(served.comments, 0) as comments,
    cast(coalesce(called.y, 0) as double) as calls,
    coalesce(
        marts.design_effect(
            called.y, totals.n_read, called.sum_yy, called.sum_yn, threads.sum_nn, cast(threads.clusters as double)
        ),
        1.0
    ) as deff
from totals
inner join classes on totals.conflict_id = classes.conflict_id
left join served
    on
        totals.conflict_id = served.conflict_id
        and totals.scope = served.scope
        and totals.scope_id = served.scope_id
        and classes.side_class = served.side_class
left join called
    on
        totals.conflict_id = called.conflict_id
        and totals.scope = called.scope
        and totals.scope_id = called.scope_id
        and classes.side_class = called.side_class
left join threads
    on totals.conflict_id = threads.conflict_id and totals.scope = threads.scope and totals.scope_id = threads.scope_id
