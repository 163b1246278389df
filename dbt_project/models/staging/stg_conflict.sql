{{ config(tags=['shape']) }}

select conflict_id, name, description, starts_on, ends_on, time_zone
from {{ source('raw', 'conflict') }}
