{{ config(tags=['serve']) }}

select
    conflict_id,
    replicate,
    called,
    taken,
    weight,
    noise
from {{ source('annotate', 'side_error') }}
