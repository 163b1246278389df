{{ config(tags=['serve']) }}

select article_id, content_key, conflict_id, relevance, method_version, annotated_at
from {{ source('annotate', 'article_conflict') }}
