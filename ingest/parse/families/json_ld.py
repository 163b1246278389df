"""Comments that a page states in a JSON-LD script: the last place looked at, as words shown on the page go first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from ingest.parse.dates import Reader, reader_for
from ingest.parse.decode import squeeze
from ingest.parse.jsonld import objects
from ingest.parse.markup import text_of_fragment
from ingest.parse.thread import Context, Thread
from ingest.records import Comment

NAME = "json_ld"
VERSION = "json_ld-1"
KINDS = frozenset({"Comment", "UserComments", "Answer"})
HELD_IN = ("comment", "suggestedAnswer", "acceptedAnswer", "review")
ID = re.compile(r"(\d{1,18})\D{0,2}$")
MAX_DEPTH = 60
MAX_COMMENTS = 20_000


@dataclass(frozen=True, slots=True)
class Stated:
    """One comment's node and what it hangs on."""

    node: dict[str, object]
    name: str | None
    parent: str | None
    depth: int


def read_json_ld(tree: html.HtmlElement, context: Context) -> Thread:
    """Return the comments of all scripts in the order written, replies after what they answer."""
    reader = reader_for(context.language, context.fetched_at)
    comments: list[Comment] = []
    seen: set[str] = set()
    for top in objects(tree):
        for one in _held(top, None, 0):
            if len(comments) < MAX_COMMENTS and (one.name is None or one.name not in seen):
                seen.update({one.name} if one.name else ())
                comments.append(_comment(one, reader, len(comments) + 1))
    return Thread(comments=tuple(comment for comment in comments))


def _held(holder: dict[str, object], parent: str | None, depth: int) -> Iterator[Stated]:
    for key in HELD_IN if depth <= MAX_DEPTH else ():
        value = holder.get(key)
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, dict) and _is_comment(node):
                name = _name(node)
                yield Stated(node, name, parent, depth)
                yield from _held(node, name, depth + 1 if name else depth)


def _is_comment(node: dict[str, object]) -> bool:
    kinds = node.get("@type")
    named = {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}
    return bool(named & KINDS) and any(isinstance(node.get(key), str) for key in ("text", "commentText"))


def _name(node: dict[str, object]) -> str | None:
    for key in ("@id", "identifier", "url"):
        value = node.get(key)
        match = ID.search(str(value)) if isinstance(value, str | int) else None
        if match:
            return match.group(1)
    return None


def _comment(one: Stated, reader: Reader, ordinal: int) -> Comment:
    author = one.node.get("author") or one.node.get("creator")
    author = author[0] if isinstance(author, list) and author else author
    name = author.get("name") if isinstance(author, dict) else author
    text = one.node.get("text") or one.node.get("commentText")
    stamps = (one.node.get(key) for key in ("datePublished", "dateCreated", "commentTime"))
    moment = reader.read(next((stamp for stamp in stamps if isinstance(stamp, str)), None))
    return Comment(
        ordinal=ordinal,
        text=text_of_fragment(str(text)),
        source_id=one.name,
        parent_source_id=one.parent,
        depth=one.depth,
        author=squeeze(name) or None if isinstance(name, str) else None,
        posted_at=moment.at,
        posted_at_basis=moment.basis,
        posted_at_raw=moment.raw,
    )
