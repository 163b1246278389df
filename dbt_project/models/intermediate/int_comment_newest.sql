{{ config(tags=['shape']) }}

with observations as (
    select
        comment_id,
        content_read_id,
        observed_at,
        row_number() over (partition by comment_id order by observed_at desc, read_id desc) as recency,
        min(observed_at) over (partition by comment_id) as first_seen_at
    from {{ ref('int_comment_observation') }}
),

-- "2 hours ago" is most exact where it was read first, so of equally good bases the earliest reading gives the time.
times as (
    select
        comment.comment_id,
        comment.posted_at,
        comment.posted_at_basis,
        row_number() over (
            partition by comment.comment_id
            order by
                case comment.posted_at_basis
                    when 'stated' then 0
                    when 'relative' then 1
                    when 'bounded' then 2
                    else 3
                end,
                page.fetched_at,
                page.read_id
        ) as choice
    from {{ ref('int_comment_read') }} as comment
    inner join {{ ref('int_page_read') }} as page on comment.read_id = page.read_id
)

select
    comment.comment_id,
    comment.article_id,
    comment.stated_parent_id,
    comment.ordinal,
    comment.depth,
    comment.commenter_id,
    times.posted_at,
    times.posted_at_basis,
    comment.text,
    comment.is_empty,
    page.outlet_id,
    page.parser,
    page.parser_version,
    page.is_demo,
    observations.first_seen_at,
    observations.observed_at as last_seen_at
from observations
inner join {{ ref('int_comment_read') }} as comment
    on observations.content_read_id = comment.read_id and observations.comment_id = comment.comment_id
inner join {{ ref('int_page_read') }} as page on observations.content_read_id = page.read_id
inner join times on observations.comment_id = times.comment_id and times.choice = 1
where observations.recency = 1
