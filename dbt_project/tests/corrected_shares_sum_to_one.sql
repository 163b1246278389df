select conflict_id, scope, scope_id
from {{ ref('fct_side_corrected') }}
group by conflict_id, scope, scope_id
having
    abs(sum(share) - 1) > 1e-9
    or abs(sum(corrected_share) - 1) > 1e-9
    or min(case when status = 'corrected' then 0 else 1 end) <> min(case when corrected_share is null then 1 else 0 end)
