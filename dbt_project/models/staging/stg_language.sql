{{ config(tags=['serve']) }}

select input_key, language, confidence, model_version, annotated_at
from {{ source('annotate', 'language') }}
