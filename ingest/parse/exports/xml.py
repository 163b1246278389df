"""Comments in XML: WordPress comment feeds (RSS and Atom), WordPress exports (WXR), Disqus exports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from ingest.parse.exports.items import Discussion, Item, in_utc, kept, ordered
from ingest.parse.markup import text_of_fragment
from ingest.records import CommentKind

DC, CONTENT = "{http://purl.org/dc/elements/1.1/}", "{http://purl.org/rss/1.0/modules/content/}"
ATOM, THREAD = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/thread/1.0}"
DISQUS, INTERNAL = "{http://disqus.com}", "{http://disqus.com/disqus-internals}"
COMMENT_ID = re.compile(r"(?:#|/|-)comment-(\d{1,18})|[?&]c=(\d{1,18})$|/comments/default/(\d{1,20})$")
REPLY_TO = re.compile(
    r"^\s*(?:<p>)?[^<]{0,60}<a [^>]{0,300}#comment-(\d{1,18})[^>]{0,100}>[^<]{0,200}</a>\.?\s*(?:</p>|<br\s*/?>|\n|$)"
)
PINGS = frozenset({"pingback", "trackback"})


def discussions(text: str) -> tuple[str, list[Discussion]] | None:
    """Return the kind of source and its threads, None for any other XML."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, remove_comments=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return None
    if root.tag == DISQUS + "disqus":
        return "disqus_export", list(_disqus(root))
    if root.tag == "rss" and any("wordpress.org/export" in space for space in _namespaces(root)):
        return "wxr", list(_wxr(root))
    read = _rss(root) if root.tag == "rss" else _atom(root) if root.tag == ATOM + "feed" else None
    return None if read is None else ("comment_feed", [read])


def _namespaces(root: etree._Element) -> Iterator[str]:
    yield from (space for space in root.nsmap.values() if space)
    yield from (space for child in root.iterfind("*") for space in child.nsmap.values() if space)


def _rss(root: etree._Element) -> Discussion | None:
    items = []
    for node in root.iterfind("channel/item"):
        name = _comment_id(_said(node, "guid"), _said(node, "link"))
        markup = _said(node, CONTENT + "encoded") or _said(node, "description")
        reply = REPLY_TO.match(markup)
        if name:
            items.append(
                Item(
                    name,
                    markup[reply.end() :] if reply else markup,
                    parent=reply.group(1) if reply else None,
                    author=_said(node, DC + "creator"),
                    stamp=_said(node, "pubDate"),
                )
            )
    link = _said(root, "channel/link")
    return Discussion(ordered(items), url=link or None, title=_said(root, "channel/title")) if items else None


def _atom(root: etree._Element) -> Discussion | None:
    items = []
    for node in root.iterfind(ATOM + "entry"):
        links = [one.get("href") or "" for one in node.iterfind(ATOM + "link")]
        name = _comment_id(_said(node, ATOM + "id"), *links)
        replied = node.find(THREAD + "in-reply-to")
        if name and (replied is not None or any("#comment-" in link for link in links)):
            parent = None if replied is None else _comment_id(replied.get("ref") or "", replied.get("href") or "")
            related = (one.get("href") or "" for one in node.iterfind(ATOM + "link") if one.get("rel") == "related")
            parent = parent or _comment_id(*related)
            items.append(
                Item(
                    name,
                    _said(node, ATOM + "content") or _said(node, ATOM + "summary"),
                    parent=parent,
                    author=_said(node, f"{ATOM}author/{ATOM}name"),
                    stamp=_said(node, ATOM + "published") or _said(node, ATOM + "updated"),
                )
            )
    link = next(
        (one.get("href") for one in root.iterfind(ATOM + "link") if one.get("rel", "alternate") == "alternate"), None
    )
    return Discussion(ordered(items), url=link, title=_said(root, ATOM + "title")) if items else None


def _comment_id(*places: str) -> str | None:
    matches = (COMMENT_ID.search(place) for place in places)
    return next((next(filter(None, match.groups())) for match in matches if match), None)


def _wxr(root: etree._Element) -> Iterator[Discussion]:
    for post in root.iterfind("channel/item"):
        items = tuple(_wxr_item(node) for node in post.iter("{*}comment") if _said(node, "{*}comment_approved") == "1")
        if items:
            yield Discussion(
                items,
                url=_said(post, "link") or None,
                title=_said(post, "title"),
                text=text_of_fragment(_said(post, CONTENT + "encoded")),
            )


def _wxr_item(node: etree._Element) -> Item:
    parent = _said(node, "{*}comment_parent")
    return Item(
        _said(node, "{*}comment_id"),
        _said(node, "{*}comment_content"),
        parent=None if parent in {"", "0"} else parent,
        author=_said(node, "{*}comment_author"),
        stamp=in_utc(_said(node, "{*}comment_date_gmt")) or _said(node, "{*}comment_date"),
        kind=CommentKind.PINGBACK if _said(node, "{*}comment_type") in PINGS else CommentKind.COMMENT,
    )


def _disqus(root: etree._Element) -> Iterator[Discussion]:
    posts: dict[str, list[Item]] = {}
    gone: set[str | None] = set()
    for node in root.iterfind(DISQUS + "post"):
        if "true" in {_said(node, DISQUS + "isDeleted"), _said(node, DISQUS + "isSpam")}:
            gone.add(node.get(INTERNAL + "id"))
        thread, parent = node.find(DISQUS + "thread"), node.find(DISQUS + "parent")
        posts.setdefault("" if thread is None else thread.get(INTERNAL + "id") or "", []).append(
            Item(
                node.get(INTERNAL + "id"),
                _said(node, DISQUS + "message"),
                parent=None if parent is None else parent.get(INTERNAL + "id"),
                author=_said(node, f"{DISQUS}author/{DISQUS}name"),
                stamp=_said(node, DISQUS + "createdAt"),
            )
        )
    threads = {node.get(INTERNAL + "id") or "": node for node in root.iterfind(DISQUS + "thread")}
    for name, items in posts.items():
        head = threads.get(name)
        link, title = ("", "") if head is None else (_said(head, DISQUS + "link"), _said(head, DISQUS + "title"))
        yield Discussion(kept(items, gone), url=link or None, title=title)


def _said(node: etree._Element, path: str) -> str:
    found = node.find(path)
    return "" if found is None else "".join(str(piece) for piece in found.itertext()).strip()
