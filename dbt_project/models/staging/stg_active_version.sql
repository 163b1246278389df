{{ config(tags=['serve']) }}

select distinct kind, conflict_id, version
from {{ source('annotate', 'active_version') }}
