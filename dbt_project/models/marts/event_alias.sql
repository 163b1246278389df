select
    {{ surrogate_key(['event_id', 'alias']) }} as event_alias_id,
    event_id,
    conflict_id,
    alias,
    language,
    kind
from {{ ref('int_event_alias') }}
