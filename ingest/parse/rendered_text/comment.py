"""One comment of a rendered page: which of its lines name the author and the time, and which are its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.parse import phrases
from ingest.parse.date_words import is_date_word
from ingest.parse.dates import COMMON_LANGUAGES, Moment, Reader
from ingest.parse.rendered_text.entries import Entry, Found
from ingest.parse.rendered_text.heads import name_and_date
from ingest.parse.rendered_text.lines import Line, paragraphs
from ingest.records import Comment, PostedBasis

MAX_NAME = 60
MAX_DATE = 60
HAS_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./]\d{1,2}[./]\d{2}(?!\d)")
AGO = re.compile(
    r"^\D{0,12}\d{1,3}\s+\D{2,24}$|^(?:just now|yesterday|today|вчера|сегодня|dün|bugün|dünən|bu gün)\b.{0,12}$",
    re.IGNORECASE,
)
OPENING = re.compile(r"(?P<word>[^\W\d_]{2,3})(?:\s*[,|•·]|\s+[–—-])\s")
"""Longer words are looked up where the date is read."""

SENTENCE_END = re.compile(r"[.!?…。؟։]\W*$")


def read_comments(lines: list[Line], found: Found, reader: Reader) -> tuple[Comment, ...]:
    """Read every entry, in page order."""
    bodies = [_lines_of(lines, entry, found.placeholder) for entry in found.entries]
    named = found.placeholder is None and _all_named([body for body, _ in bodies])
    link = _reply_link([body for body, _ in bodies])
    comments = []
    for ordinal, (entry, (body, pictured)) in enumerate(zip(found.entries, bodies, strict=True), start=1):
        if entry.head is not None:
            author, moment = entry.head.author, entry.head.moment
            text = _clean([entry.rest, *(line.text for line in lines[entry.start : entry.end])])
        else:
            own = [line for line in body if line != link]
            author, moment, text = _split_head(own, reader, pictured=pictured, named=named)
        comments.append(
            Comment(
                ordinal=ordinal, text=text, depth=entry.depth, author=author,
                posted_at=moment.at, posted_at_basis=moment.basis, posted_at_raw=moment.raw,
            )
        )  # fmt: skip
    return tuple(comments)


def date_of(line: str, reader: Reader) -> Moment:
    """Return the moment a whole line states; UNKNOWN for any other line."""
    if len(line) > MAX_DATE or not (HAS_YEAR.search(line) or AGO.match(line)) or _opens_with_name(line):
        return Moment()
    moment = reader.read(line)
    return moment if moment.basis is not PostedBasis.UNKNOWN else Moment()


def _opens_with_name(line: str) -> bool:
    """Tell whether a date stands after a short word that is no word of dates, set apart: "Ann, 11 Oct 2020"."""
    opening = OPENING.match(line)
    return opening is not None and not is_date_word(opening["word"], COMMON_LANGUAGES)


def _lines_of(lines: list[Line], entry: Entry, placeholder: str | None) -> tuple[list[str], bool]:
    """Return an entry's lines without number and picture, and whether a picture stood at its head."""
    body = [entry.rest, *(line.text for line in lines[entry.start + 1 : entry.end])]
    if placeholder is not None and body[0] == placeholder:
        return body[1:], True
    if placeholder is not None and body[0].startswith(placeholder + " "):
        return [body[0][len(placeholder) :].strip(), *body[1:]], True
    if phrases.AVATAR.match(body[0]):
        return body[1:], True
    return body, False


def _all_named(bodies: Sequence[list[str]]) -> bool:
    """Tell whether every entry opens with a short line set apart from what follows: then that line is the name."""
    with_text = [body for body in bodies if sum(1 for line in body if line) > 1]
    opened = [body for body in with_text if _is_name(body[0]) and not body[1]]
    return len(with_text) >= 3 and len(opened) == len(with_text)


def _reply_link(bodies: Sequence[list[str]]) -> str | None:
    """Return the words of the link "Reply" where at least half of the entries, and two of them, carry it."""
    links = Counter(line for body in bodies for line in {line for line in body if phrases.REPLY.match(line)})
    words, count = links.most_common(1)[0] if links else ("", 0)
    return words if count >= 2 and 2 * count >= len(bodies) else None


def _split_head(body: list[str], reader: Reader, *, pictured: bool, named: bool) -> tuple[str | None, Moment, str]:
    size = next((index for index, line in enumerate(body) if not line), len(body))
    head, rest = body[:size], body[size:]
    author: str | None = None
    moment = Moment()
    while head:
        line = head[0]
        if moment.at is None and (stated := date_of(line, reader)).at is not None:
            moment = stated
        elif author is None and (name := _name_in(line, head, reader, pictured=pictured, named=named)):
            author, moment = name[0], name[1] if name[1].at is not None else moment
        elif not phrases.SAYS_ALONE.match(line):
            break
        head = head[1:]
    if author is not None and moment.at is None and not head:
        moment, rest = _date_block(rest, reader)
    if author is None and moment.at is None:
        author, moment, rest = _signature(rest, reader)
    return author, moment, _clean([*head, *rest])


def _signature(rest: list[str], reader: Reader) -> tuple[str | None, Moment, list[str]]:
    """Take a last line that holds just a name and a date, below the words of the comment."""
    last = max((index for index, line in enumerate(rest) if line and not phrases.REPLY.match(line)), default=None)
    if last is not None:
        name, moment = name_and_date(rest[last], lambda line: date_of(line, reader))
        if name is not None:
            return name, moment, rest[:last]
    return None, Moment(), rest


def _name_in(line: str, head: list[str], reader: Reader, *, pictured: bool, named: bool) -> tuple[str, Moment] | None:
    if len(line) > MAX_NAME + MAX_DATE:
        return None
    name, moment = name_and_date(line, lambda words: date_of(words, reader))
    if name is not None:
        return name, moment
    bare = phrases.without_says(line)
    if bare and bare != line and len(bare) <= MAX_NAME:
        return bare, Moment()
    dated = len(head) > 1 and date_of(head[1], reader).at is not None
    return (line, Moment()) if _is_name(line) and (pictured or named or dated) else None


def _is_name(line: str) -> bool:
    return 0 < len(line) <= MAX_NAME and len(line.split()) <= 6 and not SENTENCE_END.search(line)


def _date_block(rest: list[str], reader: Reader) -> tuple[Moment, list[str]]:
    """Take a date that stands alone between name and text."""
    filled = [index for index, line in enumerate(rest) if line][:2]
    if filled and (moment := date_of(rest[filled[0]], reader)).at is not None:
        return moment, rest[filled[0] + 1 :]
    return Moment(), rest


def _clean(lines: list[str]) -> str:
    """Drop the site's own words: its notice of moderation, and a link "Reply" after the last line."""
    kept = [line for line in lines if not phrases.MODERATION.match(line)]
    while kept and (
        not kept[-1] or ((phrases.REPLY.match(kept[-1]) or phrases.AVATAR.match(kept[-1])) and any(kept[:-1]))
    ):
        kept.pop()
    return paragraphs(kept)
