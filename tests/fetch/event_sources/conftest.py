"""A fake service, an invented conflict that wants events, and an archive for what comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ingest.conflict import Conflict, load_conflict
from ingest.fetch.event_sources.collect import Visit
from ingest.fetch.event_sources.http import Client
from ingest.fetch.event_sources.settings import Service
from ingest.fetch.event_sources.store import EventArchive
from tests.fetch.event_sources.fake_service import FakeService, serving

FILES = {
    "conflict.toml": (
        'name = "Ruritania"\nstarts_on = 2031-01-05\n'
        "[importers.ucdp]\nconflict_ids = [1]\ncountry_ids = [41, 42]\n"
        '[importers.acled]\ncountries = ["Ruritania", "Grand Fenwick"]\n'
        '[importers.gdelt]\nfips = ["RU"]\n'
    ),
    "parties.csv": "party_id,name,kind\nrur,Ruritania,belligerent\nfen,Grand Fenwick,belligerent\n",
    "places.csv": "place_id,name,kind\nstrelsau,Strelsau,city\n",
    "events.csv": "event_id,name,start_date\n",
    "lexicon.csv": "party_id,term,kind,language\n",
}


@pytest.fixture
def service() -> Iterator[FakeService]:
    with serving() as site:
        yield site


@pytest.fixture
def conflict(tmp_path: Path) -> Conflict:
    folder = tmp_path / "conflicts" / "ruritania"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_conflict(folder)


@pytest.fixture
def archive(tmp_path: Path) -> EventArchive:
    return EventArchive(tmp_path / "archive")


class Slept(list[float]):
    """The waits a client was told to make, none of them made."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def slept() -> Slept:
    return Slept()


@pytest.fixture
def plan(service: FakeService, conflict: Conflict, archive: EventArchive, slept: Slept) -> Plan:
    return Plan(service, conflict, archive, slept)


class Plan:
    """Makes visits to the fake service."""

    def __init__(self, service: FakeService, conflict: Conflict, archive: EventArchive, slept: Slept) -> None:
        self.service, self.conflict, self.archive, self.slept = service, conflict, archive, slept
        self.said: list[str] = []
        self.environment = {"UCDP_ACCESS_TOKEN": "sesame", "ACLED_EMAIL": "a@b.example", "ACLED_PASSWORD": "pass-word"}

    def visit(self, name: str, **options: object) -> Visit:
        config = Service(name, enabled=True, url=self.service.base, **options)  # type: ignore[arg-type]
        return Visit(
            [self.conflict],
            self.archive,
            config,
            self.said.append,
            Client(attempts=3, sleep=self.slept),
            self.environment,
            date(2031, 3, 10),
        )

    def names(self) -> list[str]:
        return [entry.name for entry in self.archive.entries()]
