"""The body of an article whose markup says which element holds it: read at a tenth of the cost of looking for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ingest.parse.elements import Element, Elements
from ingest.parse.markup import text_of
from ingest.parse.selectors import Scope, compiled

CONTAINERS = (
    compiled("[itemprop~=articleBody]", "[property=articleBody]"),
    compiled(".entry-content"),
    compiled(".td-post-content"),
    compiled(".article__body"),
    compiled(".article-body"),
    compiled(".entry"),
)
"""Where there is exactly one of a kind it is the body; the most telling kind first."""

PARAGRAPH = compiled("p")
MIN_BODY = 25
MIN_SHARE = 0.6
"""A container with less of the page's paragraphs than this is a teaser, and the body is looked for."""

OTHER_TAGS = frozenset({"aside", "nav", "footer", "figure", "figcaption", "table", "h1"})
OTHER_NAMES = re.compile(
    r"(?:^|[-_\s])(?:shar(?:e|es|ing|edaddy)|social(?!ist)|related|jp-|sd-|likes?|tags?|newsletter|subscri|promo|adverts?"
    r"|advertisement|ads?|ad-\w+|banner|captions?|gallery|slideshow|carousel|breadcrumbs?|byline|dateline|credits?"
    r"|print|buttons?|btn|twitter-tweet|instagram-media|fb-post|embed|author|bio|meta|postmeta|pagination|page-links"
    r"|navigation|rating|ratings|votes?|poll|widget|toc|outbrain|taboola|recommend\w*|more-?links?|read-?more|footer"
    r"|sponsor\w*|donate|signup|sign-up|hidden|screen-reader-text|comments?|respond)(?:$|[-_\s\d])",
    re.IGNORECASE,
)
KEPT_TAGS = frozenset({"html", "body", "article", "main", "p"})
LINKED = frozenset({"ul", "ol", "div", "section"})
ASIDES = re.compile(
    r"(?:related|read (?:more|also|next|these next)|also read|see also|more (?:on|from)|recommended|don['’]t miss"
    r"|you (?:may|might) also like|share (?:this|on|it)|sharing is caring|like this|like loading|follow (?:us|me|@)"
    r"|sign up for|subscribe|click here to subscribe|get the latest|advert(?:isement)?s?\b|filed under|tags?\b\s*:?$"
    r"|this slideshow requires|image (?:credit|source)|photo (?:credit|by)|source\s*:\s*$|table of contents"
    r"|tell us what you think|thanks for watching|iklan$|читайте также|leia (?:mais|também)|lee también|lire aussi"
    r"|leggi anche|mehr zum thema)",
    re.IGNORECASE,
)
MAX_ASIDE = 200
MAX_NAMES = 300
SPOKEN = frozenset({"p", "li", "h2", "h3", "h4", "h5", "h6"})
MAX_LINKED = 300
LINK_SHARE = 0.8


def marked_body(page: Scope) -> str | None:
    """Return the text of the element that the markup calls the body; None where it names none, or several."""
    container = next((found[0] for kind in CONTAINERS if len(found := list(page.every(kind))) == 1), None)
    if container is None:
        return None
    others = set(_others(page.page, container))
    text = text_of(page.page, container, others, quotes=False)
    if len(text) < MIN_BODY or len(text) < MIN_SHARE * sum(_length(page.page, one) for one in page.every(PARAGRAPH)):
        return None
    return text


def _others(page: Elements, container: Element) -> Iterator[Element]:
    """Yield what stands in the body and is none of it: what is named so, and blocks of nothing but links."""
    for node in page.below(container):
        tag = node.tag
        if tag in OTHER_TAGS:
            yield node
        elif tag not in KEPT_TAGS:
            names = f"{node.get('class')} {node.get('id')}"
            if names != " " and _names_other(names[:MAX_NAMES]):
                yield node
                continue
        if (tag in LINKED and _is_linked(page, node)) or (tag in SPOKEN and _is_aside(page, node)):
            yield node


@lru_cache(maxsize=10_000)
def _names_other(names: str) -> bool:
    return OTHER_NAMES.search(names) is not None


def _is_linked(page: Elements, node: Element) -> bool:
    """Tell whether a short block says hardly anything outside links that lead away."""
    linked = sum(_length(page, link) for link in page.below(node) if link.tag == "a")
    return bool(linked) and linked >= LINK_SHARE * _length(page, node) and linked < MAX_LINKED


def _is_aside(page: Elements, node: Element) -> bool:
    """Tell whether a short paragraph calls the reader away from the article."""
    words = " ".join(page.texts(node)).strip()
    return len(words) < MAX_ASIDE and ASIDES.match(words) is not None


def _length(page: Elements, node: Element) -> int:
    return sum(len(piece.strip()) for piece in page.texts(node))
