"""WordPress markup, one invented page per habit of themes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.parse import parse
from ingest.records import CommentKind, Document, Page, PostedBasis, Status

FETCHED = datetime(2021, 5, 1, 12, tzinfo=UTC)
ARTICLE = """<article><h1 class="entry-title">Snow on the pass</h1><div class="entry-content">
<p>The pass was closed for two days after
heavy snow, the road service said on Monday.</p>
<p>Drivers were told to wait in the valley until the ploughs had come through.</p>
</div></article>"""


def read(comments: str, lang: str = "en-US", url: str | None = "https://example.org/snow/") -> Page:
    head = f'<!doctype html><html lang="{lang}"><head><title>Snow on the pass</title></head>'
    page = f"{head}<body>{ARTICLE}{comments}</body></html>"
    return parse(
        Document(content=page.encode(), source="snow.html", url=url, media_type="text/html", fetched_at=FETCHED)
    )


CLASSIC = """<div id="comments"><h3 id="comments-title">3 Responses to <em>Snow on the pass</em></h3>
<ol class="commentlist">
<li class="comment even depth-1" id="li-comment-11"><div id="comment-11" class="comment-body">
 <div class="comment-author vcard"><img alt="Picture of Ada" class="avatar" src="a.png"><cite class="fn">
 <a class="url" href="#">Ada L</a></cite>
 <span class="says">says:</span></div>
 <em class="comment-awaiting-moderation">Your comment is awaiting moderation.</em>
 <div class="comment-meta commentmetadata">
 <a href="#comment-11">October 3, 2020 at 4:05 pm</a> <a class="comment-edit-link">(Edit)</a></div>
 <p>First line<br>second line <img class="wp-smiley" alt="😀" src="s.png"></p><p>New paragraph.</p>
 <div class="reply"><a class="comment-reply-link" href="?replytocom=11#respond">Reply</a></div></div>
 <ul class="children"><li class="comment odd depth-2" id="li-comment-12"><div id="comment-12" class="comment-body">
  <div class="comment-author vcard"><cite class="fn">Bo</cite> <span class="says">says:</span></div>
  <div class="comment-meta commentmetadata"><a href="#comment-12">October 3, 2020 at 5:00 pm</a></div>
  <p>An answer.</p></div></li></ul></li>
