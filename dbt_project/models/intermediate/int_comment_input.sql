{{ config(tags=['shape']) }}

select
    comment.comment_id,
    comment.article_id,
    {{ surrogate_key(['comment.text', 'parent.text', 'article.title']) }} as input_key,
    comment.text,
    parent.text as parent_text,
    article.title as article_title
from {{ ref('int_comment') }} as comment
inner join {{ ref('int_article') }} as article on comment.article_id = article.article_id
left join {{ ref('int_comment') }} as parent on comment.parent_comment_id = parent.comment_id
