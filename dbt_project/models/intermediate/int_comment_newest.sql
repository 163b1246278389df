{{ config(tags=['shape']) }}

with observations as (
    select
        comment_id,
        content_read_id,
        observed_at,
        row_number() over (partition by comment_id order by observed_at desc, read_id desc) as recency,
        min(observed_at) over (partition by comment_id) as first_seen_at
    from {{ ref('int_comment_observation') }}
),

-- A wall clock's time becomes an instant by what is known of the outlet's clock on that day.
clocked as (
    select
        comment.comment_id,
        comment.read_id,
        page.fetched_at,
        -- The outlet's other pages and its feeds may say otherwise than the one page by itself.
        case
            when clock.offset_minutes is null then comment.posted_at
            else {{ instant_of('comment.posted_at_local', 'clock.offset_minutes') }}
        end as posted_at,
        case
            when clock.offset_minutes is null then comment.posted_at_basis
            when clock.is_certain then 'stated'
            else 'bounded'
        end as posted_at_basis,
        comment.posted_at_local is null as is_instant
    from {{ ref('int_comment_read') }} as comment
    inner join {{ ref('int_page_read') }} as page on comment.read_id = page.read_id
    left join {{ ref('int_outlet_clock') }} as clock
        on page.outlet_id = clock.outlet_id and cast(comment.posted_at_local as date) = clock.day
),

-- "2 hours ago" is most exact where it was read first, so of equally good bases the earliest reading gives the time.
times as (
    select
        comment_id,
        posted_at,
        posted_at_basis,
        row_number() over (
            partition by comment_id
            order by
                case posted_at_basis
                    when 'stated' then case when is_instant then 0 else 1 end
                    when 'relative' then 2
                    when 'bounded' then 3
                    else 4
                end,
                fetched_at,
                read_id
        ) as choice
    from clocked
)

select
    comment.comment_id,
    comment.article_id,
    comment.stated_parent_id,
    comment.ordinal,
    comment.depth,
    comment.commenter_id,
    times.posted_at,
    times.posted_at_basis,
    comment.text,
    comment.is_empty,
    page.outlet_id,
    page.parser,
    page.parser_version,
    page.is_demo,
    observations.first_seen_at,
    observations.observed_at as last_seen_at
from observations
inner join {{ ref('int_comment_read') }} as comment
    on observations.content_read_id = comment.read_id and observations.comment_id = comment.comment_id
inner join {{ ref('int_page_read') }} as page on observations.content_read_id = page.read_id
inner join times on observations.comment_id = times.comment_id and times.choice = 1
where observations.recency = 1
