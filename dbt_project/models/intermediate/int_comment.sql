{{ config(tags=['shape']) }}

with revisions as (
    select comment_id, max(revision) as revision
    from {{ ref('int_comment_revision') }}
    group by comment_id
)

select
    comment.comment_id,
    comment.article_id,
    comment.outlet_id,
    thread.parent_comment_id,
    thread.thread_root_id,
    comment.depth,
    comment.ordinal,
    comment.commenter_id,
    comment.posted_at,
    comment.posted_at_basis,
    comment.text,
    comment.is_empty,
    comment.first_seen_at,
    comment.last_seen_at,
    coalesce(comment.last_seen_at < coverage.last_complete_pass_at, false) as is_vanished,
    revisions.revision,
    duplicate.duplicate_cluster_id,
    coalesce(duplicate.duplicate_count, 1) as duplicate_count,
    comment.parser,
    comment.parser_version,
    comment.is_demo
from {{ ref('int_comment_newest') }} as comment
inner join {{ ref('int_comment_thread') }} as thread on comment.comment_id = thread.comment_id
inner join revisions on comment.comment_id = revisions.comment_id
left join {{ ref('int_comment_duplicate') }} as duplicate on comment.comment_id = duplicate.comment_id
left join {{ ref('int_article_coverage') }} as coverage on comment.article_id = coverage.article_id
