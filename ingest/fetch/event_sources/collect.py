"""One visit to a service of event data: what is new goes into the archive, how far we got is remembered."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from ingest.conflict import Conflict, load_conflicts
from ingest.fetch.event_sources import acled, gdelt, ucdp
from ingest.fetch.event_sources.files import Unreadable
from ingest.fetch.event_sources.http import Client, EventSourceError
from ingest.fetch.event_sources.settings import Service
from ingest.fetch.event_sources.store import EventArchive
from ingest.parse.events.records import EventDocument
from ingest.records import Report, utc_now
from ingest.settings import Settings

_MOST_MISSED = 500

Say = Callable[[str], None]


@dataclass(slots=True)
class Visit:
    """What a visit needs: the conflicts that say what to ask for, where to keep it, and how to ask.

    `report` counts `files` and `new files`; `report.details["problems"]` lists what could not be had.
    """

    conflicts: Iterable[Conflict]
    archive: EventArchive
    service: Service
    say: Say
    client: Client = field(default_factory=Client)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    today: date = field(default_factory=lambda: utc_now().date())
    report: Report = field(default_factory=Report)

    def codes(self, key: str) -> list[str]:
        """Return what all conflicts list under `key` for this service."""
        return sorted({code for c in self.conflicts for code in c.importers.codes(self.service.name, key)})

    @property
    def starts_on(self) -> date | None:
        """The first day any conflict wants of this service."""
        return min((c.starts_on for c in self.conflicts if self.service.name in c.importers.lists), default=None)

    def keep(self, document: EventDocument, expected: str) -> None:
        """Archive one document."""
        _, is_new = self.archive.store(document, self.service.name, expected)
        self.report.add("files")
        self.report.add("new files", int(is_new))

    def problem(self, text: str) -> None:
        """Note what could not be had, and go on."""
        self.report.details.setdefault("problems", []).append(text)
        self.say(text)


def visit(what: Visit) -> Report:
    """Ask the service for what is new. Raises EventSourceError; what came before the failure is archived."""
    if what.starts_on is None:
        raise EventSourceError(
            f"no conflict.toml has a section [importers.{what.service.name}]; without it no event would be claimed"
        )
    what.report.details["problems"] = []
    {"ucdp": _ucdp, "acled": _acled, "gdelt": _gdelt}[what.service.name](what)
    return what.report


def visit_service(settings: Settings, service: Service, say: Say) -> Report:
    """Ask one service for the conflicts of an installation; a failure is the last of the report's problems."""
    what = Visit(load_conflicts(settings.conflicts), EventArchive(settings.archive), service, say)
    try:
        return visit(what)
    except EventSourceError as error:
        what.problem(str(error))
        return what.report


def _ucdp(what: Visit) -> None:
    token = what.environment.get(ucdp.TOKEN)
    if not token:
        raise EventSourceError(
            f"{ucdp.TOKEN} is not set; UCDP's API needs a token (ask for one on the API's page). Without one, download "
            "the release and import the file: parley events import FILE"
        )
    if what.service.releases:
        for release in what.service.releases:
            if not _take_release(what, token, release):
                what.problem(f"UCDP knows no release {release}; check [events.ucdp] releases in data/sources.toml")
    else:
        any(_take_release(what, token, release) for release in ucdp.yearly_releases(what.today))
    for release in ucdp.candidate_releases(what.today) if what.service.candidate else []:
        if not _take_release(what, token, release):
            what.say(f"UCDP's Candidate release {release} is not out")


def _take_release(what: Visit, token: str, release: str) -> bool:
    """Archive a release unless that was done; return whether there is one."""
    countries = what.codes("country_ids")
    # Another choice of countries or days makes a release worth asking for again.
    key = f"{release}|{','.join(countries)}|{what.starts_on}"
    complete: list[str] = what.archive.state("ucdp").get("complete", [])
    if key in complete:
        return True
    pages = ucdp.fetch_release(what.client, token, release, countries, what.starts_on, what.service.url)
    if pages is None:
        return False
    for page in pages:
        what.keep(page, "ucdp_ged")
    what.archive.set_state("ucdp", {"complete": [*complete, key]})
    what.say(f"UCDP release {release} is complete")
    return True


def _acled(what: Visit) -> None:
    session = acled.Session(what.client, what.environment, what.service.url)
    state = what.archive.state("acled")
    countries = what.codes("countries")
    asked = f"{'|'.join(countries)} from {what.starts_on}"
    since: int | None = state.get("changed") if state.get("asked") == asked else None
    deleted_since: int | None = state.get("deleted")
    changed, deleted = since, deleted_since
    for page in acled.fetch_deletions(session, deleted_since):
        what.keep(page, "acled_deleted")
        deleted = _later(deleted, acled.latest_stamp(page.content, "deleted_timestamp"))
    for page in acled.fetch_events(session, countries, what.starts_on, since):
        what.keep(page, "acled")
        changed = _later(changed, acled.latest_stamp(page.content, "timestamp"))
    what.archive.set_state("acled", {"asked": asked, "changed": changed, "deleted": deleted})


def _later(first: int | None, second: int | None) -> int | None:
    return max((stamp for stamp in (first, second) if stamp is not None), default=None)


def _gdelt(what: Visit) -> None:
    for which in ("", gdelt.TRANSLATED) if what.service.translated else ("",):
        _gdelt_list(what, which)


def _gdelt_list(what: Visit, which: str) -> None:
    name = f"gdelt{which}"
    state = what.archive.state(name)
    missed = [gdelt.Listed(**values) for values in state.get("missed", [])]
    listed = gdelt.discover(what.client, state.get("stamp"), what.service.url, which)
    still_missed = [file for file in missed if not _take_gdelt(what, file)]
    done: str | None = state.get("stamp")
    for taken, (stamp, files) in enumerate(groupby(listed, key=lambda file: file.stamp)):
        if 2 * taken >= what.service.max_files:
            what.say(f"{what.service.max_files} files are enough for one visit; the next one goes on from {done}")
            break
        still_missed += [file for file in files if not _take_gdelt(what, file)]
        done = stamp
        what.archive.set_state(name, {"stamp": done, "missed": _remembered(still_missed)})
    what.archive.set_state(name, {"stamp": done, "missed": _remembered(still_missed)})


def _take_gdelt(what: Visit, file: gdelt.Listed) -> bool:
    good = True
    for item in gdelt.download(what.client, file):
        if isinstance(item, Unreadable):
            what.problem(item.reason)
            good = False
        else:
            what.keep(item, file.format)
    return good


def _remembered(files: list[gdelt.Listed]) -> list[dict[str, Any]]:
    return [{"stamp": f.stamp, "kind": f.kind, "url": f.url, "md5": f.md5} for f in files[-_MOST_MISSED:]]
