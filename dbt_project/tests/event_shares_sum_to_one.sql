select event_id, sum(share) as shares
from {{ ref('fct_event_side') }}
group by event_id
having abs(sum(share) - 1) > 1e-9
