"""Event files on disk, the archive that keeps them, the inbox, and what sources.toml says of services."""

from __future__ import annotations

import gzip
import os
import time
import zipfile
from pathlib import Path

import pytest

from ingest.fetch.event_sources.files import Unreadable, read_event_path
from ingest.fetch.event_sources.inbox import take_in, take_in_inbox
from ingest.fetch.event_sources.settings import EventConfigError, load_services
from ingest.fetch.event_sources.store import EventArchive
from ingest.fetch.inbox import waiting_event_files, waiting_files
from ingest.parse.events.records import EventDocument
from ingest.settings import REPO_ROOT, Settings

OWN = b"event_id,name,start_date\na,A,2031-01-01\n"


def _names(path: Path) -> list[str]:
    return [item.name for item in read_event_path(path) if isinstance(item, EventDocument)]


def _reasons(path: Path) -> list[str]:
    return [item.reason for item in read_event_path(path) if isinstance(item, Unreadable)]


def _zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def test_files_zips_gzips_and_folders_of_them_are_read(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_bytes(OWN)
    (tmp_path / "two.jsonl.gz").write_bytes(gzip.compress(b'{"event_id": "a"}\n'))
    _zip(tmp_path / "ged.zip", GEDEvent_v31_1__csv=OWN, codebook__pdf=b"%PDF")
    assert sorted(_names(tmp_path)) == ["ged.zip/GEDEvent_v31_1.csv", "one.csv", "two.jsonl"]
    assert not _reasons(tmp_path)


def test_what_cannot_be_read_is_told_by_name_with_a_mend(tmp_path: Path) -> None:
    whole = _zip(tmp_path / "whole.zip", a__csv=OWN * 500).read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[:-30])
    assert "cut.zip: the zip is damaged or cut off" in _reasons(cut)[0]
    bent = tmp_path / "bent.zip"
    bent.write_bytes(whole[:45] + bytes(b ^ 0xFF for b in whole[45:60]) + whole[60:])
    assert "download it again" in _reasons(bent)[0]
    half = tmp_path / "half.csv.gz"
    half.write_bytes(gzip.compress(OWN * 500)[:-12])
    assert "was the download cut off?" in _reasons(half)[0]
    (tmp_path / "report.pdf").write_bytes(b"%PDF")
    assert "no event file by its name" in _reasons(tmp_path / "report.pdf")[0]
    assert "there is no such file" in _reasons(tmp_path / "missing.csv")[0]
    assert "holds codebook.pdf" in _reasons(_zip(tmp_path / "other.zip", codebook__pdf=b"%PDF"))[0]
    (tmp_path / "void").mkdir()
    assert "the folder is empty" in _reasons(tmp_path / "void")[0]


def test_the_archive_keeps_each_content_once_and_gives_it_back_as_it_came(tmp_path: Path) -> None:
    archive = EventArchive(tmp_path)
    first, is_new = archive.store(EventDocument("a.csv", OWN), "file")
    again, is_new_again = archive.store(EventDocument("b.csv", OWN), "file")
    other, _ = archive.store(EventDocument("a.csv", OWN), "file", conflict_id="gull_rock")
    assert (is_new, is_new_again) == (True, False)
    assert again == first
    assert other.file_id != first.file_id
    assert archive.read(first) == EventDocument("a.csv", OWN)
    assert {entry.file_id for entry in EventArchive(tmp_path).entries()} == {first.file_id, other.file_id}


def test_a_file_whose_description_is_missing_is_not_there_yet(tmp_path: Path) -> None:
    archive = EventArchive(tmp_path)
    entry, _ = archive.store(EventDocument("a.csv", OWN), "file")
    (archive.folder / f"{entry.file_id}.json").unlink()
    assert archive.entries() == []
    assert archive.store(EventDocument("a.csv", OWN), "file")[1]


