"""Our own WARC files one gzip member at a time: each record is a member, so whole records survive any cut."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from ingest.fetch.warc_records import DamagedWarcError, Record, read_records

_CHUNK = 1 << 18


def whole_members(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Yield (offset, length, content) of every gzip member from the file's position on; stop before one that is cut."""
    offset, raw = file.tell(), b""
    while True:
        decoder, pieces, length = zlib.decompressobj(zlib.MAX_WBITS | 16), [], 0
        while not decoder.eof:
            raw = raw or file.read(_CHUNK)
            if not raw:
                return
            try:
                pieces.append(decoder.decompress(raw))
            except zlib.error:
                return
            length += len(raw) - len(decoder.unused_data)
            raw = decoder.unused_data
        yield offset, length, b"".join(pieces)
        offset += length


def whole_records(file: BinaryIO) -> Iterator[tuple[int, int, Record]]:
    """Yield (offset, length, record) of every whole record from the file's position on."""
    for offset, length, content in whole_members(file):
        try:
            yield from ((offset, length, record) for record in read_records(BytesIO(content)))
        except DamagedWarcError:
            return
