"""A service of event data on 127.0.0.1 that answers as a test tells it, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    """One request: path, query or form, headers in lower case."""

    path: str
    values: dict[str, str]
    headers: dict[str, str]


@dataclass
class Told:
    """One answer; `cut` sends that many bytes fewer than announced."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0


def told(value: object, status: int = 200, **headers: str) -> Told:
    """Answer with JSON."""
    return Told(status, json.dumps(value).encode(), {k.replace("_", "-"): v for k, v in headers.items()})


@dataclass
class FakeService:
    """`answer` is given each request; a test sets it."""

    base: str = ""
    answer: Callable[[Asked], Told] = lambda _: Told(404)
    asked: list[Asked] = field(default_factory=list)


def _handler(service: FakeService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _tell(self, values: dict[str, str]) -> None:
            asked = Asked(urlsplit(self.path).path, values, {k.lower(): v for k, v in self.headers.items()})
            service.asked.append(asked)
            answer = service.answer(asked)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) - answer.cut])

        def do_GET(self) -> None:
            self._tell(dict(parse_qsl(urlsplit(self.path).query)))

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self._tell(dict(parse_qsl(self.rfile.read(length).decode())))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler


@contextmanager
def serving() -> Iterator[FakeService]:
    service = FakeService()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
    server.daemon_threads = True
    service.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
