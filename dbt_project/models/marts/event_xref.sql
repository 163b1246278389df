select
    {{ surrogate_key(['event_id', 'source', 'external_id']) }} as event_xref_id,
    event_id,
    conflict_id,
    source,
    external_id,
    confidence,
    method,
    licence,
    is_withdrawn
from {{ ref('int_event_xref') }}
