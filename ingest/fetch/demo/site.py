"""Renders one edition as WordPress-like pages, feed, sitemap, robots.txt and a few resources that are no article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ingest.fetch.demo import DEMO_ORIGIN
from ingest.fetch.demo.corpus import Corpus, DemoComment, Thread, is_gone, load_corpus
from ingest.fetch.demo.material import Article, Material

HTML = "text/html; charset=UTF-8"
XML = "application/xml; charset=UTF-8"
RSS = "application/rss+xml; charset=UTF-8"
FEED_ITEMS = 20
ROBOTS = f"User-agent: *\nDisallow: /private/\n\nSitemap: {DEMO_ORIGIN}/sitemap.xml\n"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
BLOCKED_PATH, EMPTY_PATH, PDF_PATH, MISSING_PATH = (
    "/private/newsroom/",
    "/front/breaking/",
    "/files/press-card.pdf",
    "/archive-2019/",
)
ODD_PATHS = (BLOCKED_PATH, EMPTY_PATH, PDF_PATH, MISSING_PATH)


@dataclass(frozen=True, slots=True)
class Resource:
    """What the server sends for one path."""

    body: bytes
    media_type: str
    last_modified: datetime


@dataclass(slots=True)
class Node:
    """A comment in the page's tree."""

    comment: DemoComment
    replies: list[Node]

    @property
    def text(self) -> str:
        """What was written."""
        return self.comment.text


def build_site(edition: int, demo_folder: Path) -> dict[str, Resource]:
    """Return every path of `edition` and what it serves.

    `last_modified` is the moment of the edition in which the bytes last changed. Raises DemoError.
    """
    corpus = load_corpus(demo_folder)
    corpus.material.as_of(edition)
    site: dict[str, Resource] = {}
    for number in range(1, edition + 1):
        moment = corpus.material.as_of(number)
        pages = _Renderer(corpus, number, demo_folder).pages()
        site = {
            path: site[path]
            if path in site and site[path].body == body
            else Resource(body, media_type, moment.astimezone(UTC))
            for path, (body, media_type) in pages.items()
        }
    return site


def prose(text: str) -> Markup:
    """Return comment text as the site's software prints it: escaped, in paragraphs, line breaks kept."""
    paragraphs = (part for part in text.split("\n\n") if part.strip())
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br />\n").join(escape(line) for line in part.split("\n")))
        for part in paragraphs
    )


def comment_tree(comments: Sequence[DemoComment]) -> list[Node]:
    """Nest comments under their parents, oldest first at every level."""
    nodes = {comment.comment_id: Node(comment, []) for comment in comments}
    roots: list[Node] = []
    for node in nodes.values():
        parent = node.comment.parent_id
        (roots if parent is None else nodes[parent].replies).append(node)
    return roots


