"""What holds for any input whatever: no crash, nothing invented, order and parents sound."""

from __future__ import annotations

import html
import re
import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.parse import parse
from ingest.records import Document, Page, PublishedBasis

QUICK = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=30)
OPENINGS = st.sampled_from(
    [
        "<div id=comments>",
        "<ol class=commentlist>",
        "<li class=comment id=comment-1>",
        "<li id=comment-2>",
        "<p>",
        "<b>",
        "<ul class=children>",
        "<cite class=fn>",
        "<time datetime=2020-10-10T10:00:00Z>",
        "<time datetime=x>",
        "<br>",
        "<img alt=a>",
        "<div class=comment-content>",
        "<div class=comment-meta>",
        "<a href='?cpage=2'>",
        "<a href='http://['>",
        "<article>",
        "<div class=wpd-comment id=wpd-comm-4_3>",
        "<div class=wpd-comment id=wpd-comm-3_4>",
        "<div itemtype=https://schema.org/Comment>",
        "<p itemprop=text>",
        "<article class=message data-author=a id=js-post-7>",
        "<article class=message data-author=b id=js-post-8>",
        "<blockquote data-source='post: 7'>",
        "<dl id=comments-block>",
        "<dt id=c12345>",
        "<dd>",
        "<div class=crawler-post id=post_2>",
        "<div id=disqus_thread>",
        "<h1>",
        "<li class=pingback id=comment-3>",
        "<pre>",
        "<script type=application/ld+json>",
        "<title>",
        "<meta charset=utf-16>",
        "<!--",
        "<html lang=ru>",
        "<body id=comment-9>",
        "<h2 class=comments-title>",
        "<table>",
        "<select>",
        "<template>",
        "<svg>",
        "<link rel=canonical href='//['>",
        "<meta property=article:published_time content=9999-12-31T23:59:59-23:59>",
    ]
)
CLOSINGS = st.sampled_from(
    ["</li>", "</ol>", "</div>", "</p>", "</ul>", "</b>", "-->", "</script>", "</article>", "</body>", "]]>"]
)
SOUP = st.lists(st.one_of(WORDS, OPENINGS, CLOSINGS), max_size=60).map(" ".join)
LINES = st.lists(
    st.one_of(
        WORDS,
        st.builds("{}{}. {}".format, st.sampled_from(["", "  ", "    ", "\t"]), st.integers(0, 12), WORDS),
        st.sampled_from(
            [
                "",
                "  1. Avatar",
                "  2. Avatar",
                "    Somebody",
                "3 Comments",
                "Leave a Reply",
                "Somebody says:",
                "#a #b",
                "Home / News / x",
                "About Post",
                "3 October 2020",
                "2 days ago",
                "Reply",
            ]
        ),
    ),
    max_size=40,
).map("\n".join)


def check(page: Page) -> None:
    ids = {comment.source_id for comment in page.comments}
    assert [comment.ordinal for comment in page.comments] == list(range(1, len(page.comments) + 1))
    for comment in page.comments:
        assert comment.parent_source_id is None or comment.parent_source_id in ids
        assert comment.parent_source_id is None or comment.depth > 0
        assert comment.posted_at is None or comment.posted_at.utcoffset() is not None
    assert (page.published_at is None) == (page.published_basis is PublishedBasis.UNKNOWN)
    for text in (page.text, page.title or "", *(comment.text for comment in page.comments)):
        text.encode("utf-8")
        assert "\x00" not in text


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", unicodedata.normalize("NFKC", text)))


@given(
    st.binary(max_size=2_000),
    st.sampled_from([None, "utf-8", "utf-16", "latin-1", "shift_jis", "hex", "nonsense", "utf-7"]),
)
@QUICK
def test_any_bytes(content: bytes, charset: str | None) -> None:
    for media_type in (None, "text/html", "text/plain"):
        check(parse(Document(content=content, source="x", charset=charset, media_type=media_type)))


@given(SOUP)
@QUICK
def test_any_soup_of_tags(markup: str) -> None:
    page = parse(Document(content=markup.encode(), source="x", media_type="text/html", url="https://example.org/a/"))
    check(page)
    said = words(markup) | words(html.unescape(markup))
    for comment in page.comments:
        assert words(comment.text) <= said


@given(LINES)
@QUICK
def test_any_lines(text: str) -> None:
    page = parse(Document(content=text.encode(), source="x", media_type="text/plain"))
    check(page)
    said = words(text)
    for comment in page.comments:
        assert words(comment.text) <= said
        assert words(comment.author or "") <= said


@given(SOUP, LINES)
@QUICK
def test_reading_is_pure(markup: str, text: str) -> None:
    for content in (markup, text):
        document = Document(content=content.encode(), source="x")
        assert parse(document) == parse(document)
