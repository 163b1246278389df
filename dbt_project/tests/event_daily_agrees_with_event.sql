{{ config(meta={'dagster': {'ref': {'name': 'fct_event_stance_daily'}}}) }}

with days as (
    select event_id, sum(comments) as comments
    from {{ ref('fct_event_stance_daily') }}
    group by event_id
)

select event.event_id, event.comments, days.comments as daily_comments
from {{ ref('fct_event') }} as event
left join days on event.event_id = days.event_id
where event.comments <> coalesce(days.comments, 0)
