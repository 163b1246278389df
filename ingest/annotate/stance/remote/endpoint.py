"""A language model behind an OpenAI-compatible endpoint, local or rented: batches, a cache on disk, a limit on cost.

Off by default. PARLEY_LLM_URL (such as http://127.0.0.1:8080/v1) and PARLEY_LLM_MODEL name the model; PARLEY_LLM_KEY is
its key if it wants one; PARLEY_LLM_MAX_TOKENS how many tokens one process may spend (default one million). Comments
leave this machine when the endpoint is not on it: nobody's name is sent, their words are.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from ingest.annotate.stance.remote.derive import Judgement, empty_score, is_empty, no_answer, score_of
from ingest.annotate.stance.remote.prompt import judgements, messages, prompt_version
from ingest.conflict import Conflict
from ingest.records import SideScore, StanceInput
from ingest.settings import Settings

BATCH = 10
ATTEMPTS = 4
TIMEOUT_S = (10.0, 300.0)
DEFAULT_MAX_TOKENS = 1_000_000
LATER = frozenset({408, 409, 429, 500, 502, 503, 504})


class EndpointError(RuntimeError):
    """The endpoint cannot be asked or does not answer; the message says which and what to do."""


class CostLimitError(EndpointError):
    """The tokens that one process may spend are spent; what was answered is kept."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where the model is and what may be spent on it."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    max_tokens: int = DEFAULT_MAX_TOKENS

    @classmethod
    def from_env(cls) -> Access:
        """Read PARLEY_LLM_*. Raises EndpointError where a needed one is missing or no number."""
        url, model = os.environ.get("PARLEY_LLM_URL", ""), os.environ.get("PARLEY_LLM_MODEL", "")
        if not url.startswith(("http://", "https://")) or not model:
            raise EndpointError(
                "the scorer 'endpoint' needs PARLEY_LLM_URL (such as http://127.0.0.1:8080/v1) and PARLEY_LLM_MODEL"
            )
        limit = os.environ.get("PARLEY_LLM_MAX_TOKENS") or str(DEFAULT_MAX_TOKENS)
        if not limit.isdecimal():
            raise EndpointError(f"PARLEY_LLM_MAX_TOKENS = {limit!r} is no whole number")
        return cls(url.rstrip("/"), model, os.environ.get("PARLEY_LLM_KEY") or None, int(limit))


@dataclass(slots=True)
class Purse:
    """Tokens spent so far, of all scorers that share it: a run has one per conflict, measuring one per target."""

    spent: int = 0


_PROCESS = Purse()


