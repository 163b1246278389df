"""Real archives of many tools, good and broken: how many records of each type are read, and how each page ended.

The figures may only get better: every file gives at least what the better of warcio and FastWARC reads of it.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from ingest.fetch.files import read_path
from ingest.records import Capture, CaptureKind, Status

WHOLE = {"warcinfo": 1, "request": 1, "response": 1, "metadata": 1}
NEWS = {"warcinfo": 1, "request": 17, "response": 16, "metadata": 16}
COLLECTION = {"warcinfo": 2, "request": 1, "response": 1}
GOLD: dict[str, tuple[dict[str, int], dict[str, int]]] = {
    "cc_whirlwind.warc": (WHOLE, {"page": 1}),
    "cc_whirlwind.warc.gz": (WHOLE, {"page": 1}),
    "cc_whirlwind.warc.wat.gz": ({"warcinfo": 1, "metadata": 1}, {"empty": 1}),
    "cc_whirlwind.warc.wet.gz": ({"warcinfo": 1, "conversion": 1}, {"page": 1}),
    "pywacz_example-collection-with-lists.warc": (
        {"warcinfo": 2, "request": 18, "response": 18},
        {"page": 6, "http_error": 1, "unsupported_type": 11},
    ),
    "pywacz_invalid_example_1.wacz": ({}, {"unsupported_type": 1}),
    "pywacz_valid_example_2.wacz": (COLLECTION, {"page": 1}),
    "pywacz_valid_signed_example_1.wacz": ({"request": 2, "response": 2}, {"page": 1, "http_error": 1}),
    "pywb_iana.warc.gz": (
        {"warcinfo": 1, "request": 171, "response": 48, "revisit": 123},
        {"page": 16, "empty": 16, "unsupported_type": 12, "http_error": 4, "not_modified": 123},
    ),
    "pywb_valid_example_1.wacz": (COLLECTION, {"page": 1}),
    "resiliparse_clipped.warc.gz": ({"response": 1}, {"page": 1, "malformed": 1}),
    "resiliparse_clueweb-quirk.warc.gz": ({"warcinfo": 1, "response": 29}, {"page": 29}),
    "resiliparse_warcfile.warc.gz": (NEWS, {"page": 16}),
    "resiliparse_warcfile.warc.lz4": (NEWS, {"page": 16}),
    "warcio_example-bad.warc.gz.bad": (
        {"warcinfo": 1, "request": 2, "response": 2, "revisit": 1},
        {"page": 1, "http_error": 1, "not_modified": 1},
    ),
    "warcio_example-iana.org-chunked.warc": ({"warcinfo": 1, "request": 1, "response": 1}, {"page": 1}),
    "warcio_example-trunc.warc": (COLLECTION, {"page": 1}),
    "warcio_example-wget-bad-target-uri.warc.gz": (WHOLE | {"resource": 2}, {"page": 1, "unsupported_type": 2}),
    "warcio_example-wrong-chunks.warc.gz": ({"request": 1, "response": 1}, {"page": 1}),
    "warcio_example.arc.gz": ({"warcinfo": 1, "response": 1}, {"page": 1}),
    "warcio_example.warc.gz": (
        {"warcinfo": 2, "request": 2, "response": 1, "revisit": 1},
        {"page": 1, "not_modified": 1},
    ),
    "warcio_post-test.warc.gz": ({"request": 3, "response": 3}, {"page": 3}),
}
"""Records by type, and captures by status (`page` where a parser reads them)."""


def _read(path: Path) -> tuple[dict[str, int], list[Capture]]:
    passed_over = Counter[str]()
    captures = list(read_path(path, passed_over=passed_over))
    kinds = Counter(capture.kind.value for capture in captures if capture.kind is not CaptureKind.FAILURE)
    return dict(kinds + passed_over), captures


@pytest.mark.parametrize("name", GOLD)
def test_every_record_is_read_and_every_page_ends_in_one_status(shared: Path, name: str) -> None:
    records, captures = _read(shared / "warc" / name)
    expected_records, expected_statuses = GOLD[name]
    assert records == expected_records
    assert dict(Counter(str(capture.status or "page") for capture in captures)) == expected_statuses
    for capture in captures:
        if capture.status not in (None, Status.NOT_MODIFIED):
            assert capture.status_detail
        if capture.kind is CaptureKind.FAILURE:
            assert name in (capture.status_detail or "")


def test_no_file_of_the_collection_is_left_out(shared: Path) -> None:
    assert set(GOLD) == {path.name for path in (shared / "warc").iterdir()} - {"expected.txt"}


def test_no_other_reader_finds_more(shared: Path) -> None:
    text = (shared / "warc" / "expected.txt").read_text(encoding="utf-8")
    entries = re.split(r"^(?=\S+ \d+ \|)", text, flags=re.MULTILINE)[1:]
    assert len(entries) >= 15
    for entry in entries:
        name, ours = entry.split(" ", 1)[0], GOLD[entry.split(" ", 1)[0]][0]
        for theirs in entry.split("| fastwarc"):
            for kind, count in re.findall(r"'(\w+)': (\d+)", theirs):
                assert ours.get(kind, 0) >= int(count), (name, kind)


def test_a_clipped_archive_names_the_cut_and_keeps_the_page_before_it(shared: Path) -> None:
    page, failure = _read(shared / "warc" / "resiliparse_clipped.warc.gz")[1]
    assert len(page.content) > 50_000
    assert "cut" in (page.status_detail or "")
    assert "near byte 18,184" in (failure.status_detail or "")


def test_packings_of_one_archive_give_the_same_pages(shared: Path) -> None:
    zipped, lz4 = (_read(shared / "warc" / f"resiliparse_warcfile.warc.{packing}")[1] for packing in ("gz", "lz4"))
    assert [(c.url, c.content, c.media_type) for c in zipped] == [(c.url, c.content, c.media_type) for c in lz4]
