select
    comment_side_id,
    comment_id,
    conflict_id,
    side,
    confidence,
    abstained,
    abstain_reason,
    evidence,
    model_version
from {{ ref('int_comment_side') }}
