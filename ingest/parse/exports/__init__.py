"""Comments that come as data instead of pages: feeds, answers of interfaces, exports. One Page per thread."""

from __future__ import annotations

from ingest.parse.exports import answers, xml
from ingest.parse.exports.items import page_of
from ingest.records import Document, Page

VERSION = "data-3"


def read_export(text: str, document: Document) -> tuple[Page, ...]:
    """Return one Page per thread, empty where `text` is data of no known kind."""
    head = text[:64].lstrip("\ufeff \t\r\n")
    found = xml.discussions(text) if head.startswith("<") else answers.discussions(text) if head[:1] in "{[" else None
    if found is None:
        return ()
    kind, threads = found
    return tuple(page_of(thread, document, kind, VERSION) for thread in threads)
