"""A small web site on 127.0.0.1 whose every answer a test sets, and which keeps what it was asked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class Answer:
    """What one path answers; `slow_s` before the body, `drip` sends it without a length."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: dict(HTML))
    slow_s: float = 0.0
    drip: bool = False


@dataclass
class FakeSite:
    """The answers by path, and a record of the requests."""

    port: int = 0
    answers: dict[str, Answer | Callable[[int], Answer]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str, text: str, **headers: str) -> None:
        body = f"<!doctype html><html><head><title>{text}</title></head><body><article><p>{text}</p></article></body>"
        self.answers[path] = Answer(
            body.encode(), headers={**HTML, **{k.replace("_", "-"): v for k, v in headers.items()}}
        )

    def answer(self, path: str) -> Answer:
        self.asked[path] += 1
        found = self.answers.get(path, Answer(b"<html><body>not here</body></html>", 404))
        return found if isinstance(found, Answer) else found(self.asked[path])


def _handler(site: FakeSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            answer = site.answer(self.path)
            etag = answer.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                answer = Answer(b"", 304, {"ETag": etag})
            time.sleep(answer.slow_s)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.drip:
                self.send_header("Connection", "close")
            elif answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a crawler that gives up on an answer is what some tests are about."""


@contextmanager
def serving() -> Iterator[FakeSite]:
    site = FakeSite()
    server = _QuietServer(("127.0.0.1", 0), _handler(site))
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
