"""Where WordPress themes put things: data for the family `wordpress`, most specific first.

Facts from the core comment walkers and from pages of many themes. A new habit of themes is one more line here.
"""

from __future__ import annotations

import re

from ingest.parse.selectors import compiled
from ingest.parse.sheet import Sheet

COMMENT_ID = re.compile(r"^(?:(?:li|div|article|dsq|wp)-)*(?:comment|ping|pingback|trackback)-(\d{1,18})$")
LIST_CLASSES = (
    "commentlist",
    "comment-list",
    "comments-list",
    "pinglist",
    "pingbacklist",
    "trackbacklist",
    "wp-block-comment-template",
)
ROOT_IDS = frozenset(
    {
        "comments",
        "commentlist",
        "comments-box",
        "comments-list",
        "comment-wrapper",
        "disqus_thread",
        "dsq-content",
        "pings",
        "trackbacks",
        "respond",
    }
)
ROOT_CLASSES = frozenset({*LIST_CLASSES, "comments-area", "wp-block-comments"})
NO_ROOTS = frozenset({"body", "html", "a", "input", "textarea", "script", "link", "button", "label", "span"})
WIDGETS = frozenset(
    {"widget", "widget_recent_comments", "recentcomments", "recent-comments", "wp-block-latest-comments"}
)
ARTICLE_CLASSES = ("entry-content", "post-content")
"""In an element's classes, or in a longer name there; with a headline they tell that an article is inside."""

AUTHOR = compiled(
    ".comment-author .fn",
    ".fn",
    "[id^=dsq-author-user]",
    ".wp-block-comment-author-name",
    ".commentauthor",
    ".comment-author-name",
    ".comment-author-link",
    ".author-name",
    ".comment-author cite",
    "[id^=dsq-cite]",
    "cite",
    ".comment-author",
    ".comment_author",
    ".commenter",
    ".comment-name",
    ".comment-info .author",
    ".comment-info strong",
    ".comment-header strong",
    ".author",
    ".vcard",
    "a.url",
    "[itemprop=author]",
    ".wpd-comment-author",
    ".wc-comment-author",
    "[class*=comment-author]",
    "[class*=comment__author]",
    "[class*=author-name]",
    "h3",
    "h4",
    "h5",
    "h6",
)
TIME = compiled(
    ".comment-metadata time[datetime]",
    "time[datetime]",
    "abbr[title].published",
    ".comment-metadata a[href*='comment-']",
    ".commentmetadata a[href*='comment-']",
    ".comment-meta a[href*='comment-']",
    ".comment-date",
    ".comment_date",
    ".commentdate",
    ".comment-time",
    ".comment-permalink",
    ".commentmetadata",
    ".comment-metadata",
    ".comment-meta .date",
    ".datetime",
    ".date",
    ".time",
    "small a[href*='comment-']",
    "cite a[href*='#comment-']",
    "a[href*='#comment-']",
    ".wpd-comment-date",
    ".wc-comment-date",
    "small",
    ".comment-meta",
    "[class*=comment-date]",
    "[class*=comment-time]",
    "[class*=comment__date]",
    "[class*=comment-meta]",
    ".comment-info",
    "dt",
    "cite",
)
TEXT = compiled(
    ".comment-content",
    ".wp-block-comment-content",
    ".dsq-comment-message",
    ".comment-text",
    ".commenttext",
    ".comment_text",
    ".comment-entry",
    ".commententry",
    ".commentcont",
    ".comment-copy",
    ".comment-message",
    "[itemprop=text]",
    ".comment-body",
    ".commentbody",
    ".comment_content",
    ".comment-txt",
    ".wpd-comment-text",
    ".wc-comment-text",
    "[class*=comment-content]",
    "[class*=comment__content]",
    "[class*=comment-text]",
    "[class*=comment__text]",
    "[class*=comment__body]",
)
NOT_TEXT = compiled(
    ".comment-author",
    ".commentauthor",
    ".comment-meta",
    ".commentmetadata",
    ".comment-metadata",
    ".comment-permalink",
    ".reply",
    ".comment-reply",
    ".comment-reply-link",
    ".says",
    ".comment-awaiting-moderation",
    ".comment-edit-link",
    ".edit-link",
    ".comment-respond",
    "#respond",
    "#cancel-comment-reply-link",
    ".dsq-comment-header",
    ".comment-likes",
    ".sharedaddy",
    ".screen-reader-text",
    ".avatar",
    ".comment-date",
    ".comment-time",
    ".fn",
    ".vcard",
    ".wpulike",
    ".wp_ulike_general_class",
    ".cld-like-dislike-wrap",
    ".comment-rating",
    ".comment-rating-wrap",
    ".ckrating",
    ".comment-votes",
    ".comment-vote",
    ".comment-karma",
    ".karma",
    ".votes",
    ".vote-buttons",
    ".thumbs-rating-container",
    ".like-dislike",
    ".comment-actions",
    ".comment-footer",
)
META = compiled(
    "dt", "cite", ".fn", ".vcard", "small", "time", ".author", ".date", "a[href*='#comment-']", "a[href*='replytocom=']"
)
LINK = compiled("a[href*='#comment-']")
QUOTE = compiled("blockquote")
SHEET = Sheet(AUTHOR, TIME, TEXT, NOT_TEXT, META, LINK, QUOTE)
"""All that is looked up in a comment."""

HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
HEADING_BOXES = frozenset({"div", "p", "span", "strong", "a", "header", "li"})
HEADING_CLASSES = frozenset(
    {"comments-title", "comment-title", "comments-heading", "wp-block-comments-title", "comment-count"}
    | {"comments-count", "block-head"}
)
LISTED = frozenset({"comment", "pingback", "trackback"})
LISTS = frozenset({*LIST_CLASSES, "children"})
