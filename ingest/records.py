"""The vocabulary every room shares: what was fetched, what a page says, and the Arrow schemas they are stored in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import pyarrow as pa


class Status(StrEnum):
    """How a page read ended: exactly one of these, so that coverage can be shown."""

    PARSED = "parsed"
    NO_ARTICLE = "no_article"
    NO_COMMENTS = "no_comments"
    CLOSED = "closed"
    COMMENTS_ELSEWHERE = "comments_elsewhere"
    NOT_MODIFIED = "not_modified"
    BLOCKED_BY_ROBOTS = "blocked_by_robots"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    HTTP_ERROR = "http_error"
    UNREACHABLE = "unreachable"
    UNSUPPORTED_TYPE = "unsupported_type"
    EMPTY = "empty"
    MALFORMED = "malformed"


UNREADABLE = frozenset(
    {
        Status.EMPTY,
        Status.MALFORMED,
        Status.TOO_LARGE,
        Status.UNSUPPORTED_TYPE,
        Status.UNREACHABLE,
        Status.TIMEOUT,
        Status.HTTP_ERROR,
    }
)
"""The statuses of a page that could not be read, so that somebody may have to act."""


class PublishedBasis(StrEnum):
    """Where a page's publication time comes from."""

    STATED = "stated"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


class PostedBasis(StrEnum):
    """Where a comment's time comes from."""

    STATED = "stated"
    RELATIVE = "relative"
    BOUNDED = "bounded"
    UNKNOWN = "unknown"


class CommentKind(StrEnum):
    """Whether a reader wrote it or another site's software did."""

    COMMENT = "comment"
    PINGBACK = "pingback"


class CaptureKind(StrEnum):
    """What was captured, after the WARC record types; FAILURE is a fetch that brought no content."""

    RESPONSE = "response"
    RESOURCE = "resource"
    CONVERSION = "conversion"
    REVISIT = "revisit"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Capture:
    """One attempt to get one page, before and after it is archived.

    `content` is the decoded payload (transfer and content encodings undone). `status` is set only where no parser
    will see the content: a failure, an HTTP error, a 304. `record_id` and `warc_file` are set once archived.
    """

    kind: CaptureKind
    source: str
    url: str
    fetched_at: datetime
    content: bytes = b""
    media_type: str | None = None
    charset: str | None = None
    http_status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    status: Status | None = None
    status_detail: str | None = None
    crawl_id: str = ""
    is_demo: bool = False
    record_id: str = ""
    warc_file: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a parser is given: bytes and what is known of them. `url` is None for a saved page without an address."""

    content: bytes
    source: str
    url: str | None = None
    media_type: str | None = None
    charset: str | None = None
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """One reader's comment as the page shows it.

    `ordinal` counts from 1 in page order; `depth` from 0. `posted_at` is aware, in UTC; `posted_at_raw` is the page's
    own words. `posted_at_local` is the site's wall clock, naive, where the page gives that and no offset to trust;
    then `posted_at` is it less the best offset known (none known: 0), STATED where that offset is certain.
    `author` is None where the page names nobody.
    """

    ordinal: int
    text: str
    source_id: str | None = None
    parent_source_id: str | None = None
    depth: int = 0
    author: str | None = None
    posted_at: datetime | None = None
    posted_at_basis: PostedBasis = PostedBasis.UNKNOWN
    posted_at_raw: str | None = None
    kind: CommentKind = CommentKind.COMMENT
    posted_at_local: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """True where nothing but white space was written (or the text was not kept by the page)."""
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class ClockReading:
    """How far a site's wall clock was ahead of UTC at an instant, in minutes, as one page shows."""

    at: datetime
    offset_minutes: int


@dataclass(frozen=True, slots=True)
class Page:
    """What one document says. Every document gives one Page; `status` says how its reading ended.

    `language` is the page's own statement (BCP 47), None where it makes none. `canonical_url` likewise.
    `comment_pages` are the addresses of further pages of the same thread, for the crawler. `clock` is what the page
    shows of its site's clock. `is_data` is True for a feed, an answer of an interface or an export: it is about the
    article at `url` but is not its page, and what it lacks may still be there.
    """

    source: str
    url: str | None
    status: Status
    parser: str
    parser_version: str
    status_detail: str | None = None
    canonical_url: str | None = None
    title: str | None = None
    site_name: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    published_basis: PublishedBasis = PublishedBasis.UNKNOWN
    modified_at: datetime | None = None
    language: str | None = None
    section: str | None = None
    text: str = ""
    tags: tuple[str, ...] = ()
    declared_comment_count: int | None = None
    comments: tuple[Comment, ...] = ()
    comment_pages: tuple[str, ...] = ()
    clock: tuple[ClockReading, ...] = ()
    is_data: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters, [start, end), into the text it explains."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StanceInput:
    """What a stance scorer may look at."""

    text: str
    parent_text: str | None = None
    article_title: str | None = None


