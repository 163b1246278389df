{{ config(tags=['shape']) }}

-- The author's name and the page's wording of the time end here: nothing after this view can show them.
select
    read_id,
    ordinal,
    nullif(trim(source_id), '') as source_id,
    nullif(trim(parent_source_id), '') as parent_source_id,
    depth,
    author_key,
    posted_at,
    posted_at_basis,
    posted_at_local,
    text,
    is_empty,
    kind
from {{ source('raw', 'comment_read') }}
