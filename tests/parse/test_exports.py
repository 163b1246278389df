"""Comments that come as data: feeds, answers of interfaces, exports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.parse import PARSE_VERSION, parse, parse_all
from ingest.records import CommentKind, Document, Page, PostedBasis, Status

Row = tuple[str | None, str | None, int, str | None, str | None, str]
TWO: list[Row] = [
    ("11", None, 0, "Ada L", "2020-10-03T16:05", "First.\n\nMore of it."),
    ("12", "11", 1, "Bo", "2020-10-03T17:00", "An answer."),
]
FIRST = "<p>First.</p><p>More of it.</p>"

RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Comments on: Snow</title><link>https://example.org/snow/</link>
<item><title>By: Bo</title><dc:creator><![CDATA[Bo]]></dc:creator><pubDate>Sat, 03 Oct 2020 17:00:00 +0000</pubDate>
<guid isPermaLink="false">https://example.org/snow/#comment-12</guid><content:encoded><![CDATA[<p>In reply to
<a href="https://example.org/snow/#comment-11">Ada L</a>.</p><p>An answer.</p>]]></content:encoded></item>
<item><dc:creator>Ada L</dc:creator><pubDate>Sat, 03 Oct 2020 20:05:00 +0400</pubDate>
<guid>https://example.org/snow/#comment-11</guid><content:encoded><![CDATA[{FIRST}]]></content:encoded></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">
<title>Comments on Snow</title><link rel="alternate" href="https://example.org/snow/"/>
<entry><id>https://example.org/snow/#comment-11</id><author><name>Ada L</name></author>
<published>2020-10-03T16:05:00Z</published><thr:in-reply-to ref="https://example.org/?p=1"/>
<content type="html">&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;More of it.&lt;/p&gt;</content></entry>
<entry><id>https://example.org/snow/#comment-12</id><author><name>Bo</name></author>
<published>2020-10-03T17:00:00Z</published><thr:in-reply-to ref="https://example.org/snow/#comment-11"/>
<content type="html">An answer.</content></entry></feed>"""
REST = [
    {"id": 11, "post": 5, "parent": 0, "author_name": "Ada L", "date_gmt": "2020-10-03T16:05:00",
     "link": "https://example.org/snow/#comment-11", "content": {"rendered": FIRST}},
    {"id": 12, "post": 5, "parent": 11, "author_name": "Bo", "date_gmt": "2020-10-03T17:00:00",
     "link": "https://example.org/snow/#comment-12", "content": {"rendered": "<p>An answer.</p>"}},
]  # fmt: skip
HACKER_NEWS = {"id": 1, "title": "Snow", "url": "https://example.org/snow/", "text": None, "children": [
    {"id": 11, "author": "Ada L", "created_at": "2020-10-03T16:05:00.000Z", "text": "First.<p>More of it.",
     "children": [
        {"id": 12, "author": "Bo", "created_at": "2020-10-03T17:00:00Z", "text": "An answer.", "children": []}]},
    {"id": 13, "author": None, "created_at": "2020-10-03T17:00:00Z", "text": None, "children": []}]}  # fmt: skip


def reddit_comment(name: str, parent: str, author: str, at: int, text: str, replies: Any) -> dict[str, Any]:
    data = {"name": name, "parent_id": parent, "author": author, "created_utc": at, "body_html": text, "body": ""}
    return {"kind": "t1", "data": data | {"replies": replies}}


REDDIT_REPLY = reddit_comment("t1_12", "t1_11", "Bo", 1601744400, "&lt;p&gt;An answer.&lt;/p&gt;", "")
REDDIT = [
    {"kind": "Listing", "data": {"children": [{"kind": "t3", "data": {"title": "Snow", "url": "https://e.org/"}}]}},
    {"kind": "Listing", "data": {"children": [
        reddit_comment("t1_11", "t3_1", "Ada L", 1601741100, "&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;More of it.&lt;/p&gt;",
                       {"data": {"children": [REDDIT_REPLY, {"kind": "more", "data": {}}]}})]}},
]  # fmt: skip


def youtube_comment(name: str, author: str, at: str, text: str, **more: str) -> dict[str, Any]:
    snippet = {"videoId": "v1", "textDisplay": text, "authorDisplayName": author, "publishedAt": at}
    return {"id": name, "snippet": snippet | more}


YOUTUBE = {"kind": "youtube#commentThreadListResponse", "items": [{
    "snippet": {"topLevelComment": youtube_comment("11", "Ada L", "2020-10-03T16:05:00Z", "First.<br><br>More of it.")},
    "replies": {"comments": [
        youtube_comment("12", "Bo", "2020-10-03T17:00:00Z", "An answer.", parentId="11")]}}]}  # fmt: skip