@dataclass(frozen=True, slots=True)
class PartyStance:
    """Stance of one text toward one party; the three probabilities sum to 1."""

    party_id: str
    stance: str
    p_favor: float
    p_against: float
    p_none: float
    confidence: float
    abstained: bool
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class SideScore:
    """The whole judgement on one text in one conflict.

    `side` is a party_id, or one of anti_war, unclear, off_topic, empty. `abstain_reason` is None unless abstained;
    `leaning` is the party a scorer that had to call one would then have called: to compare scorers by, not to count.
    """

    conflict_id: str
    side: str
    confidence: float
    abstained: bool
    model_version: str
    stances: tuple[PartyStance, ...]
    abstain_reason: str | None = None
    evidence: tuple[Span, ...] = ()
    leaning: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleInput:
    """What the event linker may look at. `published_at` is None where the page states no date.

    By `article_id` and `url` an engineer's answers are found; the text is linked by its words alone.
    """

    article_id: str
    title: str
    text: str
    published_at: datetime | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class EventLink:
    """One article (or comment) tied to one event; `role` is primary, secondary, background or historical."""

    event_id: str
    role: str
    confidence: float
    evidence: tuple[Span, ...] = ()
    basis: str = "explicit"


@dataclass(frozen=True, slots=True)
class EventCandidate:
    """One of the likeliest events of an article, `rank` 1 first; `why_not` says why it is no link, None where it is."""

    event_id: str
    rank: int
    confidence: float
    why_not: str | None = None
    evidence: tuple[Span, ...] = ()


class Judgement(NamedTuple):
    """What is made of one article: how surely it is `about` the conflict (0..1), its links, and its likeliest events.

    The links stand primary first; the candidates include them.
    """

    about: float
    links: list[EventLink]
    candidates: list[EventCandidate]


TIMESTAMP = pa.timestamp("us", tz="UTC")
SPANS = pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32())]))
CLOCK = pa.list_(pa.struct([("at", TIMESTAMP), ("offset_minutes", pa.int32())]))

PAGE_READ_SCHEMA = pa.schema(
    [
        pa.field("read_id", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("crawl_id", pa.string(), nullable=False),
        pa.field("warc_file", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("page_url", pa.string(), nullable=False),
        pa.field("article_url", pa.string(), nullable=False),
        pa.field("outlet", pa.string(), nullable=False),
        pa.field("fetched_at", TIMESTAMP, nullable=False),
        pa.field("http_status", pa.int32()),
        pa.field("media_type", pa.string()),
        pa.field("content_sha256", pa.string()),
        pa.field("content_bytes", pa.int64(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("status_detail", pa.string()),
        pa.field("parser", pa.string(), nullable=False),
        pa.field("parser_version", pa.string(), nullable=False),
        pa.field("title", pa.string()),
        pa.field("site_name", pa.string()),
        pa.field("author", pa.string()),
        pa.field("published_at", TIMESTAMP),
        pa.field("published_basis", pa.string(), nullable=False),
        pa.field("modified_at", TIMESTAMP),
        pa.field("stated_language", pa.string()),
        pa.field("section", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("tags", pa.list_(pa.string()), nullable=False),
        pa.field("declared_comment_count", pa.int32()),
        pa.field("comment_count", pa.int32(), nullable=False),
        pa.field("is_demo", pa.bool_(), nullable=False),
        pa.field("loaded_at", TIMESTAMP, nullable=False),
        pa.field("record_page", pa.int32()),
        pa.field("is_data", pa.bool_()),
        pa.field("comment_pages", pa.list_(pa.string())),
        pa.field("clock", CLOCK),
    ]
)
"""`raw.page_read`: one row per page in an archived record and parser version; an export holds a page per thread.

`record_page` counts a record's pages from 1. Rows loaded before a column was added hold null in it.
"""

COMMENT_READ_SCHEMA = pa.schema(
    [
        pa.field("read_id", pa.string(), nullable=False),
        pa.field("ordinal", pa.int32(), nullable=False),
        pa.field("source_id", pa.string()),
        pa.field("parent_source_id", pa.string()),
        pa.field("depth", pa.int32(), nullable=False),
        pa.field("author", pa.string()),
        pa.field("author_key", pa.string()),
        pa.field("posted_at", TIMESTAMP),
        pa.field("posted_at_basis", pa.string(), nullable=False),
        pa.field("posted_at_raw", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("is_empty", pa.bool_(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("posted_at_local", pa.timestamp("us")),
    ]
)
"""`raw.comment_read`: one row per comment and page read."""


def utc_now() -> datetime:
    """Return the present instant, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Report:
    """Counts that a step hands to whoever shows them: a terminal, Dagster metadata, a test."""

    counts: dict[str, int] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)

    def add(self, key: str, amount: int = 1) -> None:
        """Add `amount` to the count named `key`."""
        self.counts[key] = self.counts.get(key, 0) + amount
