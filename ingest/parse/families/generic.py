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
from itertools import islice, takewhile

from selectolax.lexbor import LexborNode

from ingest.parse import phrases
from ingest.parse.dates import Moment, Reader, reader_for
from ingest.parse.elements import Element, Elements
from ingest.parse.markup import SILENT, text_of
from ingest.parse.selectors import Scope, Selector, compiled, css_of
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

    page: Elements
    node: Element
    time: Element
    author: Element | None
    text: Element | None
    replies: frozenset[Element]


class Generic:
    """The family `generic`; see Family."""

    name = "generic"
    version = "generic-2"
    asks: tuple[tuple[Selector, ...], ...] = ()

    def marked(self, page: PageTree) -> list[LexborNode]:
        """See Family."""
        return [node for node in page.css(css_of(CONTAINERS)) if node.tag not in NOT_INSIDE]

    def roots(self, page: Elements) -> list[Element]:
        """Return the container with the most comments that pass; empty where there is any doubt."""
        best: tuple[int, Element | None] = (0, None)
        read: set[Element] = set()
        for node in islice(_containers(page), MAX_CONTAINERS):
            if read.isdisjoint(node.above()):
                found = _comments(page, node)
                read.update([node] if found else ())
                best = max(best, (len(found), node), key=lambda one: one[0])
        return [] if best[1] is None else [best[1]]

    def read(self, page: Elements, roots: list[Element], context: Context) -> Thread:
        """Read every comment in page order."""
        found = [one for root in roots for one in _comments(page, root)]
        reader = reader_for(context.language, context.fetched_at, (page.words(one.time) for one in found))
        depths: dict[Element, int] = {}
        comments = []
        for ordinal, one in enumerate(found, start=1):
            above = next((depths[node] for node in one.node.above() if node in depths), -1)
            depths[one.node] = above + 1
            comments.append(_comment(one, above + 1, reader, ordinal))
        return Thread(comments=tuple(comments), note=NOTE if comments else None)


def _containers(page: Elements) -> Iterator[Element]:
    """Yield elements whose id or class names comments, outer before inner, each once."""
    named = {node for node in Scope(page, page.root).every(CONTAINERS) if _is_container(page, node)}
    for node in sorted(named, key=lambda one: one.at):
        if not any(map(_is_no_place, (node, *node.above()))):
            yield node


def _is_container(page: Elements, node: Element) -> bool:
    named = node.tag not in NOT_INSIDE and NAMED.search(_named(node)) is not None
    return named and not any(one.tag == "h1" for one in page.below(node))


def _is_no_place(node: Element) -> bool:
    return node.tag in NO_PLACE or (node.tag not in {"html", "body"} and REFUSED.search(_named(node)) is not None)


def _named(node: Element) -> str:
    return f"{node.get('id')} {node.get('class')}"


def _comments(page: Elements, container: Element) -> list[Found]:
    """Return the comments in `container` in page order, none where too few of them have a time, a name and words."""
    times = list(islice(_times(page, container), MAX_TIMES))
    sign = _sign(container, times)
    if sign is None:
        return []
    nodes: dict[Element, Element] = {}
    for time in times:
        node = next((one for one in _up(time, container) if sign in _signs(one)), None)
        if node is not None:
            nodes.setdefault(node, time)
    found = [_found(page, node, time, frozenset(nodes) - {node}) for node, time in nodes.items()]
    return found if _pass(found) else []


def _up(node: Element, top: Element) -> Iterator[Element]:
    """Yield what is around `node`, up to `top` and without it."""
    return takewhile(lambda one: one is not top, islice(node.above(), MAX_DEPTH))


def _times(page: Elements, container: Element) -> Iterator[Element]:
    """Yield elements that state a time: one for each, the outermost of those inside one another."""
    nodes, at = page.nodes, container.at + 1
    while at < container.end:
        node = nodes[at]
        at += 1
        if isinstance(node, str):
            continue
        if node.tag in SILENT:
            at = node.end
        elif node.tag == "time" or (DATED.search(_named(node)) and _is_short(page, node)) or _is_dated_leaf(page, node):
            stamp = node.get("datetime") or node.get("title") or page.words(node)
            if any(letter.isdigit() for letter in stamp):
                yield node
                at = node.end


