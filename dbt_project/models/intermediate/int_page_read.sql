{{ config(tags=['shape']) }}

-- Each archived record once, as its newest parse read it: one page, or a thread for each article in an export.
with parses as (
    select
        *,
        rank() over (partition by record_id order by loaded_at desc, parser_version desc) as recency
    from {{ ref('stg_page_read') }}
),

newest as (
    select *, row_number() over (partition by record_id, record_page order by read_id) as choice
    from parses
    where recency = 1
),

-- Data may name an article by another scheme, alias of the host or final slash than the article's own page does.
own_pages as (
    select {{ loose_address('article_url') }} as loose_url, min(article_url) as article_url
    from newest
    where is_data is not true
    group by {{ loose_address('article_url') }}
),

placed as (
    select
        newest.*,
        case when newest.is_data then coalesce(own_pages.article_url, newest.article_url) else newest.article_url end
            as placed_url
    from newest
    left join own_pages on {{ loose_address('newest.article_url') }} = own_pages.loose_url
    where newest.choice = 1
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
    from placed
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
    observed.record_page,
    observed.crawl_id,
    observed.source,
    observed.page_url,
    observed.placed_url as article_url,
    case when observed.is_data then md5(observed.placed_url) else observed.article_id end as article_id,
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
    observed.is_data,
    observed.comment_pages,
    observed.clock,
    observed.page_url = observed.placed_url as is_main_page,
    observed.page_recency = 1 as is_latest,
    observed.content_read_id,
    observed.content_status,
    cast(coalesce(counts.extracted_comments, 0) as integer) as extracted_comments,
    cast(coalesce(counts.pingbacks, 0) as integer) as pingbacks
from observed
left join counts on observed.read_id = counts.read_id
