"""What every feed, answer and export comes down to: items with ids and parents, made into one Page per thread."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ingest.parse.dates import Moment, iso_moment
from ingest.parse.decode import squeeze
from ingest.parse.markup import text_of_fragment
from ingest.records import Comment, CommentKind, Document, Page, PostedBasis, Status

MAX_DEPTH = 1_000
MAX_TOLD = 5
"""Entries told one by one."""

COMMENT_PAGE = re.compile(r"(?<=/)comment-page-\d{1,6}/?$|[?&](?:cpage|showComment)=\d{1,12}(?:&|$)")


@dataclass(frozen=True, slots=True)
class Item:
    """One comment as a source states it; `markup` is HTML. `stamp` is ISO 8601, an RFC 5322 date, or Unix seconds.

    `lacks` names the fields that its like have and it has not.
    """

    name: str | None
    markup: str
    parent: str | None = None
    author: str | None = None
    stamp: str | int | float | None = None
    kind: CommentKind = CommentKind.COMMENT
    lacks: Sequence[str] = ()

    @property
    def is_nothing(self) -> bool:
        """True where neither its name nor its words are there."""
        return bool(self.lacks) and not self.name and not self.markup


@dataclass(frozen=True, slots=True)
class Discussion:
    """The comments of one article or topic, in the order to be kept."""

    items: tuple[Item, ...]
    url: str | None = None
    title: str | None = None
    text: str = ""


def page_of(discussion: Discussion, document: Document, parser: str, version: str) -> Page:
    """Return the Page of one thread; a parent that the source does not hold is left out.

    What entries lack is told in `status_detail`. Those of which neither id nor words are there are left out.
    """
    items = [item for item in discussion.items if not item.is_nothing]
    parents = {item.name: item.parent for item in items if item.name}
    comments = tuple(_comment(item, parents, ordinal) for ordinal, item in enumerate(items, start=1))
    return Page(
        source=document.source,
        url=discussion.url or document.url,
        status=Status.PARSED if comments else Status.NO_COMMENTS,
        status_detail=_told(discussion.items),
        parser=parser,
        parser_version=version,
        canonical_url=discussion.url,
        title=squeeze(discussion.title or "") or None,
        text=discussion.text,
        comments=comments,
    )


def _told(items: Sequence[Item]) -> str | None:
    """Return a sentence on the entries that lack something, by their numbers from 1; None where none does."""
    faulty = [(number, item) for number, item in enumerate(items, start=1) if item.lacks]
    if not faulty:
        return None
    told = [
        f"entry {number}{f' (id {item.name})' if item.name else ''} has no {', no '.join(item.lacks)}"
        f"{' and was left out' if item.is_nothing else ''}"
        for number, item in faulty[:MAX_TOLD]
    ]
    more = len(faulty) - len(told)
    return f"{len(faulty)} of {len(items)} entries lack fields: {'; '.join(told)}{f'; and {more} more' if more else ''}"


def address_of(link: str) -> str:
    """Return the address of the article that a link to a comment leads to, comment pages taken for the article."""
    return COMMENT_PAGE.sub(_joined, link.strip().partition("#")[0])


def _joined(match: re.Match[str]) -> str:
    """Return what remains where a query loses one of its pairs."""
    return "?" if match[0].startswith("?") and match[0].endswith("&") else ""


def moment_of(stamp: str | float | None) -> Moment:
    """Read a stamp; UNKNOWN where it is none."""
    if isinstance(stamp, int | float):
        try:
            at = datetime.fromtimestamp(stamp, UTC)
        except (ValueError, OverflowError, OSError):
            return Moment()
        return Moment(at, PostedBasis.STATED, str(stamp))
    words = squeeze(stamp or "")
    moment = iso_moment(words)
    if moment.at is not None or not words:
        return moment
    try:
        at = parsedate_to_datetime(words)
    except (ValueError, TypeError, IndexError, OverflowError):
        return Moment(raw=words)
    if at.tzinfo is None:
        return Moment(at.replace(tzinfo=UTC), PostedBasis.BOUNDED, words)
    return Moment(at.astimezone(UTC), PostedBasis.STATED, words)


def in_utc(stamp: str | None) -> str | None:
    """Mark a stamp that its source documents to be UTC but writes without an offset."""
    words = squeeze(stamp or "")
    if not words or words.startswith("0000"):
        return None
    return words if words.endswith("Z") or "+" in words else words + "Z"


def ordered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return items oldest first where every one has a readable stamp, else as they came."""
    listed = list(items)
    moments = [moment_of(item.stamp).at for item in listed]
    if any(at is None for at in moments):
        return tuple(listed)
    pairs = sorted(zip(moments, range(len(listed)), strict=True), key=lambda pair: (str(pair[0]), pair[1]))
    return tuple(listed[index] for _, index in pairs)


def kept(items: Iterable[Item], gone: Collection[str | None]) -> tuple[Item, ...]:
    """Return `items` without those named in `gone`; what a kept one answers stays, without words, to hold the tree."""
    listed = list(items)
    parents = {item.name: item.parent for item in listed}
    needed: set[str | None] = set()
    for item in listed:
        above = None if item.name in gone else item.parent
        while above is not None and above not in needed:
            needed.add(above)
            above = parents.get(above)
    blank = (replace(item, markup="") if item.name in gone else item for item in listed)
    return tuple(item for item in blank if item.name not in gone or item.name in needed)


def _comment(item: Item, parents: dict[str, str | None], ordinal: int) -> Comment:
    moment = moment_of(item.stamp)
    parent = item.parent if item.parent in parents and item.parent != item.name else None
    return Comment(
        ordinal=ordinal,
        text=text_of_fragment(item.markup),
        source_id=item.name,
        parent_source_id=parent,
        depth=_depth(parent, parents),
        author=squeeze(item.author or "") or None,
        posted_at=moment.at,
        posted_at_basis=moment.basis,
        posted_at_raw=moment.raw,
        kind=item.kind,
    )


def _depth(parent: str | None, parents: dict[str, str | None]) -> int:
    depth = 0
    while parent in parents and depth < MAX_DEPTH:
        depth += 1
        parent = parents[parent]
    return depth