DISCOURSE = {"title": "Snow", "post_stream": {"posts": [
    {"post_number": 1, "username": "Zed", "created_at": "2020-10-03T15:00:00Z", "cooked": "<p>How is it?</p>"},
    {"post_number": 11, "username": "Ada L", "created_at": "2020-10-03T16:05:00Z", "cooked": FIRST},
    {"post_number": 12, "username": "Bo", "created_at": "2020-10-03T17:00:00Z", "cooked": "<p>An answer.</p>",
     "reply_to_post_number": 11}]}}  # fmt: skip
BLOGGER = {"kind": "blogger#commentList", "items": [
    {"id": "11", "content": "First.<br><br>More of it.", "author": {"displayName": "Ada L"},
     "published": "2020-10-03T09:05:00-07:00"},
    {"id": "12", "content": "An answer.", "author": {"displayName": "Bo"}, "published": "2020-10-03T17:00:00Z",
     "inReplyTo": {"id": "11"}}]}  # fmt: skip
BLOGGER_FEED = {"feed": {"title": {"$t": "Snow"}, "entry": [
    {"id": {"$t": "tag:blogger.com,1999:blog-5.post-11"}, "content": {"$t": "First.<br><br>More of it."},
     "author": [{"name": {"$t": "Ada L"}}], "published": {"$t": "2020-10-03T09:05:00-07:00"},
     "thr$in-reply-to": {"ref": "tag:blogger.com,1999:blog-5.post-9"}},
    {"id": {"$t": "tag:blogger.com,1999:blog-5.post-12"}, "content": {"$t": "An answer."},
     "link": [{"rel": "related", "href": "https://www.blogger.com/feeds/5/9/comments/default/11"}],
     "author": [{"name": {"$t": "Bo"}}], "published": {"$t": "2020-10-03T17:00:00Z"},
     "thr$in-reply-to": {"ref": "tag:blogger.com,1999:blog-5.post-9"}}]}}  # fmt: skip

GONE: dict[str, Any] = {
    "mode": 4,
    "id": 13,
    "parent": None,
    "text": "",
    "author": None,
    "created": 1601744500.0,
    "replies": [],
}
ISSO = {"id": None, "total_replies": 3, "replies": [
    {"mode": 1, "id": 11, "parent": None, "text": FIRST, "author": "Ada L", "created": 1601741100.25, "replies": [
        {"mode": 1, "id": 12, "parent": 11, "text": "<p>An answer.</p>", "author": "Bo", "created": 1601744400.5}]},
    GONE]}  # fmt: skip


def remark(name: str, parent: str, author: str, at: str, text: str, **more: Any) -> dict[str, Any]:
    where = {"site": "s", "url": "https://example.org/snow/"}
    said = {"id": name, "pid": parent, "text": text, "user": {"name": author, "id": "x"}, "locator": where, "time": at}
    return said | {"title": "Snow"} | more


REMARK_ADA = remark("11", "", "Ada L", "2020-10-03T11:05:00-05:00", FIRST)
REMARK_BO = remark("12", "11", "Bo", "2020-10-03T17:00:00Z", "<p>An answer.</p>")
REMARK = {"comments": [{"comment": REMARK_ADA, "replies": [{"comment": REMARK_BO}]}], "info": {"count": 2}}
REMARK_BACKUP = "\n".join(json.dumps(one) for one in ({"version": 1, "users": [], "posts": []}, REMARK_ADA, REMARK_BO))
DISQUS_API: dict[str, Any] = {"code": 0, "response": [
    {"id": "12", "parent": 11, "message": "<p>An answer.</p>", "author": {"name": "Bo"}, "thread": "7",
     "createdAt": "2020-10-03T17:00:00", "isDeleted": False, "isSpam": False},
    {"id": "11", "parent": None, "message": FIRST, "author": {"name": "Ada L"}, "thread": "7",
     "createdAt": "2020-10-03T16:05:00", "isDeleted": False, "isSpam": False}]}  # fmt: skip
