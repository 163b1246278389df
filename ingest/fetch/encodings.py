"""Undo HTTP content encodings within a bound: archives hold what the server sent, which may be a bomb or cut short."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


ACCEPTED = "gzip, deflate, br, zstd"
"""What the crawler says that it can decode."""


class TooLargeError(ValueError):
    """The decoded content would exceed the bound."""


class UnknownEncodingError(ValueError):
    """The content has an encoding nobody here can undo."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body without its content encodings. `is_cut` is True where the encoded bytes end too early or are damaged."""

    content: bytes
    is_cut: bool = False


def decode_body(body: bytes, content_encoding: str, limit: int) -> Decoded:
    """Return `body` decoded; as it is where it never was encoded, and what can be had where it is cut.

    Raises TooLargeError beyond `limit` bytes, UnknownEncodingError for a foreign encoding.
    """
    decoded = Decoded(body)
    names = [name.strip().lower() for name in content_encoding.split(",")]
    for name in reversed([name for name in names if name not in ("", "identity")]):
        new = _DECODERS.get(name)
        if new is None:
            raise UnknownEncodingError(f"the content encoding {name[:40]!r} is not supported")
        if not decoded.content:
            break
        content, is_whole = new(decoded.content, limit + 1)
        if len(content) > limit:
            raise TooLargeError(f"more than {limit:,} bytes once decoded; such pages are not read")
        if not content and not is_whole and not _BINARY.search(decoded.content[:512]):
            continue  # It is text as it is: the header lied, as the headers of some caches do.
        decoded = Decoded(content, decoded.is_cut or not is_whole)
    return decoded


def join_chunks(body: bytes) -> bytes:
    """Undo the transfer encoding `chunked` (RFC 9112); what never was chunked, or no longer is, stays as it is."""
    pieces: list[bytes] = []
    at = 0
    while (line := _CHUNK_SIZE.match(body, at)) is not None:
        size, start = int(line[1], 16), line.end()
        pieces.append(body[start : start + size])
        at = start + size + (2 if body.startswith(b"\r\n", start + size) else 0)
        if size == 0:
            return b"".join(pieces)
    return b"".join([*pieces, body[at:]])


def _gunzip(body: bytes, size: int) -> tuple[bytes, bool]:
    return _inflate_with(zlib.decompressobj(zlib.MAX_WBITS | 16), body, size)


def _inflate(body: bytes, size: int) -> tuple[bytes, bool]:
    # Some servers send raw deflate without the zlib header that the standard asks for.
    wrapped = len(body) >= 2 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return _inflate_with(zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS), body, size)


def _inflate_with(decoder: Any, body: bytes, size: int) -> tuple[bytes, bool]:
    chunks: list[bytes] = []
    left = size
    # In small pieces, because the library keeps nothing of the piece in which damage lies.
    for start in range(0, len(body), _PIECE):
        piece = body[start : start + _PIECE]
        while piece and left > 0 and not decoder.eof:
            try:
                chunks.append(decoder.decompress(piece, min(left, 1 << 20)))
            except zlib.error:
                return b"".join(chunks), False
            left -= len(chunks[-1])
            piece = decoder.unconsumed_tail
    return b"".join(chunks), decoder.eof


def _unbrotli(body: bytes, size: int) -> tuple[bytes, bool]:
    decoder, chunks, left, pending = brotli.Decompressor(), [], size, body
    try:
        while left > 0 and not decoder.is_finished():
            chunks.append(decoder.process(pending, output_buffer_limit=min(left, 1 << 20)))
            left -= len(chunks[-1])
            pending = b""
            if not chunks[-1]:
                break
    except brotli.error:
        return b"".join(chunks), False
    return b"".join(chunks), decoder.is_finished()


def _unzstd(body: bytes, size: int) -> tuple[bytes, bool]:
    chunks: list[bytes] = []
    left = size
    while body and left > 0:
        decoder = zstd.ZstdDecompressor()
        try:
            while left > 0 and not decoder.eof and (body or not decoder.needs_input):
                chunks.append(decoder.decompress(body, min(left, 1 << 20)))
                left -= len(chunks[-1])
                body = b""
        except zstd.ZstdError:
            return b"".join(chunks), False
        if not decoder.eof:
            return b"".join(chunks), False
        body = decoder.unused_data
    return b"".join(chunks), True


_PIECE = 1 << 12
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DECODERS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