class EndpointScorer:
    """Asks the endpoint about texts it was not asked about before, in the same words, in any earlier run."""

    def __init__(
        self,
        conflict: Conflict,
        access: Access,
        cache: Path,
        sleep: Callable[[float], None] = time.sleep,
        purse: Purse | None = None,
    ) -> None:
        self.conflict = conflict
        self.access = access
        self.cache = cache
        self.purse = purse or Purse()
        self.sleep = sleep
        parties = json.dumps([(p.party_id, p.name) for p in conflict.belligerents] + [conflict.name])
        told = hashlib.sha256(parties.encode()).hexdigest()[:8]
        self.model_version = f"endpoint-{access.model}-{prompt_version()}.{told}"

    def score(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        """Score each input in order. Raises EndpointError; answers had until then are in the cache."""
        known: dict[str, Judgement] = {}
        with closing(self._open()) as con:
            keys = [self._key(given) for given in inputs]
            asked = {key: given for key, given in zip(keys, inputs, strict=True) if not is_empty(given)}
            for key, given in asked.items():
                row = con.execute("SELECT answer FROM answer WHERE key = ?", [key]).fetchone()
                if row is not None and (found := judgements(row[0], self.conflict, [given])):
                    known[key] = found[0]
            for batch in _batches([(k, g) for k, g in asked.items() if k not in known]):
                known.update(self._answered(batch, con))
        return [
            empty_score(self.conflict, self.model_version)
            if is_empty(given)
            else score_of(self.conflict, known[key], self.model_version)
            for key, given in zip(keys, inputs, strict=True)
        ]

    def _answered(
        self, batch: Sequence[tuple[str, StanceInput]], con: sqlite3.Connection
    ) -> Iterator[tuple[str, Judgement]]:
        waiting = dict(batch)
        # Together first; what is answered badly once more, each alone.
        for group in (batch, *([one] for one in batch)):
            left = [(key, given) for key, given in group if key in waiting]
            if not left:
                continue
            answer = self._ask([given for _, given in left])
            for position, judged in judgements(answer, self.conflict, [given for _, given in left]).items():
                key = left[position][0]
                con.execute("INSERT OR REPLACE INTO answer VALUES (?, ?)", [key, _alone(answer, position + 1)])
                del waiting[key]
                yield key, judged
            con.commit()
        for key in waiting:
            yield key, no_answer(self.conflict, "unreadable_answer")

    def _ask(self, inputs: Sequence[StanceInput]) -> str:
        if self.purse.spent >= self.access.max_tokens:
            raise CostLimitError(
                f"{self.purse.spent:,} tokens are spent, the limit of this run; what was answered is kept. "
                "Raise PARLEY_LLM_MAX_TOKENS and run again to go on"
            )
        body = {
            "model": self.access.model,
            "messages": messages(self.conflict, inputs),
            "temperature": 0,
            "seed": 0,
            "response_format": {"type": "json_object"},
        }
        answer = self._post(body)
        try:
            said = str(answer["choices"][0]["message"]["content"])
            self.purse.spent += int(
                (answer.get("usage") or {}).get("total_tokens") or (len(str(body)) + len(said)) // 3
            )
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise EndpointError(f"{self.access.url} does not answer as an OpenAI-compatible endpoint does") from error
        return said

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.access.key}"} if self.access.key else {}
        url, trouble = f"{self.access.url}/chat/completions", ""
        for attempt in range(1, ATTEMPTS + 1):
            wait = 2.0**attempt
            try:
                answer = requests.post(url, json=body, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)
                if answer.status_code == requests.codes.ok:
                    return dict(answer.json())
                trouble = f"HTTP {answer.status_code}"
                if answer.status_code not in LATER:
                    break
                later = answer.headers.get("Retry-After", "")
                wait = min(float(later), 300.0) if later.isdecimal() else wait
            except (requests.RequestException, ValueError, TypeError) as error:
                trouble = type(error).__name__
            if attempt < ATTEMPTS:
                self.sleep(wait)
        raise EndpointError(
            f"{url}: {trouble}; check PARLEY_LLM_URL, PARLEY_LLM_MODEL and PARLEY_LLM_KEY, then run again: "
            "answers had so far are kept"
        )

    def _key(self, given: StanceInput) -> str:
        whole = json.dumps([self.model_version, given.text, given.parent_text, given.article_title])
        return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()

    def _open(self) -> sqlite3.Connection:
        self.cache.parent.mkdir(parents=True, exist_ok=True)
        con = sqlite3.connect(self.cache, timeout=30)
        con.execute("CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, answer TEXT NOT NULL)")
        return con


def load_endpoint(conflict: Conflict, stance_dir: Path) -> EndpointScorer:
    """Make the scorer from PARLEY_LLM_*; it has no artefact in `stance_dir`, and its cache lies in the state folder."""
    del stance_dir
    cache = Settings.from_env().state / "cache" / "endpoint.sqlite"
    return EndpointScorer(conflict, Access.from_env(), cache, purse=_PROCESS)


def _batches(rows: Sequence[tuple[str, StanceInput]]) -> Iterator[Sequence[tuple[str, StanceInput]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _alone(answer: str, number: int) -> str:
    """Return one comment's part of an answer, as if it had been asked about alone."""
    rows = json.loads(answer[answer.find("{") : answer.rfind("}") + 1])["answers"]
    row = next(one for one in rows if isinstance(one, dict) and one.get("n") == number)
    return json.dumps({"answers": [{**row, "n": 1}]}, ensure_ascii=False)
