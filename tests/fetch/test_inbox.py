"""The inbox takes in what waits, moves it out of the way, and loses nothing."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from ingest.fetch.archive import Archive
from ingest.fetch.inbox import take_in_inbox, waiting_files
from ingest.settings import Settings

PAGE = b"<html><head><title>Ferry talks</title></head><body><p>The ferry sails again on Monday.</p></body></html>"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path / "data", state=tmp_path / "state")
    settings.inbox.mkdir(parents=True)
    return settings


def _drop(settings: Settings, name: str, content: bytes, age_s: float = 60) -> Path:
    path = settings.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = time.time() - age_s
    os.utime(path, (moment, moment))
    return path


def test_a_saved_page_is_archived_with_what_its_sidecar_says_and_moved(settings: Settings) -> None:
    _drop(settings, "october/ferry.html", PAGE)
    sidecar = {"url": "http://news.example/ferry/", "fetched_at": "2020-10-12T08:00:00"}
    _drop(settings, "october/ferry.html.json", json.dumps(sidecar).encode())

    report = take_in_inbox(settings, lambda _: None)

    (capture,) = Archive(settings.archive).records()
    assert capture.url == "http://news.example/ferry/"
    assert capture.fetched_at.isoformat() == "2020-10-12T08:00:00+00:00"
    assert capture.content == PAGE
    assert report.counts == {"archived": 1}
    assert not waiting_files(settings.inbox, time.time())
    moved = sorted(path.name for path in (settings.state / "inbox_done").rglob("*") if path.is_file())
    assert moved == ["ferry.html", "ferry.html.json"]


def test_an_unreadable_file_is_rejected_with_a_word_and_kept(settings: Settings) -> None:
    _drop(settings, "nothing.html", b"")
    said: list[str] = []

    take_in_inbox(settings, said.append)

    assert said == ["nothing.html rejected: empty"]
    assert [p.name for p in (settings.state / "inbox_rejected").rglob("*.html")] == ["nothing.html"]


def test_a_file_still_being_copied_waits(settings: Settings) -> None:
    young = _drop(settings, "young.html", PAGE, age_s=0)
    assert take_in_inbox(settings, lambda _: None).counts == {}
    assert young.exists()


def test_the_same_page_twice_is_in_the_archive_once(settings: Settings) -> None:
    for name in ("a.html", "b.html"):
        _drop(settings, name, PAGE)
        take_in_inbox(settings, lambda _: None)
    assert len(list(Archive(settings.archive).records())) == 1


@pytest.mark.parametrize("sidecar", [b"{", b"[]", b'{"fetched_at": "yesterday"}', b'{"fetched_at": 5}', b"\xff"])
def test_a_sidecar_that_says_nothing_readable_stops_no_other_page(settings: Settings, sidecar: bytes) -> None:
    _drop(settings, "a.html", PAGE)
    _drop(settings, "a.html.json", sidecar)
    _drop(settings, "b.html", PAGE)
    said: list[str] = []

    assert take_in_inbox(settings, said.append).counts == {"bad_sidecar": 1, "archived": 1}

    assert "a.html rejected: a.html.json is not an object" in said[0]
    assert sorted(p.name for p in (settings.state / "inbox_rejected").rglob("*.*")) == ["a.html", "a.html.json"]


def test_a_file_that_fails_again_is_rejected_again_and_stored_once(settings: Settings) -> None:
    for _ in range(2):
        _drop(settings, "nothing.html", b"")
        assert take_in_inbox(settings, lambda _: None).counts == {"empty": 1}
    assert len(list(Archive(settings.archive).records())) == 1
    assert not (settings.state / "inbox_done").exists()
