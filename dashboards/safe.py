"""Comments, titles and names are hostile text: the two ways they may reach the screen.

Streamlit reads Markdown in labels, headings, captions and tables, with icons, colours and formulas of its own, and
some of these survive backslashes. So text from pages goes through `markdown` where Markdown is read and through
`comment_html` (every character escaped, then sanitised again in the browser) where it must be marked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlsplit

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&^=@/])")
_DIRECTIVE = re.compile(r":(?=[\w/])")
_BREAK = "\u2060"  # word joiner: invisible, and no directive or emoji code can span it
_MARK = '<mark style="background:#FFEFA8;color:inherit">'
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def markdown(text: str) -> str:
    """Return Markdown that shows `text` literally, on one line."""
    one_line = " ".join(text.split())
    return _DIRECTIVE.sub(f":{_BREAK}", _PUNCTUATION.sub(r"\\\1", one_line))


def link(url: str | None) -> str | None:
    """Return `url` if a browser may follow it safely, else None (saved pages have a URN, hostile ones a script)."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def spreadsheet(text: str) -> str:
    """Return `text` so that no spreadsheet runs it as a formula: an apostrophe goes before one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def marked(text: str, spans: Iterable[Mapping[str, Any]]) -> str:
    """Return `text` as escaped HTML with the character ranges of `spans` in <mark>; wrong ranges are cut to fit."""
    pieces, at = [], 0
    for span in sorted(spans, key=lambda s: (s["start"], s["end"])):
        start, end = max(at, min(span["start"], len(text))), min(span["end"], len(text))
        if start < end:
            pieces += [escape(text[at:start]), _MARK, escape(text[start:end]), "</mark>"]
            at = end
    return "".join([*pieces, escape(text[at:])])


def comment_html(text: str, language: str | None, spans: Iterable[Mapping[str, Any]] = ()) -> str:
    """Return one comment as an HTML block in its own direction and language, evidence marked."""
    lang = f' lang="{escape(language)}"' if language else ""
    style = "white-space:pre-wrap;overflow-wrap:anywhere;margin:0"
    return f'<p dir="auto"{lang} style="{style}">{marked(text, spans)}</p>'