<li class="pingback" id="li-comment-13"><div id="comment-13">
<p>Pingback: <a class="url" href="https://other.example/">Other blog</a></p></div></li>
</ol>
<div class="navigation"><a href="/snow/comment-page-2/#comments">Newer</a> <a href="?cpage=3#comments">Newest</a>
</div>
<div id="respond"><h3>Leave a Reply</h3><form><textarea></textarea></form></div></div>
<div class="widget"><ul id="recentcomments"><li class="recentcomments" id="comment-99">Zed on Another post</li>
</ul></div>"""


def test_classic_walker() -> None:
    page = read(CLASSIC)
    assert (page.parser, page.status, page.declared_comment_count) == ("wordpress", Status.PARSED, 3)
    assert [c.source_id for c in page.comments] == ["11", "12", "13"]
    assert [c.parent_source_id for c in page.comments] == [None, "11", None]
    assert [c.depth for c in page.comments] == [0, 1, 0]
    assert [c.ordinal for c in page.comments] == [1, 2, 3]
    first, second, ping = page.comments
    assert (first.author, first.text) == ("Ada L", "First line\nsecond line 😀\n\nNew paragraph.")
    assert (first.posted_at, first.posted_at_basis) == (datetime(2020, 10, 3, 16, 5, tzinfo=UTC), PostedBasis.BOUNDED)
    assert first.posted_at_raw == "October 3, 2020 at 4:05 pm"
    assert (second.author, second.text) == ("Bo", "An answer.")
    assert (ping.kind, ping.author, ping.text) == (CommentKind.PINGBACK, "Other blog", "")


def test_comments_never_leak_into_the_article() -> None:
    page = read(CLASSIC)
    assert page.text.startswith("The pass was closed")
    assert page.text.endswith("come through.")


def test_comment_pages_are_absolute_and_in_order() -> None:
    assert read(CLASSIC).comment_pages == (
        "https://example.org/snow/comment-page-2/",
        "https://example.org/snow/?cpage=3",
    )


def test_html5_walker_and_offsets() -> None:
    page = read("""<div id="comments" class="comments-area">
    <h2 class="comments-title">One thought on “Snow on the pass”</h2>
    <ol class="comment-list"><li id="comment-5" class="comment depth-1">
    <article id="div-comment-5" class="comment-body">
    <footer class="comment-meta"><div class="comment-author vcard">
    <b class="fn">Çinarə</b> <span class="says">deyir:</span></div>
    <div class="comment-metadata"><a href="#comment-5"><time datetime="2020-10-17T09:30:00+04:00">17 oktyabr</time>
    </a></div></footer>
    <div class="comment-content"><p>Qar yağdı.</p><blockquote><p>said before</p></blockquote></div></article></li>
    </ol></div>""")
    (comment,) = page.comments
    assert page.declared_comment_count == 1
    assert (comment.author, comment.text) == ("Çinarə", "Qar yağdı.\n\n> said before")
    assert comment.posted_at == datetime(2020, 10, 17, 5, 30, tzinfo=UTC)
    assert comment.posted_at_basis is PostedBasis.STATED


@pytest.mark.parametrize(
    ("stamp", "basis"),
    [
        ("2020-10-17T09:30:00+00:00", PostedBasis.BOUNDED),
        ("2020-10-17T09:30:00Z", PostedBasis.STATED),
        ("2020-10-17T12:30:00+03:00", PostedBasis.STATED),
        ("2020-10-17T09:30:00", PostedBasis.BOUNDED),
    ],
)
def test_an_offset_of_zero_is_doubted_as_themes_print_local_time_with_it(stamp: str, basis: PostedBasis) -> None:
    page = read(f"""<ol class="comment-list"><li class="comment" id="comment-1"><cite class="fn">K</cite>
    <div class="comment-metadata"><time datetime="{stamp}">x</time></div>
    <div class="comment-content">y</div></li></ol>""")
    assert page.comments[0].posted_at == datetime(2020, 10, 17, 9, 30, tzinfo=UTC)
    assert page.comments[0].posted_at_basis is basis


def test_list_items_without_class() -> None:
    page = read("""<div id="comments"><ol class="commentlist"><li id="comment-7"><div class="comment-wrap comment">
    <div class="author-comment"><cite class="fn">Dina</cite><div class="comment-meta commentmetadata">
    <a href="#comment-7">October 4, 2020 at
    8:00 am</a></div></div><div class="comment-content"><p>Without a class.</p></div></div>
    <ul class="children"><li id="comment-8"><div class="comment-wrap comment"><div class="author-comment">
    <cite class="fn">Emil</cite></div>
    <div class="comment-content"><p>Nested.</p></div></div></li></ul></li></ol></div>""")
    assert [(c.source_id, c.parent_source_id, c.author, c.text) for c in page.comments] == [
        ("7", None, "Dina", "Without a class."),
        ("8", "7", "Emil", "Nested."),
    ]


def test_oldest_themes_with_bare_words() -> None:
    page = read("""<h3 id="comments">2 Responses to “Snow”</h3><ol class="commentlist"><li class="alt" id="comment-3">
    <cite><a href="#" rel="external">Fay</a></cite> Says: <br><small class="commentmetadata">
    <a href="#comment-3">October 9th, 2006 at 7:41
    pm</a></small><p>Bare markup.</p></li><li id="comment-4"><cite>Gus</cite> Says:<br>
    <small class="commentmetadata"><a href="#comment-4">October
    10th, 2006 at 1:02 am</a></small><p>More.</p></li></ol>""")
    assert page.declared_comment_count == 2
    assert [(c.author, c.text) for c in page.comments] == [("Fay", "Bare markup."), ("Gus", "More.")]
    assert page.comments[0].posted_at == datetime(2006, 10, 9, 19, 41, tzinfo=UTC)


def test_lists_without_ids() -> None:
    page = read("""<ol class="commentlist"><li><div class="comment-author">Hal</div><div class="comment-text">
    <p>No id.</p></div></li>
    <li><div class="comment-author">Ivo</div><div class="comment-text"><p>None here.</p></div></li></ol>""")
    assert [(c.source_id, c.author, c.text) for c in page.comments] == [
        (None, "Hal", "No id."),
        (None, "Ivo", "None here."),
    ]


def one_dated(words: str, lang: str) -> Page:
    return read(
        f"""<ol class="commentlist"><li class="comment" id="comment-1"><cite class="fn">J</cite>
        <div class="comment-meta commentmetadata"><a href="#comment-1">{words}</a></div>
        <div class="comment-content"><p>x</p></div></li></ol>""",
        lang,
    )


@pytest.mark.parametrize(
    ("words", "lang", "day"),
    [
        ("03/10/2020 at 10:00", "en-US", "2020-03-10"),
        ("03/10/2020 at 10:00", "en-GB", "2020-10-03"),
        ("03/10/2020 às 10:00", "pt-BR", "2020-10-03"),
        ("13/10/2020 at 10:00", "en-US", "2020-10-13"),
        ("03.10.2020 10:00", "en-US", "2020-10-03"),
        ("11 октября 2020 в 10:00", "ru-RU", "2020-10-11"),
        ("18 oktyabr 2020, 10:00", "az", "2020-10-18"),
        ("18 Ekim 2020, 10:00", "tr-TR", "2020-10-18"),
        ("4. Oktober 2020 um 10:00", "de-DE", "2020-10-04"),
    ],
)
def test_dates_in_the_language_of_the_page(words: str, lang: str, day: str) -> None:
    (comment,) = one_dated(words, lang).comments
    assert comment.posted_at is not None
    assert comment.posted_at.isoformat() == f"{day}T10:00:00+00:00"
    assert comment.posted_at_basis is PostedBasis.BOUNDED


def test_relative_dates_are_marked_so() -> None:
    (comment,) = one_dated("2 days ago", "en").comments
    assert comment.posted_at == datetime(2021, 4, 29, 12, tzinfo=UTC)
    assert comment.posted_at_basis is PostedBasis.RELATIVE


@pytest.mark.parametrize("words", ["permalink", "March", "10:15", "32 Foo 2020", "#"])
def test_words_that_are_no_date_give_none(words: str) -> None:
    (comment,) = one_dated(words, "en").comments
    assert comment.posted_at is None
    assert comment.posted_at_basis is PostedBasis.UNKNOWN


def test_a_name_is_not_kept_as_the_words_of_a_date() -> None:
    """Where a theme shows no time, the places looked at last hold the name."""
    (comment,) = read(
        """<ol class="commentlist"><li id="comment-1"><cite>Gus Marl</cite><p>The road is open.</p></li></ol>"""
    ).comments
    assert (comment.author, comment.posted_at_raw) == ("Gus Marl", None)


@pytest.mark.parametrize(
    ("comments", "status"),
    [
        ('<div id="comments"><p class="nocomments">Comments are closed.</p></div>', Status.CLOSED),
        ('<div id="comments"><div id="respond"><h3>Leave a Reply</h3></div></div>', Status.NO_COMMENTS),
        ("", Status.NO_COMMENTS),
        (CLASSIC, Status.PARSED),
    ],
)
def test_status(comments: str, status: Status) -> None:
    assert read(comments).status is status


def test_comments_without_article_are_parsed() -> None:
    page = parse(Document(content=f"<html><body>{CLASSIC}</body></html>".encode(), source="x"))
    assert page.status is Status.PARSED
    assert page.text == ""
    assert page.status_detail is not None


def test_announced_but_absent_comments_are_said() -> None:
    page = read('<div id="comments"><h2 class="comments-title">12 comments</h2></div>')
    assert page.status is Status.NO_COMMENTS
    assert page.status_detail is not None
    assert "12" in page.status_detail


def test_reader_writing_like_the_site_is_kept() -> None:
    page = read("""<ol class="commentlist"><li class="comment" id="comment-1"><cite class="fn">K</cite>
    <div class="comment-content">
    <p>Reply</p><p>My comment is still awaiting moderation, why?</p></div></li></ol>""")
    assert page.comments[0].text == "Reply\n\nMy comment is still awaiting moderation, why?"


def test_quoted_words_are_marked() -> None:
    page = read("""<ol class="commentlist"><li class="comment" id="comment-1"><cite class="fn">K</cite>
    <div class="comment-content"><blockquote><p>First.</p><p>Second.<br>Third.</p><blockquote>Older.</blockquote>
    </blockquote><p>I disagree.</p><blockquote></blockquote></div></li></ol>""")
    assert page.comments[0].text == "> First.\n>\n> Second.\n> Third.\n>\n> > Older.\n\nI disagree."


WHEN = "May 4, 2020 at 10:00 am"
SAID = "<p>The road was open.</p><p>Until noon.</p>"
HABITS = {
    "an li without class, bare paragraphs": f"""<ol class="commentlist"><li id="comment-1"><cite>
