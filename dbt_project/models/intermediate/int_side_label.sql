{{ config(tags=['serve']) }}

-- What people answered, under the key of the words it is about: it wins over every model.
select distinct
    input.input_key,
    label.conflict_id,
    label.party_key,
    label.stance,
    label.side,
    label.model_version
from {{ ref('stg_side_label') }} as label
inner join {{ ref('int_comment_input') }} as input
    on label.text = input.text
    and label.parent_text = coalesce(input.parent_text, '')
    and label.article_title = coalesce(input.article_title, '')
