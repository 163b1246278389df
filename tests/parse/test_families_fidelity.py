"""What a comment's text is: its writer's words, with quotes kept apart, and nothing that the site put around them."""

from __future__ import annotations

import pytest

from ingest.parse.own_words import own_words
from ingest.records import CommentKind
from tests.parse.test_families import read

LIST = """<ol class="comment-list"><li class="comment" id="comment-11"><article class="comment-body"><footer
    class="comment-meta"><img class="avatar" alt="Avatar for Ada L"><b class="fn">{author}</b>
    <span class="says">says:</span><a href="#comment-11"><time datetime="2020-10-03T16:05:00+00:00">then</time></a>
    <span class="edit-link"><a>(Edit)</a></span></footer><div class="comment-content">{text}</div>
    <div class="reply"><a>Log in to Reply</a></div></article></li></ol>"""


def text_of(markup: str, author: str = "Ada L") -> str:
    (comment,) = read(LIST.format(text=markup, author=author)).comments
    return comment.text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p>\n<p>Two<br>lines.</p>", "One.\n\nTwo\nlines."),
        ("<ul><li>bread</li><li>salt</li></ul><p>Done.</p>", "bread\n\nsalt\n\nDone."),
        ("<blockquote><p>They said.</p></blockquote><p>I say.</p>", "> They said.\n\nI say."),
        ('<p>See <a href="https://example.org/x">this page</a>.</p>', "See this page."),
        ('<p>Good <img class="wp-smiley" alt="🙂" src="/s.png"> day</p>', "Good 🙂 day"),
        (
            '<p>No <img class="emoji" draggable="false" alt="😢" src="https://s.w.org/images/core/emoji/x.svg"></p>',
            "No 😢",
        ),
        ('<p>Yes <img class="emojione" alt="👍" src="//cdn/emojione/1.png"></p>', "Yes 👍"),
        (
            '<p>Yes <img class="own-face" alt="❤️" src="/faces/7.gif"> <img class="photo" alt="me" src="/me.jpg"></p>',
            "Yes ❤️",
        ),
        ('<p>A picture<img alt="my holiday" src="/me.jpg"> here</p>', "A picture here"),
        ("<p>Reply</p>", "Reply"),
    ],
)
def test_marks_of_the_text(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize(
    "notice",
    [
        "Your comment is awaiting moderation.",
        "Ваш комментарий ожидает проверки.",
        "Ваш комментарий ожидает одобрения",
        "Yorumunuz onay bekliyor",
        "Şərhiniz təsdiq gözləyir",
        "Ձեր մեկնաբանությունը սպասում է հաստատման",
        "Votre commentaire est en attente de modération.",
        "Dein Kommentar muss noch freigeschaltet werden.",
        "Tu comentario está pendiente de moderación.",
    ],
)
def test_notice_of_moderation(notice: str) -> None:
    assert text_of(f"<p><em>{notice}</em></p><p>What I wrote.</p>") == "What I wrote."


@pytest.mark.parametrize(
    "mark",
    [
        "[deleted]",
        "[removed]",
        "This comment was removed.",
        "This comment has been deleted by a moderator",
        "Comment deleted by user",
        "Этот комментарий был удалён модератором",
        "Комментарий удален.",
        "Bu yorum silindi",
        "Şərh silinib",
        "Մեկնաբանությունը հեռացվել է",
        "Ce commentaire a été supprimé par l'auteur.",
        "Dieser Kommentar wurde von der Redaktion entfernt.",
        "Este comentario ha sido eliminado",
    ],
)
def test_removed_comment_is_empty_and_keeps_the_tree(mark: str) -> None:
    replied = LIST.replace(
        "</article></li>",
        """</article><ol class="children"><li class="comment" id="comment-12">
    <b class="fn">Bo</b><div class="comment-content"><p>An answer.</p></div></li></ol></li>""",
    )
    gone, answer = read(replied.format(text=f"<p>{mark}</p>", author="[deleted]")).comments
    assert (gone.text, gone.author, gone.is_empty) == ("", None, True)
    assert (answer.parent_source_id, answer.text) == ("11", "An answer.")


@pytest.mark.parametrize(
    "text",
    [
        "Deleted",
        "This comment was wrong",
        "This comment section should be removed",
        "Комментарий хороший",
        "Bu yorum harika",
        "Why was this comment removed?",
    ],
)
def test_words_about_comments_stay(text: str) -> None:
    assert own_words(text) == text


@pytest.mark.parametrize(
    ("says", "language"),
    [
        ("Ada L says:", "en"), ("Ada L пишет:", "ru"), ("Ada L dedi ki:", "tr"), ("Ada L deyir:", "az"),
        ("Ada L ասում է.", "hy"), ("Ada L dit :", "fr"), ("Ada L sagt:", "de"), ("Ada L dice:", "es"),
    ],
)  # fmt: skip
def test_author_without_says(says: str, language: str) -> None:
    (comment,) = read(LIST.format(text="<p>x</p>", author=says)).comments
    assert comment.author == "Ada L", language


def test_pings_are_told_apart() -> None:
    page = read("""<ol class="comment-list"><li class="pingback" id="comment-11"><p>Pingback:
    <a href="https://far.example/">A far page</a></p></li><li class="comment" id="comment-12"><b class="fn">Bo
    </b><div class="comment-content"><p>A word.
    </p></div></li><li class="trackback" id="comment-13"><p>Trackback: <a href="https://far.example/2">Other
    </a></p></li>
    </ol>""")
    assert [comment.kind for comment in page.comments] == [
        CommentKind.PINGBACK,
        CommentKind.COMMENT,
        CommentKind.PINGBACK,
    ]


def test_recent_comments_of_other_posts_are_not_this_page() -> None:
    widget = """<aside class="widget widget_recent_comments"><ul id="recentcomments"><li class="recentcomments">
    <span class="comment-author-link">Zed</span> on <a href="/other/#comment-99">Another story of this week</a>
    </li></ul>
    </aside>"""
    assert read(widget).comments == ()
    assert [c.source_id for c in read(LIST.format(text="<p>x</p>", author="Ada") + widget).comments] == ["11"]


def test_quotes_of_tables_are_kept_apart() -> None:
    post = """<table id="post{0}"><tr><td class="thead">10-03-2020, 04:05 PM</td></tr><tr><td><a class="bigusername">Ada
    </a></td><td><div id="post_message_{0}">{1}</div></td></tr></table>"""
    quote = """<div style="margin:20px"><div class="smallfont">Quote:</div><table><tr><td class="alt2"><div>Originally
    Posted by <strong>Bo</strong> <a href="showthread.php?p=10#post10" rel="nofollow"></a></div><div>Their words.</div>
    </td></tr></table></div>My words."""
    opening = "How is the pass today? I have to be over by the evening, with a heavy trailer."
    page = read(post.format(10, opening) + post.format(11, "First.") + post.format(12, quote.replace("10", "11")))
    assert page.parser == "vbulletin"
    assert page.comments[1].text == "> Originally Posted by Bo\n>\n> Their words.\n\nMy words."
    assert page.comments[1].parent_source_id == "11"
