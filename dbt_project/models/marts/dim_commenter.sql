-- The key is made per outlet, so a commenter belongs to one outlet.
select
    commenter_id,
    min(outlet_id) as outlet_id,
    count(*) as comments,
    min(posted_at) as first_posted_at,
    max(posted_at) as last_posted_at,
    min(cast(is_demo as integer)) = 1 as is_demo
from {{ ref('int_comment') }}
where commenter_id is not null
group by commenter_id
