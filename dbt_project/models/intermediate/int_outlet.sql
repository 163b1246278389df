{{ config(tags=['shape']) }}

with names as (
    select
        outlet_id,
        site_name,
        row_number() over (partition by outlet_id order by fetched_at desc, read_id desc) as recency
    from {{ ref('int_page_read') }}
    where site_name is not null
),

reads as (
    select
        outlet_id,
        -- An outlet with one real page is a real outlet.
        min(cast(is_demo as integer)) = 1 as is_demo,
        min(fetched_at) as first_fetched_at,
        max(fetched_at) as last_fetched_at
    from {{ ref('int_page_read') }}
    group by outlet_id
),

articles as (
    select outlet_id, count(*) as articles
    from {{ ref('int_article') }}
    group by outlet_id
)

select
    reads.outlet_id,
    coalesce(names.site_name, reads.outlet_id) as name,
    -- Outlets are named by host where a page has an address, else by a slug of the site's name, which has no dot.
    case when reads.outlet_id like '%.%' then reads.outlet_id end as host,
    reads.is_demo,
    coalesce(articles.articles, 0) as articles,
    reads.first_fetched_at,
    reads.last_fetched_at
from reads
left join names on reads.outlet_id = names.outlet_id and names.recency = 1
left join articles on reads.outlet_id = articles.outlet_id
