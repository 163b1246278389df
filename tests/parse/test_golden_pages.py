"""Every real page with gold comments, one test each: what its own feed says stands under it is read from it."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.parse import parse, parse_all
from ingest.records import Document, Status
from tests.conftest import SHARED
from tests.parse.gold import document_of, rows_of, token_f1, tokens

FOLDER = SHARED / "comments"
PAGES = rows_of(FOLDER / "wordpress") if FOLDER.is_dir() else []
EXPORTS = {
    "isso_disqus.xml": (3, 5),
    "isso_wordpress.xml": (2, 8),
    "remark42_commento.json": (2, 3),
    "remark42_disqus.xml": (2, 5),
    "wp_themeunittestdata.wordpress.xml": (5, 29),
}
"""Threads with comments, and comments, counted in the files by hand; what was deleted or spam may be there or not."""


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row["file"])
def test_page(row: dict[str, Any]) -> None:
    page = parse(document_of(FOLDER / "wordpress", row))
    found = {comment.source_id: comment for comment in page.comments}
    assert page.status is Status.PARSED
    assert len(found) == len(page.comments) == row["n_ids_in_html"]
    for gold in row["gold"]:
        if gold["in_page"]:
            assert token_f1(tokens(found[str(gold["id"])].text), tokens(gold["text"])) >= 0.9, gold["id"]
    known = set(found)
    assert all(one.parent_source_id is None or one.parent_source_id in known for one in page.comments)


@pytest.mark.parametrize("name", EXPORTS)
def test_export(name: str, shared: Any) -> None:
    pages = parse_all(Document((shared / "comments" / "apis" / name).read_bytes(), name))
    threads, comments = EXPORTS[name]
    talked = [page for page in pages if page.comments]
    assert len(talked) >= threads
    assert sum(len(page.comments) for page in talked) >= comments
    assert all(page.status is Status.PARSED for page in talked)
