"""Addresses in feeds and sitemaps: pure functions from a document's bytes to the addresses it lists, in order."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree

from ingest.fetch.address import is_web_address
from ingest.fetch.warc import MAX_BYTES


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or sitemap lists: `pages` to fetch, and further `sitemaps` where it is an index."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_listing(body: bytes, base_url: str) -> Listing:
    """Return what an RSS, RDF or Atom feed, a sitemap or a sitemap index lists; gzip is undone.

    Raises ValueError where it is none of these.
    """
    if body.startswith(b"\x1f\x8b"):
        try:
            body = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, MAX_BYTES)
        except zlib.error as error:
            raise ValueError(f"its gzip stream is damaged ({error})") from None
    # Entities and the network stay shut: a feed is a stranger's XML.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"it is not XML ({error})") from None
    kind = _name(root) if root is not None else ""
    if kind == "sitemapindex":
        return Listing(sitemaps=_unique(_sitemap_locations(root), base_url))
    if kind == "urlset":
        return Listing(pages=_unique(_sitemap_locations(root), base_url))
    if kind in ("rss", "rdf", "feed"):
        return Listing(pages=_unique(_feed_links(root), base_url))
    raise ValueError(f"its root element is {kind or 'missing'}; a feed or a sitemap is wanted")


def _sitemap_locations(root: etree._Element) -> Iterator[str]:
    for entry in root:
        if _name(entry) in ("url", "sitemap"):
            yield from (child.text or "" for child in entry if _name(child) == "loc")


def _feed_links(root: etree._Element) -> Iterator[str]:
    for item in root.iter():
        if _name(item) not in ("item", "entry"):
            continue
        links = [child for child in item if _name(child) == "link"]
        texts = [child.text.strip() for child in links if child.text and child.text.strip()]
        hrefs = [child.get("href") or "" for child in links if (child.get("rel") or "alternate") == "alternate"]
        guids = [
            child.text or "" for child in item if _name(child) == "guid" and child.get("isPermaLink", "true") == "true"
        ]
        yield next((link for link in (*texts, *hrefs, *guids) if link), "")


def _unique(links: Iterator[str], base_url: str) -> tuple[str, ...]:
    resolved: dict[str, None] = {}
    for link in links:
        try:
            url = urljoin(base_url, link.strip())
        except ValueError:
            continue
        if link.strip() and is_web_address(url):
            resolved[url] = None
    return tuple(resolved)


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
