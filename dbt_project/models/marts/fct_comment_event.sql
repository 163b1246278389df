select
    comment_event_id,
    comment_id,
    event_id,
    conflict_id,
    role,
    basis,
    weight,
    confidence,
    evidence,
    method_version
from {{ ref('int_comment_event') }}
