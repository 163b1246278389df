"""Threads in pages: which number of which thread an address is, and the pages a page's links imply but do not name.

Themes link only the neighbours of a page, or "1 2 … 9", and some show the newest page of a thread at its own address,
so that the numbered ones come before it. What is between two known numbers exists, and is asked for at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from math import gcd
from urllib.parse import SplitResult, urlsplit, urlunsplit

_MOST_DERIVED = 5000
"""A thread that seems to have more pages is a trap or a misreading; only what is linked is asked then."""


@dataclass(frozen=True, slots=True)
class _Paging:
    """One way of numbering: in the path, where `path` has a group `page`, or in a parameter of such paths.

    `within`: only in paths with this in them. `newest_first`: the thread's own address may be its last page.
    `offsets`: numbers count posts, not pages.
    """

    path: re.Pattern[str]
    parameter: str | None = None
    within: str = ""
    newest_first: bool = False
    offsets: bool = False


_PAGINGS = (
    _Paging(re.compile(r"/comment-page-(?P<page>\d{1,6})(?=/?$)"), newest_first=True),
    _Paging(re.compile(r""), "cpage", newest_first=True),
    _Paging(re.compile(r"(?<=/)(?<!comment-)page-(?P<page>\d{1,6})/?$"), within="/threads/"),
    _Paging(re.compile(r"(?<=/)page/(?P<page>\d{1,6})/?$"), within="/topic/"),
    _Paging(re.compile(r"/(?:t/[^/]+/\d+|topic/\d+/[^/]+|d/\d+[^/]*)/?$"), "page"),
    _Paging(re.compile(r"/showthread\.php$"), "page"),
    _Paging(re.compile(r"/viewtopic\.php$"), "start", offsets=True),
)
"""WordPress in both spellings, XenForo, Invision, Discourse with NodeBB and Flarum, vBulletin with MyBB, phpBB."""


@dataclass(frozen=True, slots=True)
class Place:
    """A numbered page of a thread: the thread's own address, the number, and the address around the number."""

    thread: str
    number: int
    before: str
    after: str
    newest_first: bool
    offsets: bool


def place_of(url: str) -> Place | None:
    """Return which page of which thread `url` is; None where its address does not say."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    for paging in _PAGINGS:
        match = paging.path.search(parts.path) if paging.within in parts.path else None
        place = _in_path(parts, paging, match) or _in_query(parts, paging) if match else None
        if place is not None:
            return place
    return None


def _in_path(parts: SplitResult, paging: _Paging, match: re.Match[str]) -> Place | None:
    if paging.parameter is not None:
        return None
    start, end = match.span("page")
    thread = urlunsplit(parts._replace(path=parts.path[: match.start()] + parts.path[match.end() :] or "/"))
    before = urlunsplit(parts._replace(path=parts.path[:start], query="", fragment=""))
    after = parts.path[end:] + (f"?{parts.query}" if parts.query else "")
    return Place(thread, int(match["page"]), before, after, paging.newest_first, paging.offsets)


def _in_query(parts: SplitResult, paging: _Paging) -> Place | None:
    found = re.search(rf"(?:^|&)(?i:{paging.parameter})=(?P<page>\d{{1,6}})(?=&|$)", parts.query)
    if found is None:
        return None
    start, end = found.span("page")
    kept = (parts.query[: found.start()] + parts.query[found.end() :]).removeprefix("&")
    thread = urlunsplit(parts._replace(query=kept))
    before = urlunsplit(parts._replace(query=parts.query[:start], fragment=""))
    return Place(thread, int(found["page"]), before, parts.query[end:], paging.newest_first, paging.offsets)


def thread_of(url: str) -> str:
    """Return the address of the thread that `url` is a page of: `url` itself where it is no numbered one."""
    place = place_of(url)
    return url if place is None else place.thread


def further_pages(url: str, linked: Iterable[str]) -> list[str]:
    """Return the `linked` pages of the thread at `url` and those that must lie between them, in page order."""
    links = list(dict.fromkeys(linked))
    own = place_of(url)
    places = [place for place in map(place_of, links) if place is not None and _same(place.thread, thread_of(url))]
    if not places:
        return links
    known = {place.number for place in places}
    example = places[-1]
    derived = [
        f"{example.before}{number}{example.after}"
        for number in _between(known, own.number if own else None, example)
        if number not in known
    ]
    return sorted([*links, *derived], key=lambda link: getattr(place_of(link), "number", 0))


def _same(one: str, other: str) -> bool:
    return urlsplit(one)._replace(scheme="", fragment="") == urlsplit(other)._replace(scheme="", fragment="")


def _between(known: set[int], own: int | None, example: Place) -> Iterable[int]:
    """Return the numbers that must exist, given those linked and the page's own (None: the thread's address)."""
    top = max(known | ({own} if own else set()))
    if example.offsets:
        step = reduce(gcd, known | ({own} if own else set()))
        numbers = range(step, top, step) if step > 1 else range(0)
    else:
        # A first page links to the second, so a page that links only to later ones must itself come after them.
        is_last = example.newest_first and own is None and 2 not in known and top > 2
        numbers = range(1 if 1 in known or is_last else 2, top)
    return () if len(numbers) > _MOST_DERIVED else [number for number in numbers if number != own]
