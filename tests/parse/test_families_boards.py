"""Boards and hosted comment services: one invented page each, and what is found on the real ones at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.parse import parse
from ingest.parse.families import AFTER_WORDPRESS, BEFORE_WORDPRESS
from ingest.records import Document, Status
from tests.parse.test_families import FLAT, FORUMS, PAGES, TWO, Row, read, rows

QUESTION = "How is the pass today? I have to be over by the evening, with a heavy trailer behind me."
QUOTED: list[Row] = [TWO[0], (*TWO[1][:5], "> First.\n\nAn answer.")]
UNQUOTED: list[Row] = [TWO[0], ("12", None, 0, *TWO[1][3:5], "> First.\n\nAn answer.")]

BOARDS: dict[str, tuple[str, list[Row]]] = {
    "xenforo_classic-1": (
        f"""<ol id="messageList"><li id="post-10" class="message" data-author="Zed"><article>
        <blockquote class="messageText">{QUESTION}</blockquote></article></li>
        <li id="post-11" class="message" data-author="Ada L"><h3 class="userText"><a class="username">Ada L</a></h3>
        <blockquote class="messageText">First.<br><br>More of it.<div class="messageTextEndMarker"> </div></blockquote>
        <div class="messageMeta"><abbr class="DateTime" data-time="1601741100">Saturday</abbr></div></li>
        <li id="post-12" class="message" data-author="Bo"><blockquote class="messageText"><div><aside>
        <div class="attribution">Ada L said: <a href="goto/post?id=11#post-11" class="AttributionLink">up</a></div>
        <blockquote class="quoteContainer"><div class="quote">First.</div><div class="quoteExpand">Click</div>
        </blockquote></aside></div>An answer.</blockquote>
        <span class="DateTime" title="Oct 3, 2020 at 5:00 PM">Oct 3</span></li></ol>""",
        QUOTED,
    ),
    "invision-1": (
        f"""<div id="elPostFeed"><article id="elComment_10" class="cPost"><p data-role="commentContent">{QUESTION}</p>
        </article><article id="elComment_11" class="cPost ipsComment"><aside class="ipsComment_author">
        <h3 class="cAuthorPane_author"><strong><a>Ada L</a></strong><span class="ipsRepBadge">9</span></h3></aside>
        <p class="ipsType_reset">Posted <time datetime="2020-10-03T16:05:00Z">then</time></p>
        <div data-role="commentContent"><p>First.</p><p>More of it.</p><i data-excludequote>Edited by Ada</i></div>
        </article><article id="elComment_12" class="ipsEntry"><h3 class="ipsEntry__username"><a>Bo</a></h3>
        <span class="ipsEntry__date"><time datetime="2020-10-03T17:00:00Z">later</time></span>
        <div data-role="commentContent"><blockquote class="ipsQuote" data-ipsquote-contentcommentid="11">
        <div class="ipsQuote_citation">Ada L said:</div><p>First.</p></blockquote><p>An answer.</p></div></article>
        </div>""",
        QUOTED,
    ),
    "mybb-1": (
        f"""<div id="posts"><div class="post" id="post_10"><div class="post_body">{QUESTION}</div></div>
        <div class="post" id="post_11"><div class="post_author"><div class="author_information"><strong>
        <span class="largetext"><a>Ada L</a></span></strong></div></div><div class="post_content">
        <span class="post_date">2020-10-03, 04:05 PM <span class="post_edit">(This post was last modified: 2020-10-04,
        01:00 AM by <a>Ada L</a>. Edited 1 time in total.)</span></span>
        <div class="post_body" id="pid_11">First.<br><br>More of it.</div></div></div>
        <div class="post" id="post_12"><span class="largetext"><a>Bo</a></span><span class="post_date">
        2020-10-03, 05:00 PM</span><div class="post_body"><blockquote><cite>Ada L Wrote:
        <a href="showthread.php?pid=11#pid11" class="quick_jump">up</a></cite>First.</blockquote>An answer.</div></div>
        </div>""",
        QUOTED,
    ),
    "smf-1": (
        f"""<div id="forumposts"><div class="windowbg"><div class="post_wrapper"><div class="poster"><h4><a>Zed</a></h4>
        </div><div class="post"><div class="inner" id="msg_10">{QUESTION}</div></div></div></div><a id="msg11"></a>
        <div class="windowbg2"><div class="post_wrapper"><div class="poster"><h4><a>Ada L</a></h4><ul><li>Hero</li></ul>
        </div><div class="postarea"><div class="keyinfo"><h5 id="subject_11">Re: Snow</h5><div class="smalltext">«
        <strong>Reply #1 on:</strong> October 03, 2020, 04:05:00 PM »</div></div>
        <div class="post"><div class="inner" id="msg_11">First.<br><br>More of it.</div></div></div></div></div>
        <div class="windowbg"><div class="poster"><h4><a>Bo</a></h4></div><div class="keyinfo"><div class="smalltext">«
        <strong>Reply #2 on:</strong> October 03, 2020, 05:00:00 PM »</div></div><div class="post"><div class="inner"
        id="msg_12"><div class="quoteheader"><a href="?topic=1.msg11#msg11">Quote from: Ada L</a></div><blockquote
        class="bbc_standard_quote">First.</blockquote><div class="quotefooter"></div>An answer.</div></div></div></div>
        """,
        QUOTED,
    ),
    "phpbb_subsilver-1": (
        f"""<table class="forumline"><tr><th>Author</th><th>Message</th></tr>
        <tr><td><span class="name"><a name="10"></a><b>Zed</b></span></td><td><table><tr><td><span class="postbody">
        {QUESTION}</span></td></tr></table></td></tr>
        <tr><td><span class="name"><a name="11"></a><b>Ada L</b></span><br><span class="postdetails">Joined: 2 May 2004
        </span></td><td><table><tr><td><span class="postdetails">Posted: Sat Oct 03, 2020 4:05 pm Post subject: Re: Snow
        </span></td></tr><tr><td><span class="postbody">First.<br><br>More of it.</span></td></tr></table></td></tr>
        <tr><td><span class="name"><a name="12"></a><b>Bo</b></span></td><td><table><tr><td><span class="postdetails">
        <a href="viewtopic.php?p=12"></a>Posted: Sat Oct 03, 2020 5:00 pm</span></td></tr><tr><td><span
        class="postbody">An answer.</span></td></tr></table></td></tr></table>""",
        FLAT,
    ),
    "fluxbb-1": (
        f"""<div id="p10" class="blockpost firstpost"><div class="postmsg"><p>{QUESTION}</p></div></div>
        <div id="p11" class="blockpost"><h2><span><span class="conr">#2</span> <a href="#p11">2020-10-03 16:05:00</a>
        </span></h2><div class="postleft"><dl><dt><strong>Ada L</strong></dt><dd><strong>Member</strong></dd></dl></div>
        <div class="postright"><h3>Re: Snow</h3><div class="postmsg"><p>First.</p><p>More of it.</p>
        <p class="postedit"><em>Last edited by Ada L</em></p></div></div></div>
        <div id="p12" class="blockpost"><h2><a>2020-10-03 17:00:00</a></h2><div class="postleft"><dl><dt><strong>Bo
        </strong></dt></dl></div><div class="postmsg"><div class="quotebox"><cite>Ada L wrote:</cite><blockquote><div>
        <p>First.</p></div></blockquote></div><p>An answer.</p></div></div>""",
        UNQUOTED,
    ),
    "flarum-1": (
        f"""<noscript id="flarum-content"><div><article><div class="PostUser"><h3 class="PostUser-name">Zed</h3></div>
        <div class="Post-body"><p>{QUESTION}</p></div></article><article><div class="PostUser"><h3
        class="PostUser-name">Ada L</h3></div><div class="Post-body"><p>First.</p><p>More of it.</p></div></article>
        <article><div class="PostUser"><h3 class="PostUser-name">Bo</h3></div><div class="Post-body"><p>An answer.</p>
        </div></article></div></noscript>""",
        [(None, None, 0, "Ada L", None, TWO[0][5]), (None, None, 0, "Bo", None, TWO[1][5])],
    ),
    "nodebb-1": (
        f"""<ul component="topic"><li component="post" data-pid="10" data-username="zed"><div component="post/content">
        <p>{QUESTION}</p></div></li><li component="post" data-pid="11" data-username="Ada L" itemprop="comment"
        itemscope itemtype="http://schema.org/Comment"><meta itemprop="datePublished" content="2020-10-03T16:05:00Z">
        <div component="post/content" itemprop="text"><p>First.</p><p>More of it.</p></div></li>
        <li component="post" data-pid="12" data-username="Bo"><a component="post/parent" href="/post/11">@Ada</a>
        <span class="timeago" title="2020-10-03T17:00:00.000Z"></span><div component="post/content"><p>An answer.</p>
        </div></li></ul>""",
        TWO,
    ),
}
HOSTED: dict[str, tuple[str, list[Row]]] = {
    "invision_comments-1": (
        """<div data-controller="core.front.core.commentFeed"><h2>2 Comments</h2><article id="elComment_11">
        <div class="ipsComment_author"><strong>Ada L</strong></div><time datetime="2020-10-03T16:05:00Z">x</time>
        <div data-role="commentContent"><p>First.</p><p>More of it.</p></div></article><article id="elComment_12">
        <div class="ipsComment_author">Bo</div><time datetime="2020-10-03T17:00:00Z">x</time>
        <div data-role="commentContent"><p>An answer.</p></div></article></div>""",
        FLAT,
    ),
    "lemmy-1": (
        """<ul class="comments"><li class="comment"><article class="comment-node" id="comment-11"><a
        class="person-listing"><span>Ada L</span><small>@far.example</small></a><span class="moment-time"
        data-tippy-content="Saturday, October 3rd, 2020 at 4:05:00 PM GMT+00:00">5 years ago</span>
        <div class="comment-content"><p>First.</p><p>More of it.</p></div></article><ul class="comments">
        <li class="comment"><article class="comment-node" id="comment-12"><a class="person-listing">Bo</a>
        <span class="moment-time" data-tippy-content="2020-10-03T17:00:00Z">x</span><div class="comment-content">
        <p>An answer.</p></div></article></li></ul></li></ul>""",
        TWO,
    ),
    "disqus-1": (
        """<div id="disqus_thread"><div id="posts"><ul id="post-list"><li class="post" id="post-11"><div
        class="post-content"><span class="post-byline"><span class="author"><a>Ada L</a></span></span>
        <span class="post-meta"><a class="time-ago" title="Saturday, October 3, 2020 4:05 PM">5 years ago</a></span>
        <div class="post-message"><div><p>First.</p><p>More of it.</p></div></div><a class="see-more">see more</a></div>
        <footer>Reply - Share</footer><ul class="children"><li class="post" id="post-12"><span class="post-byline">
        <span class="author">Bo</span></span><a class="time-ago" title="October 3, 2020 5:00 PM">x</a>
        <div class="post-message"><p>An answer.</p></div></li></ul></li></ul></div></div>""",
        TWO,
    ),
    "facebook-1": (
        """<div class="fb-comments"><div class="fbFeedbackPost"><a class="UFICommentActorName">Ada L</a>
        <div class="_30o4"><span class="UFICommentBody">First.<br><br>More of it.</span></div>
        <abbr data-utime="1601741100">5 years</abbr><div class="fbFeedbackReplies"><div class="fbFeedbackPost">
        <a class="UFICommentActorName">Bo</a><span class="UFICommentBody">An answer.</span>
        <abbr data-utime="1601744400">5 years</abbr></div></div></div></div>""",
        [(None, *TWO[0][1:]), (None, None, *TWO[1][2:])],
    ),
    "substack-1": (
        """<div class="comments-section"><h4>2 Comments</h4><div class="comment-list"><div class="comment-list-items">
        <div class="comment"><div id="comment-11" class="comment-anchor"></div><a href="https://x.example/profile/1-a">
        <img alt="Ada L's avatar"></a><a href="https://x.example/profile/1-a">Ada L</a><a href="/p/snow/comment/11"
        title="Oct 3, 2020, 4:05 PM">5y</a><button>Liked by Zed</button><div class="comment-body"><p>First.</p><p>More
        of it.</p><div class="show-all-toggle">Expand full comment</div></div><div class="comment-list"><div
        class="comment-list-items"><div class="comment"><div id="comment-12" class="comment-anchor"></div>
        <a href="https://x.example/profile/2-b">Bo</a><a title="Oct 3, 2020, 5:00 PM" href="/p/snow/comment/12">5y</a>
        <div class="comment-body"><p>An answer.</p></div></div></div></div></div></div></div></div>""",
        TWO,
    ),
    "ghost-1": (
        """<div id="ghost-comments-root"><div data-testid="comment-component" id="5f78a0c0ffffffffffffff11"><h4
        data-testid="member-name">Ada L</h4><time datetime="2020-10-03T16:05:00Z">x</time><div
        data-testid="comment-content"><p>First.</p><p>More of it.</p></div><div data-testid="comment-component"
        id="5f78a0c0ffffffffffffff12"><h4>Bo</h4><time datetime="2020-10-03T17:00:00Z">x</time><div
        data-testid="comment-content"><p>An answer.</p></div></div></div></div>""",
        [("5f78a0c0ffffffffffffff11", *TWO[0][1:]),
         ("5f78a0c0ffffffffffffff12", "5f78a0c0ffffffffffffff11", *TWO[1][2:])],
    ),
    "isso-1": (
        """<section id="isso-thread"><h4>2 Comments</h4><div id="isso-root"><div class="isso-comment" id="isso-11">
        <span class="isso-author">Ada L</span><a><time datetime="2020-10-03T16:05:00Z">x</time></a><div
        class="isso-text"><p>First.</p><p>More of it.</p></div><div class="isso-comment-footer"><a>Reply</a></div>
        <div class="isso-follow-up"><div class="isso-comment" id="isso-12"><span class="isso-author">Bo</span>
        <time datetime="2020-10-03T17:00:00Z">x</time><div class="isso-text">An answer.</div></div></div></div></div>
        </section>""",
        TWO,
    ),
    "commento-1": (
        """<div id="commento"><div class="commento-card" id="commento-comment-card-aaaaaa11"><div class="commento-name">
        Ada L</div><div class="commento-timeago" title="Sat, 03 Oct 2020 16:05:00 GMT">5 years ago</div>
        <div class="commento-contents"><div id="commento-comment-text-aaaaaa11"><p>First.</p><p>More of it.</p></div>
        <div class="commento-card" id="commento-comment-card-aaaaaa12"><div class="commento-name">Bo</div>
        <div class="commento-timeago" title="Sat, 03 Oct 2020 17:00:00 GMT">x</div>
        <div id="commento-comment-text-aaaaaa12"><p>An answer.</p></div></div></div></div></div>""",
        [("aaaaaa11", *TWO[0][1:]), ("aaaaaa12", "aaaaaa11", *TWO[1][2:])],
    ),
    "remark42-1": (
        """<div id="remark42"><div class="root__threads"><article class="comment"
        id="remark42__comment-aaaa-1111"><span class="comment__username">Ada L</span><a class="comment__time">10/3/2020,
        4:05 PM</a><div class="comment__text"><p>First.</p><p>More of it.</p></div><button>Reply</button></article>
        <article class="comment" id="remark42__comment-aaaa-1112"><span class="comment__username">Bo</span>
        <a class="comment__time">10/3/2020, 5:00 PM</a><div class="comment__text">An answer.</div></article></div>
        </div>""",
        [("aaaa-1111", *TWO[0][1:]), ("aaaa-1112", None, 0, *TWO[1][3:])],
    ),
    "hypercomments-1": (
        """<div id="hypercomments_widget"><div class="hc__message" id="hcm-11"><a class="hcnick">Ada L</a><span
        class="hcdate">October 3, 2020 4:05 PM</span><div class="hctext">First.<br><br>More of it.</div>
        <div class="hc__message" id="hcm-12"><a class="hcnick">Bo</a><span class="hcdate">October 3, 2020 5:00 PM</span>
        <div class="hctext">An answer.</div></div></div></div>""",
        TWO,
    ),
    "cackle-1": (
        """<div id="mc-container"><div id="mc-content"><ul id="cackle-comments"><li id="cackle-comment-11"><cite
        id="cackle-author-11">Ada L</cite><div id="cackle-comment-header-11"><time datetime="2020-10-03T16:05:00Z">x
        </time></div><div id="cackle-comment-message-11">First.<br><br>More of it.</div><ul><li id="cackle-comment-12">
        <cite id="cackle-author-12">Bo</cite><time datetime="2020-10-03T17:00:00Z">x</time>
        <div id="cackle-comment-message-12">An answer.</div></li></ul></li></ul></div></div>""",
        TWO,
    ),
}  # fmt: skip


def test_every_family_has_a_page() -> None:
    """A family without an invented page of its own is not done."""
    by_schema = {"schema_org_questions-1"}
    versions = {family.version for family in (*BEFORE_WORDPRESS, *AFTER_WORDPRESS)}
    assert versions - by_schema == {*PAGES, *FORUMS, *BOARDS, *HOSTED}


@pytest.mark.parametrize("version", BOARDS)
def test_boards(version: str) -> None:
    page = read(BOARDS[version][0], article="<h1>Snow on the pass</h1>")
    assert page.parser_version == version
    assert rows(page) == BOARDS[version][1]
    assert "How is the pass today?" in page.text
    assert "More of it" not in page.text


@pytest.mark.parametrize("version", HOSTED)
def test_hosted_comments(version: str) -> None:
    page = read(HOSTED[version][0])
    assert page.parser_version == version
    assert rows(page) == HOSTED[version][1]
    assert page.status is Status.PARSED
    assert page.text.endswith("come through.")


REAL = {
    "dev_0517.html": ("xenforo_classic-1", 12),
    "dev_0544.html": ("invision-1", 24),
    "dev_0555.html": ("fluxbb-1", 24),
    "dev_0557.html": ("flarum-1", 19),
    "dev_0558.html": ("mybb-1", 9),
    "dev_0553.html": ("nodebb-1", 19),
    "dev_0573.html": ("lemmy-1", 22),
    "dev_0416.html": ("substack-1", 2),
}
"""Counted by hand or by the ids in the page, the opening post left out."""


@pytest.mark.parametrize("name", REAL)
def test_real_boards(shared: Path, name: str) -> None:
    folder = shared / "articles" / "wcxb_dev"
    lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    row = next(row for row in map(json.loads, lines) if row["file"] == name)
    page = parse(Document((folder / name).read_bytes(), name, url=row["url"], media_type="text/html"))
    assert (page.parser_version, len(page.comments)) == REAL[name]
    assert all(comment.author for comment in page.comments)
    assert sum(comment.is_empty for comment in page.comments) == (name == "dev_0573.html")
    if name != "dev_0557.html":
        assert all(comment.posted_at and comment.source_id for comment in page.comments)
