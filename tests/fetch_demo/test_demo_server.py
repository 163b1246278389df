"""Over HTTP on loopback: bodies, validators, 304 and 404, and a clean end."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.fetch.demo.server import DEMO_HOST, serve
from ingest.fetch.demo.site import Resource

Address = tuple[str, int]
PAGE = "/diplomacy/ceasefire/"


@pytest.fixture(scope="module")
def address(demo_folder: Path) -> Iterator[Address]:
    with serve(1, demo_folder) as where:
        yield where


def ask(
    address: Address, path: str, headers: dict[str, str] | None = None, method: str = "GET"
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    try:
        connection.request(method, path, headers={"Host": DEMO_HOST, **(headers or {})})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_serves_the_rendered_bytes_on_loopback(address: Address, first_site: dict[str, Resource]) -> None:
    assert address[0] == "127.0.0.1"
    response, body = ask(address, PAGE)
    assert (response.status, body) == (200, first_site[PAGE].body)
    assert response.getheader("Content-Type") == "text/html; charset=UTF-8"
    head, nothing = ask(address, PAGE, method="HEAD")
    assert (head.status, nothing) == (200, b"")
    assert head.getheader("Content-Length") == str(len(body))


def test_query_does_not_matter(address: Address, first_site: dict[str, Resource]) -> None:
    assert ask(address, PAGE + "?replytocom=1")[1] == first_site[PAGE].body


@pytest.mark.parametrize("path", ["/archive-2019/", "/no/such/page", "/../etc/passwd"])
def test_missing_pages_are_404(address: Address, path: str) -> None:
    assert ask(address, path)[0].status == 404


def test_unchanged_page_is_304(address: Address) -> None:
    response, _ = ask(address, PAGE)
    etag, modified = response.getheader("ETag") or "", response.getheader("Last-Modified") or ""
    for headers in ({"If-None-Match": etag}, {"If-None-Match": f'"x", W/{etag}'}, {"If-Modified-Since": modified}):
        answer, body = ask(address, PAGE, headers)
        assert (answer.status, body) == (304, b"")
        assert answer.getheader("ETag") == etag
    for headers in (
        {"If-None-Match": '"other"', "If-Modified-Since": modified},
        {"If-Modified-Since": "Sun, 27 Sep 2020 00:00:00 GMT"},
        {"If-Modified-Since": "no date"},
    ):
        assert ask(address, PAGE, headers)[0].status == 200


def test_next_edition_answers_by_what_changed(
    address: Address, demo_folder: Path, first_site: dict[str, Resource], second_site: dict[str, Resource]
) -> None:
    same = next(path for path in first_site if first_site[path].body == second_site.get(path, first_site["/"]).body)
    gone = next(path for path in first_site if path not in second_site)
    tags = {path: ask(address, path)[0].getheader("ETag") or "" for path in (PAGE, same, gone)}
    with serve(2, demo_folder) as second:
        status = {path: ask(second, path, {"If-None-Match": tag})[0].status for path, tag in tags.items()}
    assert status == {PAGE: 200, same: 304, gone: 404}


def test_many_readers_at_once(address: Address, first_site: dict[str, Resource]) -> None:
    paths = list(first_site)[:24]
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda path: ask(address, path)[1], paths))
    assert bodies == [first_site[path].body for path in paths]


def test_stops_when_the_block_ends(demo_folder: Path) -> None:
    with serve(1, demo_folder) as where:
        pass
    with pytest.raises(OSError, match="refused"):
        ask(where, "/")