class _Renderer:
    """Holds what all pages of one edition share."""

    def __init__(self, corpus: Corpus, edition: int, demo_folder: Path) -> None:
        self._material: Material = corpus.material
        self._site: dict[str, Any] = corpus.material.site
        self._edition = edition
        self._threads = corpus.threads(edition)
        self._environment = Environment(
            loader=FileSystemLoader(demo_folder / "theme"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )

    def pages(self) -> dict[str, tuple[bytes, str]]:
        """Return body and media type by path."""
        newest = [thread.article for thread in reversed(self._threads)]
        pages: dict[str, tuple[bytes, str]] = {"/": (self._list("", newest[:25]), HTML)}
        for section in self._site["sections"]:
            inside = [article for article in newest if article.section == section["name"]]
            pages[f"/{section['slug']}/"] = (self._list(section["name"], inside), HTML)
        for thread in self._threads:
            pages.update({path: (body, HTML) for path, body in self._article(thread).items()})
        pages["/about/"] = (self._plain("About this site", self._site["banner"]), HTML)
        pages[BLOCKED_PATH] = (
            self._plain("Newsroom", "For the invented staff only. Robots were asked to stay out."),
            HTML,
        )
        pages[EMPTY_PATH] = (b"", HTML)
        pages[PDF_PATH] = (PDF, "application/pdf")
        pages["/robots.txt"] = (ROBOTS.encode(), "text/plain; charset=UTF-8")
        pages["/feed/"] = (self._feed(newest[:FEED_ITEMS]), RSS)
        pages["/sitemap.xml"] = (self._sitemap(newest), XML)
        return pages

    def _render(self, template: str, language: str, **values: Any) -> bytes:
        labels = self._site["labels"][language]

        def shown(moment: datetime) -> str:
            half = "am" if moment.hour < 12 else "pm"
            return str(labels["date"].format(t=moment, hour12=moment.hour % 12 or 12, ampm=half))

        text = self._environment.get_template(template).render(
            site=self._site, labels=labels, origin=DEMO_ORIGIN, shown=shown, prose=prose, **values
        )
        return text.encode("utf-8")

    def _list(self, heading: str, articles: Sequence[Article]) -> bytes:
        return self._render("list.html", "en", heading=heading, articles=articles)

    def _plain(self, heading: str, *paragraphs: str) -> bytes:
        return self._render("plain.html", "en", heading=heading, paragraphs=paragraphs)

    def _article(self, thread: Thread) -> dict[str, bytes]:
        """Return the article's page and its comment pages; the article itself shows the newest of them."""
        article = thread.article
        roots = comment_tree(thread.comments)
        size = self._site["threads_per_comment_page"] if article.comments == "long" else max(1, len(roots))
        batches = [roots[i : i + size] for i in range(0, len(roots), size)] or [[]]
        section = next(s for s in self._site["sections"] if s["name"] == article.section)
        updated = self._edition > 1 and article.second_edition == "updated"
        pages = {
            f"{article.path}comment-page-{page}/": self._render(
                "article.html",
                article.language,
                article=article,
                theme=section["theme"],
                section_slug=section["slug"],
                updated_at=article.second_updated_at if updated else article.updated_at,
                paragraphs=(*article.paragraphs, article.second_paragraph) if updated else article.paragraphs,
                count=len(thread.comments),
                roots=batch,
                page=page,
                page_count=len(batches),
            )
            for page, batch in enumerate(batches, start=1)
        }
        newest = pages[f"{article.path}comment-page-{len(batches)}/"]
        return {article.path: newest} | (pages if len(batches) > 1 else {})

    def _feed(self, newest: Sequence[Article]) -> bytes:
        rss = ET.Element("rss", version="2.0")
        channel = ET.SubElement(rss, "channel")
        for tag, text in (
            ("title", self._site["name"]),
            ("link", f"{DEMO_ORIGIN}/"),
            ("description", self._site["banner"]),
            ("generator", self._site["generator"]),
        ):
            ET.SubElement(channel, tag).text = text
        for article in newest:
            if article.states_date:
                item = ET.SubElement(channel, "item")
                ET.SubElement(item, "title").text = article.title
                ET.SubElement(item, "link").text = DEMO_ORIGIN + article.path
                ET.SubElement(item, "guid", isPermaLink="true").text = DEMO_ORIGIN + article.path
                ET.SubElement(item, "pubDate").text = format_datetime(article.published_at)
                ET.SubElement(item, "description").text = article.paragraphs[0]
        return _xml(rss)

    def _sitemap(self, newest: Sequence[Article]) -> bytes:
        """List every article, the pages that are none, and what is gone: as a cached sitemap does for some days."""
        urlset = ET.Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
        gone = [article for article in self._material.articles if self._edition > 1 and is_gone(article)]
        for path in [article.path for article in (*newest, *gone)] + list(ODD_PATHS):
            ET.SubElement(ET.SubElement(urlset, "url"), "loc").text = DEMO_ORIGIN + path
        return _xml(urlset)


def _xml(root: ET.Element) -> bytes:
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text
