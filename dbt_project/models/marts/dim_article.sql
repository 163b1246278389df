with comments as (
    select article_id, count(*) as comment_count
    from {{ ref('int_comment') }}
    group by article_id
)

select
    article.article_id,
    article.outlet_id,
    article.url,
    article.title,
    article.text,
    article.published_at,
    article.published_basis,
    {{ local_date('article.published_at', "'UTC'") }} as published_on,
    article.language,
    article.section,
    article.tags,
    article.declared_comment_count,
    cast(coalesce(comments.comment_count, 0) as integer) as comment_count,
    article.status,
    article.revision,
    article.first_seen_at,
    article.last_seen_at,
    article.is_demo
from {{ ref('int_article') }} as article
left join comments on article.article_id = comments.article_id
