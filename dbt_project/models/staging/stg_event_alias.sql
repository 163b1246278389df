{{ config(tags=['shape']) }}

select event_id, conflict_id, alias, language, kind
from {{ source('raw', 'event_alias') }}
