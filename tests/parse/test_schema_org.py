"""Comments stated in the words of schema.org: how many of those that pages state are read, and what is not taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.parse import parse
from ingest.records import Document, Page
from tests.parse.schema_gold import Stated, stated_comments, token_f1

RECALL_FLOOR = 0.95
EVERY = 12
ARTICLE = """<article><h1>Snow on the pass</h1><p>The pass was closed for two days after heavy snow, the road service
said on Monday.</p><p>Drivers were told to wait in the valley until the ploughs had come through.</p></article>"""
Row = tuple[str | None, str | None, int, str | None, str | None, str]
TWO: list[Row] = [
    ("11", None, 0, "Ada L", "2020-10-03T16:05", "First.\n\nMore of it."),
    ("12", "11", 1, "Bo", "2020-10-03T17:00", "An answer."),
]


def read(markup: str) -> Page:
    return parse(Document(f"<html lang=en><body>{ARTICLE}{markup}</body></html>".encode(), "x", media_type="text/html"))


def rows(page: Page) -> list[Row]:
    return [
        (c.source_id, c.parent_source_id, c.depth, c.author, str(c.posted_at)[:16].replace(" ", "T"), c.text)
        for c in page.comments
    ]


WAYS = {
    "microdata": """<section itemscope itemtype="https://schema.org/UserComments" id="c-11">
        <b itemprop="creator" itemscope><i itemprop="name">Ada L</i></b>
        <time itemprop="commentTime" datetime="2020-10-03T16:05:00Z"></time>
        <div itemprop="commentText"><p>First.</p><p>More of it.</p></div>
        <div itemscope itemtype="http://schema.org/Comment" id="c-12"><meta itemprop="author" content="Bo">
        <time itemprop="datePublished" datetime="2020-10-03T17:00Z"></time><p itemprop="text">An answer.</p></div>
        </section>""",
    "answers": """<div itemscope itemtype="https://schema.org/QAPage"><div itemprop="mainEntity" itemscope
        itemtype="https://schema.org/Question"><div itemscope itemtype="https://schema.org/Answer" id="a-11">
        <b itemprop="author">Ada L</b><time itemprop="dateCreated" datetime="2020-10-03T16:05:00Z"></time>
        <div itemprop="text"><p>First.</p><p>More of it.</p></div><div itemprop="comment" itemscope id="c-12"
        itemtype="https://schema.org/Comment"><b itemprop="author">Bo</b>
        <time itemprop="dateCreated" datetime="2020-10-03T17:00:00Z"></time><p itemprop="text">An answer.</p>
        </div></div></div></div>""",
    "rdfa": """<div vocab="http://schema.org/"><div typeof="Comment" resource="#comment/11" property="comment">
        <span property="author" typeof="Person"><b property="name">Ada L</b></span>
        <span property="dateCreated" content="2020-10-03T16:05:00Z">then</span>
        <div property="text"><p>First.</p><p>More of it.</p></div>
        <div typeof="Comment" resource="#comment/12"><b property="creator">Bo</b>
        <time property="datePublished" datetime="2020-10-03T17:00:00Z">later</time><p property="text">An answer.</p>
        </div></div></div>""",
    "rdfa of a prefix": """<div about="/reply/11" typeof="sioc:Post schema:UserComments">
        <a rel="sioc:has_creator" href="#"><b property="foaf:name">Ada L</b></a>
        <i property="schema:commentTime" content="2020-10-03T16:05:00Z"></i>
        <div property="schema:commentText"><p>First.</p><p>More of it.</p></div>
        <div about="/reply/12" typeof="schema:Comment"><b property="schema:author">Bo</b>
        <i property="schema:dateCreated" content="2020-10-03T17:00:00Z"></i><p property="content:encoded">An answer.</p>
        </div></div>""",
}


@pytest.mark.parametrize("way", WAYS)
def test_attributes(way: str) -> None:
    page = read(WAYS[way])
    assert page.parser == "schema_org"
    assert rows(page) == TWO
    assert page.text.endswith("come through.")


ADA = {
    "@type": "Comment", "@id": "#c-11", "text": "<p>First.</p><p>More of it.</p>", "author": {"name": "Ada L"},
    "datePublished": "2020-10-03T16:05:00Z",
}  # fmt: skip
BO = {
    "@type": ["Comment"], "identifier": 12, "text": "An answer.", "author": [{"name": "Bo"}],
    "dateCreated": "2020-10-03T17:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        {"@type": "NewsArticle", "comment": [ADA | {"comment": BO}, {"@type": "Comment"}, 5]},
        {"@graph": [{"@type": "DiscussionForumPosting", "text": "How is it?", "comment": [ADA | {"comment": [BO]}]}]},
        {"@graph": [ADA, BO | {"parentItem": {"@type": "Comment", "@id": "#c-11"}}]},
        {"@type": "QAPage", "mainEntity": {"@type": "Question", "acceptedAnswer": ADA | {"@type": "Answer",
                                                                                         "comment": BO}}},
        [{"@type": "Article", "comment": [ADA]}, {"@type": "WebPage", "comment": [ADA | {"comment": [BO]}]}, BO],
    ],
)  # fmt: skip
def test_scripts(statement: object) -> None:
    page = read(f'<script type="application/ld+json">{json.dumps(statement)}</script>')
    assert page.parser == "json_ld"
    assert rows(page)[0] == TWO[0]
    assert rows(page)[-1][3:] == TWO[1][3:]
    assert len(page.comments) == 2


def test_answers_of_the_site_itself_are_no_comments() -> None:
    question = {"@type": "Question", "acceptedAnswer": {"@type": "Answer", "text": "Yes, every day from six."}}
    faq = json.dumps({"@type": "FAQPage", "mainEntity": [question, question]})
    page = read(
        f'<script type="application/ld+json">{faq}</script><div itemscope itemtype="https://schema.org/FAQPage">'
        '<div itemscope itemtype="https://schema.org/Answer"><p itemprop="text">Yes, every day.</p></div></div>'
    )
    assert page.comments == ()


def test_recall_on_real_pages(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the comments that the pages' own markup states, nearly all are read with their words."""
    stated: list[tuple[Stated, Page]] = []
    for folder in (shared / "articles" / "aeb", shared / "articles" / "wcxb_dev"):
        for row in map(json.loads, (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()[::EVERY]):
            if "schema_comment" in row["families"]:
                content = (folder / row["file"]).read_bytes()
                gold = stated_comments(content.decode("utf-8", "replace"))
                page = parse(Document(content, row["file"], url=row["url"], media_type="text/html"))
                stated += [(one, page) for one in gold]
    hits = [any(token_f1(comment.text, one.text) >= 0.9 for comment in page.comments) for one, page in stated]
    recall = sum(hits) / len(hits)
    with capsys.disabled():
        print(f"\n{len(hits)} comments stated in schema.org's words: recall {recall:.4f}")
    assert len(hits) >= 50
    assert recall >= RECALL_FLOOR
