"""Serves one edition of the demo site on loopback, with validators, as an ordinary web server would.

`python -m ingest.fetch.demo.server --edition 2` to look at it in a browser.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

from ingest.fetch.demo import DEMO_HOST
from ingest.fetch.demo.site import HTML, Resource, build_site
from ingest.settings import Settings

__all__ = ["DEMO_HOST", "serve"]

LOOPBACK = "127.0.0.1"
NOT_FOUND = b"<!DOCTYPE html><title>Not found</title><h1>Nothing here</h1><p>This page is not on the demo site.</p>"


@contextmanager
def serve(edition: int, demo_folder: Path, port: int = 0) -> Iterator[tuple[str, int]]:
    """Serve `edition` until the block ends; yields (host, port). Raises DemoError, OSError where the port is taken."""
    server = _Server(port, build_site(edition, demo_folder))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True, name="demo-site")
    thread.start()
    try:
        yield LOOPBACK, server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, site: Mapping[str, Resource]) -> None:
        self.site = site
        super().__init__((LOOPBACK, port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over clients that hang up in the middle, as crawlers with a size limit do."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    protocol_version = "HTTP/1.1"
    server_version = "ParleyDemo"
    sys_version = ""
    disable_nagle_algorithm = True  # head and body are two writes; a waiting client would lose 40 ms each time

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the inherited name
        """Keep quiet: the crawler reports what it fetched."""

    def _answer(self, *, with_body: bool) -> None:
        resource = self.server.site.get(urlsplit(self.path).path)
        if resource is None:
            self._send(HTTPStatus.NOT_FOUND, NOT_FOUND, {"Content-Type": HTML}, with_body=with_body)
            return
        etag = f'"{hashlib.sha256(resource.body).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Last-Modified": format_datetime(resource.last_modified, usegmt=True)}
        if _is_unchanged(self.headers, etag, resource.last_modified):
            self._send(HTTPStatus.NOT_MODIFIED, b"", headers, with_body=False)
        else:
            headers["Content-Type"] = resource.media_type
            self._send(HTTPStatus.OK, resource.body, headers, with_body=with_body)

    def _send(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str], *, with_body: bool) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)


def _is_unchanged(headers: Message, etag: str, last_modified: datetime) -> bool:
    """Weigh a conditional request (RFC 9110, 13.2.2): If-None-Match decides where it is sent."""
    known = headers.get("If-None-Match")
    if known is not None:
        return known.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}
    try:
        since = parsedate_to_datetime(headers.get("If-Modified-Since", ""))
    except ValueError:
        return False
    return last_modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))


def main() -> None:
    """Serve the demo site until interrupted."""
    parser = argparse.ArgumentParser(description="Serve the invented demo site on loopback.")
    parser.add_argument("--edition", type=int, default=1, help="1: as of the first crawl; 2: some days later")
    parser.add_argument("--port", type=int, default=8899)
    options = parser.parse_args()
    with serve(options.edition, Settings.from_env().demo, options.port) as (host, port):
        print(f"Edition {options.edition} of {DEMO_HOST} at http://{host}:{port}/ (Ctrl-C ends it)")
        try:
            Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
