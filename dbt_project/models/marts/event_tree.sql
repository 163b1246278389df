select
    {{ surrogate_key(['event_id', 'ancestor_event_id']) }} as event_tree_id,
    event_id,
    ancestor_event_id,
    conflict_id,
    steps
from {{ ref('int_event_tree') }}
