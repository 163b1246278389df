{{ config(tags=['shape']) }}

-- Walks from the top-level comments down. What the walk does not reach hangs in a circle of replies, which only a
-- faulty page states: those comments stand alone, without parent.
with recursive links as (
    select newest.comment_id, parent.comment_id as parent_comment_id
    from {{ ref('int_comment_newest') }} as newest
    left join {{ ref('int_comment_newest') }} as parent on newest.stated_parent_id = parent.comment_id
),

walk as (
    select comment_id, comment_id as thread_root_id
    from links
    where parent_comment_id is null
    union all
    select links.comment_id, walk.thread_root_id
    from walk
    inner join links on walk.comment_id = links.parent_comment_id
)

select
    links.comment_id,
    case when walk.comment_id is not null then links.parent_comment_id end as parent_comment_id,
    coalesce(walk.thread_root_id, links.comment_id) as thread_root_id
from links
left join walk on links.comment_id = walk.comment_id
