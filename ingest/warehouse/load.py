"""Room 3: parse what the archive holds and append it to raw.*; what is loaded already is not read again.

`read_id` names a record and the version of all parsers, so a new version reads the whole archive anew and the rows of
the old one stay beside it. One transaction per WARC file: a file is loaded whole or not at all. A record may hold
several pages, as an export holds a thread per article: each is a row of its own.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingest.fetch.address import article_address, is_web_address, normalise_url, outlet_of
from ingest.fetch.archive import Archive
from ingest.fetch.index import Entry
from ingest.parse import PARSE_VERSION, parse_all
from ingest.records import (
    COMMENT_READ_SCHEMA,
    PAGE_READ_SCHEMA,
    Capture,
    Comment,
    Document,
    Page,
    PublishedBasis,
    Report,
    Status,
    utc_now,
)
from ingest.warehouse.commenters import author_key, commenter_key
from ingest.warehouse.reference import load_conflicts

__all__ = ["author_key", "commenter_key", "load_archive", "load_conflicts", "read_id_of"]

NO_PARSER = "none"
NO_PARSER_VERSION = "none-1"
_BATCH_PAGES = 500
_BATCH_CHARACTERS = 8_000_000
_LARGEST_INT32 = 2**31 - 1
_log = logging.getLogger(__name__)


def load_archive(
    con: duckdb.DuckDBPyConnection,
    archive: Archive,
    key: bytes,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Parse the records not loaded yet and append them to raw.page_read and raw.comment_read.

    Counts: pages by status, `pages` (each thread of an export is one), `comments`; records `already_loaded`. `key`
    makes author keys; `progress` gets (done, total) records. A record whose parser fails becomes one MALFORMED page;
    the load goes on.
    """
    report = Report()
    waiting: list[tuple[Path, set[str]]] = []
    for warc in archive.files():
        entries = archive.entries(warc)
        wanted = _wanted(con, warc, entries)
        report.add("already_loaded", len(entries) - len(wanted))
        if wanted:
            waiting.append((warc, wanted))
    total, done = sum(len(wanted) for _, wanted in waiting), 0
    for warc, wanted in waiting:
        con.begin()
        try:
            for batch in _batches(archive.read(warc, skip=_AllBut(wanted)), key):
                _insert(con, batch)
                done += batch.records
                _count(report, batch)
                if progress is not None:
                    progress(done, total)
            con.commit()
        except BaseException:
            con.rollback()
            raise
    return report


