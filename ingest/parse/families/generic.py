"""Pages of no known family: repeated elements that look like comments, in a container that says it holds comments.

An element counts as a comment where a time, a name and words of its own repeat in elements of one signature (tag and
classes). All three are asked for, and lists of articles, products and other pages' comments are refused: what this
reader is not sure of it leaves out. Its parser name `generic` shows in every table, and the page says so in words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import html
from selectolax.lexbor import LexborNode

from ingest.parse import phrases
from ingest.parse.dates import Moment, Reader, reader_for
from ingest.parse.markup import SILENT, text_of, words_of
from ingest.parse.selectors import Scope, compiled, css_of
from ingest.parse.thread import Context, Thread
from ingest.parse.tree import PageTree
from ingest.records import Comment

NOTE = "comments were told by repeated markup, not by a known family; look at some before relying on them"
NAMES = (
    "comment",
    "Comment",
    "komment",
    "Komment",
    "coment",
    "Coment",
    "yorum",
    "Yorum",
    "serh",
    "replies",
    "responses",
)
CONTAINERS = compiled(*(f"[{attribute}*='{name}']" for attribute in ("id", "class") for name in NAMES))
NAMED = re.compile(
    r"(?:^|[-_\s])(?:user|reader|post|article|news|page|site|view|all|list|block|section|area)?[-_]?"
    r"(?:comments?|komment(?:ar(?:e|y|iev?|ii)?|s)?|comentarios?|commentaires?|commenti|yorum(?:lar)?|serh(?:ler)?"
    r"|replies|responses)"
    r"(?:[-_](?:list|area|block|section|wrap(?:per)?|box|container|content|thread|tree|items?|body|holder|module|feed))*"
    r"(?:$|[-_\s]|\d)",
    re.IGNORECASE,
)
REFUSED = re.compile(
    r"recent|latest|last[-_]?comm|popular|widget|sidebar|related|teaser|promo|nav(?:bar|igation)?(?:$|[-_\s])|menu|footer"
    r"|carousel|slider|review|product|breadcrumb|search",
    re.IGNORECASE,
)
NO_PLACE = frozenset({"nav", "aside", "footer", "header", "form", "select", "table"})
NOT_INSIDE = frozenset(
    {"html", "body", "head", "a", "button", "input", "span", "label", "script", "style", "link", "svg"}
)
DATED = re.compile(r"date|time|ago(?:$|[-_\s])|posted|publish|when|created|stamp", re.IGNORECASE)
LIKE_A_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[./]\d{1,2}[./]\d{2}|\d{1,2}:\d\d"
    r"|\d\s*(?:s|m|h|d|w|y|mo|min|hr|yr|sec|std|tg|j|г|ч|д|дн|мин|нед|мес|сут|sa|dk)\.?$"
    r"|\d\s*(?:second|minute|hour|day|week|month|year|segundo|minuto|hora|d[ií]a|semana|mes|año|heure|jour|semaine|mois"
    r"|an(?:s|née)|stunde|tag|woche|monat|jahr|секунд|минут|час|дн(?:я|ей)|день|недел|месяц|лет|год|saniye|dakika|dəqiqə"
    r"|saat|gün|hafta|həftə|\bay\b|yıl|\bil\b|վայրկյան|րոպե|ժամ|օր|շաբաթ|ամիս|տարի)",
    re.IGNORECASE,
)
AUTHORED = re.compile(
    r"author|user|nick|login|poster|writer|member|person|commenter|name(?:$|[-_\s])|yazar", re.IGNORECASE
)
WORDED = re.compile(r"text|body|content|message|msg|entry|desc|markdown|copy(?:$|[-_\s])", re.IGNORECASE)
NOISE = re.compile(
    r"repl(?:y|ies)|like|vote|rating|share|report|action|button|btn|avatar|tool|karma|score|permalink|flag|control|spoiler-t"
    r"|toolbar|complain|thumb|badge|rank",
    re.IGNORECASE,
)
STANDING_OUT = frozenset({"b", "strong", "cite", "h3", "h4", "h5", "h6", "a"})
MAX_DATE, MAX_NAME, MAX_TIMES, MAX_CONTAINERS, MAX_DEPTH = 60, 60, 3_000, 40, 60
HEADLINE = 25
"""A link of so many letters beside the text leads to an article, not to a reader's profile."""

Sign = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """One comment's element and the elements in it that say when, who and what."""

    node: html.HtmlElement
    time: html.HtmlElement
    author: html.HtmlElement | None
    text: html.HtmlElement | None
    replies: frozenset[html.HtmlElement]


