"""Comments in JSON: answers of WordPress, Blogger, Discourse, Hacker News, Reddit, YouTube, and of comment services."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from typing import Any

from ingest.parse.exports.entry import Entry, as_markup, entries_of, gathered, name_in, text_in
from ingest.parse.exports.items import Discussion, Item, address_of, in_utc, kept, ordered
from ingest.parse.markup import text_of_fragment

ISSO_DELETED = 4
Found = tuple[str, list[Discussion]]


def discussions(text: str) -> Found | None:
    """Return the kind of answer and its threads, None for any other JSON.

    Of a kind is an answer of which one entry has all that entries of that kind have; the others are read with what
    they have.
    """
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
        if any(not item.lacks for one in threads for item in one.items):
            return kind, threads
    return None


def _wordpress(answer: Any) -> Iterator[Discussion]:
    entries = entries_of(answer)
    links = {name: _link(one) for one in entries if (name := name_in(one.maybe("post")))}
    posts = {link: name for name, link in links.items() if link}
    placed = [
        (
            one.name("post") or posts.get(_link(one) or ""),
            Item(
                one.name("id"),
                one.words("content", "rendered"),
                parent=name_in(one.maybe("parent")),
                author=html.unescape(text_in(one.maybe("author_name")) or ""),
                stamp=in_utc(text_in(one.maybe("date_gmt"))) or text_in(one.maybe("date")),
                lacks=one.lacks,
            ),
        )
        for one in entries
    ]
    yield from (Discussion(tuple(items), url=links.get(post or "")) for post, items in gathered(placed).items())


def _link(one: Entry) -> str | None:
    return address_of(text_in(one.maybe("link")) or "") or None


def _blogger(answer: Any) -> Iterator[Discussion]:
    if answer["kind"] != "blogger#commentList":
        return
    yield Discussion(
        tuple(
            Item(
                one.name("id"),
                one.words("content"),
                parent=name_in(one.maybe("inReplyTo", "id")),
                author=one.words("author", "displayName"),
                stamp=one.stamp("published"),
                lacks=one.lacks,
            )
            for one in entries_of(answer["items"])
        )
    )


def _blogger_feed(answer: Any) -> Iterator[Discussion]:
    items = []
    for one in entries_of(answer["feed"]["entry"]):
        related = (link.words("href") for link in one.entries("link") if link.maybe("rel") == "related")
        answered = one.at("thr$in-reply-to") and next(related, None)
        summary = text_in(one.maybe("summary", "$t"))
        names = [author.words("name", "$t") for author in one.entries("author")]
        items.append(
            Item(
                _last(one.words("id", "$t")) or None,
                summary if summary is not None and one.maybe("content") is None else one.words("content", "$t"),
                parent=_last(answered) if answered else None,
                author=names[0] if names else one.words("author"),
                stamp=one.stamp("published", "$t"),
                lacks=one.lacks,
            )
        )
    yield Discussion(tuple(items), title=text_in(Entry(answer).maybe("feed", "title", "$t")))


def _last(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2].rpartition("-")[2]


def _discourse(answer: Any) -> Iterator[Discussion]:
    first, *posts = entries_of(answer["post_stream"]["posts"])
    opened = first.maybe("post_number") == 1
    yield Discussion(
        tuple(
            Item(
                one.name("post_number"),
                one.words("cooked"),
                parent=name_in(one.maybe("reply_to_post_number")),
                author=one.words("username"),
                stamp=one.stamp("created_at"),
                lacks=one.lacks,
            )
            for one in (posts if opened else [first, *posts])
        ),
        title=text_in(answer.get("title")),
        text=text_of_fragment(first.words("cooked")) if opened else "",
    )


def _hacker_news(answer: Any) -> Iterator[Discussion]:
    title = text_in(answer["title"])
    items: list[Item] = []
    gone: set[str | None] = set()
    queue: list[tuple[Entry, str | None]] = [(one, None) for one in reversed(entries_of(answer["children"]))]
    while queue:
        one, parent = queue.pop()
        text, name = one.words("text"), one.name("id")
        gone.update({name} if name and not text and not one.lacks else ())
        author, stamp, children = one.words("author"), one.stamp("created_at"), entries_of(one.at("children"))
        items.append(Item(name, text, parent=parent, author=author, stamp=stamp, lacks=one.lacks))
        queue.extend((child, name) for child in reversed(children))
    text = text_of_fragment(text_in(answer.get("text")) or "")
    yield Discussion(kept(items, gone), url=text_in(answer.get("url")), title=title, text=text)


def _reddit(answer: Any) -> Iterator[Discussion]:
    post = Entry(answer[0]["data"]["children"][0]["data"])
    title = text_in(post.data["title"])
    items: list[Item] = []
    queue = list(reversed(entries_of(answer[1]["data"]["children"])))
    while queue:
        one = queue.pop()
        if one.maybe("kind") == "more":
            continue
        said = Entry(one.at("data"))
        rendered, parent = text_in(said.maybe("body_html")), said.name("parent_id")
        items.append(
            Item(
                said.name("name"),
                # Both come escaped once more than they are meant, unless asked for otherwise.
                html.unescape(rendered) if rendered else as_markup(html.unescape(said.words("body"))),
                parent=parent if parent and parent.startswith("t1_") else None,
                author=said.words("author"),
                stamp=said.stamp("created_utc"),
                lacks=said.lacks,
            )
        )
        queue.extend(reversed(said.entries("replies", "data", "children")))
    url, text = text_in(post.maybe("url")), text_in(post.maybe("selftext"))
    yield Discussion(tuple(items), url=url, title=title, text=text or "")


def _youtube(answer: Any) -> Iterator[Discussion]:
    placed: list[tuple[str | None, Item]] = []
    for thread in entries_of(answer["items"]):
        top = Entry(thread.maybe("snippet", "topLevelComment"))
        video = name_in(top.maybe("snippet", "videoId")) or name_in(thread.maybe("snippet", "videoId"))
        for one in (top, *thread.entries("replies", "comments")):
            original = text_in(one.maybe("snippet", "textOriginal"))
            shown = original is None or one.maybe("snippet", "textDisplay") is not None
            item = Item(
                one.name("id"),
                one.words("snippet", "textDisplay") if shown else as_markup(original or ""),
                parent=name_in(one.maybe("snippet", "parentId")),
                author=one.words("snippet", "authorDisplayName"),
                stamp=one.stamp("snippet", "publishedAt"),
                lacks=[*one.lacks, *([] if video else ["snippet.videoId"])],
            )
            placed.append((video, item))
    for name, items in gathered(placed).items():
        yield Discussion(tuple(items), url=f"https://www.youtube.com/watch?v={name}" if name else None)


def _commento(answer: Any) -> Iterator[Discussion]:
    people = {one.maybe("commenterHex"): text_in(one.maybe("name")) for one in entries_of(answer["commenters"])}
    placed: list[tuple[str | None, Item]] = []
    gone: set[str | None] = set()
    for one in entries_of(answer["comments"]):
        name, parent, host, path = (one.name(key) for key in ("commentHex", "parentHex", "domain", "url"))
        gone.update({name} if one.at("deleted") and name else ())
        item = Item(
            name,
            one.words("html") or as_markup(one.words("markdown")),
            parent=None if parent == "root" else parent,
            author=people.get(one.name("commenterHex")),
            stamp=one.stamp("creationDate"),
            lacks=one.lacks,
        )
        placed.append((f"https://{host}{path}" if host and path else None, item))
    yield from (Discussion(kept(items, gone), url=url) for url, items in gathered(placed).items())


def _disqus(answer: Any) -> Iterator[Discussion]:
    placed: list[tuple[str | None, Item]] = []
    links: dict[str | None, str | None] = {}
    gone: set[str | None] = set()
    for one in entries_of(answer["response"]):
        name, thread = one.name("id"), one.at("thread")
        gone.update({name} if name and (one.maybe("isDeleted") or one.maybe("isSpam")) else ())
        place = name_in(thread["id"] if isinstance(thread, dict) and "id" in thread else thread)
        links[place] = text_in(one.maybe("thread", "link")) or links.get(place)
        item = Item(
            name,
            one.words("message"),
            parent=name_in(one.maybe("parent")),
            author=one.words("author", "name"),
            stamp=in_utc(one.words("createdAt")),
            lacks=one.lacks,
        )
        placed.append((place, item))
    # The interface gives the newest first.
    for name, items in gathered(placed).items():
        yield Discussion(ordered(kept(items, gone)), url=links.get(name))


def _isso(answer: Any) -> Iterator[Discussion]:
    items: list[Item] = []
    gone: set[str | None] = set()
    queue = list(reversed(entries_of(answer["replies"])))
    while queue:
        one = queue.pop()
        name = one.name("id")
        gone.update({name} if name and one.at("mode") == ISSO_DELETED else ())
        items.append(
            Item(
                name,
                one.words("text"),
                parent=one.name("parent"),
                author=one.words("author"),
                stamp=one.stamp("created"),
                lacks=one.lacks,
            )
        )
        queue.extend(reversed(one.entries("replies")))
    yield Discussion(kept(items, gone))


def _remark(answer: Any) -> Iterator[Discussion]:
    """Read an answer (a tree or a plain list) or the lines of a backup, whose first names the version."""
    placed: list[tuple[str | None, Item]] = []
    titles: dict[str | None, str | None] = {}
    gone: set[str | None] = set()
    queue = list(reversed(entries_of(answer["comments"] if isinstance(answer, dict) else answer)))
    while queue:
        node = queue.pop()
        queue.extend(reversed(node.entries("replies")))
        if node.maybe("version") is not None and node.maybe("locator") is None:
            continue
        one = Entry(node.maybe("comment") or node.data)
        name, url = one.name("id"), one.name("locator", "url")
        gone.update({name} if name and one.maybe("delete") else ())
        titles[url] = text_in(one.maybe("title")) or titles.get(url)
        item = Item(
            name,
            one.words("text"),
            parent=one.name("pid"),
            author=one.words("user", "name"),
            stamp=one.stamp("time"),
            lacks=one.lacks,
        )
        placed.append((url, item))
    for place, items in gathered(placed).items():
        yield Discussion(kept(items, gone), url=place, title=titles.get(place))


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