<a href="#" class="url">Ada L</a></cite> <small><a href="#comment-1">{WHEN}</a></small>{SAID}</li></ol>""",
    "boxes with underscores": f"""<section class="comments" id="comments"><div class="comment" id="comment-1">
<div class="avatar"><img alt="Ada L" class="avatar"></div><div class="comment_author">Ada L</div>
<div class="comment_date">{WHEN}</div><div class="comment_content">{SAID}</div>
<a class="comment-reply-link" href="?replytocom=1">Reply</a></div></section>""",
    "sections": f"""<section id="comments"><section id="comment-1"><header>
<span class="vcard"><b class="fn">Ada L</b></span>
<time datetime="2020-05-04T10:00:00">4 May</time></header><div class="commenttext">{SAID}</div></section></section>""",
    "three ids for one comment": f"""<ol class="commentlist"><li id="li-comment-1"><article id="div-comment-1">
<div id="comment-1"><div class="comment-author vcard"><cite class="fn">Ada L</cite> <span class="says">says:</span>
</div><div class="comment-meta"><a href="#comment-1">{WHEN}</a> <a class="comment-edit-link">(Edit)</a></div>
<div class="comment-entry">{SAID}</div><div class="reply"><a>Reply</a></div></div></article></li></ol>""",
    "votes and likes": f"""<ol class="comment-list"><li id="comment-1" class="comment"><b class="fn">Ada L</b>
