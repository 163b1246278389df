"""Where the comments of a rendered page begin and end: a running number at one column, or a line "somebody says:".

A number alone proves nothing (articles and comments hold numbered lists themselves), so a run of numbers counts as the
thread only with evidence beside it: a picture's place-holder, "says:", a heading that counts comments, a reply form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from ingest.parse import phrases
from ingest.parse.rendered_text.heads import Dated, Head, ends, plausible, said, saying, signed, stacked
from ingest.parse.rendered_text.lines import Item, Line, items_of

HEADING = re.compile(
    r"^\W*(?:comments|responses|replies|discussion|comentarios|comentários|commentaires|kommentare|commenti|reacties|комментарии|обсуждение|коментарі"
    r"|yorumlar|şərhlər|rəylər|մեկնաբանություններ|კომენტარები|komentarze|评论|留言|コメント|تعليقات|دیدگاه‌ها)\W*$",
    re.IGNORECASE,
)
COUNTED = re.compile(r"\W*(?:\d|one\b|comments?\b)", re.IGNORECASE)
MENTION = re.compile(phrases.COMMENT_WORD, re.IGNORECASE)
MAX_HEADING = 160
MAX_PLACEHOLDER_WORDS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One comment's lines, [start, end), the first of which reads `rest` after its number; `depth` from 0.

    `head` says who wrote it and when, where lines outside of these do.
    """

    start: int
    end: int
    rest: str
    depth: int = 0
    head: Head | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The thread: [start, end) in lines, its entries in order, and what stands where a picture was."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    placeholder: str | None = None
    declared_count: int | None = None


def find_entries(lines: list[Line], dated: Dated) -> Found | None:
    """Return the thread of comments, or None where nothing proves that there is one."""
    heading, declared = _heading(lines)
    found = _numbered(lines, 0, _has_heads)
    if found is None and heading is not None:
        found = _numbered(lines, heading + 1, lambda _: True)
    if found is None:
        found = _numbered(lines, 0, lambda chain: _form_follows(lines, chain[-1]))
    headed = _headed(lines, heading, declared, dated)
    if headed is not None and (found is None or len(headed.entries) > len(found.entries)):
        found = headed
    if found is None:
        return None
    start = heading if heading is not None and heading < found.start else found.start
    return Found(start, found.end, found.entries, found.placeholder, declared)


def is_heading(text: str) -> bool:
    """Tell whether a line announces comments ("39 Comments", "Комментарии")."""
    if len(text) > MAX_HEADING or text.startswith(("#", "№")):
        return False
    if HEADING.match(text):
        return True
    if not MENTION.search(text):
        return False
    counted = len(text) < 40 or COUNTED.match(text) is not None
    return counted and phrases.declared_count(text) is not None and text[-1:] not in ".!?"


def _heading(lines: list[Line]) -> tuple[int | None, int | None]:
    """Return the last heading before the first reply form, and its number."""
    found: tuple[int | None, int | None] = (None, None)
    for index, line in enumerate(lines):
        if phrases.REPLY_FORM.match(line.text[:MAX_HEADING]) and found[0] is not None:
            break
        if line.text and found[0] is None and is_heading(line.text):
            found = (index, phrases.declared_count(line.text))
    return found


def _numbered(lines: list[Line], start: int, proven: Callable[[list[Item]], bool]) -> Found | None:
    items = items_of(lines, start)
    chain = next((chain for chain in _chains(items) if proven(chain)), None)
    return None if chain is None else _bounded(lines, chain, items, _placeholder(chain))


def _has_heads(chain: list[Item]) -> bool:
    return _placeholder(chain) is not None or any(_is_head(item.rest) for item in chain)


def _chains(items: list[Item]) -> list[list[Item]]:
    """Return runs of numbers that rise by one at the same column, best first.

    Dynamic programming over (column, number): a run is scored by its length, and by heads that only comments have, so
    that "1. …" written inside a comment does not take the place of the comment itself.
    """
    scores: list[float] = []
    previous: list[int | None] = []
    best: dict[tuple[str, int, int], int] = {}
    for index, item in enumerate(items):
        keys = (("left", item.indent, item.number), ("right", item.mark, item.number))
        before = [best[key] for side, column, number in keys if (key := (side, column, number - 1)) in best]
        chosen = max(before, key=lambda candidate: scores[candidate], default=None)
        scores.append((scores[chosen] if chosen is not None else 0.0) + (1.5 if _is_head(item.rest) else 1.0))
        previous.append(chosen)
        for key in keys:
            if key not in best or scores[index] > scores[best[key]]:
                best[key] = index
    ends = sorted(set(best.values()), key=lambda index: -scores[index])[:20]
    return [_walk_back(items, previous, end) for end in ends]


