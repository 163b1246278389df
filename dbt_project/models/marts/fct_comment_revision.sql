select comment_revision_id, comment_id, revision, text, first_seen_at, last_seen_at
from {{ ref('int_comment_revision') }}
