{{ config(tags=['serve']) }}

with active as (
    {{ active_rows(
        ref('stg_article_event'), 'events', ['article_id', 'content_key', 'conflict_id', 'event_id'], 'method_version'
    ) }}
)

select
    {{ surrogate_key(['active.article_id', 'active.event_id']) }} as article_event_id,
    active.article_id,
    active.event_id,
    active.conflict_id,
    active.role,
    active.basis,
    active.confidence,
    active.evidence,
    active.method_version,
    -- An engineer's answer stands, whatever the model would say.
    active.basis <> 'decided' and active.confidence < {{ linked_from() }} as needs_review
from active
inner join {{ ref('int_article') }} as article
    on active.article_id = article.article_id and active.content_key = article.content_key
-- An event taken out of the conflict's folder takes its links with it.
inner join {{ ref('int_event') }} as event on active.event_id = event.event_id
