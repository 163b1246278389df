"""Pages saved as plain text, and the text records of web archives: comments by running number and indentation."""

from __future__ import annotations

from ingest.parse import phrases
from ingest.parse.dates import reader_for
from ingest.parse.rendered_text.comment import date_of, read_comments
from ingest.parse.rendered_text.entries import find_entries
from ingest.parse.rendered_text.layout import read_article
from ingest.parse.rendered_text.lines import MAX_LINES, split_lines
from ingest.parse.rendered_text.markdown import without_marks
from ingest.parse.thread import Thread, status_of
from ingest.records import Document, Page, PublishedBasis, Status

NAME = "rendered_text"
VERSION = "rendered_text-3"


def read_text(text: str, document: Document) -> Page:
    """Read a rendered page."""
    lines = split_lines(without_marks(text))
    samples = (line.text for line in lines if len(line.text) < 60)
    reader = reader_for(None, document.fetched_at, samples)
    found = find_entries(lines, lambda line: date_of(line, reader))
    article = read_article(lines[: found.start] if found else lines, reader)
    thread = Thread(
        comments=read_comments(lines, found, reader) if found else (),
        declared_count=found.declared_count if found else None,
        closed=any(len(line.text) < 120 and phrases.CLOSED.search(line.text) for line in lines),
    )
    status, detail = status_of(article.text, thread)
    if text.count("\n") >= MAX_LINES:
        status = Status.MALFORMED
        detail = f"over {MAX_LINES:,} lines are no single page; only the first were read. Save its pages singly"
    return Page(
        source=document.source,
        url=document.url,
        status=status,
        status_detail=detail,
        parser=NAME,
        parser_version=VERSION,
        title=article.title,
        site_name=article.site_name,
        author=article.author,
        published_at=article.published_at,
        published_basis=PublishedBasis.UNKNOWN if article.published_at is None else PublishedBasis.STATED,
        section=article.section,
        text=article.text,
        tags=article.tags,
        declared_comment_count=thread.declared_count,
        comments=thread.comments,
    )
