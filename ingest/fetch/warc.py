"""WARC records and captures: the two ways between them.

Parley's own facts about a capture travel in one header, `Parley-Capture`, as JSON, so that other tools read our files
and a foreign file needs none of them. Reading follows ISO 28500 (WARC 1.1) and, through warcio, ARC.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any

from w3lib.encoding import http_content_type_encoding
from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import iso_date_to_datetime

from ingest.fetch.address import is_web_address
from ingest.fetch.encodings import TooLargeError, UnknownEncodingError, decode_body, join_chunks
from ingest.fetch.warc_records import Fields, Record
from ingest.records import Capture, CaptureKind, Status, utc_now

MAX_BYTES = 20_000_000
"""No page is read beyond this many bytes of content."""

CUT_ENCODING = "the encoded content is cut or damaged; what could be decoded of it was read"
FACTS_HEADER = "Parley-Capture"
URN_PREFIX = "urn:sha256:"
PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
DATA_TYPES = frozenset({"application/json", "text/json", "application/xml", "text/xml"})
"""What comments come in where they do not come as a page: feeds, exports, answers of interfaces."""

_PAGE_KINDS = {kind.value: kind for kind in CaptureKind if kind is not CaptureKind.FAILURE}
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
# The stored content is decoded, so these would lie about it; cookies are credentials and not part of the page.
_HOP_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length", "set-cookie", "set-cookie2"})
_HTTP_MENDS = (
    ((404, 410), "; if the page is gone for good, take its address off the list"),
    ((401, 402, 403, 451), "; the site does not show it to robots: save it from a browser and ingest the file"),
    ((408, 425, 429, *range(500, 600)), "; the next run asks again"),
)
_BUILDER = RecordBuilder(warc_version="1.1")


def to_capture(record: Record, source: str, warc_file: str = "") -> Capture | None:
    """Turn a record into a capture; None for one that stands for no page (request, metadata, warcinfo ...)."""
    facts = _facts(record)
    kind = CaptureKind(facts["kind"]) if facts else _PAGE_KINDS.get(record.kind)
    if kind is None:
        return None
    content, status, detail = _content(record, kind)
    headers = record.fields
    http = record.http
    fetched_at = _date(record)
    stated = "" if facts else (http or headers).get("content-type") or ""
    capture = Capture(
        kind=kind,
        source=source,
        url=(headers.get("warc-target-uri") or "").strip("<>") or URN_PREFIX + hashlib.sha256(content).hexdigest(),
        fetched_at=fetched_at or utc_now(),
        content=content,
        media_type=None if facts or kind is CaptureKind.REVISIT else media_type_of(stated) or sniff_type(content),
        charset=charset_of(stated),
        headers=tuple(http.items) if http else (),
        http_status=_http_status(http),
        # A record without a date is like a saved page: its id must not vouch for a time nobody stated.
        record_id=(headers.get("warc-record-id") or "").strip("<>") if fetched_at else "",
        warc_file=warc_file,
    )
    if facts:
        return _restored(capture, facts)
    if kind is CaptureKind.REVISIT:
        status, detail = Status.NOT_MODIFIED, _same_as(record)
    elif status is None:
        status, wrong = verdict(capture)
        detail = wrong or detail
    return capture if status is None and detail is None else replace(capture, status=status, status_detail=detail)


def _facts(record: Record) -> dict[str, Any]:
    if not record.fields.may_hold(FACTS_HEADER):
        return {}
    try:
        facts = json.loads(record.fields.get(FACTS_HEADER.lower()) or "{}")
        CaptureKind(facts.get("kind", "response"))
        Status(facts.get("status") or "parsed")
    except (ValueError, AttributeError):
        return {}
    return facts if "kind" in facts else {}


def _restored(capture: Capture, facts: dict[str, Any]) -> Capture:
    return replace(
        capture,
        source=str(facts.get("source", capture.source)),
        crawl_id=str(facts.get("crawl_id", "")),
        is_demo=bool(facts.get("is_demo")),
        status=Status(facts["status"]) if facts.get("status") else None,
        status_detail=facts.get("status_detail"),
        media_type=facts.get("media_type"),
        charset=facts.get("charset"),
        http_status=facts.get("http_status"),
    )


def _same_as(record: Record) -> str:
    url, date = (record.fields.get(f"warc-refers-to-{what}") for what in ("target-uri", "date"))
    return f"the same content as {url or 'this address'} gave {f'on {date}' if date else 'before'}"[:500]


def _content(record: Record, kind: CaptureKind) -> tuple[bytes, Status | None, str | None]:
    if kind in (CaptureKind.FAILURE, CaptureKind.REVISIT):
        return b"", None, None
    if record.left > MAX_BYTES:
        return b"", Status.TOO_LARGE, f"the record holds more than {MAX_BYTES:,} bytes; such pages are not read"
    pieces: list[bytes] = []
    while piece := record.read(1 << 20):
        pieces.append(piece)
    body = b"".join(pieces)
    size = len(body)
    http = record.http
    if http is not None and (http.get("transfer-encoding") or "").strip().lower() == "chunked":
        body = join_chunks(body)
    try:
        decoded = decode_body(body, (http.get("content-encoding") or "") if http else "", MAX_BYTES)
    except TooLargeError as error:
        return b"", Status.TOO_LARGE, str(error)
    except UnknownEncodingError as error:
        return b"", Status.UNSUPPORTED_TYPE, str(error)
    return decoded.content, None, _shortened(record, size) or (CUT_ENCODING if decoded.is_cut else None)


def _shortened(record: Record, size: int) -> str | None:
    """Say how a record that is not whole came to be so; its content is read all the same."""
    if record.is_cut:
        return f"the record is cut: {size:,} bytes of it are left"
    if reason := record.fields.get("warc-truncated"):
        return f"whoever made the archive cut the page short ({reason[:40]})"
    if record.fields.get("warc-segment-number"):
        return "only the first segment of the page, in this record, was read"
    return None


def _date(record: Record) -> datetime | None:
    try:
        moment: datetime = iso_date_to_datetime(record.fields.get("warc-date") or "", tz_aware=True)
    except (ValueError, TypeError):
        return _server_date(record)
    return moment


def _server_date(record: Record) -> datetime | None:
    stated = record.http.get("date") if record.http else None
    try:
        moment = parsedate_to_datetime(stated or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _http_status(headers: Fields | None) -> int | None:
    _, code, *_ = f"{headers.start if headers else ''}  ".split(" ")
    return int(code) if code.isascii() and code.isdigit() else None


def media_type_of(content_type: str) -> str | None:
    """Return the media type of a Content-Type header, lower case; None where it says nothing useful."""
    name = content_type.partition(";")[0].strip().lower()
    return name if "/" in name and name not in ("application/octet-stream", "application/http") else None


def charset_of(content_type: str) -> str | None:
    """Return the charset a Content-Type header states; None where it states none."""
    charset: str | None = http_content_type_encoding(content_type)
    return charset


def sniff_type(content: bytes) -> str:
    """Guess the media type of bytes nobody described: HTML, plain text or neither."""
    head = content[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text/plain" if b"<\x00" not in head and b"\x00<" not in head else "text/html"
    if b"\x00" in head:
        return "application/octet-stream"
    lowered = head.lower()
    if any(tag in lowered for tag in (b"<!doctype html", b"<html", b"<head", b"<body", b"<div", b"<p>", b"<article")):
        return "text/html"
    return "text/plain"


def verdict(capture: Capture) -> tuple[Status | None, str | None]:
    """Say what is wrong with a capture before any parser sees it; (None, None) where it holds a page."""
    code = capture.http_status
    if code == 304:
        return Status.NOT_MODIFIED, None
    if code is not None and not 200 <= code < 300:
        headers = {name.lower(): value for name, value in capture.headers}
        location = f", to {headers['location']}" if "location" in headers else ""
        wait = f", asks to wait {headers['retry-after']}" if "retry-after" in headers else ""
        mend = next((mend for codes, mend in _HTTP_MENDS if code in codes), "")
        return Status.HTTP_ERROR, f"HTTP {code}{location}{wait}{mend}"
    if not is_web_address(capture.url) and not capture.url.startswith(("urn:", "file:")):
        return Status.UNSUPPORTED_TYPE, f"not a page: its address has the scheme {capture.url.partition(':')[0]!r}"
    if not capture.content.strip():
        return Status.EMPTY, "there is no content"
    if not _is_readable(capture.media_type or ""):
        return (
            Status.UNSUPPORTED_TYPE,
            f"{capture.media_type} is not a page; HTML, plain text, and comments as JSON or XML are read",
        )
    return None, None


def _is_readable(media_type: str) -> bool:
    composed = media_type.startswith("application/") and media_type.endswith(("+json", "+xml"))
    return composed or media_type in PAGE_TYPES or media_type in DATA_TYPES


def to_record(capture: Capture, refers_to: tuple[str, datetime] | None = None) -> ArcWarcRecord:
    """Turn a capture into a WARC 1.1 record. `refers_to`: sha256 and time of the content a revisit stands for."""
    headers = {
        "WARC-Record-ID": f"<{capture.record_id}>",
        "WARC-Date": warc_date(capture.fetched_at),
        FACTS_HEADER: _facts_of(capture),
    }
    if capture.kind is CaptureKind.FAILURE:
        body = headers[FACTS_HEADER].encode()
        return _BUILDER.create_warc_record(
            capture.url, "metadata", BytesIO(body), len(body), "application/json", headers
        )
    http = _http_headers(capture) if capture.kind in (CaptureKind.RESPONSE, CaptureKind.REVISIT) else None
    if capture.kind is CaptureKind.REVISIT:
        headers["WARC-Profile"] = _PROFILE + (
            "server-not-modified" if capture.http_status == 304 else "identical-payload-digest"
        )
        if refers_to is not None:
            headers["WARC-Refers-To-Target-URI"] = capture.url
            headers["WARC-Refers-To-Date"] = warc_date(refers_to[1])
            headers["WARC-Payload-Digest"] = f"sha256:{refers_to[0]}"
        return _BUILDER.create_warc_record(capture.url, "revisit", warc_headers_dict=headers, http_headers=http)
    headers["WARC-Payload-Digest"] = f"sha256:{hashlib.sha256(capture.content).hexdigest()}"
    stated = "" if http else (capture.media_type or "application/octet-stream")
    return _BUILDER.create_warc_record(
        capture.url, capture.kind.value, BytesIO(capture.content), len(capture.content), stated, headers, None, http
    )


def warc_date(moment: datetime) -> str:
    """Return `moment` as WARC 1.1 writes it: UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _facts_of(capture: Capture) -> str:
    facts = {
        "kind": capture.kind.value,
        "source": capture.source,
        "crawl_id": capture.crawl_id,
        "is_demo": capture.is_demo,
        "status": capture.status.value if capture.status else None,
        "status_detail": capture.status_detail,
        "media_type": capture.media_type,
        "charset": capture.charset,
        "http_status": capture.http_status,
    }
    # ASCII and one line, so that no path or server can break out of the header.
    return json.dumps({name: value for name, value in facts.items() if value not in (None, "", False)})


def _http_headers(capture: Capture) -> StatusAndHeaders:
    kept = [(name, " ".join(value.split())) for name, value in capture.headers if name.lower() not in _HOP_HEADERS]
    if capture.kind is CaptureKind.RESPONSE:
        kept.append(("Content-Length", str(len(capture.content))))
    return StatusAndHeaders(f"{capture.http_status or 200} ", kept, protocol="HTTP/1.1")
