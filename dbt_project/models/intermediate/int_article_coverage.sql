{{ config(tags=['shape']) }}

-- When was an article last read so completely that a comment not met in that reading is gone from it?
-- A pass is one reading of an article's pages in one crawl; a page read twice in a crawl opens a second pass.
with pages as (
    select * from {{ ref('int_page_read') }}
    -- Feeds, answers and exports show a part: what they lack may still be there.
    where is_data is not true
),

reads as (
    select
        pages.article_id,
        pages.crawl_id,
        pages.page_url,
        pages.source,
        pages.fetched_at,
        pages.extracted_comments,
        pages.is_main_page and content.comment_pages is not null as is_guide,
        -- A page whose comments moved to another site's widget cannot show that a comment is missing.
        pages.content_read_id is not null and pages.content_status <> 'comments_elsewhere' as is_readable,
        -- A comment page that no longer exists holds no comment.
        coalesce(pages.http_status in (404, 410), false) as is_gone,
        content.comment_pages,
        row_number() over (
            partition by pages.article_id, pages.crawl_id, pages.page_url order by pages.fetched_at, pages.read_id
        ) as pass
    from pages
    left join pages as content on pages.content_read_id = content.read_id
),

passes as (
    select
        article_id,
        crawl_id,
        pass,
        min(fetched_at) as started_at,
        max(fetched_at) as ended_at,
        sum(case when is_readable then 1 else 0 end) as readable_pages,
        sum(case when is_readable or is_gone then 0 else 1 end) as failed_pages,
        -- The article's own page tells which pages there are now.
        coalesce(max(is_guide), false) as is_guided
    from reads
    group by article_id, crawl_id, pass
),

comment_pages as (
    select article_id, page_url, min(fetched_at) as first_comment_at
    from reads
    where extracted_comments > 0
    group by article_id, page_url
),

named as (
    select distinct article_id, crawl_id, pass, {{ each('comment_pages') }} as page_url
    from reads
    where comment_pages is not null
),

-- A comment may have moved to any page of the thread, so a complete pass has all of them. A page that once held comments
-- and is named no more has none: threads shrink, and are cut into other pages.
asked_for as (
    select article_id, crawl_id, pass, page_url
    from named

    union

    select passes.article_id, passes.crawl_id, passes.pass, comment_pages.page_url
    from passes
    inner join comment_pages
        on passes.article_id = comment_pages.article_id and passes.ended_at >= comment_pages.first_comment_at
    where not passes.is_guided
),

-- The site may answer for a page of comments with the article's own page; the source is what was asked.
sent_on as (
    select distinct article_id, crawl_id, source
    from reads
    where source <> page_url
),

missed as (
    select asked_for.article_id, asked_for.crawl_id, asked_for.pass
    from asked_for
    left join reads
        on
            asked_for.article_id = reads.article_id
            and asked_for.crawl_id = reads.crawl_id
            and asked_for.pass = reads.pass
            and asked_for.page_url = reads.page_url
    left join sent_on
        on
            asked_for.article_id = sent_on.article_id
            and asked_for.crawl_id = sent_on.crawl_id
            and asked_for.page_url = sent_on.source
    where reads.page_url is null and sent_on.source is null
    group by asked_for.article_id, asked_for.crawl_id, asked_for.pass
)

select passes.article_id, max(passes.started_at) as last_complete_pass_at
from passes
left join missed
    on passes.article_id = missed.article_id and passes.crawl_id = missed.crawl_id and passes.pass = missed.pass
where passes.readable_pages > 0 and passes.failed_pages = 0 and missed.article_id is null
group by passes.article_id
