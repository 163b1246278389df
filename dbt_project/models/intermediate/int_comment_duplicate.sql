{{ config(tags=['shape']) }}

with texts as (
    select comment_id, {{ normalised_text('text') }} as normal_text
    from {{ ref('int_comment_newest') }}
),

keyed as (
    select comment_id, md5(normal_text) as duplicate_cluster_id
    from texts
    -- Short texts ("I agree") are said by many people independently, so they make no cluster.
    where length(normal_text) >= 20
),

clusters as (
    select duplicate_cluster_id, count(*) as duplicate_count
    from keyed
    group by duplicate_cluster_id
    having count(*) > 1
)

select keyed.comment_id, keyed.duplicate_cluster_id, cast(clusters.duplicate_count as integer) as duplicate_count
from keyed
inner join clusters on keyed.duplicate_cluster_id = clusters.duplicate_cluster_id
