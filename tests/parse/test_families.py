"""Families told by selectors: one invented page each, and what they find on real ones."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from ingest.parse import parse
from ingest.records import Document, Page, Status

ARTICLE = """<article><h1>Snow on the pass</h1><p>The pass was closed for two days after heavy snow, the road service
said on Monday.</p><p>Drivers were told to wait in the valley until the ploughs had come through.</p></article>"""


def read(markup: str, article: str = ARTICLE, url: str = "https://example.org/snow") -> Page:
    page = (
        f'<!doctype html><html lang="en-US"><head><title>Snow on the pass</title></head><body>{article}{markup}</body>'
    )
    return parse(Document(page.encode(), "snow.html", url=url, media_type="text/html"))


Row = tuple[str | None, str | None, int, str | None, str | None, str]


def rows(page: Page) -> list[Row]:
    return [
        (
            c.source_id,
            c.parent_source_id,
            c.depth,
            c.author,
            c.posted_at.isoformat()[:16] if c.posted_at else None,
            c.text,
        )
        for c in page.comments
    ]


TWO: list[Row] = [
    ("11", None, 0, "Ada L", "2020-10-03T16:05", "First.\n\nMore of it."),
    ("12", "11", 1, "Bo", "2020-10-03T17:00", "An answer."),
]
FLAT: list[Row] = [TWO[0], ("12", None, 0, *TWO[1][3:])]

PAGES: dict[str, tuple[str, list[Row]]] = {
    "wpdiscuz-2": (
        """<div id="comments"><div id="wpdcom"><h3>2 Comments</h3><div class="wpd-thread-list">
        <div id="wpd-comm-11_0" class="comment wpd-comment"><div class="wpd-comment-wrap"><div id="comment-11">
        <div class="wpd-comment-header"><div class="wpd-comment-author"><a href="#">Ada L</a></div>
        <div class="wpd-comment-date" title="October 3, 2020 4:05 pm"><i></i>5 years ago</div></div>
        <div class="wpd-comment-text"><p>First.</p><p>More of it.</p></div>
        <div class="wpd-comment-footer"><div class="wpd-vote">10</div><span>Reply</span></div></div></div>
        <div id="wpd-comm-12_11" class="comment wpd-comment wpd-reply"><div id="comment-12">
        <div class="wpd-comment-author">Bo</div><div class="wpd-comment-date" title="October 3, 2020 5:00 pm">x</div>
        <div class="wpd-reply-to">Reply to Ada L</div>
        <div class="wpd-comment-text"><p>An answer.</p></div></div></div></div></div></div></div>""",
        TWO,
    ),
    "wpdiscuz_classic-1": (
        """<div id="wcThreadWrapper"><div id="wc-comm-11_0" class="wc-comment"><div class="wc-comment-right">
        <div class="wc-comment-author">Ada L</div><div class="wc-comment-date">October 3, 2020 4:05 pm</div>
        <div class="wc-comment-text"><p>First.</p><p>More of it.</p></div>
        <div class="wc-comment-footer">Vote</div></div>
        <div id="wc-comm-12_11" class="wc-comment wc-reply"><div class="wc-comment-author">Bo</div>
        <div class="wc-comment-date">October 3, 2020 5:00 pm</div><div class="wc-comment-text">An answer.</div></div>
        </div></div>""",
        TWO,
    ),
    "drupal-2": (
        """<section id="comments" class="comment-wrapper"><h2>Comments</h2><a id="comment-11"></a>
        <article class="comment"><p class="submitted">By <span class="username">Ada L</span> on
        <time datetime="2020-10-03T16:05:00+00:00">Sat</time></p><h3><a class="permalink" href="#">First</a></h3>
        <div class="field field--name-comment-body"><p>First.</p><p>More of it.</p></div>
        <ul class="links"><li>Reply</li></ul></article>
        <div class="indented"><a id="comment-12"></a><article class="comment"><span class="username">Bo</span>
        <mark class="hidden" data-comment-timestamp="1601744400"></mark>
        <div class="field--name-comment-body"><p>An answer.</p></div>
        </article></div></section>""",
        TWO,
    ),
    "blogger-1": (
        """<div id="comments"><h4>2 comments:</h4><div class="comment-thread"><ol>
        <li class="comment" id="c11111"><div class="comment-block"><div class="comment-header"><cite class="user">Ada L
        </cite><span class="datetime"><a href="#">October 3, 2020 at 4:05 PM</a></span></div>
        <p class="comment-content">First.<br><br>More of it.</p><span class="comment-actions">Reply</span></div>
        <div class="comment-replies"><div class="comment-thread"><ol><li class="comment" id="c11112">
        <cite class="user">Bo</cite><span class="datetime"><a href="#">October 3, 2020 at 5:00 PM</a></span>
        <p class="comment-content">An answer.</p></li></ol></div></div></li></ol></div></div>""",
        [("11111", None, *TWO[0][2:]), ("11112", "11111", *TWO[1][2:])],
    ),
    "blogger_classic-1": (
        """<div id="comments"><h4>2 comments:</h4><dl id="comments-block"><dt class="comment-author" id="c11111">
        <a name="c11111"></a><a href="#" rel="nofollow">Ada L</a> said...</dt><dd class="comment-body"><p>First.<br><br>
        More of it.</p></dd><dd class="comment-footer"><span class="comment-timestamp"><a href="#">October 3, 2020 at
        4:05 PM</a></span></dd><dt class="comment-author" id="c11112"><a href="#" rel="nofollow">Bo</a> said...</dt>
        <dd class="comment-body"><p>An answer.</p></dd><dd class="comment-footer"><span class="comment-timestamp">
        October 3, 2020 at 5:00 PM</span></dd></dl></div>""",
        [("11111", None, *TWO[0][2:]), ("11112", None, 0, *TWO[1][3:])],
    ),
    "jcomments-1": (
        """<div id="jc"><div id="comments"><h4>Comments</h4><div class="comments-list" id="comments-list-0">
        <div class="comments-list-item" id="comment-item-11"><div class="rbox"><div class="comment-box" id="comment-11">
        <span class="comment-author">Ada L</span><span class="comment-date">2020-10-03 16:05</span>
        <div class="comment-body" id="comment-body-11">First.<br><br>More of it.</div>
        <span class="comments-buttons">Reply</span></div></div>
        <div class="comments-list" id="comments-list-11"><div class="comments-list-item" id="comment-item-12">
        <span class="comment-author">Bo</span><span class="comment-date">2020-10-03 17:00</span>
        <div class="comment-body" id="comment-body-12">An answer.</div></div></div></div></div></div></div>""",
        TWO,
    ),
    "datalife-1": (
        """<div id="dle-comments-list"><div id="comment-id-11"><div class="comm-item"><a class="comm-author"
        onclick="ShowProfile('x')">Ada L</a><span class="comm-date">3 October 2020 16:05</span>
        <div id="comm-id-11">First.<br><br>More of it.</div><a>Жалоба</a></div></div><div id="comment-id-12">
        <div class="comm-item"><span class="comm-author">Bo</span><span class="comm-date">3 October 2020 17:00</span>
        <div id="comm-id-12"><div class="title_quote">Цитата: Ada L</div><div class="quote">First.</div>An answer.
        </div></div></div></div>""",
        [TWO[0], ("12", None, 0, *TWO[1][3:5], "> First.\n\nAn answer.")],
    ),
    "ucoz-1": (
        """<ul class="comments"><li id="comEnt11"><div class="cBlock1"><div class="cTop"><a class="user">Ada L</a>
        <span class="cDate">2020-10-03 16:05</span></div><div class="cMessage">First.<br><br>More of it.</div></div>
        <ul><li id="comEnt12"><div class="cTop"><b class="user">Bo</b><span class="cDate">2020-10-03 17:00</span></div>
        <div class="cMessage">An answer.</div></li></ul></li></ul>""",
        TWO,
    ),
    "movable_type-2": (
        """<div id="comments" class="comments"><div class="comments-content"><div class="comment" id="comment-6a0a">
        <div class="comment-content"><p>First.</p><p>More of it.</p></div><p class="comment-footer">Posted by:
        <a rel="nofollow" href="#">Ada L</a> | <a href="#comment-6a0a">October 3, 2020 at 04:05 PM</a></p></div>
        <div class="comment" id="comment-6a0b"><div class="comment-content"><p>An answer.</p></div>
        <p class="comment-footer"><span class="vcard author">Bo</span>
        <abbr class="published" title="2020-10-03T17:00:00Z">x</abbr></p></div></div></div>""",
        [("6a0a", *TWO[0][1:]), ("6a0b", None, 0, *TWO[1][3:])],
    ),
    "schema_org-3": (
        """<section><h3>2 comments</h3><div itemprop="comment" itemscope id="c-11"
        itemtype="https://schema.org/Comment">
        <span itemprop="author" itemscope><b itemprop="name">Ada L</b></span>
        <meta itemprop="dateCreated" content="2020-10-03T16:05:00Z"><div itemprop="text"><p>First.</p>
        <p>More of it.</p></div><div itemscope itemtype="http://schema.org/Comment" id="c-12">
        <meta itemprop="author" content="Bo"><time itemprop="datePublished" datetime="2020-10-03T17:00Z">x</time>
        <p itemprop="text">An answer.</p></div></div></section>""",
        TWO,
    ),
}
POST = "<h1>Snow on the pass</h1>{}"
FORUMS: dict[str, tuple[str, list[Row]]] = {
    "xenforo-2": (
        """<div class="block-body"><article class="message" data-author="Zed" id="js-post-10"><div class="message-body">
        <div class="bbWrapper">How is the pass today? I have to be over by the evening, with a trailer.</div></div>
        </article><article class="message" data-author="Ada L" data-content="post-11" id="js-post-11">
        <time class="u-dt" datetime="2020-10-03T18:05:00+0200">x</time><div class="message-body">
        <div class="bbWrapper">First.<br><br>More of it.</div></div></article>
        <article class="message" data-author="Bo" id="js-post-12"><time class="u-dt" datetime="2020-10-03T17:00:00Z">x
        </time><div class="message-body"><div class="bbWrapper"><blockquote data-source="post: 11">
        <div class="bbCodeBlock-title">Ada L said:</div>First.<div class="bbCodeBlock-expandLink">Click to expand</div>
        </blockquote>An answer.</div></div></article></div>""",
        [TWO[0], (*TWO[1][:5], "> First.\n\nAn answer.")],
    ),
    "discourse-1": (
        """<div class="topic-body crawler-post" id="post_1"><div class="post" itemprop="text"><p>How is the pass today?
        I
        have to be over by the evening, with a heavy trailer.</p></div></div>
        <div class="topic-body crawler-post" id="post_11" itemprop="comment"><span itemprop="author"><b itemprop="name">
        Ada L</b></span><time itemprop="datePublished" datetime="2020-10-03T16:05:00Z">x</time>
        <div class="post" itemprop="text"><p>First.</p><p>More of it.</p></div></div>
        <div class="topic-body crawler-post" id="post_12"><span itemprop="author"><b itemprop="name">Bo</b></span>
        <time class="post-time" datetime="2020-10-03T17:00:00Z">x</time><div class="post" itemprop="text">
        <aside class="quote" data-post="11"><div class="title">Ada
        L:</div><blockquote><p>First.</p></blockquote></aside>
        <p>An answer.</p></div></div>""",
        [TWO[0], (*TWO[1][:5], "> First.\n\nAn answer.")],
    ),
    "phpbb-2": (
        """<div id="p10" class="post bg1"><div class="postbody"><div class="content">How is the pass today? I have to be
        over by the evening, with a heavy trailer.</div></div></div>
        <div id="p11" class="post bg2"><dl class="postprofile"><dt><a class="username" href="#">Ada L</a></dt></dl>
        <div class="postbody"><p class="author">by <b>Ada L</b> » <time
        datetime="2020-10-03T16:05:00+00:00">x</time></p>
        <div class="content">First.<br><br>More of it.</div><div class="signature">Sign</div></div></div>
        <div id="p12" class="post"><a class="username">Bo</a><div class="postbody"><p class="author">
        <span class="username">Bo</span> <time datetime="2020-10-03T17:00:00Z">x</time></p>
        <div class="content">An answer.</div></div></div>""",
        FLAT,
    ),
    "vbulletin-2": (
        """<ol id="posts"><li class="postbit postcontainer" id="post_10"><div class="postcontent">How is the pass
        today? I
        have to be over by the evening, with a heavy trailer.</div></li>
        <li class="postbit postcontainer" id="post_11"><span class="postdate"><span class="date">10-03-2020, 04:05 PM
        </span></span><div class="username_container"><a class="username" href="#">Ada L</a></div>
        <div id="post_message_11"><blockquote class="postcontent restore">First.<br><br>More of it.</blockquote></div>
        </li><li class="postbit postcontainer" id="post_12"><span class="postdate">10-03-2020, 05:00 PM</span>
        <a class="username">Bo</a><div id="post_message_12"><blockquote class="postcontent">An
        answer.</blockquote></div>
        </li></ol>""",
        FLAT,
    ),
    "stack_exchange-2": (
        """<div class="question"><div class="s-prose">How is the pass today? I have to be over by the evening, with a
        heavy trailer behind me.</div></div><div class="answer" id="answer-11" data-answerid="11"><div class="s-prose">
        <p>First.</p><p>More of it.</p></div><div class="user-action-time"><span title="2020-10-03 16:05:00Z">x</span>
        </div><div class="user-details"><a href="#">Ada L</a></div><ul><li id="comment-12" class="comment js-comment">
        <span class="comment-copy">An answer.</span> – <a class="comment-user">Bo</a><span class="comment-date">
        <span title="2020-10-03 17:00:00Z, License: x">Oct 3</span></span></li></ul></div>""",
        [("answer-11", *TWO[0][1:]), ("comment-12", "answer-11", *TWO[1][2:])],
    ),
}


@pytest.mark.parametrize("version", PAGES)
def test_blog_families(version: str) -> None:
    page = read(PAGES[version][0])
    assert page.parser_version == version
    assert rows(page) == PAGES[version][1]
    assert page.status is Status.PARSED
    assert page.text.startswith("The pass was closed")
    assert page.text.endswith("come through.")


@pytest.mark.parametrize("version", FORUMS)
def test_forums_whose_first_post_is_the_article(version: str) -> None:
    page = read(FORUMS[version][0], article="<h1>Snow on the pass</h1>")
    assert page.parser_version == version
    assert rows(page) == FORUMS[version][1]
    assert page.text.startswith("How is the pass today?")
    assert "More of it" not in page.text


@pytest.mark.parametrize(
    "signed", ["Posted by: Ada L", 'Posted by: <a href="https://example.org/">Ada L</a>', "Rédigé par : Ada L"]
)
def test_footers_of_typepad_name_the_author_before_a_bar(signed: str) -> None:
    page = read(
        f"""<div id="comments" class="comments"><div class="comments-content"><div class="comment" id="comment-6a0a">
        <div class="comment-content"><p>First.</p><p>More of it.</p></div><p class="comment-footer">{signed} |
        <a href="#comment-6a0a">October 3, 2020 at 04:05 PM</a></p></div></div></div>"""
    )
    assert rows(page) == [("6a0a", *TWO[0][1:])]


def test_json_ld_is_read_where_the_page_shows_nothing() -> None:
    page = read("""<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Snow", "comment": [
    {"@type": "Comment", "@id": "#c-11", "text": "<p>First.</p><p>More of it.</p>", "author": {"name": "Ada L"},
     "datePublished": "2020-10-03T16:05:00Z", "comment": {"@type": "Comment", "identifier": 12, "text": "An answer.",
     "author": [{"name": "Bo"}], "dateCreated": "2020-10-03T17:00:00Z"}}, {"@type": "Comment"}, 5]}</script>""")
    assert page.parser == "json_ld"
    assert rows(page) == TWO


@pytest.mark.parametrize(
    ("markup", "provider", "thread"),
    [
        ('<div id="disqus_thread"></div><script>var disqus_identifier = "n-77";</script>', "disqus", "n-77"),
        (
            '<div class="fb-comments" data-href="https://example.org/snow"></div>',
            "facebook",
            "https://example.org/snow",
        ),
        ('<div id="disqus_thread"></div><script>var disqus_identifier = 77;</script>', "disqus", "77"),
        (
            '<div id="disqus_thread"></div><script>page.url = "https://e.org/a"; page.identifier = "n-77";</script>',
            "disqus",
            "n-77",
        ),
        ("<div id=disqus_thread></div><script>disqus_url = 'https://e.org/a';</script>", "disqus", "https://e.org/a"),
        ('<fb:comments href="https://example.org/snow"></fb:comments>', "facebook", "https://example.org/snow"),
        (
            '<iframe src="https://www.facebook.com/plugins/comments.php?api_key=&href=https%3A%2F%2Fe.org%2F5"></iframe>',
            "facebook",
            "https://e.org/5",
        ),
        ('<div id="coral_thread" data-story-id="s5"></div>', "coral", "s5"),
        (
            '<div id="coral_talk_stream"></div><script>render({asset_url: "https://e.org/a", asset_id:"9"})</script>',
            "coral",
            "9",
        ),
        ('<div data-openweb-conversation data-post-id="p9"></div>', "openweb", "p9"),
        ('<div data-spotim-module="conversation" data-post-id="p9"></div>', "openweb", "p9"),
        ('<vf-conversations vf-container-id="v3"></vf-conversations>', "viafoura", "v3"),
        ('<hyvor-talk-comments page-id="h4"></hyvor-talk-comments>', "hyvor", "h4"),
        ('<script src="https://giscus.app/client.js" data-term="snow"></script>', "giscus", "snow"),
        ('<script src="https://utteranc.es/client.js" issue-term="pathname"></script>', "utterances", "pathname"),
        ('<div id="livefyre-comments"></div><script>var c = {articleId: "lf6"};</script>', "livefyre", "lf6"),
        (
            '<div id="mc-container"></div><script>cackle_widget.push({widget: "Comment", channel: "c8"})</script>',
            "cackle",
            "c8",
        ),
        (
            '<div id="vk_comments"></div><script>VK.Widgets.Comments("vk_comments", {limit: 5}, 4711);</script>',
            "vk",
            "4711",
        ),
        (
            '<div id="hypercomments_widget"></div><script>_hcwp.push({widget:"Stream", xid:"x1"})</script>',
            "hypercomments",
            "x1",
        ),
        ('<div id="vuukle-comments"></div><script>VUUKLE_CONFIG = {articleId: "v7"}</script>', "vuukle", "v7"),
        ('<div id="insticator-commenting" data-page-id="i2"></div>', "insticator", "i2"),
        ('<div id="idc-container"></div><script>var idcomments_post_id = "id9";</script>', "intensedebate", "id9"),
        ('<div id="remark42"></div><script>var remark_config = {site_id: "s", url: "r5"}</script>', "remark42", "r5"),
        ('<div id="commento" data-page-id="/snow"></div>', "commento", "/snow"),
        ('<section id="isso-thread" data-isso-id="/snow/"></section>', "isso", "/snow/"),
        ('<div id="discourse-comments"></div><script>D = {topicId: 88};</script>', "discourse", "88"),
        (
            '<div id="graphcomment"></div><script>var __semio__params = {behaviour: {uid: "g7"}};</script>',
            "graphcomment",
            "g7",
        ),
        ('<div id="fastcomments-widget"></div><script>F(w, {urlId: "f3"})</script>', "fastcomments", "f3"),
        ('<div id="cusdis_thread" data-page-id="/snow"></div>', "cusdis", "/snow"),
        ('<a class="muut" href="https://muut.example/i/snow">Forum</a>', "muut", "https://muut.example/i/snow"),
        ('<div id="gitalk-container"></div><script>new Gitalk({owner: "o", id: "t4"})</script>', "gitalk", "t4"),
    ],
)
def test_comments_kept_elsewhere(markup: str, provider: str, thread: str) -> None:
    page = read(f'<div id="comments"><h3>Comments</h3>{markup}</div>')
    assert page.status is Status.COMMENTS_ELSEWHERE
    assert page.status_detail is not None
    assert f"{provider}, thread {thread};" in page.status_detail
    assert page.text.startswith("The pass was closed")


@pytest.mark.parametrize(
    ("place", "provider"), [("waline", "waline"), ("tcomment", "twikoo"), ("wpac-comment", "widgetpack")]
)
def test_a_provider_is_named_where_the_page_does_not_tell_the_thread(place: str, provider: str) -> None:
    page = read(f'<div id="comments"><h3>Comments</h3><div id="{place}"></div></div>')
    assert page.status is Status.COMMENTS_ELSEWHERE
    assert page.status_detail == f"comments are kept by {provider}; fetch them from there"


def test_real_forums_and_plugins(shared: Path) -> None:
    """Who wrote and when is read nearly everywhere, and comments stay out of the body."""
    folder = shared / "articles" / "wcxb_dev"
    lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()[::4]
    count: Counter[str] = Counter()
    for row in map(json.loads, lines):
        page = parse(Document((folder / row["file"]).read_bytes(), row["file"], url=row["url"], media_type="text/html"))
        body = " ".join(page.text.split())
        for comment in page.comments:
            count["comments"] += 1
            count["authors"] += comment.author is not None
            count["times"] += comment.posted_at is not None
            words = " ".join(comment.text.replace("> ", "").split())
            count["long"] += len(words) >= 80
            count["leaked"] += len(words) >= 80 and words[:80] in body
        count["pages"] += bool(page.comments)
    assert count["pages"] >= 22
    assert count["authors"] >= 0.95 * count["comments"]
    assert count["times"] >= 0.85 * count["comments"]
    assert count["leaked"] <= 0.015 * count["long"]
