with articles as (
    select
        event_id,
        sum(case when needs_review then 0 else 1 end) as articles,
        sum(case when needs_review then 1 else 0 end) as articles_in_review
    from {{ ref('int_article_event') }}
    where role in {{ counted_roles() }}
    group by event_id
),

comments as (
    select
        event_id,
        count(*) as comments,
        sum(case when basis = 'explicit' then 1 else 0 end) as explicit_comments,
        sum(case when basis = 'inherited' then 1 else 0 end) as inherited_comments,
        {{ exact_sum('weight') }} as weighted_comments,
        count(distinct commenter_id) as commenters,
        count(distinct thread_root_id) as threads,
        min(posted_at) as first_comment_at,
        max(posted_at) as last_comment_at
    from {{ ref('int_event_comment') }}
    group by event_id
),

-- With all that is below it, each article, comment and commenter once.
family_comments as (
    select
        tree.ancestor_event_id as event_id,
        count(distinct comment.comment_id) as comments,
        count(distinct comment.commenter_id) as commenters
    from {{ ref('int_event_tree') }} as tree
    inner join {{ ref('int_event_comment') }} as comment on tree.event_id = comment.event_id
    group by tree.ancestor_event_id
),

family_articles as (
    select tree.ancestor_event_id as event_id, count(distinct link.article_id) as articles
    from {{ ref('int_event_tree') }} as tree
    inner join {{ ref('int_article_event') }} as link on tree.event_id = link.event_id
    where link.role in {{ counted_roles() }} and not link.needs_review
    group by tree.ancestor_event_id
),

families as (
    select ancestor_event_id as event_id, count(*) - 1 as sub_events
    from {{ ref('int_event_tree') }}
    group by ancestor_event_id
),

prior as (
    select event.event_id, count(distinct side.commenter_id) as commenters
    from {{ ref('int_event') }} as event
    inner join (
        select distinct conflict_id, day, commenter_id
        from {{ ref('int_comment_side') }}
        where side <> 'empty'
    ) as side
        on
            event.conflict_id = side.conflict_id
            and side.day >= event.start_date - interval '14' day
            and side.day < event.start_date
    group by event.event_id
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
    where clustered_by = 'thread'
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
    cast(coalesce(articles.articles, 0) as bigint) as articles,
    cast(coalesce(articles.articles_in_review, 0) as bigint) as articles_in_review,
    coalesce(comments.comments, 0) as comments,
    cast(coalesce(comments.explicit_comments, 0) as bigint) as explicit_comments,
    cast(coalesce(comments.inherited_comments, 0) as bigint) as inherited_comments,
    cast(coalesce(comments.weighted_comments, 0) as double) as weighted_comments,
    coalesce(sides.counted, 0) as n,
    coalesce(comments.commenters, 0) as commenters,
    coalesce(comments.threads, 0) as threads,
    cast(coalesce(sides.partisan, 0) as bigint) as partisan_comments,
    comments.first_comment_at,
    comments.last_comment_at,
    coalesce(sides.prior, 0) as prior_comments,
    coalesce(prior.commenters, 0) as prior_commenters,
    coalesce(sides.counted, 0) < 30 or coalesce(comments.commenters, 0) < 10 as is_small,
    coalesce(sides.prior, 0) < 30 or coalesce(prior.commenters, 0) < 10 as prior_is_small,
    families.sub_events,
    coalesce(family_articles.articles, 0) as articles_with_sub_events,
    coalesce(family_comments.comments, 0) as comments_with_sub_events,
    coalesce(family_comments.commenters, 0) as commenters_with_sub_events,
    shares.sides
from {{ ref('int_event') }} as event
inner join families on event.event_id = families.event_id
left join articles on event.event_id = articles.event_id
left join comments on event.event_id = comments.event_id
left join family_articles on event.event_id = family_articles.event_id
left join family_comments on event.event_id = family_comments.event_id
left join prior on event.event_id = prior.event_id
left join sides on event.event_id = sides.event_id
left join shares on event.event_id = shares.event_id
