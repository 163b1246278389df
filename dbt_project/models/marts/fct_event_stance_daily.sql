with threads as (
    select event_id, conflict_id, day, side, language, outlet_id, basis, thread_root_id, count(*) as comments
    from {{ ref('int_event_comment') }}
    group by event_id, conflict_id, day, side, language, outlet_id, basis, thread_root_id
),

cells as (
    select
        event_id,
        conflict_id,
        day,
        side,
        language,
        outlet_id,
        basis,
        sum(comments) as comments,
        count(*) as threads,
        sum(comments * comments) as sum_thread_squares
    from threads
    group by event_id, conflict_id, day, side, language, outlet_id, basis
),

commenters as (
    select event_id, day, side, language, outlet_id, basis, count(distinct commenter_id) as commenters
    from {{ ref('int_event_comment') }}
    group by event_id, day, side, language, outlet_id, basis
)

select
    {{ surrogate_key([
        'cells.event_id', 'cells.day', 'cells.side', 'cells.language', 'cells.outlet_id', 'cells.basis',
    ]) }} as event_stance_daily_id,
    cells.event_id,
    cells.conflict_id,
    cells.day,
    cells.side,
    cells.language,
    cells.outlet_id,
    cells.basis,
    cast(cells.comments as bigint) as comments,
    commenters.commenters,
    cells.threads,
    cast(
        sum(cells.comments) over (
            partition by cells.event_id, cells.day, cells.language, cells.outlet_id, cells.basis
        ) as bigint
    ) as comments_total,
    cast(cells.sum_thread_squares as bigint) as sum_thread_squares
from cells
inner join commenters
    on
        cells.event_id = commenters.event_id
        and cells.side = commenters.side
        and cells.outlet_id = commenters.outlet_id
        and cells.basis = commenters.basis
        and cells.day is not distinct from commenters.day
        and cells.language is not distinct from commenters.language
