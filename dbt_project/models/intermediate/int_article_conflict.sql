{{ config(tags=['serve']) }}

with active as (
    {{ active_rows(
        ref('stg_article_conflict'), 'events', ['article_id', 'content_key', 'conflict_id'], 'method_version'
    ) }}
)

select
    {{ surrogate_key(['active.article_id', 'active.conflict_id']) }} as article_conflict_id,
    active.article_id,
    active.conflict_id,
    active.relevance,
    active.method_version
from active
inner join {{ ref('int_article') }} as article
    on active.article_id = article.article_id and active.content_key = article.content_key
-- Below one half the article is more likely about something else.
where active.relevance >= 0.5
