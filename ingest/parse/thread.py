"""What a family of markup gives back, and what it must be able to do: the seam at which families are added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from selectolax.lexbor import LexborNode

from ingest.parse.elements import Element, Elements
from ingest.parse.selectors import Selector
from ingest.parse.tree import PageTree
from ingest.records import Comment, Status


@dataclass(frozen=True, slots=True)
class Context:
    """What a family may know beyond its markup: the page's address, its language, when it was fetched."""

    url: str | None = None
    language: str | None = None
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """The comments of one page. `closed` is True only where the page says so; `note` is for who relies on them."""

    comments: tuple[Comment, ...] = ()
    declared_count: int | None = None
    comment_pages: tuple[str, ...] = ()
    closed: bool = False
    note: str | None = None


class Family(Protocol):
    """One family of comment markup."""

    @property
    def name(self) -> str:
        """What `Page.parser` says."""

    @property
    def version(self) -> str:
        """What `Page.parser_version` says; raised whenever the family's results change."""

    @property
    def asks(self) -> tuple[tuple[Selector, ...], ...]:
        """Lists of selectors; on a page where no selector of one of them can match the family is not tried."""

    def marked(self, page: PageTree) -> list[LexborNode]:
        """Return all elements that the family looks at, in page order; empty where it has nothing to read.

        `roots` is given a page of these alone, with what is in them and the names of what is around them.
        """

    def roots(self, page: Elements) -> list[Element]:
        """Return the elements that hold comments and nothing of the article, in page order, none in another.

        Empty for a page of another family.
        """

    def read(self, page: Elements, roots: list[Element], context: Context) -> Thread:
        """Read the comments below `roots`."""


def status_of(text: str, thread: Thread) -> tuple[Status, str | None]:
    """Return how a page's reading ended, with a sentence where somebody may want to act."""
    if thread.comments:
        return Status.PARSED, thread.note if text else "comments were read, but no article text was found beside them"
    if not text:
        return (
            Status.NO_ARTICLE,
            "neither an article nor comments were found; check that this address is a single article",
        )
    return status_of_thread(thread)


def status_of_thread(thread: Thread) -> tuple[Status, str | None]:
    """Return how the reading of the comments alone ended."""
    if thread.comments:
        return Status.PARSED, None
    if thread.closed:
        return Status.CLOSED, None
    declared = thread.declared_count or 0
    if declared:
        return (
            Status.NO_COMMENTS,
            f"the page announces {declared} comments but shows none; they may load by script or on comment pages",
        )
    return Status.NO_COMMENTS, None
