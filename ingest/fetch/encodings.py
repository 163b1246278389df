"""Undo HTTP content encodings within a bound: archives hold what the server sent, which may be a bomb or cut short."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Any

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


class TooLargeError(ValueError):
    """The decoded content would exceed the bound."""


class UnknownEncodingError(ValueError):
    """The content has an encoding nobody here can undo."""


def decode_body(body: bytes, content_encoding: str, limit: int) -> bytes:
    """Return `body` decoded; as it is where it never was encoded, and what can be had where it is cut.

    Raises TooLargeError beyond `limit` bytes, UnknownEncodingError for a foreign encoding.
    """
    names = [name.strip().lower() for name in content_encoding.split(",")]
    for name in reversed([name for name in names if name not in ("", "identity")]):
        decoder = _DECODERS.get(name)
        if decoder is None:
            raise UnknownEncodingError(f"the content encoding {name[:40]!r} is not supported")
        body = decoder(body, limit + 1)
        if len(body) > limit:
            raise TooLargeError(f"more than {limit:,} bytes once decoded; such pages are not read")
    return body


def _gunzip(body: bytes, size: int) -> bytes:
    return _inflate_with(zlib.decompressobj(zlib.MAX_WBITS | 16), body, size)


def _inflate(body: bytes, size: int) -> bytes:
    # Some servers send raw deflate without the zlib header that the standard asks for.
    wrapped = len(body) >= 2 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return _inflate_with(zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS), body, size)


def _inflate_with(decoder: Any, body: bytes, size: int) -> bytes:
    chunks: list[bytes] = []
    left = size
    while body and left > 0 and not decoder.eof:
        try:
            chunks.append(decoder.decompress(body, min(left, 1 << 20)))
        except zlib.error:
            return b"".join(chunks) if any(chunks) else body
        left -= len(chunks[-1])
        body = decoder.unconsumed_tail
    return b"".join(chunks)


def _unbrotli(body: bytes, size: int) -> bytes:
    decoder, chunks, left, pending = brotli.Decompressor(), [], size, body
    try:
        while left > 0 and not decoder.is_finished():
            chunks.append(decoder.process(pending, output_buffer_limit=min(left, 1 << 20)))
            left -= len(chunks[-1])
            pending = b""
            if not chunks[-1]:
                break
    except brotli.error:
        return b"".join(chunks) if any(chunks) else body
    return b"".join(chunks)


def _unzstd(body: bytes, size: int) -> bytes:
    decoder = zstd.ZstdDecompressor()
    try:
        return decoder.decompress(body, size)
    except zstd.ZstdError:
        return body


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