<time datetime="2020-05-04T10:00:00+00:00">then</time><div class="comment-content">{SAID}<p class="comment-likes">
<a>Like</a> Liked by 3 people</p><div class="wpulike"><span>5</span></div><div class="comment-rating">Thumb up 0</div>
</div></li></ol>""",
    "plain text in a box": f"""<ul class="commentlist"><li id="comment-1"><div class="author">Ada L</div>
<div class="date">{WHEN}</div><div class="text">The road was open.<br><br>Until noon.</div></li></ul>""",
    "a definition list": f"""<dl class="commentlist"><dt id="comment-1"><cite>Ada L</cite> {WHEN}</dt>
<dd>{SAID}</dd></dl>""",
    "a definition list of no known name": f"""<dl id="comment_list"><dt class="comment" id="comment-1">
<span class="comment_author">Ada L</span> <span class="comment_time">{WHEN}</span></dt>
<dd class="comment"><div class="format_text">{SAID}</div></dd></dl>""",
    "the name after the text": f"""<ol id="commentlist"><li id="comment-1">{SAID}<p><cite>Comment by
<a href="#" rel="external nofollow">Ada L</a> — {WHEN}</cite></p></li></ol>""",
    "the id on an anchor": f"""<ol class="commentlist"><li class="comment"><a id="comment-1"></a>
