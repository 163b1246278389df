select article_conflict_id, article_id, conflict_id, relevance, method_version
from {{ ref('int_article_conflict') }}
