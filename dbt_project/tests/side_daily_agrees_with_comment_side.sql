{{ config(meta={'dagster': {'ref': {'name': 'fct_side_daily'}}}) }}

with days as (
    select conflict_id, side, sum(comments) as comments
    from {{ ref('fct_side_daily') }}
    group by conflict_id, side
),

comments as (
    select conflict_id, side, count(*) as comments
    from {{ ref('fct_comment_side') }}
    group by conflict_id, side
)

select
    coalesce(days.conflict_id, comments.conflict_id) as conflict_id,
    coalesce(days.side, comments.side) as side,
    days.comments as daily_comments,
    comments.comments
from days
full outer join comments on days.conflict_id = comments.conflict_id and days.side = comments.side
where days.comments is distinct from comments.comments
