"""What came of a request, as a capture: an answer, or an error with the status it stands for."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from urllib.parse import urldefrag

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response

from ingest.fetch.manners import CUT_FLAG, BlockedByRobotsError
from ingest.fetch.sources import Site
from ingest.fetch.warc import charset_of, media_type_of, sniff_type, verdict
from ingest.records import Capture, CaptureKind, Document, Status, utc_now

_FAILURE = re.compile(r"\[<twisted\.python\.failure\.Failure (?:\w+\.)*([^<>]*)>\]")
_REASONS: tuple[tuple[type[BaseException], Status, str], ...] = (
    (BlockedByRobotsError, Status.BLOCKED_BY_ROBOTS, "{text}"),
    (IgnoreRequest, Status.UNREACHABLE, "{text}"),
    # Scrapy cancels a download for its size only.
    (
        DownloadCancelledError,
        Status.TOO_LARGE,
        "more bytes than allowed; save the page from a browser, without attachments, and ingest the file",
    ),
    (DownloadTimeoutError, Status.TIMEOUT, "no whole answer within the time allowed; the next run asks again"),
    (
        CannotResolveHostError,
        Status.UNREACHABLE,
        "the host's name is not known; check its spelling and this machine's DNS",
    ),
    (DownloadConnectionRefusedError, Status.UNREACHABLE, "the connection was refused; the next run asks again"),
    (
        DownloadFailedError,
        Status.UNREACHABLE,
        "the server broke off, or what it sent is no HTTP ({text}); the next run asks again",
    ),
    (ValueError, Status.UNREACHABLE, "it redirects to an address that is none ({text})"),
)
_log = logging.getLogger(__name__)


def captured(response: Response, site: Site, asked: str) -> Capture:
    """Turn an answer, whatever its HTTP status, into a capture at its final address; `asked` becomes the source."""
    stated = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
    not_modified = response.status == 304
    capture = Capture(
        kind=CaptureKind.REVISIT if not_modified else CaptureKind.RESPONSE,
        source=asked,
        url=urldefrag(response.url).url,
        fetched_at=utc_now(),
        content=b"" if not_modified else response.body,
        media_type=None if not_modified else media_type_of(stated) or sniff_type(response.body),
        charset=charset_of(stated),
        http_status=response.status,
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ),
        is_demo=site.is_demo,
    )
    status, detail = verdict(capture)
    if status is None and response.headers.get(b"Content-Encoding"):
        status, detail = Status.UNSUPPORTED_TYPE, "its content encoding is not supported"
    if CUT_FLAG in response.flags and status in (None, Status.EMPTY):
        detail = f"the answer was cut, again when asked anew: {len(response.body):,} bytes of it came"
        # Without what vouches for it, so that the next crawl asks for the whole and not whether it changed.
        kept = tuple(one for one in capture.headers if one[0].lower() not in ("etag", "last-modified"))
        capture = replace(capture, headers=kept)
    return replace(capture, status=status, status_detail=detail)


def failed(url: str, site: Site, asked: str, status: Status, detail: str) -> Capture:
    """Return the capture of an address that brought no content."""
    return Capture(
        kind=CaptureKind.FAILURE,
        source=asked,
        url=urldefrag(url).url,
        fetched_at=utc_now(),
        status=status,
        status_detail=detail,
        is_demo=site.is_demo,
    )


def reason_of(error: BaseException | None) -> tuple[Status, str]:
    """Return the status an error of the download stands for, and what to tell about it."""
    text = " ".join(_FAILURE.sub(r"\1", str(error)).split())[:300]
    if isinstance(error, IgnoreRequest) and "redirections" in text:
        return Status.HTTP_ERROR, "redirects in a circle, or too often; give the address it should end at"
    if "SSL" in text:
        advice = "open it in a browser, and check this machine's clock and certificates"
        return Status.UNREACHABLE, f"no trusted TLS connection: {text}; {advice}"
    for kind, status, words in _REASONS:
        if isinstance(error, kind):
            return status, words.format(text=text or type(error).__name__)
    return Status.UNREACHABLE, f"{type(error).__name__}: {text}"


def comment_pages_of(capture: Capture) -> tuple[str, ...]:
    """Return the addresses of further pages of the same thread, as the page itself links them."""
    from ingest.parse import parse

    document = Document(
        content=capture.content,
        source=capture.source,
        url=capture.url,
        media_type=capture.media_type,
        charset=capture.charset,
        fetched_at=capture.fetched_at,
    )
    try:
        return parse(document).comment_pages
    except Exception as error:  # noqa: BLE001  a parser's bug must not lose a page that is already fetched
        _log.warning("%s: its comment pages cannot be told (%s)", capture.url, type(error).__name__)
        return ()
