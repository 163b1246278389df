"""Forums and question sites: the opening post is the article, the others are comments. Data only."""

from __future__ import annotations

import re

from ingest.parse.families.engine import MarkupFamily
from ingest.parse.selectors import compiled

XENFORO = MarkupFamily(
    name="xenforo",
    version="xenforo-2",
    valid="XenForo 2, since 2017",
    opening=True,
    comment=compiled("article.message[data-author]", "article[id^=js-post-]"),
    ids=re.compile(r"^(?:js-)?post-(?P<id>\d{1,18})$"),
    id_attributes=("id", "data-content"),
    author_attribute="data-author",
    author=compiled(".message-name", ".MessageCard__user-info__name", "[class*=MessageCard__user] a", ".username"),
    time=compiled("time.u-dt", "time[datetime]"),
    text=compiled(".message-body .bbWrapper", ".bbWrapper"),
    noise=compiled(
        ".bbCodeBlock-title",
        ".bbCodeBlock-expandLink",
        ".bbCodeBlock-shrinkLink",
        ".message-signature",
        ".js-selectToQuoteEnd",
    ),
    quote_attribute="data-source",
    quoted=re.compile(r"post:\s*(\d{1,18})"),
    next_page=compiled(".pageNav-page a", "a.pageNav-jump--next"),
)
DISCOURSE = MarkupFamily(
    name="discourse",
    version="discourse-1",
    valid="Discourse 2 and later, the page served to readers without scripts",
    opening=True,
    comment=compiled(".crawler-post"),
    beside=compiled("#data-preloaded", "[data-preloaded]"),
    ids=re.compile(r"^post_(?P<id>\d{1,9})$"),
    author=compiled("[itemprop=author] [itemprop=name]", ".creator"),
    time=compiled("time[itemprop=datePublished]", "time.post-time", "time"),
    text=compiled(".post[itemprop=text]", ".post"),
    noise=compiled("aside.quote .title", ".quote-controls", ".lightbox-wrapper .meta"),
    quote_attribute="data-post",
    quoted=re.compile(r"^(\d{1,9})$"),
    next_page=compiled("link[rel=next]", "a[rel=next]"),
)
PHPBB = MarkupFamily(
    name="phpbb",
    version="phpbb-2",
    valid="phpBB 3",
    opening=True,
    comment=compiled("div.post[id^=p]", "article.post[id^=p]"),
    ids=re.compile(r"^p(?P<id>\d{1,18})$"),
    id_required=True,
    author=compiled(
        ".postprofile .username",
        ".postprofile .username-coloured",
        ".author .username",
        ".author .username-coloured",
        ".postprofile dt a",
        ".author strong",
    ),
    time=compiled("time[datetime]", ".author time", ".author"),
    when=re.compile(r"»\s*(?P<time>[^»]{6,60})$"),
    text=compiled(".postbody .content", ".content"),
    noise=compiled("blockquote cite", ".signature", ".notice", ".codebox p", ".attachbox dt"),
    quote_at=compiled("[data-post-id]"),
    quote_attribute="data-post-id",
    quoted=re.compile(r"^(\d{1,18})$"),
    next_page=compiled(".pagination a"),
)
VBULLETIN = MarkupFamily(
    name="vbulletin",
    version="vbulletin-2",
    valid="vBulletin 3 to 5",
    opening=True,
    comment=compiled("li.postcontainer", "li.postbit", "li.postbitlegacy", "li.b-post", "table[id^=post]", "div.tpost"),
    ids=re.compile(r"^(?:td_)?post_?(?P<id>\d{1,18})$"),
    id_attributes=("id", "data-node-id"),
    id_required=True,
    author=compiled(
        ".username_container .username",
        ".username",
        ".bigusername",
        ".b-userinfo__details a",
        "[itemprop=author]",
        ".author",
    ),
    time=compiled(
        "time[datetime]", ".postdate .date", ".postdate", ".b-post__timestamp", "td.thead", ".thead .tcell", ".thead"
    ),
    text=compiled(".postcontent", "[id^=post_message_]", ".js-post__content-text", ".b-post__content"),
    quotes=compiled(
        ".bbcode_quote .message", "[id^=post_message_] td.alt2", "[id^=post_message_] div.alt2", ".b-bbcode__quote"
    ),
    noise=compiled(
        "[id^=post_message_] .smallfont",
        "[id^=post_message_] label",
        ".bbcode_postedby",
        ".quote_container .message_header",
        ".signature",
        ".lastedited",
        ".postcontent h2.title",
    ),
    quote_at=compiled(".bbcode_postedby a", ".bbcode_container a[rel=nofollow]", "div a[href*='#post']"),
    quote_attribute="href",
    quoted=re.compile(r"#post(\d{1,18})$"),
    next_page=compiled(".pagination a", ".pagenav a"),
)
STACK_EXCHANGE = MarkupFamily(
    name="stack_exchange",
    version="stack_exchange-2",
    valid="Stack Exchange, since 2012; follow-ups since 2025",
    comment=compiled(
        ".answer[id^=answer-]", "li.js-comment", "li.comment[data-comment-id]", "[id^=follow-up-][itemprop=comment]"
    ),
    only_with=compiled(".answer .js-post-body", ".answer .post-text", "li.js-comment", "li.comment[data-comment-id]"),
    ids=re.compile(r"^(?P<id>(?:answer|comment|follow-up)-\d{1,18})$"),
    id_required=True,
    author=compiled("a.comment-user", ".comment-user", ".user-details[itemprop=author] a", ".user-details a"),
    time=compiled(
        ".comment-date [title]", "time[itemprop=dateCreated]", ".user-action-time [title]", "[itemprop=datePublished]"
    ),
    text=compiled(".comment-copy", ".js-post-body", ".s-prose", ".post-text", "[itemprop=text]"),
    noise=compiled(".post-menu", ".js-post-notice"),
    next_page=compiled(".pager-answers a", ".s-pagination a"),
)
