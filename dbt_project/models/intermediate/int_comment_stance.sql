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
    coalesce(labelled.stance, active.stance) as stance,
    {% for stance in ['FAVOR', 'AGAINST', 'NONE'] -%}
    case
        when labelled.stance is null then active.p_{{ stance | lower }}
        when labelled.stance = '{{ stance }}' then 1.0 else 0.0
    end as p_{{ stance | lower }},
    {% endfor -%}
    case when labelled.stance is null then active.confidence else 1.0 end as confidence,
    labelled.stance is null and active.abstained as abstained,
    case when labelled.stance is null then active.evidence end as evidence,
    coalesce(labelled.model_version, active.model_version) as model_version
from {{ ref('int_comment_input') }} as input
inner join active on input.input_key = active.input_key
-- A person's answer wins, and what the model took as evidence is then none.
left join {{ ref('int_side_label') }} as labelled
    on active.input_key = labelled.input_key and active.party_key = labelled.party_key
inner join {{ ref('int_article_conflict') }} as about
    on input.article_id = about.article_id and active.conflict_id = about.conflict_id
