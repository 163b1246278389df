{{ config(tags=['shape']) }}

-- Short texts ("I agree") are said by many people independently, so they make no cluster.
with texts as (
    select comment_id, {{ normalised_text('text') }} as normal_text
    from {{ ref('int_comment_newest') }}
),

keyed as (
    select comment_id, md5(normal_text) as cluster_id
    from texts
    where length(normal_text) >= 20
),

sized as (
    select comment_id, cluster_id, count(*) over (partition by cluster_id) as duplicate_count
    from keyed
)

select comment_id, cluster_id as duplicate_cluster_id, cast(duplicate_count as integer) as duplicate_count
from sized
where duplicate_count > 1
