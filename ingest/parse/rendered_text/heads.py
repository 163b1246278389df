"""Comments that no number marks: told by lines that name somebody and a time, all of one kind within a page.

Four kinds are known: "Somebody says:" with a date on it or below, one line of name and date ("Posted by … | …"), a
name alone above a date alone, and "Somebody (date): …", followed by what they say. The last three prove nothing by
themselves (articles have bylines), so they count only below a heading that announces comments. One line of name and
date may also stand below each comment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from ingest.parse import phrases
from ingest.parse.dates import Moment
from ingest.parse.rendered_text.lines import Line

MAX_HEAD = 160
BETWEEN = re.compile(r"\s*(?:\s(?:on|at|am|le|el|в)\s|[,|•·–—(]\s*|\s-\s)", re.IGNORECASE)
"""What stands between a name and a date."""
BY = re.compile(
    r"^(?:(?:comment |posted |written |left |submitted |said )*by|from|автор|написал\w*|par|von|por|yazan)\s*:?\s+",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?…;:：։؟]\W*$")
NUMBER = re.compile(r"^(?:\d{1,5}[.)]|[#№]\d{1,5}[.):]?|[*•-])\s+")
END = re.compile(
    r"^\W*(?:(?:recent|popular|latest|related|previous|next|older|newer)"
    r" (?:posts?|comments?|articles?|entr(?:y|ies)|stories|news)"
    r"|archives?|categories|blogroll|meta|tags|post navigation|leave a .{3,20}|proudly powered by .*"
    r"|последние (?:записи|комментарии|новости)|рубрики|архивы?|son (?:yazılar|yorumlar|haberler)|kategoriler|arşivler"
    r"|son xəbərlər|articles récents|commentaires récents|catégories|neueste (?:beiträge|kommentare)|kategorien"
    r"|entradas recientes|comentarios recientes|categorías|archivos|categorias|arquivos|posts recentes)\W*$",
    re.IGNORECASE,
)
SAYING = re.compile(
    r"^(?:(?:\d{1,5}[.)]|[*•+-])\s+)?(?P<name>[^()\[\]:]{1,60}?),?\s{0,3}[(\[](?P<date>[^()\[\]]{4,60})[)\]]\s{0,3}[:–—-]\s*(?P<said>.*)$"
)
"""A name, a date in brackets, and on the same line what was said."""

Dated = Callable[[str], Moment]


@dataclass(frozen=True, slots=True)
class Head:
    """Lines [start, end) that say who wrote a comment, and when; `rest` is what was said on the last of them."""

    start: int
    end: int
    author: str | None
    moment: Moment
    rest: str = ""


def said(lines: list[Line], start: int, dated: Dated) -> list[Head]:
    """Return the heads "Somebody says:" from line `start` on that have a date on them or on the next line."""
    return [head for here, below in _pairs(lines, start) if (head := _said(lines, here, below, dated)) is not None]


def signed(lines: list[Line], start: int, dated: Dated) -> list[Head]:
    """Return the lines from `start` on that hold just a name and a date."""
    return [
        Head(here, here + 1, name, moment)
        for here, _ in _pairs(lines, start)
        if (name := (found := name_and_date(lines[here].text, dated))[0]) and (moment := found[1]).at is not None
    ]


def saying(lines: list[Line], start: int, dated: Dated) -> list[Head]:
    """Return the lines from `start` on that open with a name and a date in brackets, before what was said."""
    return [
        Head(here, here + 1, match["name"].strip(), moment, match["said"])
        for here, _ in _pairs(lines, start)
        if (match := SAYING.match(lines[here].text)) and (moment := dated(match["date"])).at is not None
    ]


def stacked(lines: list[Line], start: int, dated: Dated) -> list[Head]:
    """Return the pairs of lines from `start` on of which the first may be a name and the second is a date alone."""
    found = []
    for here, below in _pairs(lines, start):
        text = lines[here].text
        named = below is not None and len(text) <= MAX_HEAD and not SENTENCE_END.search(text)
        if (
            named
            and below is not None
            and dated(text).at is None
            and (moment := dated(lines[below].text)).at is not None
        ):
            found.append(Head(here, below + 1, BY.sub("", NUMBER.sub("", text)) or None, moment))
    return found


def plausible(heads: list[Head], declared: int | None) -> bool:
    """Tell whether heads of a name and a date may be those of comments: mostly short names, no more than announced."""
    short = sum(head.author is not None and len(head.author.split()) <= 5 and len(head.author) <= 40 for head in heads)
    return short >= 0.5 * len(heads) and (declared is None or len(heads) <= 1.2 * declared + 1)


def name_and_date(text: str, dated: Dated) -> tuple[str | None, Moment]:
    """Return the name and the time of a line such as "Posted by Somebody | 3 May 2020, 14:05 said:"."""
    bare = phrases.without_says(NUMBER.sub("", text)) if len(text) <= MAX_HEAD else ""
    for between in BETWEEN.finditer(bare):
        date = bare[between.end() :].removesuffix(")")
        if between.start() and (moment := dated(date)).at is not None:
            name = BY.sub("", bare[: between.start()])
            return phrases.without_says(name).strip(" ,|•·–—-") or None, moment
    return None, Moment()


def ends(line: Line) -> bool:
    """Tell whether a line follows the last comment: a reply form, a notice that comments are closed, another list."""
    text = line.text
    if not text or len(text) > MAX_HEAD:
        return False
    return bool(phrases.REPLY_FORM.match(text) or END.match(text) or (len(text) < 60 and phrases.CLOSED.search(text)))


def _said(lines: list[Line], here: int, below: int | None, dated: Dated) -> Head | None:
    text = lines[here].text
    if len(text) > MAX_HEAD or not phrases.SAYS_END.search(text):
        return None
    name, moment = name_and_date(text, dated)
    if name:
        return Head(here, here + 1, name, moment)
    moment = Moment() if below is None else dated(lines[below].text)
    bare = phrases.without_says(NUMBER.sub("", text))
    return Head(here, (below or here) + 1, bare or None, moment) if moment.at is not None else None


def _pairs(lines: list[Line], start: int) -> Iterator[tuple[int, int | None]]:
    filled = [index for index in range(start, len(lines)) if lines[index].text]
    yield from zip_longest(filled, filled[1:])
