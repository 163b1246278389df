"""Files as plain bytes, however they are packed: gzip, Zstandard and LZ4, in one frame or many, whole or damaged.

The libraries' own file objects throw away what they had unpacked when they meet damage; here it is kept, so that a cut
file gives everything before the cut. Formats: RFC 1952, RFC 8878, the LZ4 frame format 1.6, and the IIPC's "WARC files
using Zstandard", whose first frame may carry a dictionary for the others.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol
from zipfile import BadZipFile

from lz4.frame import LZ4FrameDecompressor

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
LZ4 = b"\x04\x22\x4d\x18"
_SKIPPABLE = tuple(bytes([n]) + b"\x2a\x4d\x18" for n in range(0x50, 0x60))
# Three bytes of gzip's, because two stand too often in the middle of things.
_STARTS = (GZIP + b"\x08", ZSTD, LZ4)
_MOST_SKIPPED = 1000
_MOST_RESUMED = 100
_DICTIONARY = b"\x5d\x2a\x4d\x18"
_MOST_DICTIONARY_BYTES = 1 << 24
_CHUNK = 1 << 16
# Real archives shrink to a third or a tenth; gzip cannot do better than 1,032 to 1, which only a bomb comes near.
_MOST_EXPANSION = 300
_EXPANSION_COUNTS_FROM = 1 << 28
_READ_ERRORS = (OSError, EOFError, zlib.error, BadZipFile, NotImplementedError, RuntimeError)
_DECODE_ERRORS = (zlib.error, zstd.ZstdError, RuntimeError, ValueError, MemoryError)


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gunzip:
    """One gzip member through zlib, with the methods the other two libraries share."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._has_more = False

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        return not (self._has_more or self._inflate.unconsumed_tail)

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        unpacked = self._inflate.decompress(data or self._inflate.unconsumed_tail, max_length)
        self._has_more = len(unpacked) == max_length
        return unpacked


class _Stored:
    """Bytes that are not packed at all: they end where the file ends."""

    eof = False
    unused_data = b""

    def __init__(self) -> None:
        self._left = b""

    @property
    def needs_input(self) -> bool:
        return not self._left

    def decompress(self, data: bytes, max_length: int) -> bytes:
        data = data or self._left
        self._left = data[max_length:]
        return data[:max_length]


def _is_found(place: int) -> bool:
    return place >= 0


def is_packed(head: bytes) -> bool:
    """Tell by its first four bytes whether a file is compressed in a way that `Unpacked` undoes."""
    return head.startswith((GZIP, ZSTD, LZ4, *_SKIPPABLE))


