{{ config(tags=['shape']) }}

select
    read_id,
    record_id,
    crawl_id,
    source,
    page_url,
    article_url,
    md5(article_url) as article_id,
    outlet as outlet_id,
    fetched_at,
    http_status,
    status,
    status_detail,
    parser,
    parser_version,
    nullif(trim(title), '') as title,
    nullif(trim(site_name), '') as site_name,
    published_at,
    published_basis,
    -- "en-US", "en_US" and "EN" are one language here: comments are told apart by language, not by country.
    nullif(lower(split_part(replace(trim(stated_language), '_', '-'), '-', 1)), '') as language,
    nullif(trim(section), '') as section,
    text,
    tags,
    declared_comment_count,
    is_demo,
    loaded_at,
    -- Null in what was loaded before a record could hold several pages.
    coalesce(record_page, 1) as record_page,
    coalesce(is_data, false) as is_data,
    comment_pages,
    clock
from {{ source('raw', 'page_read') }}
-- Switched off in the list of sources, the invented demo stays in the archive and in raw, and out of everything after.
where not is_demo or {{ demo_is_included() }}
