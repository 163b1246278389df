{{ config(tags=['shape']) }}

-- Gives every comment of every good read its identity: the page's own id, or what was said by whom the how-manieth
-- time. Texts are counted by their md5 and joined again at the end: sorting long texts is what takes the time.
with comments as (
    select
        comment.read_id,
        comment.ordinal,
        comment.source_id,
        comment.author_key,
        md5(comment.text) as text_hash,
        page.article_id
    from {{ ref('stg_comment_read') }} as comment
    inner join {{ ref('int_page_read') }} as page on comment.read_id = page.read_id
    where page.is_good and comment.kind = 'comment'
),

-- The same comment shown twice on a page (as pick of the editors, say) is one comment.
shown_once as (
    select
        read_id,
        article_id,
        source_id,
        text_hash,
        min(ordinal) as ordinal
    from comments
    where source_id is not null
    group by read_id, article_id, source_id, text_hash
),

identified as (
    select
        read_id,
        ordinal,
        article_id,
        text_hash,
        -- One id over two different texts on one page is the page's error; both texts are kept.
        {{ comment_id(
            'article_id', 'source_id', 'row_number() over (partition by read_id, source_id order by ordinal)'
        ) }} as comment_id
    from shown_once

    union all

    select
        read_id,
        ordinal,
        article_id,
        text_hash,
        {{ surrogate_key([
            'article_id', "'said'", 'author_key', 'text_hash',
            'row_number() over (partition by read_id, author_key, text_hash order by ordinal)',
        ]) }} as comment_id
    from comments
    where source_id is null
)

select
    identified.read_id,
    identified.article_id,
    identified.comment_id,
    case
        when comment.parent_source_id is not null
            then {{ comment_id('identified.article_id', 'comment.parent_source_id', '1') }}
    end as stated_parent_id,
    identified.ordinal,
    comment.depth,
    comment.author_key as commenter_id,
    comment.posted_at,
    comment.posted_at_basis,
    comment.posted_at_local,
    comment.text,
    identified.text_hash,
    comment.is_empty
from identified
inner join {{ ref('stg_comment_read') }} as comment
    on identified.read_id = comment.read_id and identified.ordinal = comment.ordinal
