"""Comments in JSON: answers of WordPress, Blogger, Discourse, Hacker News, Reddit, YouTube, and of comment services."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from typing import Any

from ingest.parse.exports.items import Discussion, Item, in_utc, kept, ordered
from ingest.parse.markup import text_of_fragment

ISSO_DELETED = 4
Found = tuple[str, list[Discussion]]


def discussions(text: str) -> Found | None:
    """Return the kind of answer and its threads, None for any other JSON."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        try:
            answer = [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            return None
    for kind, read in READERS.items():
        try:
            threads = [one for one in read(answer) if one.items]
        except (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError):
            # Not of this kind after all: a key is missing or holds something else.
            continue
        if threads:
            return kind, threads
    return None


def _wordpress(answer: Any) -> Iterator[Discussion]:
    posts: dict[Any, list[Item]] = {}
    for one in answer:
        posts.setdefault(one["post"], []).append(
            Item(
                str(one["id"]),
                one["content"]["rendered"],
                parent=str(one["parent"]) if one.get("parent") else None,
                author=html.unescape(one.get("author_name") or ""),
                stamp=in_utc(one.get("date_gmt")) or one.get("date"),
            )
        )
    links = {one["post"]: str(one.get("link") or "").partition("#")[0] or None for one in answer}
    yield from (Discussion(tuple(items), url=links[post]) for post, items in posts.items())


def _blogger(answer: Any) -> Iterator[Discussion]:
    if not isinstance(answer["items"], list) or answer["kind"] != "blogger#commentList":
        return
    yield Discussion(
        tuple(
            Item(
                str(one["id"]),
                one["content"],
                parent=str(one["inReplyTo"]["id"]) if one.get("inReplyTo") else None,
                author=one["author"]["displayName"],
                stamp=one["published"],
            )
            for one in answer["items"]
        )
    )


def _blogger_feed(answer: Any) -> Iterator[Discussion]:
    items = []
    for one in answer["feed"]["entry"]:
        replied = [link["href"] for link in one.get("link", []) if link.get("rel") == "related"]
        items.append(
            Item(
                _last(one["id"]["$t"]),
                (one.get("content") or one["summary"])["$t"],
                parent=_last(replied[0]) if replied and one["thr$in-reply-to"] else None,
                author=one["author"][0]["name"]["$t"],
                stamp=one["published"]["$t"],
            )
        )
    yield Discussion(tuple(items), title=answer["feed"].get("title", {}).get("$t"))


def _last(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2].rpartition("-")[2]


def _discourse(answer: Any) -> Iterator[Discussion]:
    first, *posts = answer["post_stream"]["posts"]
    opened = first["post_number"] == 1
    yield Discussion(
        tuple(
            Item(
                str(one["post_number"]),
                one["cooked"],
                parent=str(one["reply_to_post_number"]) if one.get("reply_to_post_number") else None,
                author=one["username"],
                stamp=one["created_at"],
            )
            for one in (posts if opened else [first, *posts])
        ),
        title=answer.get("title"),
        text=text_of_fragment(first["cooked"]) if opened else "",
    )


def _hacker_news(answer: Any) -> Iterator[Discussion]:
    items: list[Item] = []
    gone: set[str | None] = set()
    queue: list[tuple[Any, str | None]] = [(one, None) for one in reversed(answer["children"])]
    while queue:
        one, parent = queue.pop()
        items.append(
            Item(str(one["id"]), one.get("text") or "", parent=parent, author=one["author"], stamp=one["created_at"])
        )
        gone.update(() if one.get("text") else {str(one["id"])})
        queue.extend((child, str(one["id"])) for child in reversed(one["children"]))
    text = text_of_fragment(answer.get("text") or "")
    yield Discussion(kept(items, gone), url=answer.get("url"), title=answer["title"], text=text)


def _reddit(answer: Any) -> Iterator[Discussion]:
    post = answer[0]["data"]["children"][0]["data"]
    items: list[Item] = []
    queue = list(reversed(answer[1]["data"]["children"]))
    while queue:
        one = queue.pop()
        if one["kind"] != "t1":
            continue
        said = one["data"]
        markup = html.unescape(said["body_html"]) if said.get("body_html") else html.escape(said["body"])
        items.append(
            Item(
                said["name"],
                markup,
                parent=said["parent_id"] if said["parent_id"].startswith("t1_") else None,
                author=said["author"],
                stamp=said["created_utc"],
            )
        )
        if said.get("replies"):
            queue.extend(reversed(said["replies"]["data"]["children"]))
    yield Discussion(tuple(items), url=post.get("url"), title=post["title"], text=post.get("selftext") or "")


def _youtube(answer: Any) -> Iterator[Discussion]:
    videos: dict[str, list[Item]] = {}
    for thread in answer["items"]:
        top = thread["snippet"]["topLevelComment"]
        listed = videos.setdefault(top["snippet"]["videoId"], [])
        for one in (top, *thread.get("replies", {}).get("comments", [])):
            said = one["snippet"]
            listed.append(
                Item(
                    one["id"],
                    said["textDisplay"],
                    parent=said.get("parentId"),
                    author=said["authorDisplayName"],
                    stamp=said["publishedAt"],
                )
            )
    yield from (
        Discussion(tuple(items), url=f"https://www.youtube.com/watch?v={video}") for video, items in videos.items()
    )


def _commento(answer: Any) -> Iterator[Discussion]:
    names = {one["commenterHex"]: one["name"] for one in answer["commenters"]}
    pages: dict[tuple[str, str], list[Item]] = {}
    gone = {one["commentHex"] for one in answer["comments"] if one["deleted"]}
    for one in answer["comments"]:
        pages.setdefault((one["domain"], one["url"]), []).append(
            Item(
                one["commentHex"],
                one["html"] or html.escape(one["markdown"], quote=False),
                parent=None if one["parentHex"] == "root" else one["parentHex"],
                author=names.get(one["commenterHex"]),
                stamp=one["creationDate"],
            )
        )
    yield from (Discussion(kept(items, gone), url=f"https://{host}{path}") for (host, path), items in pages.items())


def _disqus(answer: Any) -> Iterator[Discussion]:
    threads: dict[str, list[Item]] = {}
    gone = {str(one["id"]) for one in answer["response"] if one.get("isDeleted") or one.get("isSpam")}
    for one in answer["response"]:
        thread = one["thread"]
        threads.setdefault(str(thread["id"] if isinstance(thread, dict) else thread), []).append(
            Item(
                str(one["id"]),
                one["message"],
                parent=str(one["parent"]) if one.get("parent") else None,
                author=one["author"]["name"],
                stamp=in_utc(one["createdAt"]),
            )
        )
    links = {
        str(one["thread"]["id"]): one["thread"].get("link")
        for one in answer["response"]
        if isinstance(one["thread"], dict)
    }
    # The interface gives the newest first.
    yield from (Discussion(ordered(kept(items, gone)), url=links.get(thread)) for thread, items in threads.items())


def _isso(answer: Any) -> Iterator[Discussion]:
    items: list[Item] = []
    gone: set[str | None] = set()
    queue = list(reversed(answer["replies"]))
    while queue:
        one = queue.pop()
        gone.update({str(one["id"])} if one["mode"] == ISSO_DELETED else ())
        items.append(
            Item(
                str(one["id"]),
                one["text"],
                parent=str(one["parent"]) if one["parent"] else None,
                author=one["author"],
                stamp=float(one["created"]),
            )
        )
        queue.extend(reversed(one.get("replies") or []))
    yield Discussion(kept(items, gone))


def _remark(answer: Any) -> Iterator[Discussion]:
    """Read an answer (a tree or a plain list) or the lines of a backup, whose first names the version."""
    nodes: list[Any] = []
    queue = list(reversed(answer["comments"] if isinstance(answer, dict) else answer))
    while queue:
        one = queue.pop()
        nodes.extend([one["comment"]] if "comment" in one else [one] if "locator" in one else [])
        queue.extend(reversed(one.get("replies") or []))
    pages: dict[str, list[Item]] = {}
    for one in nodes:
        pages.setdefault(one["locator"]["url"], []).append(
            Item(one["id"], one["text"], parent=one["pid"] or None, author=one["user"]["name"], stamp=one["time"])
        )
    gone = {one["id"] for one in nodes if one.get("delete")}
    titles = {one["locator"]["url"]: one.get("title") for one in nodes}
    yield from (Discussion(kept(items, gone), url=url, title=titles[url]) for url, items in pages.items())


READERS: dict[str, Callable[[Any], Iterator[Discussion]]] = {
    "wordpress_rest": _wordpress,
    "blogger_json": _blogger,
    "blogger_feed": _blogger_feed,
    "discourse_json": _discourse,
    "hacker_news": _hacker_news,
    "reddit": _reddit,
    "youtube": _youtube,
    "commento": _commento,
    "disqus_api": _disqus,
    "isso": _isso,
    "remark42": _remark,
}
