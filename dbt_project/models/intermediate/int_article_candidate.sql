{{ config(tags=['serve']) }}

with active as (
    {{ active_rows(
        ref('stg_article_candidate'),
        'events',
        ['article_id', 'content_key', 'conflict_id', 'event_id'],
        'method_version'
    ) }}
)

select
    {{ surrogate_key(['active.article_id', 'active.event_id']) }} as article_candidate_id,
    active.article_id,
    active.event_id,
    active.conflict_id,
    active.rank,
    active.confidence,
    active.why_not is null as is_linked,
    active.why_not,
    active.evidence,
    active.method_version
from active
inner join {{ ref('int_article') }} as article
    on active.article_id = article.article_id and active.content_key = article.content_key
inner join {{ ref('int_event') }} as event on active.event_id = event.event_id
