{{ config(tags=['serve']) }}

select
    conflict_id,
    model_version,
    called,
    taken,
    answers,
    calls,
    answers_needed
from {{ source('annotate', 'side_confusion') }}
