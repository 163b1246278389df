with shares as (
    select
        *,
        case when n > 0 and side <> 'empty' then cast(y as double) / n end as share,
        marts.design_effect(y, n, sum_yy, sum_yn, sum_nn, clusters) as deff
    from {{ ref('int_event_side_count') }}
),

limits as (
    select
        *,
        case when share is not null then marts.wilson_low(y, n, deff) end as share_low,
        case when share is not null then marts.wilson_high(y, n, deff) end as share_high
    from shares
)

-- The shift's limits are Newcombe's (1998): those of the two shares, squared and added. Unlike p +- z * s they stay
-- inside [-1, 1] and do not shrink to nothing where a side was never or always taken.
select
    {{ surrogate_key(['event.event_id', 'event.side']) }} as event_side_id,
    event.event_id,
    event.conflict_id,
    event.side,
    event.y as comments,
    event.share,
    event.share_low,
    event.share_high,
    prior.y as prior_comments,
    prior.share as prior_share,
    event.share - prior.share as shift,
    event.share - prior.share - sqrt(
        power(event.share - event.share_low, 2) + power(prior.share_high - prior.share, 2)
    ) as shift_low,
    event.share - prior.share + sqrt(
        power(event.share_high - event.share, 2) + power(prior.share - prior.share_low, 2)
    ) as shift_high
from limits as event
inner join limits as prior on event.event_id = prior.event_id and event.side = prior.side
where event.period = 'event' and prior.period = 'prior'
