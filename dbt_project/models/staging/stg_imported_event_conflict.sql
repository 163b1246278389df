{{ config(tags=['shape']) }}

select conflict_id, source, source_event_id, promote
from {{ source('raw', 'imported_event_conflict') }}
