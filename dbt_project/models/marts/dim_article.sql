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
    number.comment_count,
    number.pingback_count,
    (number.present_comment_count + number.pingback_count) / nullif(cast(article.declared_comment_count as double), 0)
        as comment_coverage,
    article.status,
    article.revision,
    article.first_seen_at,
    article.last_seen_at,
    article.is_demo
from {{ ref('int_article') }} as article
inner join {{ ref('int_article_count') }} as number on article.article_id = number.article_id
