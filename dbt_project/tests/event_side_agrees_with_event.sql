{{ config(meta={'dagster': {'ref': {'name': 'fct_event_side'}}}) }}

with sides as (
    select event_id, sum(comments) as comments
    from {{ ref('fct_event_side') }}
    group by event_id
)

select event.event_id, event.comments, sides.comments as side_comments
from {{ ref('fct_event') }} as event
left join sides on event.event_id = sides.event_id
where event.comments <> coalesce(sides.comments, -1)
