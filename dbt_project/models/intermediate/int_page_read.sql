{{ config(tags=['shape']) }}

-- Each archived record once, as its newest parse read it.
with parses as (
    select
        *,
        row_number() over (
            partition by record_id
            order by loaded_at desc, parser_version desc, read_id
        ) as recency
    from {{ ref('stg_page_read') }}
),

reads as (
    select
        *,
        status in {{ good_statuses() }} as is_good,
        sum(case when status in {{ good_statuses() }} then 1 else 0 end) over (
            partition by page_url
            order by fetched_at, read_id
            rows between unbounded preceding and current row
        ) as good_reads_so_far,
        row_number() over (partition by page_url order by fetched_at desc, read_id desc) as page_recency
    from parses
    where recency = 1
),

-- A "not modified" answer says that the page is still what its last good read showed.
observed as (
    select
        *,
        case
            when is_good or status = 'not_modified'
                then max(case when is_good then read_id end) over (partition by page_url, good_reads_so_far)
        end as content_read_id,
        case
            when is_good or status = 'not_modified'
                then max(case when is_good then status end) over (partition by page_url, good_reads_so_far)
        end as content_status
    from reads
),

counts as (
    select
        read_id,
        sum(case when kind = 'comment' then 1 else 0 end) as extracted_comments,
        sum(case when kind = 'pingback' then 1 else 0 end) as pingbacks
    from {{ ref('stg_comment_read') }}
    group by read_id
)

select
    observed.read_id,
    observed.record_id,
    observed.crawl_id,
    observed.source,
    observed.page_url,
    observed.article_url,
    observed.article_id,
    observed.outlet_id,
    observed.fetched_at,
    observed.http_status,
    observed.status,
    observed.status_detail,
    observed.parser,
    observed.parser_version,
    observed.title,
    observed.site_name,
    observed.published_at,
    observed.published_basis,
    observed.language,
    observed.section,
    observed.text,
    observed.tags,
    observed.declared_comment_count,
    observed.is_demo,
    observed.is_good,
    observed.page_url = observed.article_url as is_main_page,
    observed.page_recency = 1 as is_latest,
    observed.content_read_id,
    observed.content_status,
    cast(coalesce(counts.extracted_comments, 0) as integer) as extracted_comments,
    cast(coalesce(counts.pingbacks, 0) as integer) as pingbacks
from observed
left join counts on observed.read_id = counts.read_id
