"""Comments of services for other people's pages, as they stand in pages saved from a browser or drawn by the server."""

from __future__ import annotations

import re

from ingest.parse.families.engine import MarkupFamily
from ingest.parse.selectors import compiled

DISQUS = MarkupFamily(
    name="disqus",
    version="disqus-1",
    valid="Disqus, drawn by its script, since 2012",
    roots_at=compiled("#disqus_thread", "#posts"),
    only_with=compiled("#posts .post-message", "#disqus_thread .post-message", "#post-list .post-message"),
    comment=compiled("#post-list li.post", "#posts li.post", "#disqus_thread li.post"),
    ids=re.compile(r"^post-(?P<id>\d{1,18})$"),
    author=compiled(".post-byline .author", ".author", ".publisher-anchor-color"),
    time=compiled(".post-meta .time-ago", ".time-ago"),
    text=compiled(
        ".post-message",
    ),
    noise=compiled(".see-more", ".post-media"),
)
FACEBOOK = MarkupFamily(
    name="facebook",
    version="facebook-1",
    valid="Facebook's comments plug-in, drawn by its script, 2011 to 2023",
    roots_at=compiled(".fb-comments", ".fbFeedbackContent"),
    comment=compiled(".fbFeedbackPost", ".UFIComment", "._3-8y"),
    text_required=True,
    author=compiled(".UFICommentActorName", ".profileName", ".actorName"),
    time=compiled("abbr[data-utime]", "abbr.timestamp"),
    text=compiled(".UFICommentBody", "._5mdd", ".postText"),
    noise=compiled(".fbUpDownVoteWidget", ".action_links"),
)
SUBSTACK = MarkupFamily(
    name="substack",
    version="substack-1",
    valid="Substack, since 2021",
    roots_at=compiled(".comments-section", ".comments-page", ".comment-list"),
    only_with=compiled(".comment > .comment-anchor"),
    comment=compiled(".comment-list-items .comment"),
    ids=re.compile(r"^comment-(?P<id>\d{1,18})$"),
    id_required=True,
    author=compiled(".comment-meta .commenter-name", "a[href*='/profile/']", "a[href*='substack.com/@']"),
    time=compiled("a[title][href*='/comment']", ".comment-meta [title]", "a[title]"),
    text=compiled(
        ".comment-body",
    ),
    noise=compiled(
        ".show-all-toggle",
    ),
)
GHOST = MarkupFamily(
    name="ghost",
    version="ghost-1",
    valid="Ghost 5 and later, comments drawn by its script",
    roots_at=compiled("#ghost-comments-root"),
    only_with=compiled("#ghost-comments-root"),
    comment=compiled("[data-testid=comment-component]", "[data-testid=animated-comment]"),
    ids=re.compile(r"^(?P<id>[0-9a-f]{24})$"),
    text_required=True,
    author=compiled("[data-testid=member-name]", "h4"),
    time=compiled("time[datetime]", "[data-testid=commented-at]"),
    text=compiled("[data-testid=comment-content]", ".gh-comment-content"),
)
ISSO = MarkupFamily(
    name="isso",
    version="isso-1",
    valid="Isso 0.9 and later, drawn by its script",
    roots_at=compiled("#isso-thread", "#isso-root"),
    comment=compiled(
        ".isso-comment",
    ),
    ids=re.compile(r"^isso-(?P<id>\d{1,18})$"),
    author=compiled(".isso-author", ".author"),
    time=compiled("time[datetime]", "time"),
    text=compiled(".isso-text", ".text"),
)
COMMENTO = MarkupFamily(
    name="commento",
    version="commento-1",
    valid="Commento and Commento++, drawn by their script, since 2018",
    roots_at=compiled(
        "#commento",
    ),
    comment=compiled(
        ".commento-card",
    ),
    ids=re.compile(r"^commento-comment-card-(?P<id>[0-9a-f]{8,64})$"),
    author=compiled(
        ".commento-name",
    ),
    time=compiled(
        ".commento-timeago",
    ),
    text=compiled("[id^=commento-comment-text-]", ".commento-body"),
    text_required=True,
)
REMARK = MarkupFamily(
    name="remark42",
    version="remark42-1",
    valid="remark42 1.8 and later, drawn by its script",
    roots_at=compiled("#remark42", ".root__threads"),
    comment=compiled(
        "article.comment[id^=remark42__comment-]",
    ),
    ids=re.compile(r"^remark42__comment-(?P<id>[\w-]{8,64})$"),
    author=compiled(
        ".comment__username",
    ),
    time=compiled(
        ".comment__time",
    ),
    text=compiled(
        ".comment__text",
    ),
)
"""Its replies are no elements of what they answer; the service's export names the parent."""
HYPERCOMMENTS = MarkupFamily(
    name="hypercomments",
    version="hypercomments-1",
    valid="HyperComments, drawn by its script, 2012 to 2021",
    roots_at=compiled(
        "#hypercomments_widget",
    ),
    comment=compiled("#hypercomments_widget .hc__message", "#hypercomments_widget [id^=hcm-]"),
    ids=re.compile(r"^hcm-(?P<id>\d{1,18})$"),
    author=compiled(".hc__message__author", ".hcc .hcnick", ".hcnick"),
    time=compiled(".hc__message__time", ".hcdate"),
    text=compiled(".hc__message__text", ".hctext"),
    text_required=True,
)
CACKLE = MarkupFamily(
    name="cackle",
    version="cackle-1",
    valid="Cackle, drawn by its script or kept in the page for search engines, since 2011",
    roots_at=compiled(
        "#mc-container",
    ),
    comment=compiled("#mc-container .mc-comment", "#mc-container li[id^=cackle-comment-]"),
    ids=re.compile(r"^(?:mc|cackle-comment)-(?P<id>\d{1,18})$"),
    author=compiled(".mc-comment-username", ".mc-comment-user", "[id^=cackle-author-]", ".cackle-author"),
    time=compiled(".mc-comment-created", "[id^=cackle-comment-header] time", "time"),
    text=compiled(".mc-comment-msg", "[id^=cackle-comment-message-]"),
    text_required=True,
)
