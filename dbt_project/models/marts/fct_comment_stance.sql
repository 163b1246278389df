select
    comment_stance_id,
    comment_id,
    conflict_id,
    party_key,
    party_id,
    stance,
    p_favor,
    p_against,
    p_none,
    confidence,
    abstained,
    evidence,
    model_version
from {{ ref('int_comment_stance') }}