class Unpacked:
    """The content of `file` unpacked, or as it is where it is not packed. Memory is bounded, whatever the file holds.

    Where the file is cut or damaged, `read` gives all that could be had and then nothing more; `damage` then says what
    is wrong and near which byte, and `resume` goes on behind it; `gave_up` tells that it will no more. `read` gives at
    most `size` bytes, and b"" only at the end.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.damage: str | None = None
        self.gave_up = self._is_bomb = False
        self._resumed = 0
        self._file = file
        self._taken = self._given = self._frames = 0
        self._raw = b""
        self._filled(4)
        self.packed = is_packed(self._raw)
        self._decoder: _Decoder | None = None if self.packed else _Stored()
        self._unzstd: Callable[[], _Decoder] = zstd.ZstdDecompressor

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, or a chunk where it is negative."""
        wanted = _CHUNK if size < 0 else min(size, _CHUNK)
        data = b""
        while wanted and not data and self.damage is None:
            decoder = self._decoder or self._begin()
            if decoder is None or (decoder.needs_input and not self._filled(1)):
                if decoder is not None and self.packed:
                    self._fail("it ends in the middle")
                break
            data = self._next(decoder, wanted)
        return data

    def resume(self) -> bool:
        """Go on behind damage, where the next frame or member begins; False where none does."""
        self.gave_up = self._is_bomb or self._resumed >= _MOST_RESUMED
        if not self.packed or self.gave_up:
            return False
        self._resumed += 1
        while (start := min(filter(_is_found, (self._raw.find(mark) for mark in _STARTS)), default=None)) is None:
            self._raw = self._raw[-3:] + (more := self._more())
            if not more:
                return False
        self._raw = self._raw[start:]
        self.damage, self._decoder = None, None
        return True

    def _next(self, decoder: _Decoder, wanted: int) -> bytes:
        feed = b""
        if decoder.needs_input:
            feed, self._raw = self._raw, b""
        try:
            data = decoder.decompress(feed, wanted)
        except _DECODE_ERRORS as error:
            self._raw = feed[1:] + self._raw
            self._fail(f"its compressed data is damaged ({error})")
            return b""
        if decoder.eof:
            self._raw = decoder.unused_data or b""
            self._decoder = None
            self._frames += 1
        self._given += len(data)
        if self._given > max(_EXPANSION_COUNTS_FROM, _MOST_EXPANSION * self._taken):
            self._is_bomb = True
            self._fail(f"it unpacks to more than {_MOST_EXPANSION} times its size, as bombs do")
        return data

    def _begin(self) -> _Decoder | None:
        """Start the next frame or member; None at the end, or where what follows is none."""
        skipped = 0
        while self._filled(4) and self._raw.startswith(_SKIPPABLE) and self.damage is None:
            self._skip()
            skipped += 1
            if skipped > _MOST_SKIPPED:
                self._is_bomb = True
                self._fail("it has frame after frame without content")
        while self._frames and self._raw.startswith(b"\x00"):
            # Tapes and some tools fill up with zeros after the last member.
            self._raw = self._raw.lstrip(b"\x00")
            self._filled(4)
        if self._raw.startswith(GZIP):
            self._decoder = _Gunzip()
        elif self._raw.startswith(ZSTD):
            self._decoder = self._unzstd()
        elif self._raw.startswith(LZ4):
            self._decoder = LZ4FrameDecompressor()
        elif self._raw:
            self._fail("what follows is not compressed as the rest is")
        return self._decoder

    def _skip(self) -> None:
        """Pass over a frame that is not content, and learn the dictionary where it carries one."""
        size = int.from_bytes(self._raw[4:8], "little") if self._filled(8) else 0
        is_dictionary = self._frames == 0 and self._raw.startswith(_DICTIONARY)
        if is_dictionary and size <= _MOST_DICTIONARY_BYTES and self._filled(8 + size):
            self._learn(self._raw[8 : 8 + size])
        left = 8 + size
        while left > len(self._raw) > 0:
            left -= len(self._raw)
            self._raw = self._more()
        self._raw = self._raw[left:]

    def _learn(self, dictionary: bytes) -> None:
        try:
            if dictionary.startswith(ZSTD):
                dictionary = zstd.ZstdDecompressor().decompress(dictionary, _MOST_DICTIONARY_BYTES)
            learnt = zstd.ZstdDict(dictionary)
        except (zstd.ZstdError, ValueError):
            self._fail("its Zstandard dictionary cannot be read")
            return
        self._unzstd = lambda: zstd.ZstdDecompressor(zstd_dict=learnt)

    def _filled(self, size: int) -> bool:
        """Take in raw bytes until there are `size` of them; tell whether there are."""
        while len(self._raw) < size and (data := self._more()):
            self._raw += data
        return len(self._raw) >= size

    def _more(self) -> bytes:
        try:
            data = self._file.read(_CHUNK)
        except _READ_ERRORS as error:
            self.damage = f"it cannot be read beyond byte {self._taken:,} ({error or type(error).__name__})"
            return b""
        self._taken += len(data)
        return data

    def _fail(self, reason: str) -> None:
        if self.damage is None:
            self.damage = f"{reason}, near byte {max(0, self._taken - len(self._raw)):,}"
