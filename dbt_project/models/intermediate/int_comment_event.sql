{{ config(tags=['serve']) }}

with active as (
    {{ active_rows(
        ref('stg_comment_event'), 'events', ['input_key', 'conflict_id', 'event_id'], 'method_version'
    ) }}
),

links as (
    select
        input.comment_id,
        active.event_id,
        active.conflict_id,
        active.role,
        'explicit' as basis,
        active.confidence,
        active.evidence,
        active.method_version
    from {{ ref('int_comment_input') }} as input
    inner join active on input.input_key = active.input_key
    inner join {{ ref('int_event') }} as event on active.event_id = event.event_id

    union all

    -- A comment answers what the article is surely about, not what the article mentions in passing.
    select
        comment.comment_id,
        link.event_id,
        link.conflict_id,
        link.role,
        'inherited' as basis,
        link.confidence,
        {{ no_evidence() }} as evidence,
        link.method_version
    from {{ ref('int_comment') }} as comment
    inner join {{ ref('int_article_event') }} as link on comment.article_id = link.article_id
    where link.role in {{ counted_roles() }} and not link.needs_review
),

-- A comment and an event are tied once: by a link that counts before one that does not, by its own words before the
-- article's.
ranked as (
    select
        *,
        row_number() over (
            partition by comment_id, event_id
            order by
                case when role in {{ counted_roles() }} then 0 else 1 end,
                case basis when 'explicit' then 0 else 1 end,
                confidence desc,
                role
        ) as choice
    from links
),

weighed as (
    select
        *,
        case
            when role not in {{ counted_roles() }} then 0.0
            when basis = 'inherited' then {{ inherited_weight() }} * confidence
            else 1.0
        end as own_weight
    from ranked
    where choice = 1
),

chosen as (
    select *, {{ exact_sum('own_weight') }} over (partition by comment_id, conflict_id) as all_weights
    from weighed
)

select
    {{ surrogate_key(['comment_id', 'event_id']) }} as comment_event_id,
    comment_id,
    event_id,
    conflict_id,
    role,
    basis,
    -- Never more than one comment's worth over all its events.
    own_weight / greatest(1.0, cast(all_weights as double)) as weight,
    confidence,
    evidence,
    method_version
from chosen
