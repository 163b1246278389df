"""What a page states about its article: title, dates, author, tags and the rest; nothing is guessed from the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from urllib.parse import urljoin, urlsplit

from ingest.parse.dates import Reader, iso_moment
from ingest.parse.decode import squeeze
from ingest.parse.jsonld import Statement, article_statement
from ingest.parse.markup import text_of
from ingest.parse.selectors import Scope, Selector, compiled
from ingest.parse.tree import PageTree

TITLE_SEPARATOR = re.compile(r"\s+[|–—»«·•:-]+\s+")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")

PUBLISHED_META = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "date",
    "pubdate",
    "publish-date",
    "publishdate",
    "publication_date",
    "article_date_original",
    "sailthru.date",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "citation_publication_date",
    "created",
)
MODIFIED_META = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
    "lastmod",
)
AUTHOR_META = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl", "twitter:data1")
SITE_META = ("og:site_name", "application-name", "publisher", "dc.publisher")
TAG_META = ("article:tag", "news_keywords", "keywords", "parsely-tags")

PUBLISHED_TIME = compiled(
    "time.entry-date",
    "time.published",
    "time.post-date",
    "time.dt-published",
    "[itemprop=datePublished]",
    "time[pubdate]",
    "abbr.published",
    "article header time[datetime]",
)
PUBLISHED_WORDS = compiled(
    ".entry-date",
    ".post-date",
    ".posted-on",
    ".published",
    ".date-header",
    ".article-date",
    ".publish-date",
)
STAMP = compiled("time[datetime]")
MODIFIED_TIME = compiled("time.updated", "time.dt-updated", "[itemprop=dateModified]")
HEADLINE = compiled(
    "h1.entry-title",
    "h1.post-title",
    "h1.article-title",
    "h1.headline",
    "h1.title",
    "h1[itemprop=headline]",
    "article h1",
    "h1",
)
ENTRY_TITLE = compiled(
    "h2.entry-title", "h2.post-title", "h2.posttitle", "h3.entry-title", "h3.post-title", "h3.posttitle"
)
META, LINK = compiled("meta"), compiled("link[rel]")
WINDOW_TITLE = compiled("head > title", "title")
AUTHOR = compiled(
    ".entry-author .fn",
    ".post-author .fn",
    ".byline .fn",
    ".author-name .fn",
    "[rel=author]",
    "[itemprop=author] [itemprop=name]",
    ".author .fn",
    ".vcard .fn",
)
BYLINE = compiled(".byline", ".article-byline", ".post-byline", ".entry-byline", ".story-byline", "[class*=__byline]")
BYLINE_NAME = re.compile(
    r"(?:by|von|par|por|di|door|автор|yazan|müəllif|հեղինակ)\b\s*:?\s*(?P<name>[^\d,|·•–—/(\n]{2,80}?)[^\S\n]*"
    r"(?:[\d,|·•–—/(\n]|\b(?:on|published|posted|updated)\b|$)",
    re.IGNORECASE,
)
TAGS = compiled(
    "a[rel=tag]",
    "a[rel='category tag tag']",
    ".tags-links a",
    ".tagcloud-post a",
    ".post-tags a",
    ".entry-tags a",
    ".post-tag a",
)
SECTION = compiled("a[rel='category tag']", "a[rel=category]", ".cat-links a", ".post-category a")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page states; None or empty where it states nothing."""

    title: str | None = None
    site_name: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    canonical_url: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()


class Head:
    """The meta elements of a page, by name or property in lower case."""

    def __init__(self, page: Scope) -> None:
        self.values: dict[str, list[str]] = {}
        for node in page.every(META):
            names = (node.get("property"), node.get("name"), node.get("itemprop"), node.get("http-equiv"))
            key = next(filter(None, names), "").strip().lower()
            value = squeeze(node.get("content"))
            if key and value:
                self.values.setdefault(key, []).append(value)

    def first(self, names: Iterable[str]) -> str | None:
        """Return the first value of the first name that has one."""
        return next((self.values[name][0] for name in names if name in self.values), None)

    def every(self, names: Iterable[str]) -> list[str]:
        """Return all values of all names."""
        return [value for name in names for value in self.values.get(name, [])]


def language_of(page: PageTree) -> str | None:
    """Return the language the page states (BCP 47), or None."""
    root = page.root
    stated = root.attrs.get("lang") or root.attrs.get("xml:lang") or "" if root is not None else ""
    if not stated:
        heads = (node.attrs for node in page.css("meta[http-equiv]"))
        stated = next((head.get("content") or "" for head in heads if _is_language(head.get("http-equiv"))), "")
    stated = stated.strip().replace("_", "-")
    return stated if LANGUAGE_TAG.match(stated) else None


def _is_language(name: str | None) -> bool:
    return (name or "").lower() == "content-language"


