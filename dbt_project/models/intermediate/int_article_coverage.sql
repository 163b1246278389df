{{ config(tags=['shape']) }}

-- When was an article last read so completely that a comment not met in that reading is gone from it?
-- A pass is one reading of an article's pages in one crawl; a page read twice in a crawl opens a second pass.
with reads as (
    select
        article_id,
        crawl_id,
        page_url,
        fetched_at,
        extracted_comments,
        -- A page whose comments moved to another site's widget cannot show that a comment is missing.
        content_read_id is not null and content_status <> 'comments_elsewhere' as is_readable,
        -- A comment page that no longer exists holds no comment.
        coalesce(http_status in (404, 410), false) as is_gone,
        row_number() over (partition by article_id, crawl_id, page_url order by fetched_at, read_id) as pass
    from {{ ref('int_page_read') }}
),

passes as (
    select
        article_id,
        crawl_id,
        pass,
        min(fetched_at) as started_at,
        max(fetched_at) as ended_at,
        sum(case when is_readable then 1 else 0 end) as readable_pages,
        sum(case when is_readable or is_gone then 0 else 1 end) as failed_pages
    from reads
    group by article_id, crawl_id, pass
),

comment_pages as (
    select article_id, page_url, min(fetched_at) as first_comment_at
    from reads
    where extracted_comments > 0
    group by article_id, page_url
),

-- A comment may have moved to any page that ever held comments, so a complete pass has all of them.
missed as (
    select passes.article_id, passes.crawl_id, passes.pass
    from passes
    inner join comment_pages
        on passes.article_id = comment_pages.article_id and passes.ended_at >= comment_pages.first_comment_at
    left join reads
        on
            passes.article_id = reads.article_id
            and passes.crawl_id = reads.crawl_id
            and passes.pass = reads.pass
            and comment_pages.page_url = reads.page_url
    where reads.page_url is null
    group by passes.article_id, passes.crawl_id, passes.pass
)

select passes.article_id, max(passes.started_at) as last_complete_pass_at
from passes
left join missed
    on passes.article_id = missed.article_id and passes.crawl_id = missed.crawl_id and passes.pass = missed.pass
where passes.readable_pages > 0 and passes.failed_pages = 0 and missed.article_id is null
group by passes.article_id
