"""The framing of archives: damage costs the records it hits and no other, and is told with its place."""

from __future__ import annotations

import gzip
import random
import sys
import time
from collections.abc import Callable
from io import BytesIO
from itertools import chain

import lz4.frame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.fetch.warc import to_capture
from ingest.fetch.warc_records import DamagedWarcError, read_records

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Pack = Callable[[bytes], bytes]
PACKS: dict[str, Pack] = {"plain": bytes, "gzip": gzip.compress, "zstd": zstd.compress, "lz4": lz4.frame.compress}
BODIES = [random.Random(n).randbytes(400).hex().encode() for n in range(8)]  # noqa: S311


def _record(body: bytes, length: int | None = None, kind: str = "resource") -> bytes:
    stated = len(body) if length is None else length
    head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://e.org/a\r\nContent-Length: {stated}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


RECORDS = [_record(body) for body in BODIES]


def _read(data: bytes) -> tuple[list[bytes], str]:
    bodies = []
    try:
        for record in read_records(BytesIO(data)):
            body = record.read()
            while more := record.read():
                body += more
            bodies.append(body)
    except DamagedWarcError as error:
        return bodies, str(error)
    return bodies, ""


@pytest.mark.parametrize("name", PACKS)
def test_whole_files_give_every_record(name: str) -> None:
    pack = PACKS[name]
    assert _read(b"".join(map(pack, RECORDS))) == (BODIES, "")
    assert _read(pack(b"".join(RECORDS))) == (BODIES, "")


