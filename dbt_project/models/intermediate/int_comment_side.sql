{{ config(tags=['serve']) }}

with active as (
    {{ active_rows(ref('stg_side'), 'stance', ['input_key', 'conflict_id']) }}
),

-- A person's answer wins, and what the model took as evidence is then none.
labelled as (
    select distinct
        input_key,
        conflict_id,
        side,
        model_version
    from {{ ref('int_side_label') }}
)

select
    {{ surrogate_key(['input.comment_id', 'active.conflict_id']) }} as comment_side_id,
    input.comment_id,
    active.conflict_id,
    coalesce(labelled.side, active.side) as side,
    -- What the model said, whatever people answered: its errors are corrected on what it calls.
    active.side as model_side,
    case when labelled.side is null then active.confidence else 1.0 end as confidence,
    labelled.side is null and active.abstained as abstained,
    case when labelled.side is null then active.abstain_reason end as abstain_reason,
    case when labelled.side is null then active.evidence end as evidence,
    coalesce(labelled.model_version, active.model_version) as model_version,
    comment.outlet_id,
    comment.commenter_id,
    comment.thread_root_id,
    comment.posted_at,
    -- A day is the day of the people in the conflict, whose clocks the events are dated by.
    {{ local_date('comment.posted_at', 'conflict.time_zone') }} as day,
    language.language
from {{ ref('int_comment_input') }} as input
inner join active on input.input_key = active.input_key
left join labelled on active.input_key = labelled.input_key and active.conflict_id = labelled.conflict_id
inner join {{ ref('int_article_conflict') }} as about
    on input.article_id = about.article_id and active.conflict_id = about.conflict_id
inner join {{ ref('int_comment') }} as comment on input.comment_id = comment.comment_id
inner join {{ ref('int_conflict') }} as conflict on active.conflict_id = conflict.conflict_id
left join {{ ref('int_comment_language') }} as language on input.comment_id = language.comment_id
