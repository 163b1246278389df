"""The list of sources, and what is told when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.fetch.discover import read_listing
from ingest.fetch.sources import Site, SourcesError, is_loopback, load_sources, site_of_addresses

REPO = Path(__file__).resolve().parents[2]


def test_the_shipped_list_can_be_read_and_shows_the_demo() -> None:
    sources = load_sources(REPO / "data" / "sources.toml")
    assert sources.demo_enabled
    assert sources.sites == ()


def test_its_commented_example_is_right(tmp_path: Path) -> None:
    lines = (REPO / "data" / "sources.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("# [[site]]")
    (tmp_path / "sources.toml").write_text("\n".join(line.removeprefix("# ") for line in lines[start:]))
    (tmp_path / "example-urls.txt").write_text("# ours\nhttps://example.org/1\n\n")
    (site,) = load_sources(tmp_path / "sources.toml").sites
    assert "https://example.org/1" in site.urls
    assert site.delay_s == 2.0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[site]]\nname = 'a'", "site 'a' names no feeds"),
        ("[[site]]\nfeeds = []", "lacks its name"),
        ("[[site]]\nname = 'a'\nfeed = ['http://e.org/']", "unknown key 'feed'"),
        ("[[site]]\nname = 'a'\nfeeds = 'http://e.org/'", "site 'a', feeds must be a list"),
        ("[[site]]\nname = 'a'\nfeeds = ['e.org']", "site 'a', feeds: 'e.org' is not a web address"),
        ("[[site]]\nname = 'a'\nurls = ['http://e.org/']\ndelay_s = 0", "delay_s: 0.0 s is too short"),
        ("[[site]]\nname = 'a'\nurls = ['http://e.org/']\nmax_pages = true", "max_pages"),
        ("[[site]]\nname = 'a'\nurl_list = 'none.txt'", "none.txt"),
        ("[[site]]\nname = 'a'\nurl_list = 'bad.txt'", "bad.txt:2"),
        ("[[site]]\nname = 'a'\nurls = ['http://e.org/']\n" * 2, "two sites are named 'a'"),
        ("[demo]\nenabled = 1", "demo.enabled"),
        ("sites = []", "unknown key 'sites'"),
        ("[[site]", "not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)
    (tmp_path / "bad.txt").write_text("http://e.org/\nnot one\n")
    with pytest.raises(SourcesError) as error:
        load_sources(path)
    assert told in str(error.value)
    assert str(tmp_path) in str(error.value)


def test_only_this_machine_may_be_asked_without_pause() -> None:
    assert site_of_addresses(["http://127.0.0.1:8000/a"]).delay_s == 0
    assert site_of_addresses(["https://e.org/a", "http://127.0.0.1/"]).delay_s >= 0.5
    mapped = Site("demo", urls=("http://e.org/",), delay_s=0, connect_to={"e.org": "127.0.0.1:80"})
    assert mapped.allowed_hosts == ("e.org",)
    assert [is_loopback(a) for a in ("localhost:1", "::1", "[::1]:2", "127.1.2.3", "10.0.0.1", "e.org:127")] == [
        True, True, True, True, False, False,
    ]  # fmt: skip


RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<atom:link href="http://e.org/feed/" rel="self"/><link>http://e.org/</link>
<item><link> http://e.org/1 </link></item><item><guid isPermaLink="true">http://e.org/2</guid></item>
<item><link>/3</link></item><item><link>mailto:x@e.org</link></item><item><link>http://e.org/1</link></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="http://e.org/"/><entry>
<link rel="replies" href="http://e.org/1#r"/><link rel="alternate" href="1"/></entry></feed>"""
SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc>http://e.org/1</loc>
<image:image><image:loc>http://e.org/1.png</image:loc></image:image></url></urlset>"""
INDEX = b"<sitemapindex><sitemap><loc>http://e.org/s1.xml</loc></sitemap></sitemapindex>"


@pytest.mark.parametrize(
    ("body", "pages", "sitemaps"),
    [
        (RSS, ("http://e.org/1", "http://e.org/2", "http://e.org/3"), ()),
        (ATOM, ("http://e.org/1",), ()),
        (SITEMAP, ("http://e.org/1",), ()),
        (INDEX, (), ("http://e.org/s1.xml",)),
    ],
)
def test_listings(body: bytes, pages: tuple[str, ...], sitemaps: tuple[str, ...]) -> None:
    listing = read_listing(body, "http://e.org/feed/../")
    assert (listing.pages, listing.sitemaps) == (pages, sitemaps)


@pytest.mark.parametrize("body", [b"", b"<html><body>404</body></html>", b"plain", b"\x1f\x8bdamaged"])
def test_what_is_no_listing_is_told(body: bytes) -> None:
    with pytest.raises(ValueError, match="it"):
        read_listing(body, "http://e.org/")


def test_a_listing_cannot_read_files_or_blow_up() -> None:
    bomb = b"""<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
    <urlset><url><loc>http://e.org/&f;&b;</loc></url><url><loc>http://e.org/2</loc></url></urlset>"""
    pages = read_listing(bomb, "http://e.org/").pages
    assert "http://e.org/2" in pages
    assert not any("root" in page or "aaaa" in page for page in pages)
