"""Markup to plain text as a reader sees it: paragraphs apart, line breaks kept, quotes marked, drawn emoji restored."""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml import etree, html

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
LINES = frozenset({"li", "dt", "dd", "tr"})
SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "form",
        "button",
        "select",
        "textarea",
        "iframe",
        "object",
        "svg",
        "canvas",
        "audio",
        "video",
        "head",
    ]
)
EMOJI_CLASSES = frozenset({"wp-smiley", "emoji", "emojione", "smiley", "smilie", "smilies"})
EMOJI_PATHS = ("/smilies/", "/emoji/", "s.w.org/images/core/emoji")
EDGE_SPACES = " \t\f\v\u00a0\u200b"
BLANK_LINES = re.compile(r"\n{3,}")
SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
MAX_QUOTES = 4
"""Quotes within quotes are marked this deep; hostile pages nest them by the hundred."""

Step = tuple[str, html.HtmlElement | None, str]


def text_of(
    node: html.HtmlElement,
    without: Collection[html.HtmlElement] = (),
    mute: Collection[html.HtmlElement] = (),
) -> str:
    """Return the text of `node`: blocks separated by a blank line, `br` and list items by a line break.

    Lines of a `blockquote` begin with "> ", so that what a comment quotes is told from its own words. Elements in
    `without` say nothing; those in `mute` lose the words that stand directly in them, not their children's.
    """
    parts: list[str] = []
    quotes: list[int] = []
    stack: list[Step] = []
    # Some systems keep a whole comment in a blockquote: what is asked for is never itself a quote.
    _fill(node, parts, stack, without, mute)
    while stack:
        what, one, words = stack.pop()
        if what == "words":
            parts.append(words)
        elif what == "unquote":
            if len(quotes) <= MAX_QUOTES:
                parts[quotes[-1] :] = [_quoted("".join(parts[quotes[-1] :]))]
            quotes.pop()
        elif one is not None:
            _open(one, parts, stack, quotes, without, mute)
    return tidy("".join(parts))


def text_of_fragment(markup: str) -> str:
    """Return the text of a piece of HTML, as feeds and exports carry comments; plain text keeps its line breaks."""
    if "<" not in markup and "&" not in markup:
        return tidy(markup)
    try:
        return text_of(html.fragment_fromstring(markup, create_parent="div"))
    except (etree.ParserError, ValueError, AssertionError):
        return tidy(markup)


def tidy(text: str) -> str:
    """Trim every line and leave at most one blank line between paragraphs."""
    return BLANK_LINES.sub("\n\n", "\n".join(line.strip(EDGE_SPACES) for line in text.split("\n"))).strip()


def words_of(node: html.HtmlElement) -> str:
    """Return all text in `node` on one line, elements apart by a space."""
    return " ".join(" ".join(node.itertext()).split())


def _open(
    one: html.HtmlElement,
    parts: list[str],
    stack: list[Step],
    quotes: list[int],
    without: Collection[html.HtmlElement],
    mute: Collection[html.HtmlElement],
) -> None:
    tag = one.tag
    if tag == "br":
        parts.append("\n")
        return
    if tag == "img":
        parts.append(_emoji(one))
        return
    edge = "\n" if tag in LINES else "\n\n" if tag in BLOCKS else ""
    parts.append(edge)
    if tag == "blockquote":
        quotes.append(len(parts))
        stack.append(("words", None, edge))
        stack.append(("unquote", None, ""))
    elif edge:
        stack.append(("words", None, edge))
    _fill(one, parts, stack, without, mute)


def _fill(
    one: html.HtmlElement,
    parts: list[str],
    stack: list[Step],
    without: Collection[html.HtmlElement],
    mute: Collection[html.HtmlElement],
) -> None:
    preformatted, spoken = one.tag == "pre", one not in mute
    for child in reversed(one):
        if spoken and child.tail:
            stack.append(("words", None, child.tail if preformatted else SPACES.sub(" ", child.tail)))
        if child.tag not in SILENT and child not in without:
            stack.append(("open", child, ""))
    if spoken and one.text:
        parts.append(one.text if preformatted else SPACES.sub(" ", one.text))


def _quoted(text: str) -> str:
    inner = tidy(text)
    return "\n".join(f"> {line}" for line in inner.split("\n")) if inner else ""


def _emoji(image: html.HtmlElement) -> str:
    source = image.get("src") or ""
    drawn = not EMOJI_CLASSES.isdisjoint((image.get("class") or "").split()) or any(
        path in source for path in EMOJI_PATHS
    )
    return (image.get("alt") or "") if drawn else ""
