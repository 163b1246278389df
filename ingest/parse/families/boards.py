"""Discussion boards besides those of `forums.py`: older ones of tables, newer ones drawn by scripts. Data only."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.parse.families.engine import MarkupFamily
from ingest.parse.selectors import compiled

XENFORO_CLASSIC = MarkupFamily(
    name="xenforo",
    version="xenforo_classic-1",
    valid="XenForo 1, 2011 to 2019",
    opening=True,
    comment=compiled("li.message[data-author]", "#messageList li.message"),
    ids=re.compile(r"^post-(?P<id>\d{1,18})$"),
    id_required=True,
    author_attribute="data-author",
    author=compiled(".userText .username", ".username"),
    time=compiled("abbr.DateTime", ".messageMeta .DateTime", ".messageDetails .DateTime", ".DateTime"),
    text=compiled(
        ".messageText",
    ),
    noise=compiled(
        ".attribution", ".quoteExpand", ".messageTextEndMarker", ".editDate", ".signature", ".privateControls"
    ),
    quote_at=compiled(".AttributionLink"),
    quote_attribute="href",
    quoted=re.compile(r"(?:#post-|[?&/]id=)(\d{1,18})"),
    next_page=compiled(".PageNav nav a"),
)
INVISION = MarkupFamily(
    name="invision",
    version="invision-1",
    valid="Invision Community 4 and 5, topics, since 2015",
    opening=True,
    only_with=compiled("#elPostFeed", ".cTopic", ".ipsEntries--topic"),
    comment=compiled(
        "article[id^=elComment_]",
    ),
    ids=re.compile(r"^elComment_(?P<id>\d{1,18})$"),
    id_required=True,
    author=compiled(
        ".ipsEntry__username .ipsUsername",
        ".ipsEntry__username a",
        ".cAuthorPane_author a",
        ".cAuthorPane_author",
        ".ipsComment_author strong",
        ".ipsComment_author",
        "[itemprop=author]",
    ),
    time=compiled(".ipsEntry__date time[datetime]", ".ipsComment_meta time[datetime]", "time[datetime]"),
    text=compiled("[data-role=commentContent]", ".cPost_contentWrap", ".ipsComment_content"),
    noise=compiled(
        ".ipsQuote_citation",
        "[data-el=edited]",
        "[data-excludequote]",
        ".ipsEdited",
        ".ipsComment_edited",
        "[data-role=memberSignature]",
        ".ipsType_reset .ipsReact",
    ),
    quote_at=compiled("blockquote[data-ipsquote-contentcommentid]"),
    quote_attribute="data-ipsquote-contentcommentid",
    quoted=re.compile(r"^(\d{1,18})$"),
    next_page=compiled(".ipsPagination_page a", ".ipsPagination__page a"),
)
INVISION_COMMENTS = replace(
    INVISION,
    version="invision_comments-1",
    valid="Invision Community 4 and 5, comments under articles and files",
    opening=False,
    only_with=(),
    roots_at=compiled("[data-feedid]", "[data-controller='core.front.core.commentFeed']"),
)
MYBB = MarkupFamily(
    name="mybb",
    version="mybb-1",
    valid="MyBB 1.4 to 1.8",
    opening=True,
    only_with=compiled(".post_body", ".post_content .post_head"),
    comment=compiled("div.post[id^=post_]", "table[id^=post_]"),
    ids=re.compile(r"^post_(?P<id>\d{1,18})$"),
    id_required=True,
    author=compiled(".author_information .largetext", ".post_author .largetext", ".author_information a", ".largetext"),
    time=compiled(".post_date"),
    text=compiled(
        ".post_body",
    ),
    noise=compiled("blockquote cite", ".post_edit", ".edited_post", ".signature"),
    quote_at=compiled("blockquote cite a.quick_jump", "blockquote cite a[href*='pid=']"),
    quote_attribute="href",
    quoted=re.compile(r"(?:pid=|#pid)(\d{1,18})"),
    next_page=compiled(".pagination a.pagination_page", ".pagination a.pagination_next"),
)
SMF = MarkupFamily(
    name="smf",
    version="smf-1",
    valid="Simple Machines Forum 1.1 to 2.1",
    opening=True,
    only_with=compiled(".poster", ".poster_info", "td.windowbg .smalltext"),
    comment=compiled("#forumposts .windowbg", "#forumposts .windowbg2", "#quickModForm .post_wrapper"),
    ids=re.compile(r"^(?:msg_?|subject_)(?P<id>\d{1,18})$"),
    id_at=compiled("[id^=msg_]", "[id^=subject_]"),
    text_required=True,
    author=compiled(".poster h4 a", ".poster h4", ".poster a", "b a[title]"),
    time=compiled(".postinfo .smalltext", ".keyinfo .smalltext", ".smalltext"),
    when=re.compile(r"(?:on:|»)?\s*(?P<time>[^«»:]{2,24}\b(?:19|20)\d\d\b[^«»]{0,24}?)\s*»?\s*$"),
    text=compiled(".post .inner", ".inner", ".post"),
    noise=compiled(".quoteheader", ".quotefooter", "blockquote cite", ".moderatorbar", ".signature", ".codeheader"),
    quote_at=compiled(".quoteheader a", "blockquote cite a"),
    quote_attribute="href",
    quoted=re.compile(r"msg=?(\d{1,18})"),
    next_page=compiled(".pagelinks a.navPages", ".pagelinks a.nav_page"),
)
SUBSILVER = MarkupFamily(
    name="phpbb",
    version="phpbb_subsilver-1",
    valid="phpBB 2 and the style subsilver2 of phpBB 3",
    opening=True,
    only_with=compiled(".forumline .postbody", ".tablebg .postbody"),
    comment=compiled("table.tablebg", "table.forumline tr"),
    ids=re.compile(r"^p?(?P<id>\d{1,18})$"),
    id_attributes=("name",),
    id_required=True,
    text_required=True,
    author=compiled(".postauthor", ".name b", ".name"),
    time=compiled("table .postdetails", "td.gensmall", ".gensmall"),
    when=re.compile(r"Posted:\s*(?P<time>.{6,60}?)\s*(?:Post subject:.*|$)"),
    text=compiled(
        ".postbody",
    ),
    quotes=compiled("td.quote", ".quotecontent"),
    noise=compiled(".quotetitle", ".signature", ".codetitle"),
    next_page=compiled(".nav a[href*='start=']", ".gensmall a[href*='start=']"),
)
FLUXBB = MarkupFamily(
    name="fluxbb",
    version="fluxbb-1",
    valid="FluxBB 1.4 and later, PunBB 1.2",
    opening=True,
    comment=compiled(
        ".blockpost[id^=p]",
    ),
    ids=re.compile(r"^p(?P<id>\d{1,18})$"),
    id_required=True,
    author=compiled(".postleft dt strong", ".postleft dt", ".postleft strong"),
    time=compiled(
        "h2 a",
    ),
    text=compiled(
        ".postmsg",
    ),
    noise=compiled(".quotebox cite", ".postedit", ".postsignature"),
    next_page=compiled(
        ".pagelink a",
    ),
)
FLARUM = MarkupFamily(
    name="flarum",
    version="flarum-1",
    valid="Flarum 1, the page served to readers without scripts",
    opening=True,
    only_with=compiled("#flarum-content .PostUser"),
    comment=compiled(
        "#flarum-content article",
    ),
    text_required=True,
    author=compiled(".PostUser-name", ".PostUser"),
    time=compiled(
        "time[datetime]",
    ),
    text=compiled(
        ".Post-body",
    ),
    next_page=compiled("#flarum-content a[href*='page=']"),
)
NODEBB = MarkupFamily(
    name="nodebb",
    version="nodebb-1",
    valid="NodeBB 1 to 4",
    opening=True,
    only_with=compiled("[component='post/content']"),
    comment=compiled(
        "[component=post][data-pid]",
    ),
    ids=re.compile(r"^(?P<id>\d{1,18})$"),
    id_attributes=("data-pid",),
    id_required=True,
    author_attribute="data-username",
    author=compiled("[itemprop=author] [itemprop=name]", "[component='user/username']"),
    time=compiled("[itemprop=datePublished]", ".timeago[title]"),
    text=compiled(
        "[component='post/content']",
    ),
    quote_at=compiled("[component='post/parent']"),
    quote_attribute="href",
    quoted=re.compile(r"/post/(\d{1,18})"),
    next_page=compiled("[component=pagination] a", "link[rel=next]"),
)
LEMMY = MarkupFamily(
    name="lemmy",
    version="lemmy-1",
    valid="Lemmy 0.18 and later",
    comment=compiled(
        "li.comment",
    ),
    only_with=compiled(
        "article.comment-node",
    ),
    roots_at=compiled(
        "ul.comments",
    ),
    ids=re.compile(r"^comment-(?P<id>\d{1,18})$"),
    id_at=compiled("article[id^=comment-]"),
    id_required=True,
    author=compiled(".person-listing span", ".person-listing"),
    time=compiled(
        ".moment-time",
    ),
    text=compiled(
        ".comment-content",
    ),
)
