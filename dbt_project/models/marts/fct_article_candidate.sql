select
    article_candidate_id,
    article_id,
    event_id,
    conflict_id,
    rank,
    confidence,
    is_linked,
    why_not,
    evidence,
    method_version
from {{ ref('int_article_candidate') }}
