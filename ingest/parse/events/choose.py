"""Tell from an event file's content which collection it comes from, and read it with that collection's module."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from ingest.parse.events import acled, gdelt, own, ucdp
from ingest.parse.events.records import EventDocument, EventFileError, Mention, Outcome, Rejection
from ingest.parse.events.rows import Row, json_lines, json_rows, parse_json, read_rows
from ingest.parse.events.text import decode, delimited

_DELIMITERS = (",", "\t", ";")
_SHOWN = 80
_NEAR = 0.5
"""How like a missing column's name an unknown one must be to pass for it renamed (difflib's ratio)."""
_LEAST_SHARE = 0.4
"""Of a format's columns, this share must stand in a header for the file to be taken for that format."""
_TRIED_LINES = 50
_TRIED_CHARACTERS = 4 * 1024 * 1024
"""Where the first line is neither a header nor a row, so many more are looked at for what the file is."""


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one collection look: their columns, without which no event can be made, and which may be unknown.

    `headerless`: files may come without a header line.
    """

    source: str
    needed: tuple[str, ...]
    columns: tuple[str, ...]
    read: Callable[[Row, str | None], Outcome]
    headerless: bool = False
    # The first columns of a headerless file must be numbers: how many.
    numeric: int = 1
    optional: tuple[str, ...] = ()


FORMATS: Mapping[str, Format] = {
    "ucdp_ged": Format("ucdp", ucdp.NEEDED, ucdp.COLUMNS, ucdp.read_row, headerless=True, optional=ucdp.OPTIONAL),
    "acled": Format("acled", acled.NEEDED, acled.COLUMNS, acled.read_row, optional=acled.OPTIONAL),
    "acled_deleted": Format("acled", acled.DELETED_COLUMNS, acled.DELETED_COLUMNS, acled.read_deletion),
    "gdelt_export": Format(
        "gdelt", gdelt.EXPORT_COLUMNS, gdelt.EXPORT_COLUMNS, gdelt.read_row, headerless=True, numeric=2
    ),
    "gdelt_mentions": Format(
        "gdelt", gdelt.MENTION_COLUMNS, gdelt.MENTION_COLUMNS, gdelt.read_mention, headerless=True, numeric=3
    ),
    "own": Format("own", own.NEEDED, own.COLUMNS, own.read_row),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One event file: its format's name, collection and release, and its rows' outcomes, read as they are asked for.

    `notes` say what of the file as a whole was not as it should be, though it could be read.
    """

    format: str
    source: str
    release: str | None
    outcomes: Iterator[Outcome]
    notes: tuple[str, ...] = ()


def read_events(document: EventDocument, expected: str = "auto") -> Reading:
    """Read an event file. Raises EventFileError (here, or while outcomes are taken) naming file, line and mend.

    `expected` names a format of FORMATS, or "auto". An id that stands twice in a file is rejected the second time.
    """
    text, note = decode(document)
    if not text.strip():
        raise EventFileError(f"{document.name}: the file is empty")
    if text.lstrip()[0] in "{[":
        found, rows = _json(document.name, text, expected)
    else:
        found, rows = _delimited(document.name, text, expected)
    name, chosen = found.name, FORMATS[found.name]
    release = ucdp.release_of(document.name) if chosen.source == "ucdp" else None
    outcomes = read_rows(rows, lambda row: chosen.read(row, release))
    notes = tuple(note for note in (note, found.note) if note)
    return Reading(name, chosen.source, release, _once(outcomes), notes)