def read_id_of(record_id: str, version: str, record_page: int = 1) -> str:
    """Return the id of one reading of a page: the first 32 hex digits of SHA-256 over record, version and page.

    The first page of a record is not named, as most records are one page.
    """
    named = f"{record_id}|{version}" + (f"|{record_page}" if record_page > 1 else "")
    return hashlib.sha256(named.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _AllBut:
    """A container of every record id but the wanted ones, for `Archive.read(skip=...)`."""

    wanted: set[str]

    def __contains__(self, record_id: object) -> bool:
        return record_id not in self.wanted


@dataclass(slots=True)
class _Batch:
    pages: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    records: int = 0
    characters: int = 0

    def is_full(self) -> bool:
        return len(self.pages) >= _BATCH_PAGES or self.characters >= _BATCH_CHARACTERS


def _wanted(con: duckdb.DuckDBPyConnection, warc: Path, entries: Iterable[Entry]) -> set[str]:
    rows = con.execute("SELECT read_id FROM raw.page_read WHERE warc_file = ?", [warc.name]).fetchall()
    loaded: Container[str] = {row[0] for row in rows}
    return {entry.record_id for entry in entries if read_id_of(entry.record_id, _version(entry.status)) not in loaded}


def _version(status: object) -> str:
    """Return the version a capture is read under: the parsers' where its status leaves anything to parse."""
    return PARSE_VERSION if status is None else NO_PARSER_VERSION


def _batches(captures: Iterable[Capture], key: bytes) -> Iterator[_Batch]:
    batch = _Batch()
    for capture in captures:
        pages = _read(capture)
        batch.records += 1
        # One time for the whole record: pages that were loaded together are told from those of an older parse by it.
        loaded_at = utc_now()
        for number, page in enumerate(pages, start=1):
            row = _page_row(capture, page, number, len(pages)) | {"loaded_at": loaded_at}
            batch.pages.append(row)
            batch.comments += [_comment_row(row, comment, key) for comment in page.comments]
            batch.characters += len(page.text) + sum(len(comment.text) for comment in page.comments)
        if batch.is_full():
            yield batch
            batch = _Batch()
    if batch.pages:
        yield batch


def _read(capture: Capture) -> tuple[Page, ...]:
    url = capture.url if is_web_address(capture.url) else None
    unread = Page(
        source=capture.source,
        url=url,
        status=capture.status or Status.MALFORMED,
        parser=NO_PARSER,
        parser_version=NO_PARSER_VERSION,
        status_detail=capture.status_detail,
    )
    if capture.status is not None:
        return (unread,)
    document = Document(
        content=capture.content,
        source=capture.source,
        url=url,
        media_type=capture.media_type,
        charset=capture.charset,
        fetched_at=capture.fetched_at,
    )
    try:
        pages = parse_all(document)
    except Exception as error:  # noqa: BLE001  one page's bug must not stop the load of all others
        name = type(error).__name__
        # The message may quote the page, so only the class is told.
        _log.warning("%s (%s): the parser failed with %s", capture.url, capture.record_id, name)
        return (replace(unread, status_detail=f"the parser failed with {name}; please report it"),)
    return tuple(replace(page, status_detail=page.status_detail or capture.status_detail) for page in pages)


@dataclass(frozen=True, slots=True)
class _Address:
    """Where a page lies, which article it belongs to and whose it is."""

    page_url: str
    article_url: str
    outlet: str


def _address_of(capture: Capture, page: Page, number: int, pages: int) -> _Address:
    stated = page.url or (page.canonical_url if is_web_address(page.canonical_url) else None)
    if not page.is_data:
        address = stated or capture.url
        page_url = normalise_url(address)
        article_url = article_address(address, page.canonical_url)
        return _Address(page_url, article_url, outlet_of(page_url, page.site_name))
    # Data is about an article and lies elsewhere; one of its threads is told from the others by the article.
    article_url = article_address(stated) if stated and stated != capture.url else ""
    page_url = normalise_url(capture.url) + (f"#{article_url or number}" if pages > 1 else "")
    article_url = article_url or page_url
    return _Address(page_url, article_url, outlet_of(article_url, page.site_name))


def _page_row(capture: Capture, page: Page, number: int, pages: int) -> dict[str, Any]:
    address = _address_of(capture, page, number, pages)
    has_content = capture.content != b""
    return {
        "read_id": read_id_of(capture.record_id, _version(capture.status), number),
        "record_id": capture.record_id,
        "crawl_id": capture.crawl_id,
        "warc_file": capture.warc_file,
        "source": capture.source,
        "page_url": address.page_url,
        "article_url": address.article_url,
        "outlet": address.outlet,
        "fetched_at": capture.fetched_at,
        "http_status": capture.http_status,
        "media_type": capture.media_type,
        "content_sha256": hashlib.sha256(capture.content).hexdigest() if has_content else None,
        "content_bytes": len(capture.content),
        "status": page.status.value,
        "status_detail": page.status_detail,
        "parser": page.parser,
        "parser_version": page.parser_version,
        "title": page.title,
        "site_name": page.site_name,
        "author": page.author,
        "published_at": page.published_at,
        "published_basis": PublishedBasis(page.published_basis).value,
        "modified_at": page.modified_at,
        "stated_language": page.language,
        "section": page.section,
        "text": page.text,
        "tags": list(page.tags),
        "declared_comment_count": _int32(page.declared_comment_count),
        "comment_count": len(page.comments),
        "is_demo": capture.is_demo,
        "record_page": number,
        "is_data": page.is_data,
        "comment_pages": [normalise_url(url) for url in page.comment_pages],
        "clock": [{"at": reading.at, "offset_minutes": reading.offset_minutes} for reading in page.clock],
    }


def _comment_row(page_row: dict[str, Any], comment: Comment, key: bytes) -> dict[str, Any]:
    return {
        "read_id": page_row["read_id"],
        "ordinal": comment.ordinal,
        "source_id": comment.source_id,
        "parent_source_id": comment.parent_source_id,
        "depth": comment.depth,
        "author": comment.author,
        "author_key": author_key(key, page_row["outlet"], comment.author),
        "posted_at": comment.posted_at,
        "posted_at_basis": comment.posted_at_basis.value,
        "posted_at_raw": comment.posted_at_raw,
        "text": comment.text,
        "is_empty": comment.is_empty,
        "kind": comment.kind.value,
        "posted_at_local": comment.posted_at_local,
    }


def _int32(value: int | None) -> int | None:
    return value if value is not None and 0 <= value <= _LARGEST_INT32 else None


def _insert(con: duckdb.DuckDBPyConnection, batch: _Batch) -> None:
    con.register("page_batch", _table(batch.pages, PAGE_READ_SCHEMA))
    con.register("comment_batch", _table(batch.comments, COMMENT_READ_SCHEMA))
    # A page that brought nothing this time (304, an error) states no canonical link: it belongs to the article that
    # its address was read as before.
    con.execute(f"""
        INSERT INTO raw.page_read BY NAME
        WITH known AS (
            SELECT page_url, arg_max(article_url, fetched_at) AS article_url
            FROM (
                SELECT page_url, article_url, fetched_at, parser FROM raw.page_read
                WHERE page_url IN (SELECT page_url FROM page_batch WHERE parser = '{NO_PARSER}')
                UNION ALL BY NAME SELECT page_url, article_url, fetched_at, parser FROM page_batch
            )
            WHERE parser <> '{NO_PARSER}'
            GROUP BY page_url
        )
        SELECT page_batch.* REPLACE (
            CASE WHEN page_batch.parser = '{NO_PARSER}' THEN coalesce(known.article_url, page_batch.article_url)
                 ELSE page_batch.article_url END AS article_url
        )
        FROM page_batch LEFT JOIN known USING (page_url)
    """)
    con.execute("INSERT INTO raw.comment_read BY NAME SELECT * FROM comment_batch")
    con.unregister("page_batch")
    con.unregister("comment_batch")


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    try:
        return pa.Table.from_pylist(rows, schema=schema)
    except UnicodeEncodeError:
        # Half of a surrogate pair, which JSON escapes can smuggle in and no storage takes.
        return pa.Table.from_pylist([{name: _storable(value) for name, value in row.items()} for row in rows], schema)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return [_storable(item) for item in value] if isinstance(value, list) else value


def _count(report: Report, batch: _Batch) -> None:
    for row in batch.pages:
        report.add(row["status"])
    report.add("pages", len(batch.pages))
    report.add("comments", len(batch.comments))
