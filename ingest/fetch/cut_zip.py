"""Members of a ZIP file whose end is gone: the list of members stood there, but each also has a head of its own.

Archives are stored in a WACZ as they are, so what stands before the cut can be read without that list.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

_HEAD = struct.Struct("<4s2xHH8xLLHH")
_SIGNATURE = b"PK\x03\x04"
_SIZE_FOLLOWS = 8
_ZIP64, _IN_ZIP64 = 1, 0xFFFFFFFF
_TRAILER = re.compile(rb"PK\x07\x08(?:.{12}|.{20})(?=PK[\x01\x03])", re.DOTALL)
"""What stands behind a member whose size its head does not tell: checksum and sizes, then the next head or the list."""


class _Part(io.RawIOBase):
    """The bytes of `data` from `start` to `end` as a file."""

    def __init__(self, data: mmap, start: int, end: int) -> None:
        self._data, self._at, self._end = data, start, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is 3.12's
        piece = self._data[self._at : min(self._at + len(buffer), self._end)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def members_before_cut(path: Path) -> Iterator[tuple[str, BinaryIO | None]]:
    """Yield (name, content) of each member up to the cut, the cut one too; None for content that is packed."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        at = 0
        while len(data) - at >= _HEAD.size:
            signature, flags, packing, size, full_size, name_length, extra_length = _HEAD.unpack_from(data, at)
            if signature != _SIGNATURE:
                return
            start = at + _HEAD.size + name_length + extra_length
            name = data[at + _HEAD.size : start - extra_length].decode("utf-8", "replace")
            if _IN_ZIP64 in {size, full_size}:
                size = _zip64_size(data[start - extra_length : start], both=full_size == _IN_ZIP64)
            end = start + size
            at = end
            if flags & _SIZE_FOLLOWS:
                trailer = _TRAILER.search(data, start)
                end, at = trailer.span() if trailer else (len(data), len(data))
            content = io.BufferedReader(_Part(data, start, min(end, len(data)))) if packing == 0 else None
            yield name, content


def _zip64_size(extra: bytes, *, both: bool) -> int:
    """Return the packed size out of a head's extra fields, 0 where they do not tell."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == _ZIP64 and length >= (16 if both else 8):
            size: int = struct.unpack_from("<Q", extra, at + (12 if both else 4))[0]
            return size
        at += 4 + length
    return 0
