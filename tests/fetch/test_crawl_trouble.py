"""What servers get wrong at night: whatever they send, the address ends in one capture that says what to do."""

from __future__ import annotations

import gzip
import socket
import ssl
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingest.fetch.archive import Archive
from ingest.fetch.crawl import Limits, crawl
from ingest.fetch.encodings import Decoded, decode_body
from ingest.fetch.sources import Site
from ingest.records import Capture, Status

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = (
    b"<!doctype html><html><body><article><p>" + b"The talks went on in the valley. " * 300 + b"</p></article></html>"
)
LIMITS = Limits(timeout_s=2, retries=1, first_wait_s=0.05, longest_wait_s=1, max_bytes=1_000_000)
Wrap = Callable[[socket.socket], socket.socket]


def _answer(body: bytes, *headers: bytes, status: bytes = b"200 OK", length: object = None) -> bytes:
    stated = str(len(body) if length is None else length).encode()
    lines = [b"HTTP/1.1 " + status, b"Content-Type: text/html; charset=utf-8", b"Content-Length: " + stated, *headers]
    return b"\r\n".join([*lines, b"Connection: close", b"", body])


def _encoded(name: bytes, body: bytes) -> bytes:
    return _answer(body, b"Content-Encoding: " + name)


ZIPPED = gzip.compress(PAGE, 0)
ANSWERS = {
    "br": _encoded(b"br", brotli.compress(PAGE)),
    "zstd": _encoded(b"zstd", zstd.compress(PAGE)),
    "said-gzip-is-plain": _encoded(b"gzip", PAGE),
    "said-br-is-plain": _encoded(b"br", PAGE),
    "gzip-cut": _encoded(b"gzip", ZIPPED[: len(ZIPPED) // 2]),
    "zstd-cut": _encoded(b"zstd", zstd.compress(PAGE)[:30]),
    "bomb": _encoded(b"gzip", gzip.compress(b"a" * 5_000_000)),
    "secret-encoding": _encoded(b"x-secret", PAGE),
    "length-too-long": _answer(PAGE, b'ETag: "v1"', length=len(PAGE) + 5000),
    "length-absurd": _answer(PAGE, length="-5"),
    "chunk-cut": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % 99999
    + PAGE,
    "no-http": b"\x00\x01\x02 nonsense\r\n\r\n",
    "nothing": b"",
    "huge-header": _answer(PAGE, b"X-Large: " + b"a" * 100_000),
    "many-headers": _answer(PAGE, *(b"X-%d: %s" % (n, b"b" * 80) for n in range(3000))),
    "redirect-to-no-address": _answer(b"", b"Location: http://[bad", status=b"302 Found"),
    "redirect-to-a-file": _answer(b"", b"Location: file:///etc/hostname", status=b"302 Found"),
    "forbidden": _answer(PAGE, status=b"403 Forbidden"),
}


def _reply(connection: socket.socket) -> None:
    request = b""
    while b"\r\n\r\n" not in request and (data := connection.recv(4096)):
        request += data
    name = request.split(b" ", 2)[1].decode().strip("/") if b" " in request else ""
    if name != "drip":
        connection.sendall(ANSWERS.get(name, _answer(b"", status=b"404 Not Found")))
        return
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"a")
        time.sleep(0.1)


@contextmanager
def _listening(wrap: Wrap = lambda connection: connection) -> Iterator[int]:
    """Serve `ANSWERS` as they stand, byte for byte, which no library for servers would."""

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), wrap(connection) as wrapped:
            _reply(wrapped)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    draft = x509.CertificateBuilder(name, name, key.public_key(), 1)
    dates = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
    certificate = draft.not_valid_before(dates[0]).not_valid_after(dates[1]).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "tls.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem")
    return context


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Capture]:
    folder = tmp_path_factory.mktemp("trouble")
    context = _self_signed(folder)
    with _listening() as port, _listening(lambda one: context.wrap_socket(one, server_side=True)) as tls:
        urls = tuple(f"http://127.0.0.1:{port}/{name}" for name in (*ANSWERS, "drip"))
        sites = [
            Site("trouble", urls=(*urls, f"https://127.0.0.1:{tls}/self-signed"), delay_s=0),
            Site("unknown", urls=("http://nowhere.invalid/no-such-host",)),
        ]
        crawl(sites, folder / "archive", "one", limits=LIMITS)
    found = list(Archive(folder / "archive").records())
    counts = Counter(capture.source for capture in found)
    assert set(counts.values()) == {1}
    assert len(counts) == len(urls) + 2
    return {capture.source.rpartition("/")[2]: capture for capture in found}


@pytest.mark.parametrize("name", ["br", "zstd", "said-gzip-is-plain", "said-br-is-plain", "many-headers"])
def test_a_page_that_can_be_read_is_read(captures: dict[str, Capture], name: str) -> None:
    assert (captures[name].status, captures[name].content) == (None, PAGE)


@pytest.mark.parametrize("name", ["length-too-long", "chunk-cut", "gzip-cut"])
def test_what_came_of_a_cut_answer_is_kept_and_marked(captures: dict[str, Capture], name: str) -> None:
    capture = captures[name]
    assert capture.status is None
    assert PAGE.startswith(capture.content)
    assert len(capture.content) > 3000
    assert "cut" in (capture.status_detail or "")
    assert "etag" not in {header.lower() for header, _ in capture.headers}, "the next crawl must ask for the whole"


@pytest.mark.parametrize(
    ("name", "status", "detail"),
    [
        ("zstd-cut", Status.EMPTY, "cut"),
        ("bomb", Status.TOO_LARGE, "save the page"),
        ("secret-encoding", Status.UNSUPPORTED_TYPE, "encoding"),
        ("length-absurd", Status.UNREACHABLE, "next run"),
        ("no-http", Status.UNREACHABLE, "no HTTP"),
        ("nothing", Status.UNREACHABLE, "broke off"),
        ("huge-header", Status.UNREACHABLE, "next run"),
        ("redirect-to-no-address", Status.UNREACHABLE, "redirects to an address that is none"),
        ("redirect-to-a-file", Status.HTTP_ERROR, "HTTP 302, to file:"),
        ("forbidden", Status.HTTP_ERROR, "save it from a browser"),
        ("drip", Status.TIMEOUT, "next run"),
        ("self-signed", Status.UNREACHABLE, "TLS"),
        ("no-such-host", Status.UNREACHABLE, "DNS"),
    ],
)
def test_trouble_ends_in_one_status_with_a_word_on_it(
    captures: dict[str, Capture], name: str, status: Status, detail: str
) -> None:
    assert captures[name].status is status
    assert detail in (captures[name].status_detail or "")


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_cut_body_gives_what_stands_before_the_cut(name: str) -> None:
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli.compress,
        "zstd": zstd.compress,
    }
    body = packers[name](PAGE)
    assert decode_body(body, name, 1 << 20) == Decoded(PAGE)
    cut = decode_body(body[:-4], name, 1 << 20)
    assert cut.is_cut
    assert PAGE.startswith(cut.content)
    assert decode_body(PAGE, name, 1 << 20) == Decoded(PAGE)
