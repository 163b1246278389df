"""UCDP's API: pages of GED and of its Candidate releases, with the token from UCDP_ACCESS_TOKEN.

API as of 2026: `/api/gedevents/<version>`, header x-ucdp-access-token, at most 1,000 rows a page, the next page's
address in NextPageUrl, 5,000 requests a day; too many at once are answered with 400.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from ingest.fetch.event_sources.http import Client, EventSourceError, same_host, shown
from ingest.parse.events.records import EventDocument

BASE_URL = "https://ucdpapi.pcr.uu.se/api"
TOKEN = "UCDP_ACCESS_TOKEN"  # noqa: S105  the variable's name, not a token
_PAGE_SIZE = 1000


def candidate_releases(today: date) -> list[str]:
    """List the monthly Candidate releases that may be out and no yearly one covers yet, oldest first."""
    year, month = today.year % 100, today.month
    releases = [f"{year}.0.{m}" for m in range(1, month)]
    # The yearly release of June covers the year before.
    earlier = [f"{year - 1}.0.{m}" for m in range(1, 13)] if month <= 6 else []
    return earlier + releases


def yearly_releases(today: date) -> list[str]:
    """List the yearly releases that may be the newest, newest first: each comes out about June."""
    year = today.year % 100
    return [f"{year}.1", f"{year - 1}.1"]


def fetch_release(
    client: Client,
    token: str,
    release: str,
    countries: Sequence[str],
    starts_on: date | None,
    base_url: str = BASE_URL,
) -> Iterator[EventDocument] | None:
    """Return the pages of a release, or None where there is no such release (yet): the API says 404, at times 400.

    `countries` are Gleditsch and Ward's numbers; none means all. Raises EventSourceError, also while pages are taken.
    """
    url = f"{base_url}/gedevents/{release}"
    params: dict[str, str | int] = {"pagesize": _PAGE_SIZE, "page": 1}
    if countries:
        params["Country"] = ",".join(countries)
    if starts_on is not None:
        params["StartDate"] = starts_on.isoformat()
    first = client.get(url, params, _headers(token))
    if first.status in {400, 404}:
        return None
    return _pages(client, token, release, first.content, first.status, first.url)


def _headers(token: str) -> dict[str, str]:
    return {"x-ucdp-access-token": token, "Accept": "application/json"}


def _pages(
    client: Client, token: str, release: str, content: bytes, status: int, address: str
) -> Iterator[EventDocument]:
    number, rows, seen = 1, 0, {address}
    while True:
        body = _body(content, status, address)
        rows += len(body["Result"])
        yield EventDocument(f"gedevents/{release} page {number}", content)
        following = body.get("NextPageUrl") or ""
        if not following:
            break
        address = same_host(address, following)
        if address in seen:
            raise EventSourceError(f"{shown(address)} leads back to itself on page {number}; try again later")
        seen.add(address)
        # After the first page the request is known to be good: 400 then means "too many at once".
        answer = client.get(address, headers=_headers(token), again=frozenset({400}))
        content, status, number = answer.content, answer.status, number + 1
    total = body.get("TotalCount")
    if isinstance(total, int) and total != rows:
        raise EventSourceError(
            f"{shown(address)}: {rows:,} rows came where {total:,} were announced; the release changed meanwhile. "
            "What came is kept; fetch it again"
        )


def _body(content: bytes, status: int, address: str) -> dict[str, Any]:
    if status in {401, 403}:
        raise EventSourceError(
            f"{shown(address)}: UCDP refused the token (HTTP {status}). Ask UCDP for one (see its API's page) and put "
            f"it into the environment as {TOKEN}"
        )
    if status != 200:
        raise EventSourceError(f"{shown(address)}: HTTP {status}; check the release's number in data/sources.toml")
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if not isinstance(body, dict) or not isinstance(body.get("Result"), list):
        raise EventSourceError(f"{shown(address)}: the answer is no page of events; UCDP may have changed its API")
    return body
