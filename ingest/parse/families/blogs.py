"""Comments under articles: plug-ins and publishing systems other than WordPress itself. Data only."""

from __future__ import annotations

import re

from ingest.parse.families.engine import MarkupFamily
from ingest.parse.selectors import compiled

WPDISCUZ = MarkupFamily(
    name="wpdiscuz",
    version="wpdiscuz-2",
    valid="wpDiscuz 7, since 2020",
    roots_at=compiled("#wpdcom", "#comments"),
    comment=compiled(".wpd-comment"),
    ids=re.compile(r"^(?:wpd-comm-)?(?P<id>\d{1,18})(?:_(?P<parent>(?!0(?:\D|$))\d{1,18})?|$)"),
    id_attributes=("id", "data-comment-id"),
    author=compiled(".wpd-comment-author"),
    time=compiled(".wpd-comment-date"),
    text=compiled(".wpd-comment-text"),
    noise=compiled(".wpd-toggle", ".wpd-comment-footer", ".wpd-reply-to", ".wpd-comment-last-edited"),
)
WPDISCUZ_CLASSIC = MarkupFamily(
    name="wpdiscuz",
    version="wpdiscuz_classic-1",
    valid="wpDiscuz 3 to 5, 2015 to 2020",
    roots_at=compiled("#wpcomm", "#wcThreadWrapper", "#comments"),
    comment=compiled(".wc-comment"),
    ids=re.compile(r"^wc-comm-(?P<id>\d{1,18})_(?P<parent>(?!0$)\d{1,18})?"),
    author=compiled(".wc-comment-author"),
    time=compiled(".wc-comment-date"),
    text=compiled(".wc-comment-text"),
    noise=compiled(".wc-comment-footer", ".wc-reply-to", ".wc-comment-link", ".wc_is_sticky"),
)
DRUPAL = MarkupFamily(
    name="drupal",
    version="drupal-2",
    valid="Drupal 6 to 11",
    roots_at=compiled("#comments", "section.comments", ".comment-wrapper"),
    comment=compiled("article.comment", "div.comment", "article[id^=comment-]", "article[data-comment-user-id]"),
    ids=re.compile(r"^comment-(?:id-)?(?P<id>\d{1,18})$"),
    id_required=True,
    only_with=compiled(
        ".field-name-comment-body",
        ".field--name-comment-body",
        ".comment-wrapper .submitted",
        "[data-comment-user-id]",
        "[about^='/comment/']",
    ),
    indent="indented",
    author=compiled(".username", "[rel='sioc:has_creator']", ".comment__author", ".author", "[property='foaf:name']"),
    time=compiled(
        "time[datetime]",
        "[property~='dc:date']",
        "[property='schema:dateCreated']",
        ".comment__time",
        ".comment-time",
        ".submitted",
        "[data-comment-timestamp]",
    ),
    text=compiled(
        ".field-name-comment-body .field-item",
        ".field--name-comment-body",
        ".field-name-comment-body",
        ".comment-content",
        ".comment__content",
        ".content",
    ),
    noise=compiled("ul.links", ".links", ".field-label", ".field__label", ".permalink", ".user-signature", "h3"),
    next_page=compiled("#comments .pager a", ".comment-wrapper .pager a"),
)
BLOGGER = MarkupFamily(
    name="blogger",
    version="blogger-1",
    valid="Blogger, threaded comments, since 2012",
    roots_at=compiled("#comments", "#comment-holder"),
    comment=compiled(".comment-thread li.comment", "#comment-holder li.comment"),
    ids=re.compile(r"^c(?P<id>\d{5,20})$"),
    author=compiled("cite.user", ".comment-header .user", "cite"),
    time=compiled(".datetime a", ".datetime"),
    text=compiled(".comment-content"),
    noise=compiled(".comment-actions", ".comment-header"),
    next_page=compiled(".paging-control-container a"),
)
BLOGGER_CLASSIC = MarkupFamily(
    name="blogger",
    version="blogger_classic-1",
    valid="Blogger, definition list, since 2004",
    roots_at=compiled("#comments", "#comments-block"),
    comment=compiled("#comments-block dt", "dl.comments-block dt"),
    siblings=True,
    ids=re.compile(r"^c(?P<id>\d{5,20})$"),
    author=compiled(".comment-author a[rel=nofollow]", "dt a[rel=nofollow]", "dt"),
    time=compiled(".comment-timestamp a", ".comment-timestamp", ".comment-footer"),
    text=compiled(".comment-body p", ".comment-body", "dd"),
    noise=compiled(".comment-timestamp", ".comment-footer", ".item-control", ".avatar-image-container"),
)
JCOMMENTS = MarkupFamily(
    name="jcomments",
    version="jcomments-1",
    valid="JComments 2 to 4 for Joomla",
    roots_at=compiled("#jc"),
    comment=compiled(".comments-list-item", "#comments-list .comment-box", "#comments-list [id^=comment-item-]"),
    only_with=compiled("#jc"),
    ids=re.compile(r"^comment-(?:item-)?(?P<id>\d{1,18})$"),
    author=compiled(".comment-author", ".author-homepage", "[itemprop=creator]"),
    time=compiled("time[datetime]", ".comment-date", "[itemprop=dateCreated]"),
    text=compiled("[id^=comment-body-]", ".comment-body", ".comment-text"),
    noise=compiled(".comments-buttons", ".comments-vote", ".comment-anchor", ".comments-list-footer"),
)
TYPEPAD = MarkupFamily(
    name="movable_type",
    version="movable_type-2",
    valid="Movable Type 3 to 7, TypePad",
    roots_at=compiled("#comments", ".comments"),
    comment=compiled("[id^=comment-6a0]", ".comments-content .comment", "#comments .comment"),
    ids=re.compile(r"^(?:comment-|c)(?P<id>[0-9a-f]{1,40})$"),
    id_required=True,
    author=compiled(
        ".byline .author", ".comment-footer .author", ".vcard.author", ".byline a", ".comment-footer a[rel=nofollow]"
    ),
    who_at=compiled(".comment-footer", ".byline"),
    who=re.compile(r"^[^|:\d]{0,30}:\s*(?P<name>[^|]{1,100}?)\s*\|"),
    time=compiled(
        "abbr.published",
        "time[datetime]",
        ".comment-footer abbr",
        ".byline a[href*='#comment-']",
        ".comment-footer a[href*='comment']",
    ),
    text=compiled(".comment-content", ".comment-body", ".comment-text"),
    noise=compiled(".comment-footer", ".comment-header", ".byline", ".comment-avatar"),
)
DATALIFE = MarkupFamily(
    name="datalife",
    version="datalife-1",
    valid="DataLife Engine 8 to 17; themes keep only the ids",
    roots_at=compiled("#dle-comments-list", "#dlemasscomments"),
    comment=compiled("[id^=comment-id-]"),
    ids=re.compile(r"^comment-id-(?P<id>\d{1,18})$"),
    only_with=compiled("[id^=comm-id-]"),
    id_required=True,
    author=compiled(
        "[itemprop=author]",
        "[onclick*=ShowProfile]",
        ".comm-author",
        ".comm_author",
        ".comment-author",
        "[class*=author]",
        "[class*=name]",
        "a[href*='/user/']",
    ),
    time=compiled("time[datetime]", ".comm-date", ".comment-date", "[class*=date]", "[class*=time]"),
    text=compiled("[id^=comm-id-]"),
    noise=compiled(".title_quote", ".signature", ".editdate"),
    quotes=compiled(".quote"),
    next_page=compiled(".dle-comments-navigation a", ".comments-navigation a"),
)
UCOZ = MarkupFamily(
    name="ucoz",
    version="ucoz-1",
    valid="uCoz and uWeb, since 2006",
    roots_at=compiled("#newEntryT", "ul.comments", "#comments"),
    comment=compiled("[id^=comEnt]"),
    ids=re.compile(r"^comEnt(?P<id>\d{1,18})$"),
    id_required=True,
    text_required=True,
    author=compiled(".cTop .user", ".cUser", ".cTop a[href*='profile']", ".cTop b", ".cTop a"),
    time=compiled(".cDate", ".cTop .date", ".cTop [title]"),
    text=compiled(".cMessage"),
    noise=compiled(".bbQuoteName", ".cEdit"),
    quotes=compiled(".quoteMessage"),
)
