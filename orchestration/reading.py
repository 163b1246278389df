"""The dry runs: what a page says, which side a text takes, which events an article is about. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.records import (
    ArticleInput,
    Capture,
    Comment,
    Document,
    EventLink,
    Page,
    SideScore,
    Span,
    StanceInput,
)


class InputError(ValueError):
    """A line of a JSONL file cannot be used; the message names file, line and mend."""


def pages_of(path: Path, url: str | None, fetched_at: datetime | None) -> Iterator[Page]:
    """Parse everything under `path`, in order: an export gives a Page per thread, what cannot be read its status."""
    from ingest.fetch.files import read_path
    from ingest.parse import parse_all

    for capture in read_path(path, url, fetched_at):
        if capture.status is None:
            yield from parse_all(_document(capture))
        else:
            yield Page(capture.source, _address(capture), capture.status, "none", "none-1", capture.status_detail)


def _address(capture: Capture) -> str | None:
    """Return the page's address; a saved page that states none is known to the archive by a urn only."""
    return None if capture.url.startswith("urn:") else capture.url


def _document(capture: Capture) -> Document:
    return Document(
        content=capture.content,
        source=capture.source,
        url=_address(capture),
        media_type=capture.media_type,
        charset=capture.charset,
        fetched_at=capture.fetched_at,
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _comment_json(comment: Comment) -> dict[str, Any]:
    return {
        "source_id": comment.source_id,
        "parent_source_id": comment.parent_source_id,
        "ordinal": comment.ordinal,
        "depth": comment.depth,
        "author": comment.author,
        "posted_at": _iso(comment.posted_at),
        "posted_at_basis": comment.posted_at_basis.value,
        "posted_at_raw": comment.posted_at_raw,
        "posted_at_local": _iso(comment.posted_at_local),
        "text": comment.text,
        "is_empty": comment.is_empty,
        "kind": comment.kind.value,
    }


def page_json(page: Page) -> dict[str, Any]:
    """Return what `parley parse` prints of a page; `language` is the page's own word, else detected."""
    return {
        "source": page.source,
        "url": page.url,
        "status": page.status.value,
        "status_detail": page.status_detail,
        "parser": page.parser,
        "parser_version": page.parser_version,
        "title": page.title,
        "site_name": page.site_name,
        "author": page.author,
        "published_at": _iso(page.published_at),
        "published_basis": page.published_basis.value,
        "modified_at": _iso(page.modified_at),
        "canonical_url": page.canonical_url,
        "language": page.language or _detected(page),
        "section": page.section,
        "text": page.text,
        "tags": list(page.tags),
        "declared_comment_count": page.declared_comment_count,
        "comment_pages": list(page.comment_pages),
        "comments": [_comment_json(comment) for comment in page.comments],
    }


def _detected(page: Page) -> str | None:
    from ingest.annotate.language import detect

    text = f"{page.title or ''}\n{page.text}".strip()
    return detect([text])[0][0] if text else None


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (file:line, object) for each line of a JSONL file. Raises InputError where a line is not an object."""
    try:
        # Exports of spreadsheets begin with a byte order mark.
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                where = f"{path}:{number}"
                try:
                    values = json.loads(line)
                except json.JSONDecodeError as error:
                    raise InputError(f"{where}: not JSON ({error.msg} at column {error.colno})") from None
                if not isinstance(values, dict):
                    raise InputError(f'{where}: expected an object such as {{"text": "..."}}')
                yield where, values
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason} at byte {error.start}); convert it first") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None


def _text(where: str, values: dict[str, Any], key: str, *, required: bool = False) -> str | None:
    value = values.get(key)
    if value is None and required:
        raise InputError(f"{where}: {key!r} is missing")
    if value is None:
        return None
    if not isinstance(value, str):
        raise InputError(f"{where}: {key!r} must be a text, not {type(value).__name__}")
    return value


def stance_inputs(path: Path) -> list[tuple[Any, StanceInput]]:
    """Read (id, input) from lines with `text` and, if wanted, `id`, `parent_text`, `article_title`."""
    return [
        (
            values.get("id"),
            StanceInput(
                _text(where, values, "text", required=True) or "",
                _text(where, values, "parent_text"),
                _text(where, values, "article_title"),
            ),
        )
        for where, values in read_lines(path)
    ]


def _moment(where: str, value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise InputError(
            f"{where}: published_at {value!r} is not an ISO date or time such as 2020-10-11T08:00Z"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def article_inputs(path: Path) -> list[tuple[Any, ArticleInput]]:
    """Read (id, article) from lines with `id`, `title`, `text`, `published_at`; each may be null but `text`."""
    return [
        (
            values.get("id"),
            ArticleInput(
                article_id=str(values.get("id", where)),
                title=_text(where, values, "title") or "",
                text=_text(where, values, "text", required=True) or "",
                published_at=_moment(where, values.get("published_at")),
                url=_text(where, values, "url"),
            ),
        )
        for where, values in read_lines(path)
    ]


def _spans_json(spans: Iterable[Span], text: str) -> list[dict[str, Any]]:
    return [{"start": span.start, "end": span.end, "text": text[span.start : span.end]} for span in spans]


def score_json(identifier: Any, given: StanceInput, score: SideScore) -> dict[str, Any]:
    """Return what `parley score` prints of one text."""
    return {
        "id": identifier,
        "stances": {
            stance.party_id: {
                "stance": stance.stance,
                "p_favor": round(stance.p_favor, 4),
                "p_against": round(stance.p_against, 4),
                "p_none": round(stance.p_none, 4),
                "confidence": round(stance.confidence, 4),
                "abstained": stance.abstained,
                "evidence": _spans_json(stance.evidence, given.text),
            }
            for stance in score.stances
        },
        "side": score.side,
        "confidence": round(score.confidence, 4),
        "abstained": score.abstained,
        "abstain_reason": score.abstain_reason,
        "evidence": _spans_json(score.evidence, given.text),
        "model_version": score.model_version,
    }


def links_json(identifier: Any, article: ArticleInput, links: Iterable[EventLink]) -> dict[str, Any]:
    """Return what `parley link` prints of one article; spans count in `title`, a blank line, `text`."""
    whole = f"{article.title}\n\n{article.text}"
    return {
        "id": identifier,
        "events": [
            {
                "event_id": link.event_id,
                "role": link.role,
                "basis": link.basis,
                "confidence": round(link.confidence, 4),
                "evidence": _spans_json(link.evidence, whole),
            }
            for link in links
        ],
    }