@pytest.mark.parametrize("name", PACKS)
def test_a_cut_gives_all_before_it_and_says_where(name: str) -> None:
    members = list(map(PACKS[name], RECORDS))
    for keep in range(1, len(members)):
        start = sum(map(len, members[:keep]))
        for more in (3, 7, 40, len(members[keep]) // 2, len(members[keep]) - 6):
            bodies, damage = _read(b"".join(members)[: start + more])
            assert bodies[:keep] == BODIES[:keep], (keep, more)
            assert len(bodies) <= keep + 1
            assert f"after {keep}" in damage or f"after {keep + 1}" in damage, (keep, more)
            assert "byte" in damage


@pytest.mark.parametrize("name", PACKS)
def test_records_behind_damage_are_read_too(name: str) -> None:
    members = list(map(PACKS[name], RECORDS))
    hurt = bytearray(members[3])
    hurt[4:60] = b"\xff" * 56
    bodies, damage = _read(b"".join([*members[:3], bytes(hurt), *members[4:]]))
    assert bodies[:3] == BODIES[:3]
    assert set(BODIES[5:]) <= set(bodies) if name in ("plain", "gzip") else True
    assert "after 3 readable records" in damage
    if name == "plain":
        assert "4 behind it were read" in damage
        assert bodies == BODIES[:3] + BODIES[4:]


@pytest.mark.parametrize(
    ("length", "kept"),
    [(len(BODIES[1]) - 300, BODIES[1][:500]), (len(BODIES[1]) + 300, BODIES[1])],
)
def test_a_wrong_length_hurts_no_record_but_the_next(length: int, kept: bytes) -> None:
    bodies, damage = _read(b"".join([RECORDS[0], _record(BODIES[1], length), *RECORDS[2:]]))
    assert bodies[0] == BODIES[0]
    assert bodies[1].startswith(kept)
    assert bodies[-5:] == BODIES[3:]
    assert "no WARC or ARC record" in damage


def test_a_few_stray_bytes_are_passed_over() -> None:
    assert _read(b"\r\n".join([RECORDS[0], b"\0\0", b"--", RECORDS[1], b"\0" * 20])) == (BODIES[:2], "")


@pytest.mark.parametrize(
    "head",
    [
        b"WARC/1.1\r\nWARC-Type: resource\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: 3\r\n\r\n",
        b"WARC/1.1\r\nWARC-Type: resource\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"WARC/1.1\r\nWARC-Type: resource\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_a_head_that_says_too_little_is_told_and_passed_over(head: bytes) -> None:
    bodies, damage = _read(RECORDS[0] + head + b"abc\r\n\r\n" + RECORDS[1])
    assert bodies == BODIES[:2]
    assert "lacks WARC-Type or Content-Length" in damage


def test_heads_of_old_tools_are_read() -> None:
    head = b"WARC/0.18\nwarc-type: Response\nContent-Length: 3\nWARC-Target-URI:\n <http://e.org/b>\nX: \xe9\n\n"
    (record,) = read_records(BytesIO(head + b"abc\n\n"))
    assert record.kind == "response"
    assert record.fields.get("x") == "é"
    capture = to_capture(record, "s")
    assert capture is not None
    assert capture.url == "http://e.org/b"


@pytest.mark.parametrize(
    "columns", [b"URL IP-address Archive-date Content-type Archive-length", b"a b c d e f g h i j"]
)
def test_arc_files_of_both_versions_are_read(columns: bytes) -> None:
    extra = b"" if columns.startswith(b"URL") else b" 200 - - 0 x"
    version = b"1 0 Tool\n" + columns + b"\n"
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x</p>"
    data = b"filedesc://a.arc 0.0.0.0 20201003120000 text/plain %d\n%b\n" % (len(version), version)
    line = b"http://e.org/a b 1.2.3.4 20201003120000 text/html%b %d\n" % (extra, len(answer))
    if not extra:
        data += line + answer + b"\n" + line + answer[:-3]
    else:
        data = data.replace(b" text/plain ", b" text/plain ") + line + answer + b"\n" + line + answer[:-3]
    captures, damage = [], ""
    try:
        captures = [to_capture(record, "s") for record in read_records(BytesIO(data))]
    except DamagedWarcError as error:
        damage = str(error)
    assert captures == []
    assert "ends within a record" in damage
    first = next(capture for record in read_records(BytesIO(data)) if (capture := to_capture(record, "s")))
    assert (first.url, first.content, first.http_status) == ("http://e.org/a b", b"<p>x</p>", 200)
    assert first.fetched_at.year == 2020


def test_bytes_without_any_record_cost_little_time() -> None:
    magics = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"\x50\x2a\x4d\x18\0\0\0\0")
    for filler in (b"\0", b"a", b"WARC/1.0\r\n", b"WARC/", b"WARC/1.0\r\n\r\n", b"\r\n", b"\n ", *magics):
        started = time.process_time()
        bodies, _ = _read(filler * (4_000_000 // len(filler)))
        assert bodies == []
        assert time.process_time() - started < 10, filler


def test_much_damage_is_told_in_few_words() -> None:
    damaged = b"".join(record + b"x" * 100 for record in RECORDS) * 40
    bodies, damage = _read(damaged)
    assert len(bodies) == 8 * 40
    assert "at least 99 places more" in damage
    assert len(damage) < 400


def test_a_head_cut_by_the_next_record_costs_only_its_own() -> None:
    cut_head = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 7\r\nWARC-Tar\r\n"
    bodies, damage = _read(RECORDS[0] + cut_head + RECORDS[1])
    assert bodies == BODIES[:2]
    assert "after 1 readable record: a record's head has no end" in damage


@settings(max_examples=150, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(PACKS)))
def test_no_mutation_crashes_or_invents_a_record(data: st.DataObject, name: str) -> None:
    file = bytearray(b"".join(map(PACKS[name], RECORDS)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(file) - 1))
        file[at : at + data.draw(st.integers(0, 50))] = data.draw(st.binary(max_size=50))
    records, failed = 0, False
    try:
        for record in read_records(BytesIO(bytes(file))):
            records += 1
            to_capture(record, "s")
    except DamagedWarcError:
        failed = True
    assert records <= len(RECORDS) + 1
    assert failed or records >= len(RECORDS) - 1


def test_records_in_members_of_any_cut_are_the_same() -> None:
    whole = b"".join(RECORDS)
    for size in (1, 13, 64, 1000):
        pieces = (whole[start : start + size] for start in range(0, 3000, size))
        packed = b"".join(
            chain(
                map(gzip.compress, pieces), [gzip.compress(whole[3000 // size * size + (size if 3000 % size else 0) :])]
            )
        )
        assert _read(packed) == (BODIES, "")
