{{ config(tags=['serve']) }}

-- The adjusted count: calls of each class times the weights of what was really taken; shares under 0 are 0 and all add
-- up to 1. Replicate 0 is the estimate. In the others the answers were drawn anew, and so are the comments: each count
-- moves by its noise times the root of count x design effect, which is a multinomial draw once shares add up to 1.
with noisy as (
    select
        calls.conflict_id,
        calls.scope,
        calls.scope_id,
        error.replicate,
        error.taken,
        error.weight
        * greatest(0.0, calls.calls + error.noise * sqrt(calls.calls * calls.deff)) as taken_by_call
    from {{ ref('int_side_call') }} as calls
    inner join {{ ref('stg_side_error') }} as error
        on calls.conflict_id = error.conflict_id and calls.side_class = error.called
    where calls.n_read >= {{ small_sample() }}
),

solved as (
    select conflict_id, scope, scope_id, replicate, taken, greatest(0.0, cast({{ exact_sum('taken_by_call') }} as double)) as comments
    from noisy
    group by conflict_id, scope, scope_id, replicate, taken
),

shares as (
    select
        *,
        comments / nullif(cast({{ exact_sum('comments') }} over (partition by conflict_id, scope, scope_id, replicate) as double), 0) as share
    from solved
),

limits as (
    select
        conflict_id,
        scope,
        scope_id,
        taken as side_class,
        max(case when replicate = 0 then share end) as share,
        percentile_cont(0.025) within group (order by case when replicate > 0 then share end) as share_low,
        percentile_cont(0.975) within group (order by case when replicate > 0 then share end) as share_high
    from shares
    group by conflict_id, scope, scope_id, taken
)

-- Of all comments with text again: those nobody is asked about are on no party's side.
select
    limits.conflict_id,
    limits.scope,
    limits.scope_id,
    limits.side_class,
    {% for figure in ['share', 'share_low', 'share_high'] -%}
    (
        limits.{{ figure }} * calls.n_read
        + case when limits.side_class = 'neither' then calls.n - calls.n_read else 0 end
    ) / calls.n as {{ figure }}{{ ',' if not loop.last }}
    {% endfor %}
from limits
inner join {{ ref('int_side_call') }} as calls
    on
        limits.conflict_id = calls.conflict_id
        and limits.scope = calls.scope
        and limits.scope_id = calls.scope_id
        and limits.side_class = calls.side_class
