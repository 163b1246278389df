{{ config(tags=['serve']) }}

with active as (
    {{ active_rows(ref('stg_language'), 'language', ['input_key']) }}
),

-- The active version may be listed once per conflict; a text has one language all the same.
languages as (
    select distinct input_key, language
    from active
)

select input.comment_id, languages.language
from {{ ref('int_comment_input') }} as input
inner join languages on input.input_key = languages.input_key
