"""Rendered pages of other forms than the seed's: invented, one per habit of a program that saves pages as text."""

from __future__ import annotations

import html
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.parse import parse
from ingest.records import Document, Page, PostedBasis, PublishedBasis, Status
from tests.parse.renderers import WAYS, rendered
from tests.parse.schema_gold import token_f1


def read(text: str, fetched_at: datetime | None = None) -> Page:
    return parse(Document(content=text.encode(), source="page.txt", media_type="text/plain", fetched_at=fetched_at))


NUMBERED_NAMES = """\
Home » World » Bridge over the Lenta reopens

Bridge over the Lenta reopens

By Mira Solen | 4 October 2020

The bridge was repaired in nine days.

It had three parts:
1. the pier
2. the deck
3. the rail

Tags: bridge, Lenta
Share this:
Facebook
Twitter

3 Comments

1. Orhan says:
   October 5, 2020 at 9:15 am

   At last!

   Two numbers:
   1. nine days
   2. no toll

   Reply
2. Ані Վարդ says:
   October 5, 2020 at 11:40 pm

   Շնորհավոր բոլորին։

   Reply
3. Pingo says:
   October 6, 2020 at 1:00 am

   Reply

Leave a Reply
Your email address will not be published.
"""


def test_names_dates_and_numbered_paragraphs_at_the_margin() -> None:
    page = read(NUMBERED_NAMES)
    assert (page.title, page.section, page.author) == ("Bridge over the Lenta reopens", "World", "Mira Solen")
    assert page.published_at == datetime(2020, 10, 4, tzinfo=UTC)
    assert page.published_basis is PublishedBasis.STATED
    assert page.tags == ("bridge", "Lenta")
    assert page.text.endswith("3. the rail")
    assert "Share" not in page.text
    assert page.declared_comment_count == 3
    assert [c.author for c in page.comments] == ["Orhan", "Ані Վարդ", "Pingo"]
    assert page.comments[0].posted_at == datetime(2020, 10, 5, 9, 15, tzinfo=UTC)
    assert page.comments[0].posted_at_basis is PostedBasis.BOUNDED
    assert page.comments[0].text == "At last!\n\nTwo numbers:\n1. nine days\n2. no toll"
    assert page.comments[1].text == "Շնորհավոր բոլորին։"
    assert page.comments[2].is_empty


def test_right_aligned_numbers_and_another_word_for_the_picture() -> None:
    body = "".join(f"{n:>4}. Аватар\n\n      Мнение {'раз ' * n}\n\n" for n in range(1, 13))
    page = read(f"Заголовок новости\n\nТекст новости целиком стоит здесь.\n\n{body}Добавить комментарий\n")
    assert [c.ordinal for c in page.comments] == list(range(1, 13))
    assert page.comments[11].text.startswith("Мнение раз раз")
    assert all(c.author is None for c in page.comments)
    assert page.text == "Текст новости целиком стоит здесь."


def test_unknown_place_holder_is_learned_from_the_page() -> None:
    body = "".join(f"  {n}. Bildchen\n     Leser {'abcdef'[n]}\n\n     Satz Nummer {n}.\n\n" for n in range(1, 6))
    page = read(f"Ein Titel\n\nEin Absatz über nichts.\n\n{body}Schreibe einen Kommentar\n")
    assert [(c.author, c.text) for c in page.comments] == [
        (f"Leser {'abcdef'[n]}", f"Satz Nummer {n}.") for n in range(1, 6)
    ]


def test_replies_are_told_from_numbered_paragraphs_by_their_head() -> None:
    page = read(
        "A title\n\nA body of some length.\n\n"
        "  1. Avatar\n     Ada\n\n     First.\n\n"
        "       1. Avatar\n          Bo\n\n          Answer:\n\n          1. yes\n          2. no\n\n"
        "  2. Avatar\n\n     Second.\n\nLeave a Reply\n"
    )
    assert [(c.ordinal, c.depth, c.author, c.text) for c in page.comments] == [
        (1, 0, "Ada", "First."),
        (2, 1, "Bo", "Answer:\n\n1. yes\n2. no"),
        (3, 0, None, "Second."),
    ]


def test_second_comment_page_keeps_counting_from_one() -> None:
    body = "".join(f"  {n}. Avatar\n\n     Word {n}\n\n" for n in range(51, 54))
    page = read(f"A title\n\nA body of some length.\n\n{body}")
    assert [(c.ordinal, c.text) for c in page.comments] == [(1, "Word 51"), (2, "Word 52"), (3, "Word 53")]


