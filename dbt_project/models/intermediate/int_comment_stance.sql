{{ config(tags=['serve']) }}

with active as (
    {{ active_rows(ref('stg_stance'), 'stance', ['input_key', 'conflict_id', 'party_id']) }}
)

select
    {{ surrogate_key(['input.comment_id', 'active.party_key']) }} as comment_stance_id,
    input.comment_id,
    active.conflict_id,
    active.party_key,
    active.party_id,
    active.stance,
    active.p_favor,
    active.p_against,
    active.p_none,
    active.confidence,
    active.abstained,
    active.evidence,
    active.model_version
from {{ ref('int_comment_input') }} as input
inner join active on input.input_key = active.input_key
inner join {{ ref('int_article_conflict') }} as about
    on input.article_id = about.article_id and active.conflict_id = about.conflict_id
