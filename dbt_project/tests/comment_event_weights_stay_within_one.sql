select comment_id, conflict_id, sum(weight) as total
from {{ ref('fct_comment_event') }}
group by comment_id, conflict_id
having sum(weight) > 1 + 1e-9