def test_text_record_of_an_archive_without_numbers() -> None:
    page = read(
        "Ferry stops at noon – Harbour Post\nMenu\nNews\nSport\nFerry stops at noon\nPosted by Ilya K on 3 March 2021\n"
        "The ferry stopped at noon for want of fuel.\n2 Responses to Ferry stops at noon\n"
        "Tam says:\nMarch 4, 2021 at 8:02 am\n"
        "Again?\nReply\nUla says:\nMarch 4, 2021 at 9:30 pm\nTake the bridge.\nReply\nLeave a comment\nName\n"
    )
    assert (page.title, page.site_name, page.author) == ("Ferry stops at noon", "Harbour Post", "Ilya K")
    assert page.published_at == datetime(2021, 3, 3, tzinfo=UTC)
    assert page.text == "The ferry stopped at noon for want of fuel."
    assert [(c.author, c.text) for c in page.comments] == [("Tam", "Again?"), ("Ula", "Take the bridge.")]
    assert page.declared_comment_count == 2


def test_relative_times_need_a_time_of_fetching() -> None:
    text = (
        "A title\n\nA body of some length.\n\n2 Comments\n\n1. Ada\n2 days ago\n\nYes.\n\n2. Bo\n3 hours ago\n\nNo.\n"
    )
    fetched = datetime(2020, 10, 10, 12, tzinfo=UTC)
    page = read(text, fetched)
    assert [c.author for c in page.comments] == ["Ada", "Bo"]
    assert [c.posted_at for c in page.comments] == [
        datetime(2020, 10, 8, 12, tzinfo=UTC),
        datetime(2020, 10, 10, 9, tzinfo=UTC),
    ]
    assert {c.posted_at_basis for c in page.comments} == {PostedBasis.RELATIVE}
    assert all(c.posted_at is None for c in read(text).comments)


def test_numbered_list_of_an_article_is_not_its_comments() -> None:
    page = read(
        "Five bridges\n\nWe counted them.\n\n1. Lenta\n2. Orla\n3. Vint\n4. Sarn\n5. Ult\n\n"
        "Related Posts\n\nOther news\n"
    )
    assert page.status is Status.NO_COMMENTS
    assert page.comments == ()
    assert page.text.endswith("5. Ult")
    assert "Other news" not in page.text


def test_words_of_the_form_written_by_a_reader_stay() -> None:
    page = read(
        "A title\n\nA body of some length.\n\n  1. Avatar\n\n     Reply\n\n  2. Avatar\n\n"
        "     About Time\n\nLeave a Reply\n"
    )
    assert [c.text for c in page.comments] == ["Reply", "About Time"]


def test_closed_and_without_comments() -> None:
    page = read("A title\n\nA body of some length.\n\nComments are closed.\n")
    assert page.status is Status.CLOSED


def test_title_alone_is_no_article() -> None:
    assert read("Just a title\n").status is Status.NO_ARTICLE


FLOOR = 0.66
"""Of the comments in the gold pages; a third of them stand under names without any date, which proves nothing."""


