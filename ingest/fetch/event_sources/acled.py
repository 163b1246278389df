"""ACLED's API: OAuth by myACLED e-mail and password, pages of events, and the list of deleted ones.

API as of 2026: POST /oauth/token (client acled; tokens hold a day, refresh tokens two weeks), GET /api/acled/read and
/api/deleted/read with `limit` and `page`; filters take `<column>_where`. Its terms forbid passing rows on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.fetch.event_sources.http import Client, EventSourceError, shown
from ingest.parse.events.records import EventDocument

BASE_URL = "https://acleddata.com"
EMAIL, PASSWORD, TOKEN = "ACLED_EMAIL", "ACLED_PASSWORD", "ACLED_ACCESS_TOKEN"
_PAGE_SIZE = 5000
_CLIENT_ID = "acled"
_MOST_PAGES = 10_000
_STAMP = re.compile(r"\d{1,10}(\.\d+)?", re.ASCII)


@dataclass(slots=True)
class Session:
    """A logged-in client; it renews its token once when the service says that it has run out."""

    client: Client
    environment: Mapping[str, str]
    base_url: str = BASE_URL
    _access: str | None = None
    _refresh: str | None = None

    def get(self, path: str, params: Mapping[str, str | int]) -> dict[str, Any]:
        """Return an answer's JSON. Raises EventSourceError."""
        url = f"{self.base_url}{path}"
        renewed = False
        if self._access is None:
            self._login()
        while True:
            answer = self.client.get(url, params, {"Authorization": f"Bearer {self._access}"})
            if answer.status != 401 or renewed:
                return _body(answer.content, answer.status, url)
            renewed = True
            self._login(renew=True)

    def _login(self, *, renew: bool = False) -> None:
        email, password = self.environment.get(EMAIL), self.environment.get(PASSWORD)
        given = self.environment.get(TOKEN)
        if given and not renew:
            self._access = given
            return
        if renew and self._refresh and self._token({"grant_type": "refresh_token", "refresh_token": self._refresh}):
            return
        if not (email and password):
            reason = f"the token in {TOKEN} has run out" if given else "no credentials"
            raise EventSourceError(
                f"ACLED: {reason}; put your myACLED account into the environment as {EMAIL} and {PASSWORD}"
            )
        form = {"grant_type": "password", "username": email, "password": password, "scope": "authenticated"}
        if not self._token(form):
            raise EventSourceError(
                f"{shown(self.base_url)}/oauth/token: ACLED refused {EMAIL} and {PASSWORD}; check that you can log in "
                "on its site and have accepted its terms"
            )

    def _token(self, form: Mapping[str, str]) -> bool:
        answer = self.client.post(f"{self.base_url}/oauth/token", {"client_id": _CLIENT_ID, **form})
        if answer.status != 200:
            return False
        try:
            body = json.loads(answer.content)
            self._access, self._refresh = str(body["access_token"]), body.get("refresh_token")
        except (ValueError, KeyError, TypeError):
            raise EventSourceError(f"{shown(self.base_url)}/oauth/token: the answer holds no token") from None
        return True


def fetch_events(
    session: Session, countries: Sequence[str], starts_on: date | None, since: int | None
) -> Iterator[EventDocument]:
    """Yield pages of events of `countries`, changed at or after `since` (seconds since 1970) where given."""
    if not countries:
        raise EventSourceError("ACLED: no conflict.toml names countries under [importers.acled]; nothing to ask for")
    params: dict[str, str | int] = {"country": "|".join(countries)}
    if starts_on is not None:
        params |= {"event_date": starts_on.isoformat(), "event_date_where": ">="}
    if since is not None:
        params |= {"timestamp": since, "timestamp_where": ">="}
    yield from _pages(session, "/api/acled/read", params, "acled events")


def fetch_deletions(session: Session, since: int | None) -> Iterator[EventDocument]:
    """Yield pages of events that ACLED took back at or after `since` (seconds since 1970)."""
    params: dict[str, str | int] = {}
    if since is not None:
        params = {"deleted_timestamp": since, "deleted_timestamp_where": ">="}
    yield from _pages(session, "/api/deleted/read", params, "acled deletions")


def latest_stamp(content: bytes, column: str) -> int | None:
    """Return the highest time in a page's `column`, None where there is none; what is no time is told when loaded."""
    rows = json.loads(content).get("data", [])
    stated = (str(row.get(column) or "").strip() for row in rows if isinstance(row, dict))
    return max((int(float(stamp)) for stamp in stated if _STAMP.fullmatch(stamp)), default=None)


def _pages(session: Session, path: str, params: Mapping[str, str | int], name: str) -> Iterator[EventDocument]:
    for page in range(1, _MOST_PAGES):
        body = session.get(path, {**params, "_format": "json", "limit": _PAGE_SIZE, "page": page})
        rows = body["data"]
        if rows:
            # The rows alone: counts and times of the answer differ at each call, and would hide that nothing changed.
            content = json.dumps({"data": rows}, ensure_ascii=False, sort_keys=True).encode()
            yield EventDocument(f"{name} page {page}", content)
        if len(rows) < _PAGE_SIZE:
            return


def _body(content: bytes, status: int, url: str) -> dict[str, Any]:
    if status in {401, 403}:
        raise EventSourceError(
            f"{shown(url)}: ACLED refused access (HTTP {status}); log in on its site, accept its terms, fill in your "
            "profile and see that your account may use the API"
        )
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if status != 200 or not isinstance(body, dict) or not isinstance(body.get("data"), list):
        raise EventSourceError(f"{shown(url)}: HTTP {status} without rows; try again later")
    return body