class Generic:
    """The family `generic`; see Family."""

    name = "generic"
    version = "generic-1"

    def marked(self, page: PageTree) -> list[LexborNode]:
        """See Family."""
        return [node for node in page.css(css_of(CONTAINERS)) if node.tag not in NOT_INSIDE]

    def roots(self, page: Scope) -> list[html.HtmlElement]:
        """Return the container with the most comments that pass; empty where there is any doubt."""
        best: tuple[int, html.HtmlElement | None] = (0, None)
        read: set[html.HtmlElement] = set()
        for node in islice(_containers(page), MAX_CONTAINERS):
            if read.isdisjoint(node.iterancestors()):
                found = _comments(node)
                read.update([node] if found else ())
                best = max(best, (len(found), node), key=lambda one: one[0])
        return [] if best[1] is None else [best[1]]

    def read(self, roots: list[html.HtmlElement], context: Context) -> Thread:
        """Read every comment in page order."""
        found = [one for root in roots for one in _comments(root)]
        reader = reader_for(context.language, context.fetched_at, (words_of(one.time) for one in found))
        depths: dict[html.HtmlElement, int] = {}
        comments = []
        for ordinal, one in enumerate(found, start=1):
            above = next((depths[node] for node in one.node.iterancestors() if node in depths), -1)
            depths[one.node] = above + 1
            comments.append(_comment(one, above + 1, reader, ordinal))
        return Thread(comments=tuple(comments), note=NOTE if comments else None)


def _containers(page: Scope) -> Iterator[html.HtmlElement]:
    """Yield elements whose id or class names comments, outer before inner, each once."""
    named = {node for node in page.every(CONTAINERS) if _is_container(node)}
    for node in page.node.iter(*{node.tag for node in named}) if named else ():
        if node in named and not any(_is_no_place(above) for above in (node, *node.iterancestors())):
            yield node


def _is_container(node: html.HtmlElement) -> bool:
    return node.tag not in NOT_INSIDE and NAMED.search(_named(node)) is not None and node.find(".//h1") is None


def _is_no_place(node: html.HtmlElement) -> bool:
    return node.tag in NO_PLACE or (node.tag not in {"html", "body"} and REFUSED.search(_named(node)) is not None)


def _named(node: html.HtmlElement) -> str:
    return f"{node.get('id') or ''} {node.get('class') or ''}"


def _comments(container: html.HtmlElement) -> list[Found]:
    """Return the comments in `container` in page order, none where too few of them have a time, a name and words."""
    times = list(islice(_times(container), MAX_TIMES))
    sign = _sign(container, times)
    if sign is None:
        return []
    nodes: dict[html.HtmlElement, html.HtmlElement] = {}
    for time in times:
        node = next((one for one in _up(time, container) if sign in _signs(one)), None)
        if node is not None:
            nodes.setdefault(node, time)
    found = [_found(node, time, frozenset(nodes) - {node}) for node, time in nodes.items()]
    return found if _pass(found) else []


