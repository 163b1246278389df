select outlet_id, name, host, is_demo, articles, first_fetched_at, last_fetched_at
from {{ ref('int_outlet') }}
