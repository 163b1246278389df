{{ config(tags=['serve']) }}

-- Walks from every event up to the largest one it is part of; the event itself is its first ancestor, 0 steps away.
with recursive walk as (
    select event_id, event_id as ancestor_event_id, parent_event_id, conflict_id, 0 as steps
    from {{ ref('int_event') }}
    union all
    select walk.event_id, event.event_id as ancestor_event_id, event.parent_event_id, walk.conflict_id, walk.steps + 1
    from walk
    inner join {{ ref('int_event') }} as event on walk.parent_event_id = event.event_id
    -- The loader refuses circles; should one come in by another way, the walk still ends.
    where walk.steps < 20
)

select
    event_id,
    ancestor_event_id,
    conflict_id,
    cast(steps as integer) as steps,
    parent_event_id is null as is_root
from walk
