select comment_stance_id, p_favor + p_against + p_none as total
from {{ ref('fct_comment_stance') }}
where abs(p_favor + p_against + p_none - 1) > 1e-6
