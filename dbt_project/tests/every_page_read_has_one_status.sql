-- Each archived record stands in fct_page_status exactly once: nothing read or failed is dropped in silence.
with statuses as (
    select read.record_id, count(status.status) as statuses
    from {{ ref('int_page_read') }} as read
    left join {{ ref('fct_page_status') }} as status on read.read_id = status.read_id
    group by read.record_id
)

select coalesce(statuses.record_id, raw.record_id) as record_id, statuses.statuses
from statuses
full outer join (
    select distinct record_id
    from {{ ref('stg_page_read') }}
) as raw on statuses.record_id = raw.record_id
where statuses.statuses is distinct from 1
