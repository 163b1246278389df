{{ config(tags=['shape']) }}

-- What an article's announced number of comments is to be held against: sites count pingbacks in it.
with comments as (
    select
        article_id,
        count(*) as comments,
        sum(case when is_vanished then 0 else 1 end) as present_comments
    from {{ ref('int_comment') }}
    group by article_id
),

pingbacks_of_reads as (
    select
        page.article_id,
        page.page_url,
        page.read_id,
        comment.source_id,
        case when comment.source_id is null then 1 else 0 end as is_unnamed
    from {{ ref('stg_comment_read') }} as comment
    inner join {{ ref('int_page_read') }} as page on comment.read_id = page.read_id
    where page.is_good and comment.kind = 'pingback'
),

-- Those with an id are counted once over all pages and reads; the others as the read that shows most of them.
unnamed as (
    select article_id, max(pingbacks) as pingbacks
    from (
        select article_id, read_id, sum(is_unnamed) as pingbacks
        from pingbacks_of_reads
        group by article_id, read_id
    )
    group by article_id
),

named as (
    select article_id, count(distinct source_id) as pingbacks
    from pingbacks_of_reads
    group by article_id
)

select
    article.article_id,
    cast(coalesce(comments.comments, 0) as integer) as comment_count,
    cast(coalesce(comments.present_comments, 0) as integer) as present_comment_count,
    cast(coalesce(named.pingbacks, 0) + coalesce(unnamed.pingbacks, 0) as integer) as pingback_count
from {{ ref('int_article') }} as article
left join comments on article.article_id = comments.article_id
left join named on article.article_id = named.article_id
left join unnamed on article.article_id = unnamed.article_id
