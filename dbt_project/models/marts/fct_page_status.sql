select
    read.read_id,
    read.page_url,
    article.article_id,
    read.outlet_id,
    read.source,
    read.crawl_id,
    read.fetched_at,
    read.http_status,
    read.status,
    read.status_detail,
    read.parser,
    read.parser_version,
    read.declared_comment_count,
    read.extracted_comments,
    read.pingbacks,
    read.is_latest,
    read.is_demo
from {{ ref('int_page_read') }} as read
left join {{ ref('int_article') }} as article on read.article_id = article.article_id
