"""The archive of event files: every file and every page of an API's answer, once, as it came.

It lies beside the WARC files and is as they are: append-only, and enough to rebuild everything after it. A file is
there when its description is: that is written last.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.parse.events.records import EventDocument
from ingest.records import utc_now

FOLDER = "events"
_STATE = "state.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One archived event file. `file_id` names content, format and conflict together.

    `format` is one of parse.events.FORMATS or "auto"; `conflict_id` is whose an own file is, where its rows do not say.
    """

    file_id: str
    name: str
    format: str
    conflict_id: str | None
    origin: str
    content_sha256: str
    content_bytes: int
    first_read_at: datetime


class EventArchive:
    """The folder `events/` of the archive."""

    def __init__(self, archive: Path) -> None:
        self.folder = archive / FOLDER

    def store(
        self, document: EventDocument, origin: str, expected: str = "auto", conflict_id: str | None = None
    ) -> tuple[Entry, bool]:
        """Keep a file; return its entry and whether it is new. `origin`: inbox, file, ucdp, acled or gdelt."""
        sha256 = hashlib.sha256(document.content).hexdigest()
        file_id = hashlib.sha256(f"{sha256}|{expected}|{conflict_id or ''}".encode()).hexdigest()[:32]
        known = self._describe(self.folder / f"{file_id}.json")
        if known is not None:
            return known, False
        entry = Entry(file_id, document.name, expected, conflict_id, origin, sha256, len(document.content), utc_now())
        self.folder.mkdir(parents=True, exist_ok=True)
        _replace(self.folder / f"{file_id}.gz", gzip.compress(document.content, compresslevel=6, mtime=0))
        values = asdict(entry) | {"first_read_at": entry.first_read_at.isoformat()}
        _replace(self.folder / f"{file_id}.json", json.dumps(values, ensure_ascii=False, indent=1).encode())
        return entry, True

    def file_ids(self) -> set[str]:
        """Return the ids of what is there, without looking into any: there may be many thousands."""
        return {file.stem for file in self.folder.glob("*.json") if file.name != _STATE}

    def entry(self, file_id: str) -> Entry | None:
        """Return one entry, None where there is none of that id."""
        return self._describe(self.folder / f"{file_id}.json")

    def entries(self) -> list[Entry]:
        """List what is there, in the order it came."""
        found = [entry for entry in map(self.entry, self.file_ids()) if entry is not None]
        return sorted(found, key=lambda entry: (entry.first_read_at, entry.file_id))

    def read(self, entry: Entry) -> EventDocument:
        """Return an archived file. Raises OSError where it cannot be read."""
        return EventDocument(entry.name, gzip.decompress((self.folder / f"{entry.file_id}.gz").read_bytes()))

    def _describe(self, file: Path) -> Entry | None:
        if not file.is_file():
            return None
        values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return Entry(**(values | {"first_read_at": datetime.fromisoformat(values["first_read_at"])}))

    def state(self, source: str) -> dict[str, Any]:
        """Return how far a service has been read: what `set_state` was given last."""
        return dict(self._states().get(source, {}))

    def set_state(self, source: str, values: dict[str, Any]) -> None:
        """Remember how far a service has been read, once all of it is archived."""
        self.folder.mkdir(parents=True, exist_ok=True)
        states = self._states() | {source: values}
        _replace(self.folder / _STATE, json.dumps(states, indent=1, sort_keys=True).encode())

    def _states(self) -> dict[str, dict[str, Any]]:
        file = self.folder / _STATE
        if not file.is_file():
            return {}
        states: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        return states


def _replace(file: Path, content: bytes) -> None:
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(file)
