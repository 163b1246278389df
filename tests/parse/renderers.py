"""Simple renderings of markup to text, as archives, text browsers, copying and Markdown converters make them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

SILENT = frozenset({"script", "style", "noscript", "template", "head", "svg", "select", "textarea", "iframe"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
PARAGRAPHS = frozenset(
    ["p", "blockquote", "ol", "ul", "dl", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table", "form"]
)
BLOCKS = PARAGRAPHS | frozenset(
    [
        "article",
        "aside",
        "div",
        "footer",
        "header",
        "main",
        "nav",
        "section",
        "li",
        "tr",
        "dt",
        "dd",
        "address",
        "figure",
    ]
)


class Renderer(HTMLParser):
    """Text of a page.

    `numbered`: items of ordered lists carry numbers; `indented`: lists and quotes move to the right; `spaced`:
    paragraphs stand apart by a blank line; `marked`: Markdown's marks.
    """

    def __init__(
        self, *, numbered: bool = False, indented: bool = False, spaced: bool = True, marked: bool = False
    ) -> None:
        super().__init__(convert_charrefs=True)
        self.numbered, self.indented, self.spaced, self.marked = numbered, indented, spaced, marked
        self.lines: list[str] = []
        self.line = ""
        self.gap = False
        self.silent: list[str] = []
        self.lists: list[int | None] = []
        self.quotes = 0
        self.prefix = ""
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.silent or tag in SILENT:
            self.silent.extend([tag] if tag not in VOID and (not self.silent or tag == self.silent[-1]) else ())
            return
        if tag in BLOCKS or tag == "br":
            self._break(paragraph=tag in PARAGRAPHS)
        given = dict(attrs)
        if tag in {"ol", "ul", "dl"}:
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag == "blockquote":
            self.quotes += 1
        elif tag == "img" and given.get("alt"):
            self.line += f"![{given['alt']}]({given.get('src')})" if self.marked else str(given["alt"])
        elif self.marked:
            self._mark(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag == self.silent[-1]:
                self.silent.pop()
            return
        if tag in BLOCKS:
            self._break(paragraph=tag in PARAGRAPHS)
        if tag in {"ol", "ul", "dl"} and self.lists:
            self.lists.pop()
        elif tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif self.marked and tag in {"b", "strong", "cite", "em", "i", "a"}:
            self.line += (
                f"]({self.links.pop()})" if tag == "a" and self.links else {"a": ""}.get(tag, MARKS.get(tag, ""))
            )

    def handle_data(self, data: str) -> None:
        if not self.silent:
            words = re.sub(r"\s+", " ", data)
            self.line += words.lstrip() if not self.line or self.line.endswith(" ") else words

    def text(self) -> str:
        """Return all lines."""
        self._break(paragraph=False)
        return "\n".join(self.lines) + "\n"

    def _mark(self, tag: str, given: dict[str, str | None]) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self.prefix = "#" * int(tag[1]) + " "
        elif tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
            self.line += "["
        elif tag != "a":
            self.line += MARKS.get(tag, "")

    def _item(self) -> None:
        if not self.lists or self.lists[-1] is None:
            self.prefix = "  * " if (self.indented or self.marked) and self.lists else ""
            return
        self.lists[-1] += 1
        self.prefix = f"{self.lists[-1]}. " if self.numbered else ""

    def _break(self, *, paragraph: bool) -> None:
        words = self.line.strip()
        self.line = ""
        if words:
            margin = "   " * (len(self.lists) + 1) if self.indented else ""
            quote = "> " * self.quotes if self.marked else "   " * self.quotes if self.indented else ""
            if self.gap and self.spaced and self.lines:
                self.lines.append("")
            head = margin[: -len(self.prefix)] + self.prefix if self.prefix else margin
            self.lines.append(head + quote + words)
            self.gap, self.prefix = False, ""
        self.gap = self.gap or paragraph


MARKS = {"b": "**", "strong": "**", "em": "_", "i": "_", "cite": "_"}
WAYS = {
    "archive": {"spaced": False},
    "text browser": {"numbered": True, "indented": True},
    "copied": {"spaced": True},
    "copied with numbers": {"numbered": True},
    "markdown": {"numbered": True, "marked": True},
}


def rendered(markup: str, way: str) -> str:
    """Return `markup` as text in one of WAYS."""
    renderer = Renderer(**WAYS[way])
    renderer.feed(markup)
    renderer.close()
    return renderer.text()
