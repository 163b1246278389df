select
    article_event_id,
    article_id,
    event_id,
    conflict_id,
    role,
    basis,
    confidence,
    needs_review,
    evidence,
    method_version
from {{ ref('int_article_event') }}
