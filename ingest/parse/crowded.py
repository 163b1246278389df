"""Pages made to stall a parser: each attribute of a tag is compared with all before it; ten thousand take seconds."""

from __future__ import annotations

import re

LARGE = 64_000
"""Characters; a shorter page cannot hold enough attributes to cost a second, and is spared the look."""

MAX_ATTRIBUTES = 5_000
"""A twentieth of a second for the tree; the most seen on a real page is under a hundred."""

VALUE = r"""\s*+(?:"[^"]*+"?|'[^']*+'?)"""
REST = rf"(?:[^>=]++|=(?:{VALUE}|\s*+))*+"
"""Of a start tag up to its end, quotes as a browser sees them: one after `=` opens, and `>` within ends nothing."""

TAG = re.compile(f"<[a-zA-Z]{REST}")
GIVEN = re.compile(f"={VALUE}")
OPENS = re.compile("<[a-zA-Z]")
QUOTES = ('"', "'")
AFTER = {
    "": re.compile(REST),
    "=": re.compile(f"(?:{VALUE})?{REST}"),
    **{quote: re.compile(f"[^{quote}]*+{quote}?{REST}") for quote in QUOTES},
}
"""What is left of a tag from a place in it: outside quotes, after `=`, and within either quote."""

STRETCH = MAX_ATTRIBUTES
"""A crowded tag is over twice as long, so it covers a whole stretch between two multiples of this, and more before."""

FAR, BLANKS = LARGE, 20
"""So far is looked back for what a place stands in, and over so much white space for a `=`."""


def has_crowded_tag(text: str) -> bool:
    """Tell whether some tag of `text` has over MAX_ATTRIBUTES attributes; linear in time."""
    if len(text) <= LARGE or not any(_may_be_covered(text, at) for at in range(0, len(text), STRETCH)):
        return False
    long = [tag for tag in TAG.findall(text) if len(tag) > 2 * MAX_ATTRIBUTES]
    return any(len(GIVEN.sub("=v ", tag).split()) > MAX_ATTRIBUTES for tag in long)


def _may_be_covered(text: str, at: int) -> bool:
    """Tell whether one tag may cover the stretch from `at`; False only where a short look around rules it out."""
    back, end = max(0, at - FAR), at + STRETCH
    inside = (rest for part, rest in AFTER.items() if _may_stand_in(part, text, back, at))
    return any((match := rest.match(text, at, end)) is not None and match.end() == end for rest in inside)


def _may_stand_in(part: str, text: str, back: int, at: int) -> bool:
    """Tell whether `at` may be in that part of a tag: after `=`, within a quote opened after one, or elsewhere."""
    if part == "=":
        return _last(text, back, at) in {"=", ""}
    if part in QUOTES:
        opened = text.rfind(part, back, at)
        return back > 0 if opened < 0 else _last(text, back, opened) in {"=", ""}
    closed = text.rfind(">", back, at)
    if closed < 0:
        return back > 0 or OPENS.search(text, 0, at) is not None
    quoted = any(_may_stand_in(quote, text, back, closed) for quote in QUOTES)
    return quoted or OPENS.search(text, closed, at) is not None


def _last(text: str, back: int, at: int) -> str:
    """Return the last character before `at` that is no white space; empty where it is too far away to tell."""
    return text[max(back, at - BLANKS) : at].rstrip()[-1:]
