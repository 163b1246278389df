{{ config(tags=['serve']) }}

select
    article_id,
    content_key,
    conflict_id,
    event_id,
    rank,
    confidence,
    why_not,
    evidence,
    method_version,
    annotated_at
from {{ source('annotate', 'article_candidate') }}
