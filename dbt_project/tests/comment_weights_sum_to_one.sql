select comment_id, conflict_id, sum(weight) as total
from {{ ref('fct_comment_event') }}
where role in {{ counted_roles() }}
group by comment_id, conflict_id
having abs(sum(weight) - 1) > 1e-9
