{{ config(tags=['serve']) }}

select
    link.event_id,
    link.comment_id,
    link.conflict_id,
    link.basis,
    link.weight,
    side.side,
    side.day,
    side.posted_at,
    side.language,
    side.outlet_id,
    side.commenter_id,
    side.thread_root_id,
    comment.article_id
from {{ ref('int_comment_event') }} as link
inner join {{ ref('int_comment_side') }} as side
    on link.comment_id = side.comment_id and link.conflict_id = side.conflict_id
inner join {{ ref('int_comment') }} as comment on link.comment_id = comment.comment_id
where link.role in {{ counted_roles() }}