def read_metadata(page: Scope, url: str | None, reader: Reader) -> Metadata:
    """Read what `page` (comments left out) states of its article."""
    head = Head(page)
    linked = article_statement(page)
    site = head.first(SITE_META) or linked.site_name
    canonical = _canonical(page, head, url)
    published = (
        _first_time([head.first(PUBLISHED_META), linked.published], reader)
        or _marked_time(page, PUBLISHED_TIME, reader)
        or _worded_time(page, reader)
    )
    tags = _tags(page, head, linked)
    section = head.first(("article:section",)) or linked.section or _words(page, SECTION)
    return Metadata(
        title=_title(page, head, linked, site),
        site_name=site,
        author=_author(page, head, linked),
        published_at=published,
        modified_at=_first_time([head.first(MODIFIED_META), linked.modified], reader)
        or _marked_time(page, MODIFIED_TIME, reader),
        canonical_url=canonical,
        language=reader.language,
        section=section,
        tags=tuple(tag for tag in tags if tag != section) if section and len(tags) > 1 else tags,
    )


def _title(page: Scope, head: Head, linked: Statement, site: str | None) -> str | None:
    """Prefer the headline shown or stated; a window title loses the site's name."""
    headline = _headline(page)
    stated = linked.headline or head.first(("og:title", "twitter:title", "dc.title", "title"))
    window = _words(page, WINDOW_TITLE)
    if headline and headline != site and (stated is None or headline in stated or (window and headline in window)):
        return headline
    if stated:
        return _without_site(stated, site)
    return _without_site(window, site) if window else headline


def _headline(page: Scope) -> str | None:
    for node in page.each(HEADLINE):
        words = page.page.line(node)
        if words and len(words) < 400:
            return words
    entries = list(page.every(ENTRY_TITLE))
    return page.page.line(entries[0]) or None if len(entries) == 1 else None


def _without_site(title: str, site: str | None) -> str:
    pieces = TITLE_SEPARATOR.split(title)
    if site and len(pieces) > 1:
        if pieces[-1].casefold() == site.casefold():
            return title[: title.rindex(pieces[-1])].rstrip(" |–—»«·•:-")
        if pieces[0].casefold() == site.casefold():
            return title[len(pieces[0]) :].lstrip(" |–—»«·•:-")
    return title


def _author(page: Scope, head: Head, linked: Statement) -> str | None:
    stated = linked.author or head.first(AUTHOR_META)
    if stated and not stated.startswith(("http://", "https://")):
        return stated
    bylines = (BYLINE_NAME.match(text_of(page.page, node)) for node in islice(page.every(BYLINE), 3))
    return _words(page, AUTHOR) or next((match["name"] for match in bylines if match), None)


def _canonical(page: Scope, head: Head, url: str | None) -> str | None:
    links = (node for node in page.every(LINK) if "canonical" in node.get("rel").lower().split())
    address = next((href.strip() for node in links if (href := node.get("href"))), None) or head.first(("og:url",))
    if not address:
        return None
    try:
        absolute = urljoin(url or "", address)
        parts = urlsplit(absolute)
    except ValueError:
        return None
    return absolute if parts.scheme in {"http", "https"} and parts.netloc else None


def _tags(page: Scope, head: Head, linked: Statement) -> tuple[str, ...]:
    shown = [page.page.line(node) for node in islice(page.every(TAGS), 60)]
    stated = [piece for value in head.every(TAG_META) for piece in value.split(",")]
    words = shown or [*linked.tags, *stated]
    return tuple(dict.fromkeys(tag for word in words if (tag := squeeze(word).lstrip("#")) and len(tag) <= 80))


def _words(page: Scope, selectors: Iterable[Selector]) -> str | None:
    for selector in selectors:
        for node in islice(page.every([selector]), 3):
            words = page.page.line(node)
            if words and len(words) <= 300:
                return words
    return None


def _first_time(stamps: Iterable[str | None], reader: Reader) -> datetime | None:
    for stamp in stamps:
        if stamp and (at := iso_moment(stamp).at or _absolute(stamp, reader)):
            return at
    return None


def _marked_time(page: Scope, selectors: Iterable[Selector], reader: Reader) -> datetime | None:
    for selector in selectors:
        for node in islice(page.every([selector]), 3):
            stamps = (node.get("datetime"), node.get("content"), node.get("title"), page.page.line(node))
            if at := _first_time(stamps, reader):
                return at
    return None


def _worded_time(page: Scope, reader: Reader) -> datetime | None:
    for node in islice(page.every(PUBLISHED_WORDS), 3):
        inner = (stamp.get("datetime") for stamp in Scope(page.page, node).every(STAMP))
        if at := _first_time([*inner, page.page.line(node)], reader):
            return at
    return None


def _absolute(stamp: str, reader: Reader) -> datetime | None:
    """Read a date but never one counted back from the fetch ("3 days ago"): the page does not state that."""
    return Reader(reader.language, None, reader.month_first).read(stamp).at
