{{ config(tags=['shape']) }}

-- Feeds, answers and exports word a comment otherwise than its page does (plain text, a part of it), which is no edit: they
-- speak for a comment only where no page shows it.
with observations as (
    select
        comment.comment_id,
        comment.article_id,
        page.read_id,
        page.content_read_id,
        page.fetched_at as observed_at,
        comment.text_hash,
        case when page.is_data then 1 else 0 end as voice,
        min(case when page.is_data then 1 else 0 end) over (partition by comment.comment_id) as first_voice
    from {{ ref('int_page_read') }} as page
    inner join {{ ref('int_comment_read') }} as comment on page.content_read_id = comment.read_id
)

select comment_id, article_id, read_id, content_read_id, observed_at, text_hash
from observations
where voice = first_voice