<div class="comment-author">Ada L</div><div class="comment-date">{WHEN}</div><div class="comment-text">{SAID}</div>
</li></ol>""",
    "rows of a table": f"""<div id="comments"><table><tr id="comment-1"><td class="author"><cite>Ada L</cite></td>
<td><span class="date">{WHEN}</span>{SAID}</td></tr></table></div>""",
    "everything in the body": f"""<ol class="comment-list"><li id="comment-1" class="comment"><div class="comment-body">
<p class="fn">Ada L</p><p class="comment-meta">{WHEN}</p><p>Your comment is awaiting moderation.</p>{SAID}
<p><a class="comment-reply-link">Reply</a> <a>Report comment</a></p></div></li></ol>""",
    "name and date in one line": f"""<ol class="commentlist"><li id="comment-1"><p class="comment-info">
<strong>Ada L</strong> on {WHEN}</p><div class="comment-txt">{SAID}</div></li></ol>""",
}


@pytest.mark.parametrize("habit", HABITS)
def test_habits_of_themes(habit: str) -> None:
    page = read(HABITS[habit])
    assert [(one.source_id, one.author, one.text) for one in page.comments] == [
        ("1", "Ada L", "The road was open.\n\nUntil noon.")
    ]
    assert page.comments[0].posted_at == datetime(2020, 5, 4, 10, tzinfo=UTC)
    assert "noon" not in page.text


FLAT = """<div id="comments"><ol class="comment-list"><li id="comment-1" class="comment"><div class="comment-body">
<cite class="fn">Ada L</cite><div class="comment-content"><p>First words.</p></div></div></li>
<li id="comment-2" class="comment"><div class="comment-body"><cite class="fn">Bo</cite>
<a href="#comment-2">#</a><div class="comment-content">{}</div></div></li></ol></div>"""


@pytest.mark.parametrize(
    ("said", "parent"),
    [
        ('<blockquote><p><cite><a href="#comment-1">Ada L</a>:</cite> First words.</p></blockquote><p>No.</p>', "1"),
        ('<blockquote cite="#comment-1"><p>First words.</p></blockquote><p>No.</p>', "1"),
        ('<p><a href="https://example.org/snow/#comment-1" rel="nofollow">@Ada L</a> No.</p>', "1"),
        ('<p>@<a href="#comment-1">Ada L</a> No.</p>', "1"),
        ('<p>As <a href="#comment-1">somebody</a> said.</p>', None),
        ('<p><a href="#comment-2">My own</a> words.</p>', None),
        ('<p><a href="#comment-7">@Zed</a> on another page.</p>', None),
        ('<p><a href="https://other.example/">A link</a> <a href="#comment-1">and another</a>.</p>', None),
    ],
)
def test_a_flat_list_s_quotes_and_links_name_the_comment_answered(said: str, parent: str | None) -> None:
    first, second = read(FLAT.replace("{}", said)).comments
    assert (first.parent_source_id, first.depth) == (None, 0)
    assert (second.parent_source_id, second.depth) == (parent, 1 if parent else 0)


def test_a_name_is_not_kept_as_the_words_of_a_time() -> None:
    quote = '<blockquote><p><cite><a href="#comment-1">Ada L</a>:</cite> First words.</p></blockquote><p>No.</p>'
    assert [c.posted_at_raw for c in read(FLAT.replace("{}", quote)).comments] == [None, None]
    assert read(FLAT.replace("{}", '<p><a href="#comment-1">@Ada</a> No.</p>')).comments[1].posted_at_raw is None
    undated = FLAT.replace("{}", "<p>No.</p>").replace('">#</a>', '">the 35th of May</a>')
    assert read(undated).comments[1].posted_at_raw == "the 35th of May"
