{{ config(tags=['shape']) }}

-- Gives every comment of every good read its identity: the page's own id, or what was said by whom the how-manieth
-- time.
with comments as (
    select
        comment.*,
        page.article_id,
        row_number() over (
            partition by comment.read_id, comment.source_id, comment.text
            order by comment.ordinal
        ) as showing
    from {{ ref('stg_comment_read') }} as comment
    inner join {{ ref('int_page_read') }} as page on comment.read_id = page.read_id
    where page.is_good and comment.kind = 'comment'
),

counted as (
    select
        *,
        -- One id over two different texts on one page is the page's error; both texts are kept.
        row_number() over (partition by read_id, source_id order by ordinal) as how_manieth_of_id,
        row_number() over (partition by read_id, author_key, text order by ordinal) as how_manieth_said
    from comments
    -- The same comment shown twice on a page (as pick of the editors, say) is one comment.
    where source_id is null or showing = 1
)

select
    read_id,
    article_id,
    case
        when source_id is null
            then {{ surrogate_key(['article_id', "'said'", 'author_key', 'text', 'how_manieth_said']) }}
        else {{ comment_id('article_id', 'source_id', 'how_manieth_of_id') }}
    end as comment_id,
    case
        when parent_source_id is not null then {{ comment_id('article_id', 'parent_source_id', '1') }}
    end as stated_parent_id,
    ordinal,
    depth,
    author_key as commenter_id,
    posted_at,
    posted_at_basis,
    text,
    is_empty
from counted
