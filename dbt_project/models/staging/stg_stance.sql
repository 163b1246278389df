{{ config(tags=['serve']) }}

select
    input_key,
    conflict_id,
    party_id,
    conflict_id || ':' || party_id as party_key,
    stance,
    p_favor,
    p_against,
    p_none,
    confidence,
    abstained,
    evidence,
    model_version,
    annotated_at
from {{ source('annotate', 'stance') }}
