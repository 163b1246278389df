{{ config(tags=['serve']) }}

select input_key, conflict_id, event_id, role, basis, confidence, evidence, method_version, annotated_at
from {{ source('annotate', 'comment_event') }}
