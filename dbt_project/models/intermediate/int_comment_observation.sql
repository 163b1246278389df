{{ config(tags=['shape']) }}

select
    comment.comment_id,
    comment.article_id,
    page.read_id,
    page.content_read_id,
    page.fetched_at as observed_at,
    comment.text_hash
from {{ ref('int_page_read') }} as page
inner join {{ ref('int_comment_read') }} as comment on page.content_read_id = comment.read_id