def _is_short(page: Elements, node: Element) -> bool:
    return len(list(islice(page.children(node), 7))) <= 6 and len(page.words(node)) <= MAX_DATE


def _is_dated_leaf(page: Elements, node: Element) -> bool:
    words = "".join(page.texts(node)).strip() if next(page.children(node), None) is None else ""
    return 1 < len(words) <= 40 and LIKE_A_DATE.search(words) is not None and len(words.split()) <= 7


def _signs(node: Element) -> set[Sign]:
    """Return the ways in which elements may be alike: the tag with each class, or alone where there is none."""
    return {(node.tag, name) for name in node.get("class").split()} or {(node.tag, "")}


def _sign(container: Element, times: list[Element]) -> Sign | None:
    """Return what the elements around each time have in common: of the most frequent signs the outermost."""
    nodes: dict[Sign, set[Element]] = {}
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


def _found(page: Elements, node: Element, time: Element, others: frozenset[Element]) -> Found:
    replies = frozenset(one for one in others if node.holds(one))
    own = [one for one in page.walk(node, replies) if one is not time and one.tag not in SILENT]
    author = _author(page, own)
    around = {*time.above(), *(() if author is None else (author, *author.above()))}
    worded = [one for one in own if one not in around and WORDED.search(_named(one))]
    text = max(worded, key=lambda one: len(page.words(one)), default=None)
    return Found(page, node, time, author, text, replies)


def _author(page: Elements, own: list[Element]) -> Element | None:
    """Return the innermost first element named for an author, else the first short one that stands out."""
    author: Element | None = None
    plain: Element | None = None
    for one in own:
        named, words = _named(one), page.words(one)
        if not words or len(words) > MAX_NAME or phrases.REPLY.match(words) or NOISE.search(named):
            continue
        if AUTHORED.search(named) and (author is None or author.holds(one)):
            author = one
        elif plain is None and one.tag in STANDING_OUT:
            plain = one
    return plain if author is None else author


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
    for node in (one.node, *one.page.walk(one.node, one.replies)):
        if node is one.author or "#" in (node.get("href") or "#") or node.holds(one.time):
            continue
        words = len(one.page.words(node))
        if one.text is not None and (node is one.text or one.text.holds(node)):
            linked += words
        elif words >= HEADLINE or any(above.tag in {"h1", "h2", "h3", "h4"} for above in _up(node, one.node)):
            return one.author is None or not node.holds(one.author)
    return linked > 0.8 * len(_text(one))


def _text(one: Found) -> str:
    own = (one.node, *one.page.walk(one.node, one.replies))
    silent = {node for node in own if node is not one.text and NOISE.search(_named(node))}
    without = {*silent, *one.replies, one.time}
    if one.text is not None:
        return text_of(one.page, one.text, without - {*one.text.above()})
    author = () if one.author is None else (one.author,)
    lines = text_of(one.page, one.node, {*without, *author}).split("\n")
    return "\n".join(_spoken(lines)).strip()


def _spoken(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if not phrases.is_button(line))


def _comment(one: Found, depth: int, reader: Reader, ordinal: int) -> Comment:
    shown = one.page.words(one.time)
    stamps = (one.time.get("datetime"), one.time.get("title"), shown)
    moments = (reader.read(stamp) for stamp in stamps if stamp)
    moment = next((moment for moment in moments if moment.at is not None), Moment(raw=shown or None))
    author = "" if one.author is None else phrases.without_says(one.page.words(one.author))
    return Comment(
        ordinal=ordinal,
        text=_text(one),
        depth=depth,
        author=author or None,
        posted_at=moment.at,
        posted_at_basis=moment.basis,
        posted_at_raw=shown or None,
    )
