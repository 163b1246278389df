{{ config(tags=['serve']) }}

select
    conflict_id,
    text,
    -- Joined on: a comment without a parent and one whose parent is unknown are the same input.
    coalesce(parent_text, '') as parent_text,
    coalesce(article_title, '') as article_title,
    conflict_id || ':' || party_id as party_key,
    stance,
    side,
    'label-' || labelled_on as model_version
from {{ source('annotate', 'side_label') }}
