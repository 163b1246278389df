{{ config(tags=['serve']) }}

select conflict_id, source, source_event_id, event_id, relation, basis, confidence, method_version
from {{ source('annotate', 'event_match') }}
