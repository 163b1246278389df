{{ config(tags=['serve']) }}

select
    input_key,
    conflict_id,
    side,
    confidence,
    abstained,
    abstain_reason,
    evidence,
    model_version,
    annotated_at
from {{ source('annotate', 'side') }}
