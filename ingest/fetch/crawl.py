"""Start a crawl and watch it: Scrapy's reactor runs once per process, so each crawl is a process of its own."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import ingest
from ingest.fetch.archive import Archive
from ingest.fetch.sources import Site
from ingest.fetch.warc import MAX_BYTES
from ingest.records import Report

_GRACE_S = 15.0
_log = logging.getLogger(__name__)


class CrawlError(RuntimeError):
    """A crawl ended before its time; the message says why. What was fetched until then is in the archive."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a crawl; seconds and bytes. `first_wait_s` is the wait before the first retry, then four times that."""

    timeout_s: float = 30.0
    max_bytes: int = MAX_BYTES
    retries: int = 2
    first_wait_s: float = 2.0
    longest_wait_s: float = 60.0


def crawl(
    sites: Sequence[Site],
    archive_folder: Path,
    crawl_id: str,
    progress: Callable[[int, int], None] | None = None,
    limits: Limits | None = None,
    contact: str | None = None,
) -> Report:
    """Fetch what the sites' feeds, sitemaps and lists name, with comment pages, into a new WARC in `archive_folder`.

    Each discovered address ends in one capture. The counts are by status, `fetched` for pages a parser may read, and
    `not_asked_*` for addresses left out (another host, over max_pages); details name the WARC. `progress` gets
    (done, known). Raises CrawlError where the crawling process fails; stopping this process stops it too.
    """
    report = Report()
    if not sites:
        return report
    job = {
        "sites": [asdict(site) | {"connect_to": dict(site.connect_to)} for site in sites],
        "archive": str(Path(archive_folder).resolve()),
        "crawl_id": crawl_id,
        "limits": asdict(limits or Limits()),
        "contact": contact or os.environ.get("PARLEY_CONTACT"),
    }
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        process = _start(job, log)
        try:
            finished = _watch(process, report, progress)
            process.wait()
        except BaseException:
            _stop(process)
            raise
        finally:
            Archive(archive_folder).adopt()
        messages = _tail(log)
    if process.returncode != 0 or not finished:
        raise CrawlError(
            f"crawl {crawl_id!r} ended early (exit code {process.returncode}): {messages or 'it gave no reason'}. "
            "What was fetched until then is archived; run again to go on."
        )
    if messages:
        _log.warning("crawl %s: %s", crawl_id, messages)
    return report


def _start(job: dict[str, Any], log: IO[str]) -> subprocess.Popen[str]:
    root = str(Path(ingest.__file__).resolve().parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-m", "ingest.fetch.spider"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "ignore"},
        # Ctrl-C reaches this process only, which then asks the other to finish; two signals would make it drop all.
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101  for the type checker: it was asked for above
    process.stdin.write(json.dumps(job))
    process.stdin.close()
    return process


def _watch(process: subprocess.Popen[str], report: Report, progress: Callable[[int, int], None] | None) -> bool:
    assert process.stdout is not None  # noqa: S101  for the type checker: it was asked for above
    for line in process.stdout:
        event = json.loads(line)
        if "end" in event:
            report.counts.update(event["end"])
            report.details.update(event["details"])
            return True
        if progress is not None:
            progress(event["done"], event["known"])
    return False


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: IO[str]) -> str:
    log.seek(0)
    return " ".join(log.read()[-2000:].split())
