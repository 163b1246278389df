{{ config(tags=['serve']) }}

select alias.event_id, alias.conflict_id, alias.alias, alias.language, alias.kind
from {{ ref('stg_event_alias') }} as alias
inner join {{ ref('int_event') }} as event on alias.event_id = event.event_id
