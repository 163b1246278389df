{{ config(tags=['shape']) }}

-- A revision lasts as long as observation after observation shows the same text; a flip back opens a new one.
with changes as (
    select
        *,
        case
            when text_hash = lag(text_hash) over (partition by comment_id order by observed_at, read_id) then 0
            else 1
        end as is_change
    from {{ ref('int_comment_observation') }}
),

numbered as (
    select
        *,
        sum(is_change) over (
            partition by comment_id
            order by observed_at, read_id
            rows between unbounded preceding and current row
        ) as revision
    from changes
),

revisions as (
    select
        comment_id,
        revision,
        min(observed_at) as first_seen_at,
        max(observed_at) as last_seen_at,
        min(content_read_id) as content_read_id
    from numbered
    group by comment_id, revision
)

select
    {{ surrogate_key(['revisions.comment_id', 'revisions.revision']) }} as comment_revision_id,
    revisions.comment_id,
    cast(revisions.revision as integer) as revision,
    comment.text,
    revisions.first_seen_at,
    revisions.last_seen_at
from revisions
inner join {{ ref('int_comment_read') }} as comment
    on revisions.content_read_id = comment.read_id and revisions.comment_id = comment.comment_id
