"""Reading archives beside warcio and FastWARC in one run: records a second, cuts told, records found behind damage.

CPU seconds of one process, the best of several rounds that take turns; ratios are printed, and time fails nothing.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import process_time

import lz4.frame
import pytest
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from ingest.fetch.warc import to_capture
from ingest.fetch.warc_records import read_records

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ROUNDS = 4
COPIES = 40
Read = Callable[[bytes], int]


def _parley(data: bytes) -> int:
    return sum(1 for record in read_records(BytesIO(data)) if record.read() is not None)


def _parley_captures(data: bytes) -> int:
    return len([to_capture(record, "bench") for record in read_records(BytesIO(data))])


def _warcio(data: bytes) -> int:
    return sum(1 for record in WarcioIterator(BytesIO(data)) if record.content_stream().read() is not None)


def _fastwarc(data: bytes) -> int:
    from fastwarc.warc import ArchiveIterator

    return sum(1 for record in ArchiveIterator(BytesIO(data)) if record.reader.read() is not None)


READERS: dict[str, Read] = {
    "Parley, records": _parley,
    "Parley, captures": _parley_captures,
    "warcio": _warcio,
    "FastWARC": _fastwarc,
}


def _tells(read: Read, data: bytes) -> bool:
    """Return whether a reader says anything at all of what is missing; its count of records cannot."""
    try:
        read(data)
    except Exception:  # noqa: BLE001  a peer may raise what it likes
        return True
    return False


def test_records_a_second(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("fastwarc", reason="comes with the peers in the dev extra")
    zipped = (shared / "warc" / "resiliparse_warcfile.warc.gz").read_bytes() * COPIES
    plain = gzip.decompress(zipped)
    packed = {"gzip": zipped, "plain": plain, "zstd": zstd.compress(plain), "lz4": lz4.frame.compress(plain)}
    best: dict[tuple[str, str], float] = {}
    for _ in range(ROUNDS):
        for packing, data in packed.items():
            for name, read in READERS.items():
                if name == "warcio" and packing in ("zstd", "lz4"):
                    continue
                start = process_time()
                assert read(data) == 50 * COPIES
                key = name, packing
                best[key] = min(best.get(key, float("inf")), process_time() - start)
    with capsys.disabled():
        print(f"\n{50 * COPIES:,} records, thousands a second on one core (as many times as warcio reads)")
        for name in READERS:
            cells = [
                f"{50 * COPIES / best[name, one] / 1000:7.1f} ({best['warcio', beside] / best[name, one]:4.1f}x) {one}"
                for one in packed
                if (name, one) in best
                for beside in ("gzip" if one == "gzip" else "plain",)
            ]
            print(f"{name:18}" + " ".join(cells))


def test_cuts_are_told(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("fastwarc", reason="comes with the peers in the dev extra")
    told = dict.fromkeys(READERS, 0)
    cuts = 0
    for name in ("cc_whirlwind.warc.gz", "warcio_example.warc.gz", "warcio_example-iana.org-chunked.warc"):
        data = (shared / "warc" / name).read_bytes()
        for size in range(60, len(data) - 8, max(1, len(data) // 60)):
            cuts += 1
            for reader, read in READERS.items():
                told[reader] += _tells(read, data[:size])
    with capsys.disabled():
        print(f"\n{cuts} cuts of 3 files: " + ", ".join(f"{name} tells of {n / cuts:.0%}" for name, n in told.items()))
    # A cut exactly between two records cannot be seen, which none of these is likely to be.
    assert told["Parley, records"] >= 0.99 * cuts
