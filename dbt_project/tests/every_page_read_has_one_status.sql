{{ config(meta={'dagster': {'ref': {'name': 'fct_page_status'}}}) }}

-- Asks the raw table itself, so that no model in between can lose a page unseen.
with reads as (
    select
        record_id,
        coalesce(record_page, 1) as record_page,
        rank() over (partition by record_id order by loaded_at desc) as recency
    from {{ source('raw', 'page_read') }}
    where not is_demo or {{ demo_is_included() }}
),

records as (
    select record_id, count(distinct record_page) as pages
    from reads
    where recency = 1
    group by record_id
),

statuses as (
    select raw.record_id, count(*) as statuses
    from {{ ref('fct_page_status') }} as status
    inner join {{ source('raw', 'page_read') }} as raw on status.read_id = raw.read_id
    where status.status is not null
    group by raw.record_id
)

select records.record_id, records.pages, statuses.statuses
from records
left join statuses on records.record_id = statuses.record_id
where statuses.statuses is distinct from records.pages