def _up(node: html.HtmlElement, top: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yield what is around `node`, up to `top` and without it."""
    above = node.getparent()
    for _ in range(MAX_DEPTH):
        if above is None or above is top:
            return
        yield above
        above = above.getparent()


def _times(container: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yield elements that state a time: one for each, the outermost of those inside one another."""
    stack = [*reversed(container)]
    while stack:
        node = stack.pop()
        if node.tag in SILENT:
            continue
        if node.tag == "time" or (DATED.search(_named(node)) and _is_short(node)) or _is_dated_leaf(node):
            stamp = node.get("datetime") or node.get("title") or words_of(node)
            if any(letter.isdigit() for letter in stamp):
                yield node
                continue
        stack.extend(reversed(node))


def _is_short(node: html.HtmlElement) -> bool:
    return len(node) <= 6 and len(words_of(node)) <= MAX_DATE


def _is_dated_leaf(node: html.HtmlElement) -> bool:
    words = (node.text or "").strip() if len(node) == 0 else ""
    return 1 < len(words) <= 40 and LIKE_A_DATE.search(words) is not None and len(words.split()) <= 7


def _signs(node: html.HtmlElement) -> set[Sign]:
    """Return the ways in which elements may be alike: the tag with each class, or alone where there is none."""
    return {(node.tag, name) for name in (node.get("class") or "").split()} or {(node.tag, "")}


def _sign(container: html.HtmlElement, times: list[html.HtmlElement]) -> Sign | None:
    """Return what the elements around each time have in common: of the most frequent signs the outermost."""
    nodes: dict[Sign, set[html.HtmlElement]] = {}
    heights: Counter[Sign] = Counter()
    for time in times:
        seen: set[Sign] = set()
        for height, above in enumerate(_up(time, container)):
            fresh = _signs(above) - seen
            seen |= fresh
            for sign in fresh:
                nodes.setdefault(sign, set()).add(above)
                heights[sign] += height
    return max(nodes, key=lambda one: (len(nodes[one]), heights[one], one), default=None)


def _found(node: html.HtmlElement, time: html.HtmlElement, others: frozenset[html.HtmlElement]) -> Found:
    replies = frozenset(one for one in others if node in one.iterancestors())
    own = [one for one in _own(node, replies) if one is not node and one is not time and one.tag not in SILENT]
    author = _author(own)
    around = {*time.iterancestors(), *(() if author is None else (author, *author.iterancestors()))}
    worded = [one for one in own if one not in around and WORDED.search(_named(one))]
    text = max(worded, key=lambda one: len(words_of(one)), default=None)
    return Found(node, time, author, text, replies)


def _author(own: list[html.HtmlElement]) -> html.HtmlElement | None:
    """Return the innermost first element named for an author, else the first short one that stands out."""
    author: html.HtmlElement | None = None
    plain: html.HtmlElement | None = None
    for one in own:
        named, words = _named(one), words_of(one)
        if not words or len(words) > MAX_NAME or phrases.REPLY.match(words) or NOISE.search(named):
            continue
        if AUTHORED.search(named) and (author is None or author in one.iterancestors()):
            author = one
        elif plain is None and one.tag in STANDING_OUT:
            plain = one
    return plain if author is None else author


def _own(node: html.HtmlElement, replies: frozenset[html.HtmlElement]) -> Iterator[html.HtmlElement]:
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(child for child in reversed(one) if child not in replies)


def _pass(found: list[Found]) -> bool:
    """Tell whether these are comments: nearly all have a name and words, and few lead to articles."""
    enough = 0.8 * len(found)
    words = [_text(one) for one in found]
    named = [one for one in found if one.author is not None and one.author is not one.text]
    lone = len(found) == 1 and not (found and NAMED.search(_named(found[0].node)))
    if not found or lone or len(named) < enough or sum(map(bool, words)) < enough:
        return False
    if sum(len(one.split()) for one in words) < 4 * len(words) or len(set(words)) < 0.6 * len(words):
        return False
    return sum(_leads_away(one) for one in found) <= 0.2 * len(found)


def _leads_away(one: Found) -> bool:
    """Tell whether the element is about another page: a heading or a long link beside its text, or text all linked."""
    linked = 0
    for node in _own(one.node, one.replies):
        if node is one.author or "#" in (node.get("href") or "#") or one.time in node.iterdescendants():
            continue
        words = len(words_of(node))
        if one.text is not None and one.text in (node, *node.iterancestors()):
            linked += words
        elif words >= HEADLINE or any(above.tag in {"h1", "h2", "h3", "h4"} for above in _up(node, one.node)):
            return one.author is None or one.author not in node.iterdescendants()
    return linked > 0.8 * len(_text(one))


def _text(one: Found) -> str:
    silent = {node for node in _own(one.node, one.replies) if node is not one.text and NOISE.search(_named(node))}
    without = {*silent, *one.replies, one.time}
    if one.text is not None:
        return text_of(one.text, without - {*one.text.iterancestors()})
    lines = text_of(one.node, {*without, *([one.author] if one.author is not None else [])}).split("\n")
    return "\n".join(_spoken(lines)).strip()


def _spoken(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if not (phrases.SAYS_ALONE.match(line) or phrases.REPLY.match(line)))


def _comment(one: Found, depth: int, reader: Reader, ordinal: int) -> Comment:
    shown = words_of(one.time)
    stamps = (one.time.get("datetime"), one.time.get("title"), shown)
    moments = (reader.read(stamp) for stamp in stamps if stamp)
    moment = next((moment for moment in moments if moment.at is not None), Moment(raw=shown or None))
    author = "" if one.author is None else phrases.without_says(words_of(one.author))
    return Comment(
        ordinal=ordinal,
        text=_text(one),
        depth=depth,
        author=author or None,
        posted_at=moment.at,
        posted_at_basis=moment.basis,
        posted_at_raw=shown or None,
    )
