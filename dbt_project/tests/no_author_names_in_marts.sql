{{ config(meta={'dagster': {'ref': {'name': 'dim_commenter'}}}) }}

{% for mart in [
    'dim_article', 'dim_commenter', 'dim_conflict', 'dim_event', 'dim_outlet', 'dim_party', 'dim_place',
    'fct_article_candidate', 'fct_article_conflict', 'fct_article_event', 'fct_comment', 'fct_comment_event',
    'fct_comment_revision',
    'fct_comment_side', 'fct_comment_stance', 'fct_event', 'fct_event_side', 'fct_event_stance_daily',
    'fct_page_status', 'fct_side_daily',
] -%}
-- depends_on: {{ ref(mart) }}
{% endfor %}
select table_name, column_name
from information_schema.columns
where table_schema = 'marts' and (column_name like '%author%' or right(column_name, 4) = '_raw')
