with shares as (
    select
        *,
        case when n > 0 and side <> 'empty' then cast(y as double) / n end as share,
        case clustered_by
            when 'thread' then marts.design_effect(y, n, sum_yy, sum_yn, sum_nn, clusters)
            else marts.few_clusters_effect(y, n, sum_yy, sum_yn, sum_nn, clusters)
        end as deff
    from {{ ref('int_event_side_count') }}
),

limits as (
    select
        *,
        case when share is not null then marts.wilson_low(y, n, deff) end as share_low,
        case when share is not null then marts.wilson_high(y, n, deff) end as share_high
    from shares
),

-- The shift's limits are Newcombe's (1998): those of the two shares, squared and added. Unlike p +- z * s they stay
-- inside [-1, 1] and do not shrink to nothing where a side was never or always taken. The two periods are answers to
-- different articles, so it is articles that are compared and articles that are the clusters.
shifts as (
    select
        event.event_id,
        event.side,
        event.share - prior.share as shift,
        event.share - prior.share - sqrt(
            power(event.share - event.share_low, 2) + power(prior.share_high - prior.share, 2)
        ) as shift_low,
        event.share - prior.share + sqrt(
            power(event.share_high - event.share, 2) + power(prior.share - prior.share_low, 2)
        ) as shift_high,
        event.clusters as articles,
        prior.clusters as prior_articles
    from limits as event
    inner join limits as prior on event.event_id = prior.event_id and event.side = prior.side
    where
        event.period = 'event'
        and prior.period = 'prior'
        and event.clustered_by = 'article'
        and prior.clustered_by = 'article'
),

commenters as (
    select event_id, side, count(distinct commenter_id) as commenters
    from {{ ref('int_event_comment') }}
    group by event_id, side
)

select
    {{ surrogate_key(['event.event_id', 'event.side']) }} as event_side_id,
    event.event_id,
    event.conflict_id,
    event.side,
    event.y as comments,
    event.n,
    coalesce(commenters.commenters, 0) as commenters,
    shifts.articles,
    event.share,
    event.share_low,
    event.share_high,
    explicit.y as explicit_comments,
    explicit.n as explicit_n,
    explicit.share as explicit_share,
    explicit.share_low as explicit_share_low,
    explicit.share_high as explicit_share_high,
    inherited.y as inherited_comments,
    inherited.n as inherited_n,
    inherited.share as inherited_share,
    inherited.share_low as inherited_share_low,
    inherited.share_high as inherited_share_high,
    prior.y as prior_comments,
    prior.n as prior_n,
    shifts.prior_articles,
    prior.share as prior_share,
    prior.share_low as prior_share_low,
    prior.share_high as prior_share_high,
    shifts.shift,
    shifts.shift_low,
    shifts.shift_high
from limits as event
{% for period in ['explicit', 'inherited', 'prior'] -%}
inner join limits as {{ period }}
    on
        event.event_id = {{ period }}.event_id
        and event.side = {{ period }}.side
        and {{ period }}.period = '{{ period }}'
        and {{ period }}.clustered_by = 'thread'
{% endfor -%}
inner join shifts on event.event_id = shifts.event_id and event.side = shifts.side
left join commenters on event.event_id = commenters.event_id and event.side = commenters.side
where event.period = 'event' and event.clustered_by = 'thread'
