"""Comments in XML: WordPress comment feeds (RSS and Atom), WordPress exports (WXR), Disqus exports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from ingest.parse.exports.entry import gathered
from ingest.parse.exports.items import Discussion, Item, address_of, in_utc, kept, ordered
from ingest.parse.markup import text_of_fragment
from ingest.records import CommentKind

DC, CONTENT = "{http://purl.org/dc/elements/1.1/}", "{http://purl.org/rss/1.0/modules/content/}"
ATOM, THREAD = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/thread/1.0}"
DISQUS, INTERNAL = "{http://disqus.com}", "{http://disqus.com/disqus-internals}"
COMMENT_ID = re.compile(r"(?:#|/|-)comment-(\d{1,18})|[?&]c=(\d{1,18})$|/comments/default/(\d{1,20})$")
REPLY_TO = re.compile(
    r"^\s*(?:<p>)?[^<]{0,60}<a [^>]{0,300}#comment-(\d{1,18})[^>]{0,100}>[^<]{0,200}</a>\.?\s*(?:</p>|<br\s*/?>|\n|$)"
)
WEB = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
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
    feed = list(_rss(root) if root.tag == "rss" else _atom(root) if root.tag == ATOM + "feed" else ())
    return ("comment_feed", feed) if feed else None


def _namespaces(root: etree._Element) -> Iterator[str]:
    yield from (space for space in root.nsmap.values() if space)
    yield from (space for child in root.iterfind("*") for space in child.nsmap.values() if space)


def _rss(root: etree._Element) -> Iterator[Discussion]:
    placed = []
    for node in root.iterfind("channel/item"):
        link = _said(node, "link")
        name = _comment_id(_said(node, "guid"), link)
        markup = _said(node, CONTENT + "encoded") or _said(node, "description")
        reply = REPLY_TO.match(markup)
        item = Item(
            name,
            markup[reply.end() :] if reply else markup,
            parent=reply.group(1) if reply else None,
            author=_said(node, DC + "creator"),
            stamp=_said(node, "pubDate"),
        )
        placed.append((link, _said(node, "guid"), item))
    yield from _feed(placed, _said(root, "channel/link"), _said(root, "channel/title"))


def _atom(root: etree._Element) -> Iterator[Discussion]:
    placed = []
    for node in root.iterfind(ATOM + "entry"):
        links = [one.get("href") or "" for one in node.iterfind(ATOM + "link")]
        name = _comment_id(_said(node, ATOM + "id"), *links)
        replied = node.find(THREAD + "in-reply-to")
        parent = None if replied is None else _comment_id(replied.get("ref") or "", replied.get("href") or "")
        related = (one.get("href") or "" for one in node.iterfind(ATOM + "link") if one.get("rel") == "related")
        item = Item(
            name if replied is not None or any("#comment-" in link for link in links) else None,
            _said(node, ATOM + "content") or _said(node, ATOM + "summary"),
            parent=parent or _comment_id(*related),
            author=_said(node, f"{ATOM}author/{ATOM}name"),
            stamp=_said(node, ATOM + "published") or _said(node, ATOM + "updated"),
        )
        placed.append((_alternate(node), _said(node, ATOM + "id"), item))
    yield from _feed(placed, _alternate(root), _said(root, ATOM + "title"))


def _alternate(node: etree._Element) -> str:
    links = (one.get("href") for one in node.iterfind(ATOM + "link") if one.get("rel", "alternate") == "alternate")
    return next(links, None) or ""


def _feed(placed: list[tuple[str, str, Item]], link: str, title: str) -> Iterator[Discussion]:
    """Yield the threads of a feed: one, or of a whole site's feed of comments one per article that they stand under.

    `placed` has each item with its link and its own name for itself. An item without a comment's id is no comment, or
    not known to be one: it is told, where others are.
    """
    if not any(item.name for *_, item in placed):
        return
    linked = any(href for href, *_ in placed)
    addresses = [address_of(href if linked else name) for href, name, _ in placed]
    urls = {_key(one): one for one in reversed(addresses) if WEB.match(one)}
    threads = gathered(
        (_key(one), item) if item.name and _key(one) in urls else (None, _unnamed(item))
        for one, (*_, item) in zip(addresses, placed, strict=True)
    )
    home = _key(link)
    for place, items in threads.items():
        elsewhere = place is not None and place != home and (len(threads) > 1 or place.startswith(home + "/"))
        if place and elsewhere:
            yield Discussion(ordered(items), url=urls[place])
        else:
            yield Discussion(ordered(items), url=link or None, title=title)


def _key(address: str) -> str:
    """Return an address without what its several forms differ in."""
    return WEB.sub("", address).rstrip("/")


def _unnamed(item: Item) -> Item:
    return item if item.name else replace(item, markup="", lacks=("comment id",))


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
