with error as (
    select
        conflict_id,
        max(model_version) as model_version,
        sum(answers) as answers,
        max(answers_needed) as answers_needed
    from {{ ref('int_side_confusion') }}
    group by conflict_id
),

solvable as (
    select distinct conflict_id
    from {{ ref('int_side_corrected') }}
)

select
    {{ surrogate_key(['calls.conflict_id', 'calls.scope', 'calls.scope_id', 'calls.side_class']) }} as side_corrected_id,
    calls.conflict_id,
    calls.scope,
    calls.scope_id,
    calls.side_class,
    error.model_version,
    case
        when error.answers_needed is null or error.answers_needed > 0 then 'too_few_answers'
        when calls.n_read < {{ small_sample() }} then 'too_few_comments'
        when solvable.conflict_id is null then 'sides_not_told_apart'
        else 'corrected'
    end as status,
    cast(coalesce(error.answers, 0) as bigint) as answers,
    cast(error.answers_needed as bigint) as answers_needed,
    cast(calls.comments as bigint) as comments,
    cast(calls.n as bigint) as n,
    cast(calls.comments as double) / calls.n as share,
    corrected.share as corrected_share,
    corrected.share_low as corrected_low,
    corrected.share_high as corrected_high
from {{ ref('int_side_call') }} as calls
left join error on calls.conflict_id = error.conflict_id
left join solvable on calls.conflict_id = solvable.conflict_id
left join {{ ref('int_side_corrected') }} as corrected
    on
        calls.conflict_id = corrected.conflict_id
        and calls.scope = corrected.scope
        and calls.scope_id = corrected.scope_id
        and calls.side_class = corrected.side_class
