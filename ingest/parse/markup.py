"""Markup to plain text as a reader sees it: paragraphs apart, line breaks kept, quotes marked, drawn emoji restored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from ingest.parse.elements import Element, Elements
from ingest.parse.tree import PageTree

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
PICTURES = frozenset({"So", "Sk", "Mn", "Cf", "Zs"})
"""Unicode categories of emoji, of what varies or joins them, and of the blanks between."""
EMOJI_CLASSES = frozenset({"wp-smiley", "emoji", "emojione", "smiley", "smilie", "smilies"})
EMOJI_PATHS = ("/smilies/", "/emoji/", "s.w.org/images/core/emoji")
EDGE_SPACES = " \t\f\v\u00a0\u200b"
BLANK_LINES = re.compile(r"\n{3,}")
SPACES = re.compile(r"[\t\r\n\f\v\u00a0][ \t\r\n\f\v\u00a0]*| [ \t\r\n\f\v\u00a0]+")
"""Runs of white space other than one blank, which needs no mending."""

MAX_QUOTES = 4
"""Quotes within quotes are marked this deep; hostile pages nest them by the hundred."""


def text_of(
    page: Elements,
    node: Element,
    without: Collection[Element] = (),
    mute: Collection[Element] = (),
    *,
    quotes: bool = True,
) -> str:
    """Return the text of `node`: blocks separated by a blank line, `br` and list items by a line break.

    With `quotes`, lines of a `blockquote` begin with "> ": what a comment quotes is told from its own words. Those in
    `without` say nothing; those in `mute` lose the words that stand directly in them, not their children's.
    """
    parts: list[str] = []
    # Some systems keep a whole comment in a blockquote: what is asked for is never itself a quote.
    _say(page.nodes, node, parts, 0 if quotes else MAX_QUOTES, without, mute)
    return tidy("".join(parts))


def text_of_fragment(markup: str) -> str:
    """Return the text of a piece of HTML, as feeds and exports carry comments; plain text keeps its line breaks."""
    if "<" not in markup and "&" not in markup:
        return tidy(markup)
    try:
        page = PageTree(f"<div>{markup}").rest()
    except ValueError:
        return tidy(markup)
    return text_of(page, page.root)


def tidy(text: str) -> str:
    """Trim every line and leave at most one blank line between paragraphs."""
    text = "\n".join([line.strip(EDGE_SPACES) for line in text.split("\n")]).strip()
    return BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text


def _say(
    nodes: list[Element | str],
    node: Element,
    parts: list[str],
    quotes: int,
    without: Collection[Element],
    mute: Collection[Element],
) -> None:
    """Add what stands in `node` to `parts`; the limit on depth bounds the recursion."""
    fold = str if node.tag == "pre" else _folded
    spoken = node not in mute
    at, end = node.at + 1, node.end
    while at < end:
        child = nodes[at]
        if isinstance(child, str):
            at += 1
            if spoken:
                parts.append(fold(child))
            continue
        at = child.end
        tag = child.tag
        if tag == "br":
            parts.append("\n")
        elif tag == "img":
            parts.append(_emoji(child))
        elif tag not in SILENT and child not in without:
            edge = "\n" if tag in LINES else "\n\n" if tag in BLOCKS else ""
            parts.append(edge)
            if tag == "blockquote" and quotes < MAX_QUOTES:
                inner: list[str] = []
                _say(nodes, child, inner, quotes + 1, without, mute)
                parts.append(_quoted("".join(inner)))
            else:
                _say(nodes, child, parts, quotes, without, mute)
            parts.append(edge)


def _folded(words: str) -> str:
    """Return `words` with each run of white space made one blank, as a browser shows them."""
    if not words.strip(" \n\t") and words:
        return " "
    # Blanks are printable, no other white space is.
    return words if words.isprintable() and "  " not in words else SPACES.sub(" ", words)


def _quoted(text: str) -> str:
    inner = tidy(text)
    return "\n".join(f"> {line}" for line in inner.split("\n")) if inner else ""


def _emoji(image: Element) -> str:
    source = image.get("src")
    drawn = not EMOJI_CLASSES.isdisjoint(image.get("class").split()) or any(path in source for path in EMOJI_PATHS)
    alt = image.get("alt")
    return alt if drawn or _is_emoji(alt) else ""


def _is_emoji(alt: str) -> bool:
    """Tell whether a text is pictures alone: then its image is one, whatever the site calls it."""
    kinds = {unicodedata.category(character) for character in alt.strip()}
    return "So" in kinds and kinds <= PICTURES