def _walk_back(items: list[Item], previous: list[int | None], end: int) -> list[Item]:
    chain: list[Item] = []
    index: int | None = end
    while index is not None:
        chain.append(items[index])
        index = previous[index]
    return chain[::-1]


def _is_head(rest: str) -> bool:
    return len(rest) <= 80 and (phrases.AVATAR.match(rest) is not None or phrases.SAYS_END.search(rest) is not None)


def _placeholder(chain: list[Item]) -> str | None:
    """Return the words that stand at the head of most entries: a picture's alternative text in whatever language."""
    (words, count), *_ = Counter(item.rest for item in chain).most_common(1)
    if not words or len(words.split()) > MAX_PLACEHOLDER_WORDS:
        return None
    return words if phrases.AVATAR.match(words) or (len(chain) >= 4 and count >= 0.6 * len(chain)) else None


def _form_follows(lines: list[Line], last: Item) -> bool:
    return any(phrases.REPLY_FORM.match(line.text[:MAX_HEADING]) for line in lines[last.line : last.line + 60])


def _bounded(lines: list[Line], chain: list[Item], items: list[Item], placeholder: str | None) -> Found:
    starts = {item.line for item in chain}
    end = _end(lines, chain)
    entries: list[Entry] = []
    nested = [
        item for item in items
        if item.line not in starts and chain[0].line < item.line < end and _is_reply(item, chain, placeholder)
    ]  # fmt: skip
    ordered = sorted([*chain, *nested], key=lambda item: item.line)
    indents = sorted({item.indent for item in nested})
    for index, item in enumerate(ordered):
        stop = ordered[index + 1].line if index + 1 < len(ordered) else end
        depth = 0 if item.line in starts else indents.index(item.indent) + 1
        entries.append(Entry(item.line, stop, item.rest, depth))
    return Found(chain[0].line, end, tuple(entries), placeholder)


def _is_reply(item: Item, chain: list[Item], placeholder: str | None) -> bool:
    """Tell a reply from a numbered paragraph: it is deeper, and its line looks like the head of a comment."""
    deeper = item.indent > max(entry.indent for entry in chain)
    return deeper and (_is_head(item.rest) or (placeholder is not None and item.rest == placeholder))


def _end(lines: list[Line], chain: list[Item]) -> int:
    """Return the line after the last comment: a reply form, or a return to the margin where comments are indented."""
    last = chain[-1]
    inner = [lines[index].indent for first, after in pairwise(chain) for index in range(first.line + 1, after.line)
             if lines[index].text]  # fmt: skip
    margin = max(item.indent for item in chain)
    indented = sum(1 for indent in inner if indent > margin) > len(inner) / 2 if inner else last.indent > 0
    for index in range(last.line + 1, len(lines)):
        line = lines[index]
        if ends(line) or (line.text and indented and line.indent <= min(margin, last.indent)):
            return index
    return len(lines)


def _headed(lines: list[Line], heading: int | None, declared: int | None, dated: Dated) -> Found | None:
    """Find comments that no number marks, by the kind of head that most of them have."""
    best = said(lines, 0, dated)
    if heading is not None:
        others = (kind(lines, heading + 1, dated) for kind in (saying, stacked, signed))
        best = max((best, *(heads for heads in others if plausible(heads, declared))), key=len)
    if not best:
        return None
    last = next((index for index in range(best[-1].end, len(lines)) if ends(lines[index])), len(lines))
    below = range((heading or 0) + 1, len(lines))
    first = next((index for index in below if lines[index].text and not is_heading(lines[index].text)), 0)
    stops = [*(head.start for head in best[1:]), last]
    if heading is not None and first < best[0].start and not _filled(lines, best[-1].end, last):
        # Nothing stands between the last head and the end: each follows what it is about.
        starts = [first, *(head.end for head in best[:-1])]
        spans = [(start, head.start, head) for start, head in zip(starts, best, strict=True)]
    else:
        spans = [(head.end, stop, head) for head, stop in zip(best, stops, strict=True)]
    depths = _depths([lines[head.start].indent for head in best])
    entries = tuple(
        Entry(start, stop, head.rest, depth, head) for (start, stop, head), depth in zip(spans, depths, strict=True)
    )
    return Found(min(best[0].start, spans[0][0]), last, entries)


def _depths(indents: list[int]) -> list[int]:
    """Return how many heads stand above each, in each case the last before it that is indented less."""
    above: list[int] = []
    depths = []
    for indent in indents:
        while above and above[-1] >= indent:
            above.pop()
        depths.append(len(above))
        above.append(indent)
    return depths


def _filled(lines: list[Line], start: int, end: int) -> bool:
    return any(line.text for line in lines[start:end])
