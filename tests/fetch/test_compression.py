"""Packed files: every packing gives the same bytes, in one frame or many, and damage costs only what it hits."""

from __future__ import annotations

import gzip
import random
import sys
from collections.abc import Callable
from io import BytesIO

import lz4.frame
import pytest

from ingest.fetch import compression
from ingest.fetch.compression import Unpacked

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

RECORDS = [b"record %d " % n + random.Random(n).randbytes(3000).hex().encode() for n in range(40)]  # noqa: S311
WHOLE = b"".join(RECORDS)
PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zstd": zstd.compress, "lz4": lz4.frame.compress}


def _unpacked(data: bytes, size: int = -1) -> tuple[bytes, str | None]:
    stream = Unpacked(BytesIO(data))
    pieces = []
    while piece := stream.read(size):
        assert size < 0 or len(piece) <= size
        pieces.append(piece)
    return b"".join(pieces), stream.damage


@pytest.mark.parametrize("size", [-1, 700])
@pytest.mark.parametrize("name", PACKERS)
def test_one_frame_or_many_give_the_whole(name: str, size: int) -> None:
    pack = PACKERS[name]
    assert _unpacked(pack(WHOLE), size) == (WHOLE, None)
    assert _unpacked(b"".join(pack(record) for record in RECORDS), size) == (WHOLE, None)
    assert _unpacked(pack(WHOLE) + b"\0" * 1000, size) == (WHOLE, None)


def test_what_is_not_packed_stays_as_it_is() -> None:
    assert _unpacked(WHOLE) == (WHOLE, None)
    assert _unpacked(WHOLE, 700) == (WHOLE, None)
    assert _unpacked(b"") == (b"", None)


@pytest.mark.parametrize("name", PACKERS)
def test_a_cut_costs_no_record_before_it(name: str) -> None:
    members = [PACKERS[name](record) for record in RECORDS]
    data = b"".join(members)
    for cut in range(len(members[0]) + 5, len(data) - 5, 3001):
        whole, end = 0, 0
        while end + len(members[whole]) <= cut:
            end += len(members[whole])
            whole += 1
        if end == cut:
            continue
        content, damage = _unpacked(data[:cut])
        assert content.startswith(b"".join(RECORDS[:whole]))
        assert "near byte" in (damage or ""), cut


@pytest.mark.parametrize("name", PACKERS)
def test_damage_and_what_follows_that_is_foreign_are_told(name: str) -> None:
    packed = PACKERS[name](RECORDS[0])
    assert _unpacked(packed + b"<html>not packed</html>")[0] == RECORDS[0]
    assert "not compressed" in (_unpacked(packed + b"<html>not packed</html>")[1] or "")
    broken = packed + packed[:4] + b"\xff" * 500
    content, damage = _unpacked(broken)
    assert content.startswith(RECORDS[0])
    assert damage


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_dictionary_before_the_frames_is_used(is_packed: bool) -> None:
    dictionary = zstd.train_dict([b"WARC/1.1 response number %d of this crawl" % n * 20 for n in range(200)], 8192)
    content = zstd.compress(dictionary.dict_content) if is_packed else dictionary.dict_content
    first = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    other = b"\x50\x2a\x4d\x18" + (70_000).to_bytes(4, "little") + b"x" * 70_000
    frames = b"".join(zstd.compress(record, zstd_dict=dictionary) for record in RECORDS)
    assert _unpacked(first + frames) == (WHOLE, None)
    assert _unpacked(first + other + frames) == (WHOLE, None)
    assert _unpacked(frames)[1], "a frame whose dictionary is missing is damage"


def test_a_bomb_ends_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "_EXPANSION_COUNTS_FROM", 1 << 20)
    content, damage = _unpacked(gzip.compress(b"\0" * 25_000_000))
    assert len(content) < 24_000_000
    assert "bomb" in (damage or "")
