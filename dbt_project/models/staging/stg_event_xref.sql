{{ config(tags=['shape']) }}

select event_id, conflict_id, source, external_id, confidence, method, licence
from {{ source('raw', 'event_xref') }}
