"""Comments that a page states in a JSON-LD script: the last place looked at, as words shown on the page go first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from ingest.parse.dates import Reader, reader_for
from ingest.parse.decode import squeeze
from ingest.parse.jsonld import objects
from ingest.parse.markup import text_of_fragment
from ingest.parse.thread import Context, Thread
from ingest.records import Comment

NAME = "json_ld"
VERSION = "json_ld-2"
KINDS = frozenset({"Comment", "UserComments", "Answer"})
HELD_IN = ("comment", "suggestedAnswer", "acceptedAnswer", "review")
TEXTS = ("text", "commentText", "articleBody", "description")
STAMPS = ("datePublished", "dateCreated", "commentTime")
ID = re.compile(r"(\d{1,18})\D{0,2}$")
MAX_DEPTH = 60
MAX_COMMENTS = 20_000


@dataclass(frozen=True, slots=True)
class Stated:
    """One comment's node, its id and the id of what it answers."""

    node: dict[str, object]
    name: str | None
    parent: str | None


def read_json_ld(scripts: Iterable[str], context: Context) -> Thread:
    """Return the comments of all scripts in the order written, each once; a parent that was not stated is left out."""
    reader = reader_for(context.language, context.fetched_at)
    comments: list[Comment] = []
    seen: set[object] = set()
    depths: dict[str, int] = {}
    for one in islice(_stated(list(objects(scripts))), MAX_COMMENTS):
        key = one.name or tuple(str(one.node.get(key)) for key in (*TEXTS, *STAMPS, "author", "creator"))
        if key in seen:
            # A page may repeat its statement in several scripts.
            continue
        seen.add(key)
        parent = one.parent if one.parent in depths else None
        depth = depths[parent] + 1 if parent else 0
        if one.name:
            depths[one.name] = depth
        comments.append(_comment(replace(one, parent=parent), depth, reader, len(comments) + 1))
    return Thread(comments=tuple(comments))


def _stated(tops: list[dict[str, object]]) -> Iterator[Stated]:
    # The answers in a list of frequent questions are the site's own.
    own = {id(one) for top in tops if "FAQPage" in _kinds(top) for one in (top, *_listed(top.get("mainEntity")))}
    for top in tops:
        if id(top) not in own:
            yield from _read(top, None, 0) if _is_comment(top) else _held(top, None, 0)


def _read(node: dict[str, object], parent: str | None, depth: int) -> Iterator[Stated]:
    above = node.get("parentItem")
    if parent is None and isinstance(above, dict) and ("@type" not in above or not KINDS.isdisjoint(_kinds(above))):
        parent = _name(above)
    name = _name(node)
    yield Stated(node, name, parent)
    yield from _held(node, name, depth + 1)


def _held(holder: dict[str, object], parent: str | None, depth: int) -> Iterator[Stated]:
    for key in HELD_IN if depth <= MAX_DEPTH else ():
        for node in _listed(holder.get(key)):
            if isinstance(node, dict) and _is_comment(node):
                yield from _read(node, parent, depth)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _kinds(node: dict[str, object]) -> set[str]:
    return {kind for kind in _listed(node.get("@type")) if isinstance(kind, str)}


def _is_comment(node: dict[str, object]) -> bool:
    return not KINDS.isdisjoint(_kinds(node)) and any(isinstance(node.get(key), str) for key in TEXTS)


def _name(node: dict[str, object]) -> str | None:
    for key in ("@id", "identifier", "url"):
        value = node.get(key)
        match = ID.search(str(value)) if isinstance(value, str | int) else None
        if match:
            return match.group(1)
    return None


def _comment(one: Stated, depth: int, reader: Reader, ordinal: int) -> Comment:
    author = one.node.get("author") or one.node.get("creator")
    author = author[0] if isinstance(author, list) and author else author
    name = author.get("name") if isinstance(author, dict) else author
    text = next(one.node[key] for key in TEXTS if isinstance(one.node.get(key), str))
    stamps = (one.node.get(key) for key in STAMPS)
    moment = reader.read(next((stamp for stamp in stamps if isinstance(stamp, str)), None))
    return Comment(
        ordinal=ordinal,
        text=text_of_fragment(str(text)),
        source_id=one.name,
        parent_source_id=one.parent,
        depth=depth,
        author=squeeze(name) or None if isinstance(name, str) else None,
        posted_at=moment.at,
        posted_at_basis=moment.basis,
        posted_at_raw=moment.raw,
    )
