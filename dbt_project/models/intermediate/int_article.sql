{{ config(tags=['shape']) }}

-- Further comment pages often lack the article's body, so they speak for it only where its own page was never read;
-- feeds, answers and exports only where no page was.
with voices as (
    select *, case when is_main_page then 0 when is_data then 2 else 1 end as voice
    from {{ ref('int_page_read') }}
),

pages as (
    select
        *,
        voice <= coalesce(min(case when is_good then voice end) over (partition by article_id), 2) as speaks_for_article
    from voices
),

newest as (
    select
        *,
        row_number() over (
            partition by article_id
            order by
                voice,
                -- A feed of comments is newer than an export, but has no text.
                case when is_data and text = '' then 1 else 0 end,
                fetched_at desc,
                read_id desc
        ) as recency
    from pages
    where is_good and speaks_for_article
),

revisions as (
    select article_id, count(distinct {{ surrogate_key(['title', 'text']) }}) as revision
    from pages
    where is_good and speaks_for_article
    group by article_id
),

seen as (
    select article_id, min(fetched_at) as first_seen_at, max(fetched_at) as last_seen_at
    from pages
    where content_read_id is not null
    group by article_id
),

ended as (
    select
        article_id,
        coalesce(content_status, status) as status,
        row_number() over (partition by article_id order by fetched_at desc, read_id desc) as recency
    from pages
    where speaks_for_article
)

select
    newest.article_id,
    newest.outlet_id,
    newest.article_url as url,
    newest.title,
    newest.text,
    newest.published_at,
    newest.published_basis,
    newest.language,
    newest.section,
    newest.tags,
    newest.declared_comment_count,
    ended.status,
    cast(revisions.revision as integer) as revision,
    seen.first_seen_at,
    seen.last_seen_at,
    newest.is_demo,
    {{ surrogate_key(['newest.title', 'newest.text', 'newest.published_at']) }} as content_key
from newest
inner join revisions on newest.article_id = revisions.article_id
inner join seen on newest.article_id = seen.article_id
inner join ended on newest.article_id = ended.article_id and ended.recency = 1
where newest.recency = 1