def test_renderings_of_real_pages(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Most comments of WordPress pages are found again in text made of them, with name and time, none invented."""
    folder = shared / "comments" / "wordpress"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()][::17]
    figures: dict[str, float] = {}
    for way in WAYS:
        count: Counter[str] = Counter()
        for row in rows:
            text = rendered((folder / row["file"]).read_bytes().decode("utf-8", "replace"), way)
            page = read(text)
            count["found"] += len(page.comments)
            count["shown"] += row["n_ids_in_html"]
            for gold in (one for one in row["gold"] if one["in_page"]):
                best = max(page.comments, key=lambda one: token_f1(one.text, gold["text"]), default=None)
                count["gold"] += 1
                if best is not None and token_f1(best.text, gold["text"]) >= 0.9:
                    count["hit"] += 1
                    count["named"] += best.author == " ".join(html.unescape(gold["author"]).split())
                    count["timed"] += best.posted_at is not None
        figures[way] = count["hit"] / count["gold"]
        assert count["found"] <= 1.02 * count["shown"], way
        assert count["named"] >= 0.9 * count["hit"], way
        assert count["timed"] >= 0.97 * count["hit"], way
    with capsys.disabled():
        print("\nrendered: " + ", ".join(f"{way} {figure:.3f}" for way, figure in figures.items()))
    assert {way: figure for way, figure in figures.items() if figure < FLOOR} == {}


@pytest.mark.parametrize(
    "thread",
    [
        "Orhan\n{0}\nAt last!\nMira\n{1}\nTake the bridge.\n",
        "Orhan on {0} said:\nAt last!\nMira on {1} said:\nTake the bridge.\n",
        "Orhan says:\n{0}\n\nAt last!\n\nReply\n\nMira says:\n{1}\n\nTake the bridge.\n\nReply\n",
        "At last!\nPosted by Orhan | {0}\nTake the bridge.\nPosted by Mira | {1}\n",
        "1. At last!\n\nPosted by Orhan | {0}\n\n2. Take the bridge.\n\nPosted by Mira | {1}\n",
    ],
)
@pytest.mark.parametrize("end", ["Leave a Reply\nName\n", "Comments are closed.\nRecent Posts\nOther news\n"])
def test_heads_of_every_kind(thread: str, end: str) -> None:
    comments = thread.format("October 5, 2020 at 9:15 am", "October 5, 2020 at 10:15 am")
    page = read(f"The ferry\n\nIt stopped at noon for want of fuel.\n\n2 Responses to The ferry\n{comments}{end}")
    assert [(c.author, c.text) for c in page.comments] == [("Orhan", "At last!"), ("Mira", "Take the bridge.")]
    assert [c.posted_at for c in page.comments] == [
        datetime(2020, 10, 5, 9, 15, tzinfo=UTC),
        datetime(2020, 10, 5, 10, 15, tzinfo=UTC),
    ]
    assert page.text == "It stopped at noon for want of fuel."


def test_an_index_of_articles_has_no_comments() -> None:
    """Titles above dates and counts of comments are what blogs print on their front pages."""
    story = "A long headline about the {0} day of the ferry\nOctober {0}, 2020\nWhat it is about, in some words.\n"
    page = read("Front page\n\nNews of the harbour.\n" + "".join(story.format(n) + "3 Comments\n" for n in range(1, 7)))
    assert page.comments == ()


ANSWERS = """\
A strike

The bridge was hit at noon, and the ferry stopped for want of fuel.

4 {word}

Orhan
{0} 3:04
First words of the thread.

    Mira
    {0} 4:04
    Second words, to the first.

        Tam
        {0} 5:04
        Third words, to the second.

Ula
{0} 6:04
Fourth words, at the top again.
"""


@pytest.mark.parametrize(("word", "day"), [("comments", "October 11, 2020 at"), ("комментария", "11 октября 2020 в")])
def test_indented_heads_are_answers(word: str, day: str) -> None:
    page = read(ANSWERS.replace("{word}", word).replace("{0}", day))
    assert [(c.author, c.depth) for c in page.comments] == [("Orhan", 0), ("Mira", 1), ("Tam", 2), ("Ula", 0)]
    assert [c.posted_at.hour for c in page.comments if c.posted_at] == [3, 4, 5, 6]


def test_bullets_of_markdown() -> None:
    page = read(
        "# A strike\n\nThe bridge was hit at noon, and the ferry stopped.\n\n## Comments\n\n"
        "- **Orhan** (2020-10-11 15:04): First words\n  - **Mira** (2020-10-11 15:05): Second words\n    and more\n"
        "- **Tam** (2020-10-11 15:06): Third words\n"
    )
    assert page.title == "A strike"
    assert [(c.author, c.depth, c.text) for c in page.comments] == [
        ("Orhan", 0, "First words"),
        ("Mira", 1, "Second words\nand more"),
        ("Tam", 0, "Third words"),
    ]
    assert [c.posted_at.minute for c in page.comments if c.posted_at] == [4, 5, 6]


@pytest.mark.parametrize("line", ["{0}, 11 Oct 2020 15:04", "{0} | 11 Oct 2020 15:04", "{0} - Sun, 11 Oct 2020 15:04"])
def test_a_short_name_is_no_word_of_the_date_after_it(line: str) -> None:
    first, second = line.format("Tam"), line.format("Ula")
    page = read(
        f"A strike\n\nThe bridge was hit.\n\nComments\n\n1) {first}\nFirst words.\n\n2) {second}\nMore words.\n"
    )
    assert [(c.author, c.text) for c in page.comments] == [("Tam", "First words."), ("Ula", "More words.")]
    assert {c.posted_at for c in page.comments} == {datetime(2020, 10, 11, 15, 4, tzinfo=UTC)}
    dated = read("A strike\n\nThe bridge was hit.\n\n1 comment\n\nTam\nSun, 11 Oct 2020 15:04\nFirst words.\n")
    assert [c.author for c in dated.comments] == ["Tam"]
