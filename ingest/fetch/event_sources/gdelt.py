"""GDELT 2.0's files: what is new by lastupdate.txt or the master list, each file checked against its MD5.

Every quarter of an hour GDELT adds an export of events and one of mentions, as zips; both lists have lines of size,
MD5 and address. The master list is over 100 MB long and grows at its end, so its end is asked for first.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.fetch.event_sources.files import Unreadable, read_zip
from ingest.fetch.event_sources.http import Client, EventSourceError, shown
from ingest.parse.events.records import EventDocument

BASE_URL = "http://data.gdeltproject.org/gdeltv2"
_TAIL_BYTES = 2_000_000
_FILE = re.compile(r"/(\d{14})\.(?:translation\.)?(export|mentions)\.CSV\.zip$", re.IGNORECASE)
TRANSLATED = "-translation"
"""The lists of what GDELT found in machine translations, beside those of what it found in English."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file in one of GDELT's lists. `stamp` is its quarter of an hour, YYYYMMDDHHMMSS in UTC."""

    stamp: str
    kind: str
    url: str
    md5: str

    @property
    def format(self) -> str:
        """The name of the file's format among parse.events.FORMATS."""
        return f"gdelt_{self.kind}"


def discover(client: Client, since: str | None, base_url: str = BASE_URL, which: str = "") -> list[Listed]:
    """List the files newer than `since` (a stamp), oldest first; without it those of the last quarter of an hour.

    `which` is empty for English, or TRANSLATED.
    """
    if since is None:
        url = f"{base_url}/lastupdate{which}.txt"
        answer = client.get(url)
        if answer.status != 200:
            raise EventSourceError(f"{shown(url)}: HTTP {answer.status}; try again later")
        return sorted(_some(_listed(answer.content, base_url), url), key=_order)
    url = f"{base_url}/masterfilelist{which}.txt"
    answer = client.get(url, headers={"Range": f"bytes=-{_TAIL_BYTES}"})
    files = _listed(answer.content, base_url) if answer.status in {200, 206} else []
    if answer.status == 206 and (not files or min(file.stamp for file in files) > since):
        answer = client.get(url)
        files = _listed(answer.content, base_url)
    if answer.status not in {200, 206}:
        raise EventSourceError(f"{shown(url)}: HTTP {answer.status}; try again later")
    return sorted((file for file in _some(files, url) if file.stamp > since), key=_order)


def download(client: Client, file: Listed) -> Iterator[EventDocument | Unreadable]:
    """Yield a listed file's table; what is listed and missing, damaged or another than listed is told of."""
    for _ in range(2):
        answer = client.get(file.url)
        if answer.status != 200:
            yield Unreadable(file.url, f"{shown(file.url)}: HTTP {answer.status} although GDELT lists it")
            return
        if hashlib.md5(answer.content, usedforsecurity=False).hexdigest() == file.md5:
            name = urlsplit(file.url).path.rpartition("/")[2]
            yield from read_zip(name, io.BytesIO(answer.content))
            return
    yield Unreadable(file.url, f"{shown(file.url)}: its MD5 is not the listed one, twice; it was not taken in")


def _some(files: list[Listed], url: str) -> list[Listed]:
    if not files:
        raise EventSourceError(f"{shown(url)}: lists no export of events; GDELT may have changed its lists")
    return files


def _order(file: Listed) -> tuple[str, str]:
    return file.stamp, file.kind


def _listed(content: bytes, base_url: str) -> list[Listed]:
    files = []
    for line in content.decode("ascii", "replace").splitlines():
        parts = line.split()
        # The first line of a tail is cut, and lines for GKG, an image's list or nothing at all are not for us.
        if len(parts) != 3 or not re.fullmatch("[0-9a-f]{32}", parts[1].lower()):
            continue
        found = _FILE.search(parts[2])
        if found and urlsplit(parts[2]).hostname == urlsplit(base_url).hostname:
            files.append(Listed(found[1], found[2].lower(), parts[2], parts[1].lower()))
    return files
