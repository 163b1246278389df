"""Asking a service politely: back-off, Retry-After, cut transfers asked again, secrets kept out of messages."""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import requests

MAX_BYTES = 512 * 1024**2
_AGAIN = frozenset({429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_TIMEOUT_S = (10.0, 120.0)
_LONGEST_WAIT_S = 300.0
_USER_AGENT = "Parley event importer"


class EventSourceError(RuntimeError):
    """A service did not give what was asked; the message names the address and what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer of a service."""

    status: int
    content: bytes
    url: str
    content_range: str | None = None


@dataclass(slots=True)
class Client:
    """Asks one service. `sleep` waits between attempts; tests give their own."""

    attempts: int = 5
    sleep: Callable[[float], None] = time.sleep
    session: requests.Session = field(default_factory=requests.Session)

    def get(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        again: frozenset[int] = frozenset(),
    ) -> Answer:
        """GET an address; `again` names further statuses that mean "later". Raises EventSourceError when all fail."""
        return self._ask("GET", url, params=params, headers=headers, again=again)

    def post(self, url: str, data: Mapping[str, str]) -> Answer:
        """POST a form. Raises EventSourceError when all attempts fail."""
        return self._ask("POST", url, data=data)

    def _ask(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        again: frozenset[int] = frozenset(),
    ) -> Answer:
        trouble = ""
        for attempt in range(1, self.attempts + 1):
            wait = min(2.0**attempt + random.random(), _LONGEST_WAIT_S)  # noqa: S311  only spreads requests in time
            try:
                answer, retry_after = self._once(method, url, params, headers, data)
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                trouble = f"the connection failed or was cut ({type(error).__name__})"
            except requests.RequestException as error:
                raise EventSourceError(f"{shown(url)} cannot be asked: {type(error).__name__}") from error
            else:
                if answer.status not in _AGAIN | again:
                    return answer
                trouble = f"HTTP {answer.status}"
                wait = wait if retry_after is None else retry_after
            if attempt < self.attempts:
                self.sleep(wait)
        raise EventSourceError(
            f"{shown(url)}: {trouble}, {self.attempts} times over; nothing of it was taken in. Try again later"
        )

    def _once(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | int] | None,
        headers: Mapping[str, str] | None,
        data: Mapping[str, str] | None,
    ) -> tuple[Answer, float | None]:
        for _ in range(3):
            with self.session.request(
                method,
                url,
                params=params,
                headers={"User-Agent": _USER_AGENT, **(headers or {})},
                data=data,
                timeout=_TIMEOUT_S,
                # Followed below, within one host: a token must not travel to another.
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code in _MOVED:
                    url, params = same_host(url, urljoin(url, response.headers.get("Location", ""))), None
                    continue
                content = bytearray()
                for chunk in response.iter_content(1 << 20):
                    content += chunk
                    if len(content) > MAX_BYTES:
                        raise EventSourceError(f"{shown(url)}: the answer is larger than {MAX_BYTES:,} bytes")
                answer = Answer(
                    response.status_code, bytes(content), response.url, response.headers.get("Content-Range")
                )
                return answer, _seconds(response.headers.get("Retry-After"))
        raise EventSourceError(f"{shown(url)}: redirected more than twice")


def same_host(asked: str, told: str) -> str:
    """Return the address a service points to next. Raises EventSourceError where it leads to another host."""
    if urlsplit(told).hostname != urlsplit(asked).hostname or urlsplit(told).scheme not in {"http", "https"}:
        raise EventSourceError(f"{shown(asked)} points to another host ({shown(told)}); it is not followed")
    if urlsplit(asked).scheme == "https" and urlsplit(told).scheme == "http":
        raise EventSourceError(f"{shown(asked)} points to an unencrypted address; it is not followed")
    return told


def shown(url: str) -> str:
    """Return an address without its query and user, which may hold secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _seconds(retry_after: str | None) -> float | None:
    if not retry_after:
        return None
    try:
        wait = float(retry_after)
    except ValueError:
        try:
            wait = email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
        except (TypeError, ValueError):
            return None
    return min(max(wait, 0.0), _LONGEST_WAIT_S)