def _once(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    first: dict[tuple[str, ...], int] = {}
    for outcome in outcomes:
        if not isinstance(outcome, Rejection):
            key = (outcome.source_event_id,)
            where = (outcome.document_url, str(outcome.sentence)) if isinstance(outcome, Mention) else ()
            line = first.setdefault(key + where, outcome.line)
            if line != outcome.line:
                of = "event, document and sentence stand" if where else "id stands"
                mend = f"the same {of} in line {line}; the first one counts"
                yield Rejection(outcome.line, "duplicate_id", None, outcome.source_event_id, mend)
                continue
        yield outcome


@dataclass(frozen=True, slots=True)
class _Found:
    """Which format a file has, and what its header lacks."""

    name: str
    note: str | None = None


def _json(name: str, text: str, expected: str) -> tuple[_Found, Iterator[Row | Rejection]]:
    lines = text.strip().split("\n", 2)
    if text.lstrip().startswith("{") and len(lines) > 1 and lines[1].lstrip().startswith("{"):
        first = next((row for row in json_lines(text) if isinstance(row, Row)), None)
        columns = list(first.values) if first else []
        return _by_columns(f"{name}:1", columns, expected), json_lines(text)
    body = parse_json(name, text)
    if isinstance(body, dict):
        if str(body.get("success", True)).lower() == "false" or body.get("error"):
            raise EventFileError(f"{name}: the service answered with an error, not with rows; fetch it again")
        body = next((body[key] for key in ("Result", "data") if key in body), [body])
    if not isinstance(body, list):
        raise EventFileError(f"{name}: no list of rows under Result or data")
    if not body:
        return _Found(_known(expected) if expected != "auto" else "own"), iter(())
    first_item: dict[str, object] = next((item for item in body if isinstance(item, dict)), {})
    columns = [str(key).lower() for key in first_item]
    return _by_columns(name, columns, expected), json_rows(name, body)


def _delimited(name: str, text: str, expected: str) -> tuple[_Found, Iterator[Row | Rejection]]:
    lines = [line.rstrip("\r") for line in text[:_TRIED_CHARACTERS].split("\n", _TRIED_LINES)[:_TRIED_LINES]]
    if "\0" in lines[0]:
        raise EventFileError(f"{name}:1: the file begins with NUL bytes; it is no text file")
    bare = _bare(lines[:1], expected)
    delimiter = max(_DELIMITERS, key=lambda d: len(_cells(lines[0], d)))
    header = _cells(lines[0], delimiter)
    if bare is None and not _is_header(header, expected):
        # A broken first row of a file without a header costs no other row.
        bare = _bare(lines[1:], expected)
    if bare is not None:
        found, delimiter = bare
        # GDELT quotes nothing, and its addresses hold quotes.
        plain = delimiter == "\t"
        return _Found(found), delimited(name, text, delimiter, FORMATS[found].columns, quoted=not plain)
    return _by_columns(f"{name}:1", header, expected), delimited(name, text, delimiter, None)


def _bare(lines: list[str], expected: str) -> tuple[str, str] | None:
    """Return format and delimiter of the first line that is a row of a format whose files may lack a header."""
    for line in lines:
        for delimiter in _DELIMITERS:
            cells = _row(line, delimiter)
            found = _headerless(cells) if expected == "auto" else _headerless_as(cells, expected)
            if found is not None:
                return found, delimiter
    return None


def _is_header(cells: list[str], expected: str) -> bool:
    formats = FORMATS.values() if expected == "auto" else (FORMATS[_known(expected)],)
    return any(_share(frozenset(cells), chosen) >= _LEAST_SHARE for chosen in formats)


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip().lower() for cell in _row(line, delimiter)]


def _row(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line; none where it is no row, as in files whose lines end in a bare carriage return."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _headerless(cells: list[str]) -> str | None:
    return next((name for name in FORMATS if _headerless_as(cells, name)), None)


def _headerless_as(cells: list[str], name: str) -> str | None:
    chosen = FORMATS[_known(name)]
    fits = chosen.headerless and len(cells) == len(chosen.columns)
    return name if fits and all(cell.strip().isdigit() for cell in cells[: chosen.numeric]) else None


def _by_columns(where: str, columns: list[str], expected: str) -> _Found:
    """Return the format whose columns these are. Raises EventFileError where a needed one is missing or one renamed."""
    share = partial(_share, frozenset(columns))
    name = _known(expected) if expected != "auto" else max(FORMATS, key=lambda n: share(FORMATS[n]))
    chosen = FORMATS[name]
    missing = [column for column in chosen.needed if column not in columns]
    if expected == "auto" and missing and share(chosen) < _LEAST_SHARE:
        begins = ", ".join(columns)[:_SHOWN] or "nothing"
        raise EventFileError(
            f"{where}: no event file that is known: it begins with {begins}. Known are "
            f"UCDP GED, ACLED, GDELT exports and mentions, and own files with {', '.join(own.NEEDED)}"
        )
    unknown = [column for column in columns if column not in chosen.columns]
    absent = [column for column in chosen.optional if column not in columns]
    near = {column: difflib.get_close_matches(column, unknown, 1, _NEAR) for column in (*missing, *absent)}
    # A column that may be unknown and is there under another name is known: its values are not to be lost.
    missing += [column for column in absent if near[column]]
    if missing:
        told = ", ".join(repr(c) + (f" (renamed to {near[c][0]!r}?)" if near[c] else "") for c in missing)
        raise EventFileError(f"{where}: the header of this {name} file lacks {told}; restore the column's name")
    return _Found(name, f"without {', '.join(absent)}, which is unknown for all its rows" if absent else None)


def _share(columns: frozenset[str], chosen: Format) -> float:
    return len(columns & frozenset(chosen.columns)) / min(len(chosen.columns), max(len(columns), 1))


def _known(name: str) -> str:
    if name not in FORMATS:
        raise EventFileError(f"no event format {name!r}; there are auto, {', '.join(FORMATS)}")
    return name
