with articles as (
    select event_id, count(*) as articles
    from {{ ref('int_article_event') }}
    where role in {{ counted_roles() }}
    group by event_id
),

comments as (
    select
        event_id,
        count(*) as comments,
        count(distinct commenter_id) as commenters,
        count(distinct thread_root_id) as threads,
        min(posted_at) as first_comment_at,
        max(posted_at) as last_comment_at
    from {{ ref('int_event_comment') }}
    group by event_id
),

sides as (
    select
        event_id,
        sum(
            case when period = 'event' and side not in ('{{ other_sides() | join("', '") }}') then y else 0 end
        ) as partisan,
        max(case when period = 'event' then n end) as counted,
        max(case when period = 'prior' then n end) as prior
    from {{ ref('int_event_side_count') }}
    group by event_id
),

-- The same figures as fct_event_side, a row each there, so that one row tells the whole of an event.
shares as (
    select
        event_id,
        {{ list_of_structs(
            ['side', 'comments', 'share', 'share_low', 'share_high', 'prior_share', 'shift', 'shift_low', 'shift_high'],
            order_by='side'
        ) }} as sides
    from {{ ref('fct_event_side') }}
    group by event_id
)

select
    event.event_id,
    event.conflict_id,
    coalesce(articles.articles, 0) as articles,
    coalesce(comments.comments, 0) as comments,
    coalesce(comments.commenters, 0) as commenters,
    coalesce(comments.threads, 0) as threads,
    cast(coalesce(sides.partisan, 0) as bigint) as partisan_comments,
    comments.first_comment_at,
    comments.last_comment_at,
    coalesce(sides.prior, 0) as prior_comments,
    coalesce(sides.counted, 0) < 30 or coalesce(comments.commenters, 0) < 10 as is_small,
    shares.sides
from {{ ref('int_event') }} as event
left join articles on event.event_id = articles.event_id
left join comments on event.event_id = comments.event_id
left join sides on event.event_id = sides.event_id
left join shares on event.event_id = shares.event_id