BLOGGER_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">
<id>tag:blogger.com,1999:blog-5.post9.comments</id><title>Comments on Snow</title>
<link rel="alternate" type="text/html" href="https://snow.example/2020/10/snow.html"/>
<entry><id>tag:blogger.com,1999:blog-5.post-12</id><published>2020-10-03T17:00:00Z</published>
<content type="html">An answer.</content><author><name>Bo</name></author>
<link rel="self" href="https://www.blogger.com/feeds/5/9/comments/default/12"/>
<link rel="related" href="https://www.blogger.com/feeds/5/9/comments/default/11"/>
<link rel="alternate" href="https://snow.example/2020/10/snow.html?showComment=1601744400#c12"/>
<thr:in-reply-to href="https://snow.example/2020/10/snow.html" ref="tag:blogger.com,1999:blog-5.post-9"/></entry>
<entry><id>tag:blogger.com,1999:blog-5.post-11</id><published>2020-10-03T09:05:00-07:00</published>
<content type="html">First.&lt;br /&gt;&lt;br /&gt;More of it.</content><author><name>Ada L</name></author>
<link rel="self" href="https://www.blogger.com/feeds/5/9/comments/default/11"/>
<thr:in-reply-to href="https://snow.example/2020/10/snow.html" ref="tag:blogger.com,1999:blog-5.post-9"/></entry>
</feed>"""


SOURCES: dict[str, tuple[str, dict[str, str]]] = {
    "comment_feed": (RSS, {}),
    "wordpress_rest": (json.dumps(REST), {}),
    "hacker_news": (json.dumps(HACKER_NEWS), {}),
    "reddit": (json.dumps(REDDIT), {"t1_11": "11", "t1_12": "12"}),
    "youtube": (json.dumps(YOUTUBE), {}),
    "discourse_json": (json.dumps(DISCOURSE), {}),
    "blogger_json": (json.dumps(BLOGGER), {}),
    "blogger_feed": (json.dumps(BLOGGER_FEED), {}),
    "isso": (json.dumps(ISSO), {}),
    "remark42": (json.dumps(REMARK), {}),
    "disqus_api": (json.dumps(DISQUS_API), {}),
}


def document(content: str, media_type: str | None = None) -> Document:
    return Document(content.encode(), "data", url="https://example.org/data", media_type=media_type)


def rows(page: Page, names: dict[str, str]) -> list[Row]:
    return [
        (names.get(c.source_id or "", c.source_id), names.get(c.parent_source_id or "", c.parent_source_id), c.depth,
         c.author, c.posted_at.isoformat()[:16] if c.posted_at else None, c.text)
        for c in page.comments
    ]  # fmt: skip


@pytest.mark.parametrize("kind", SOURCES)
def test_data_of_one_thread(kind: str) -> None:
    content, names = SOURCES[kind]
    page = parse(document(content))
    assert (page.parser, page.status) == (kind, Status.PARSED)
    assert page.parser_version in PARSE_VERSION.split("|")
    assert rows(page, names) == TWO
    assert all(comment.posted_at_basis is PostedBasis.STATED for comment in page.comments)


def entry_of_bo(value: Any) -> Any:
    """Return the listed object that holds all of the second comment and nothing of the first."""
    for child in value.values() if isinstance(value, dict) else value:
        inside = json.dumps(child)
        if isinstance(child, dict | list) and "An answer." in inside:
            return child if isinstance(value, list) and "First." not in inside else entry_of_bo(child)
    raise AssertionError


def boxes(value: Any) -> list[dict[str, Any]]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*([value] if isinstance(value, dict) else []), *(box for child in children for box in boxes(child))]


@pytest.mark.parametrize("kind", [kind for kind in SOURCES if kind != "comment_feed"])
@pytest.mark.parametrize("put", ["nothing", None, 7, [], {}])
def test_a_field_missing_from_one_entry_costs_no_other_entry(kind: str, put: Any) -> None:
    """Each key of one entry in turn is gone, or holds what it should not."""
    answer = json.loads(SOURCES[kind][0])
    for box in boxes(entry_of_bo(answer)):
        for key, value in list(box.items()):
            del box[key]
            box.update({} if put == "nothing" else {key: put})
            pages = parse_all(document(json.dumps(answer)))
            found = [row for page in pages for row in rows(page, SOURCES[kind][1])]
            told = " ".join(page.status_detail or "" for page in pages)
            removed = key in {"isDeleted", "isSpam"} or (kind, key, put) == ("hacker_news", "text", None)
            assert TWO[0] in found, (key, told)
            assert len(found) == 2 or "left out" in told or removed, (key, told)
            box[key] = value


def test_what_an_entry_lacks_is_told() -> None:
    page = parse(document(json.dumps([*REST, {"id": 13, "post": 5}, "no entry at all"])))
    assert len(page.comments) == 3
    assert page.comments[2].is_empty
    assert page.status_detail == (
        "2 of 4 entries lack fields: entry 3 (id 13) has no content.rendered; "
        "entry 4 has no post, no id, no content.rendered and was left out"
    )
    reply = {key: value for key, value in REST[1].items() if key != "post"}
    (whole,) = parse_all(document(json.dumps([REST[0], reply])))
    assert rows(whole, {}) == TWO


def test_a_site_s_feed_of_comments_is_a_page_per_article() -> None:
    item = (
        "<item><link>https://example.org/{0}/comment-page-2/#comment-{1}</link><dc:creator>Bo</dc:creator>"
        "<pubDate>Sat, 03 Oct 2020 17:00:00 +0000</pubDate><description>w{1}</description></item>"
    )
    feed = (
        RSS.partition("<title>")[0]
        + "<title>Comments for Site</title><link>https://example.org</link>{}</channel></rss>"
    )
    both = feed.format(
        item.format("a", 5) + item.format("b", 6) + item.format("a", 7) + "<item><title>x</title></item>"
    )
    pages = {page.url: page for page in parse_all(document(both))}
    assert set(pages) == {"https://example.org/a/", "https://example.org/b/", "https://example.org"}
    assert [comment.text for comment in pages["https://example.org/a/"].comments] == ["w5", "w7"]
    assert {page.title for url, page in pages.items() if page.comments} == {None}
    assert "no comment id and was left out" in (pages["https://example.org"].status_detail or "")
    assert parse(document(feed.format(item.format("a", 5)))).url == "https://example.org/a/"


def test_markdown_of_reddit_is_unescaped_once() -> None:
    one = reddit_comment("t1_11", "t3_1", "Ada L", 1601741100, "", "")
    one["data"]["body"] = "&gt; theirs\n\nmine &amp; &amp;lt;"
    del one["data"]["body_html"]
    page = parse(document(json.dumps([REDDIT[0], {"data": {"children": [one]}}])))
    assert page.comments[0].text == "> theirs\n\nmine & &lt;"


def test_feed_of_blogger() -> None:
    page = parse(document(BLOGGER_ATOM))
    assert (page.parser, page.url) == ("comment_feed", "https://snow.example/2020/10/snow.html")
    assert rows(page, {}) == TWO


def test_backup_of_remark42_is_lines_of_json() -> None:
    page = parse(document(REMARK_BACKUP, "application/x-ndjson"))
    assert (page.parser, page.title) == ("remark42", "Snow")
    assert rows(page, {}) == TWO


def test_what_was_deleted_holds_the_tree_and_says_nothing() -> None:
    answers = [one | {"isDeleted": one["id"] == "11"} for one in DISQUS_API["response"]]
    page = parse(document(json.dumps({"code": 0, "response": answers})))
    assert [(c.source_id, c.parent_source_id, c.text) for c in page.comments] == [
        ("11", None, ""),
        ("12", "11", "An answer."),
    ]
    assert "13" not in {comment.source_id for comment in parse(document(json.dumps(ISSO))).comments}


def test_atom_names_the_parent() -> None:
    assert rows(parse(document(ATOM)), {}) == TWO
    assert parse(document(ATOM)).url == "https://example.org/snow/"


@pytest.mark.parametrize(
    "content", ['{"items": [{"id": 1}]}', '[{"post": 1}]', '{"children": "x"}', '[[[1]], {"a": null}]', "[]"]
)
def test_other_json_is_left_alone(content: str) -> None:
    assert parse(document(content, "application/json")).status is Status.UNSUPPORTED_TYPE


def test_disqus_export(shared: Path) -> None:
    """Posts of three threads, deleted ones left out; replies name what they answer."""
    content = (shared / "comments" / "apis" / "isso_disqus.xml").read_bytes()
    pages = parse_all(Document(content, "disqus.xml"))
    assert {page.parser for page in pages} == {"disqus_export"}
    assert len(pages) > 1
    replies = [comment for page in pages for comment in page.comments if comment.parent_source_id]
    assert replies
    assert all(comment.posted_at for page in pages for comment in page.comments)
    assert parse(Document(content, "disqus.xml")).status is Status.UNSUPPORTED_TYPE


def test_wordpress_exports(shared: Path) -> None:
    """Approved comments of each post, UTC times, pings told apart, nesting kept."""
    folder = shared / "comments" / "apis"
    content = (folder / "wp_themeunittestdata.wordpress.xml").read_bytes()
    pages = parse_all(Document(content, "wxr.xml"))
    comments = [comment for page in pages for comment in page.comments]
    assert len(comments) == content.count(b"<wp:comment_approved>1</wp:comment_approved>")
    assert max(comment.depth for comment in comments) >= 8
    assert {comment.kind for comment in comments} == set(CommentKind)
    assert all(page.url and page.title is not None for page in pages)
    small = parse_all(Document((folder / "isso_wordpress.xml").read_bytes(), "wxr.xml"))
    assert [c.parent_source_id for page in small for c in page.comments][:4] == [None, None, "6", "7"]


def test_commento_export(shared: Path) -> None:
    pages = parse_all(Document((shared / "comments" / "apis" / "remark42_commento.json").read_bytes(), "c.json"))
    assert sorted(len(page.comments) for page in pages) == [1, 2]
    assert [comment.depth for page in pages for comment in page.comments] == [0, 0, 1]