def test_how_far_a_service_was_read_is_remembered(tmp_path: Path) -> None:
    EventArchive(tmp_path).set_state("gdelt", {"stamp": "x"})
    EventArchive(tmp_path).set_state("ucdp", {"complete": ["31.1"]})
    assert EventArchive(tmp_path).state("gdelt") == {"stamp": "x"}
    assert EventArchive(tmp_path).state("acled") == {}
    assert EventArchive(tmp_path).entries() == []


def test_event_files_in_the_inbox_are_no_pages_and_move_when_taken_in(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", state=tmp_path)
    folder = tmp_path / "inbox" / "events"
    (folder / "gull_rock").mkdir(parents=True)
    (folder / "gull_rock" / "own.csv").write_bytes(OWN)
    (folder / "bad.csv").write_bytes(b"what,is,this\n1,2,3\n")
    (folder / "young.csv").write_bytes(OWN)
    past = time.time() - 60
    for name in ("gull_rock/own.csv", "bad.csv"):
        os.utime(folder / name, (past, past))
    assert waiting_files(settings.inbox, time.time()) == []
    assert len(waiting_event_files(settings.inbox, time.time())) == 2

    report = take_in_inbox(settings, lambda _: None)

    assert report.counts == {"files": 2, "taken in": 1}
    assert "bad.csv:1: no event file that is known" in report.details["problems"][0]
    (entry,) = EventArchive(settings.archive).entries()
    assert (entry.conflict_id, entry.format) == ("gull_rock", "own")
    assert [file.name for file in folder.rglob("*.csv")] == ["young.csv"]
    assert [file.name for file in (tmp_path / "inbox_done").rglob("*.csv")] == ["own.csv"]
    assert [file.name for file in (tmp_path / "inbox_rejected").rglob("*.csv")] == ["bad.csv"]


def test_a_file_that_cannot_be_read_is_not_archived(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"event_id,nom,start_date\n")
    archive = EventArchive(tmp_path / "archive")
    entries, problems = take_in(archive, tmp_path / "bad.csv", "file")
    assert entries == archive.entries() == []
    assert "bad.csv:1: the header of this own file lacks 'name' (renamed to 'nom'?)" in problems[0]


def test_no_service_is_asked_unless_it_is_switched_on(tmp_path: Path) -> None:
    sources = tmp_path / "sources.toml"
    sources.write_text("[demo]\nenabled = true\n")
    assert not any(service.enabled for service in load_services(sources).values())
    sources.write_text('[events.ucdp]\nenabled = true\nreleases = ["31.1"]\n[events.gdelt]\nenabled = false\n')
    services = load_services(sources)
    assert [name for name, service in services.items() if service.enabled] == ["ucdp"]
    assert services["ucdp"].releases == ("31.1",)


def test_the_commented_example_that_ships_is_right(tmp_path: Path) -> None:
    lines = (REPO_ROOT / "data" / "sources.toml").read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("# [events.ucdp]"))
    end = next(n for n in range(start, len(lines)) if not lines[n].strip())
    (tmp_path / "sources.toml").write_text("\n".join(line.removeprefix("#").strip() for line in lines[start:end]))
    assert all(service.enabled for service in load_services(tmp_path / "sources.toml").values())
    assert not any(service.enabled for service in load_services(REPO_ROOT / "data" / "sources.toml").values())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[events.uppsala]\n", "[events] has the unknown key 'uppsala'"),
        ("[events.ucdp]\nrelease = 1\n", "[events.ucdp] has the unknown key 'release'"),
        ("[events.gdelt]\nmax_files = 0\n", "it must be 1 or more"),
        ("[events.acled]\nenabled = 1\n", "is not of the kind bool"),
        ("[events.ucdp]\nreleases = [31.1]\n", 'must be texts, such as ["25.1"'),
        ("[events\n", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_in_the_section_events_is_named(tmp_path: Path, text: str, told: str) -> None:
    sources = tmp_path / "sources.toml"
    sources.write_text(text)
    with pytest.raises(EventConfigError) as error:
        load_services(sources)
    assert told in str(error.value)
    assert "sources.toml" in str(error.value)
