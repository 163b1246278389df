with counts as (
    select
        conflict_id,
        side_class,
        cast(date_trunc('week', cast(scope_id as date)) as date) as monday,
        case when scope = 'week' then cast(scope_id as date) end as week,
        case when scope = 'week' then comments else 0 end as in_week,
        case when scope = 'day' then comments else 0 end as in_days
    from {{ ref('fct_side_corrected') }}
    where scope in ('day', 'week')
)

select conflict_id, side_class, monday, sum(in_week) as in_week, sum(in_days) as in_days
from counts
group by conflict_id, side_class, monday
having sum(in_week) <> sum(in_days) or max(week) is distinct from monday
