with cells as (
    select
        conflict_id,
        day,
        side,
        language,
        outlet_id,
        count(*) as comments,
        count(distinct commenter_id) as commenters,
        count(distinct thread_root_id) as threads
    from {{ ref('int_comment_side') }}
    group by conflict_id, day, side, language, outlet_id
)

select
    {{ surrogate_key(['conflict_id', 'day', 'side', 'language', 'outlet_id']) }} as side_daily_id,
    conflict_id,
    day,
    side,
    language,
    outlet_id,
    comments,
    commenters,
    threads,
    cast(sum(comments) over (partition by conflict_id, day, language, outlet_id) as bigint) as comments_total
from cells
