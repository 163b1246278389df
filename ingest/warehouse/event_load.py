"""Load archived event files into raw.*: accepted rows as revisions, deletions as tombstones, the rest as rejections.

One transaction per file: a file is loaded whole or told of as failed. What is loaded under the present readers and the
present rules of the conflicts is not read again, so loading twice changes nothing; a conflict that claims other rows
than before makes all files be read anew, because rows that nobody claims are not kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from ingest.conflict import Conflict
from ingest.fetch.event_sources.store import Entry, EventArchive
from ingest.import_rules import Claim, country_iso2
from ingest.parse.events import (
    EVENT_PARSE_VERSION,
    Deletion,
    EventFileError,
    EventRecord,
    Mention,
    Rejection,
    read_events,
)
from ingest.records import TIMESTAMP, Report, utc_now

# What decides whose a row is, for each source: shown with the rows that nobody claims.
_CLAIM_COLUMN = {
    "ucdp": "conflict_new_id",
    "acled": "country",
    "gdelt": "actiongeo_countrycode",
    "own": "conflict_id",
}
_MOST_VALUES = 10
"""So many values of it are told of one file; the rows of all others are told in one sum."""
_COPIED = (
    *("source", "source_event_id", "as_of_basis", "name", "start_date", "end_date", "date_precision", "event_type"),
    *("sub_event_type", "plover_type", "source_type", "place", "admin1", "admin2", "country", "lat", "lon"),
    *("geo_precision", "geonameid", "actor_a", "actor_b", "actor_initiator", "actor_target", "fatalities_low"),
    *("fatalities_best", "fatalities_high", "text", "licence", "may_publish_text", "release", "line", "parser"),
)
_INTEGERS = frozenset(
    {"date_precision", "geo_precision", "fatalities_low", "fatalities_best", "fatalities_high", "document_length"}
)
_TYPES = {
    **dict.fromkeys(_INTEGERS | {"sentence"}, pa.int32()),
    **dict.fromkeys(("lat", "lon", "confidence", "document_tone"), pa.float64()),
    **dict.fromkeys(("geonameid", "line", "rows"), pa.int64()),
    **dict.fromkeys(("start_date", "end_date"), pa.date32()),
    **dict.fromkeys(("as_of", "imported_at", "mentioned_at", "event_added_at", "deleted_at"), TIMESTAMP),
    **dict.fromkeys(("may_publish_text", "is_deleted", "in_raw_text", "promote"), pa.bool_()),
    "source_refs": pa.list_(pa.string()),
}


class _Unclaimed(NamedTuple):
    column: str | None
    value: str | None


@dataclass(slots=True)
class _Batch:
    """What one file holds, sorted by what becomes of it."""

    entry: Entry
    imported_at: datetime
    format: str = ""
    source: str | None = None
    release: str | None = None
    rows: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    mentions: list[dict[str, Any]] = field(default_factory=list)
    deletions: list[dict[str, Any]] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "revised", "unchanged", "deleted"), 0))


def claims_of(conflicts: Iterable[Conflict]) -> list[Claim]:
    """Return what each conflict claims of imported events."""
    return [Claim(c.conflict_id, c.starts_on, c.ends_on, c.importers) for c in conflicts]


def rules_key(claims: Sequence[Claim]) -> str:
    """Return a text that changes when a file would be loaded otherwise."""
    parts = [EVENT_PARSE_VERSION, *(claim.key() for claim in claims)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def load_event_files(
    con: duckdb.DuckDBPyConnection,
    archive: EventArchive,
    conflicts: Sequence[Conflict],
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Load every archived event file that is not loaded yet.

    Counts: files, failed, rows, accepted, rejected, new, revised, unchanged, deleted. `report.details["files"]` has a
    dict for each file loaded now, as raw.event_file.
    """
    claims = claims_of(conflicts)
    key = rules_key(claims)
    report = Report(details={"files": []})
    loaded = dict(con.execute("SELECT file_id, rules_key FROM raw.event_file").fetchall())
    new = (archive.entry(file_id) for file_id in archive.file_ids() if loaded.get(file_id) != key)
    waiting = sorted((entry for entry in new if entry is not None), key=lambda e: (e.first_read_at, e.file_id))
    if key not in loaded.values():
        # Whose rows are is decided anew by every file.
        con.execute("DELETE FROM raw.imported_event_conflict")
    # Mentions and deletions are of events, which therefore come first.
    for entry in sorted(waiting, key=lambda e: e.format in {"gdelt_mentions", "acled_deleted"}):
        row = _load_file(con, archive, entry, claims, key)
        report.details["files"].append(row)
        report.add("files")
        for name in ("rows", "accepted", "rejected", "new", "revised", "unchanged", "deleted"):
            report.add(name, row[name])
        if row["status"] == "failed":
            report.add("failed")
            say(row["status_detail"])
        else:
            told = f"; {row['status_detail']}" if row["status_detail"] else ""
            say(f"{entry.name}: {row['accepted']:,} of {row['rows']:,} rows accepted, {row['new']:,} new{told}")
    return report


def _load_file(
    con: duckdb.DuckDBPyConnection, archive: EventArchive, entry: Entry, claims: Sequence[Claim], key: str
) -> dict[str, Any]:
    batch, failure = _Batch(entry, utc_now()), None
    con.begin()
    try:
        try:
            _read(batch, archive, claims)
        except (EventFileError, OSError, EOFError) as error:
            failure = str(error)
            batch = _Batch(entry, batch.imported_at, batch.format, batch.source, batch.release)
        _insert_events(con, batch)
        _insert_deletions(con, batch)
        _insert_mentions(con, batch)
        row = _insert_file(con, batch, key, failure)
        con.commit()
    except BaseException:
        con.rollback()
        raise
    return row


def _read(batch: _Batch, archive: EventArchive, claims: Sequence[Claim]) -> None:
    entry = batch.entry
    reading = read_events(archive.read(entry), entry.format)
    batch.format, batch.source, batch.release = reading.format, reading.source, reading.release
    batch.notes = reading.notes
    unclaimed: dict[_Unclaimed, list[int]] = {}
    for outcome in reading.outcomes:
        batch.rows += outcome.rows if isinstance(outcome, Rejection) else 1
        if isinstance(outcome, Rejection):
            batch.rejections.append(outcome)
        elif isinstance(outcome, Mention):
            batch.mentions.append(_columns(outcome) | _origin(batch))
        elif isinstance(outcome, Deletion):
            batch.deletions.append(_columns(outcome, {"line"}) | _origin(batch))
        else:
            takers = [claim for claim in claims if claim.takes(outcome, entry.conflict_id)]
            if takers:
                _add_event(batch, outcome, takers)
            else:
                column = _CLAIM_COLUMN[outcome.source]
                unclaimed.setdefault(_Unclaimed(column, outcome.payload.get(column)), []).append(outcome.line)
    commonest = sorted(unclaimed.items(), key=lambda item: (-len(item[1]), item[1]))
    batch.rejections += [_no_conflict(batch.source, *item) for item in commonest[:_MOST_VALUES]]
    others = [line for _, lines in commonest[_MOST_VALUES:] for line in lines]
    if others:
        batch.rejections.append(_no_conflict(batch.source, _Unclaimed(commonest[0][0].column, None), sorted(others)))


def _no_conflict(source: str | None, what: _Unclaimed, lines: list[int]) -> Rejection:
    mend = f"no conflict claims it: every list under [importers.{source}] and the dates of its conflict.toml must fit"
    if source == "ucdp":
        mend = "no conflict claims it: see [importers.ucdp] and the dates in its conflict.toml"
    if source == "own":
        mend = (
            "no conflict of that id covers its dates: write the name of a folder of data/conflicts"
            if what.value
            else "it names no conflict: fill the column conflict_id, or import with --conflict"
        )
    return Rejection(lines[0], "no_conflict", what.column, what.value, mend, len(lines))


def _columns(outcome: Mention | Deletion, without: Iterable[str] = ()) -> dict[str, Any]:
    return {name: getattr(outcome, name) for name in outcome.__slots__ if name not in set(without)}


def _origin(batch: _Batch) -> dict[str, Any]:
    return {"file_id": batch.entry.file_id, "imported_at": batch.imported_at}


def _add_event(batch: _Batch, event: EventRecord, takers: Sequence[Claim]) -> None:
    batch.events.append(
        {name: getattr(event, name) for name in _COPIED}
        | {
            "as_of": event.as_of or batch.entry.first_read_at,
            "content_hash": event.content_hash,
            "is_deleted": False,
            "country_iso2": country_iso2(event, [claim.rules for claim in takers]),
            "source_refs": list(event.source_refs),
            "payload": json.dumps({k: v for k, v in event.payload.items() if v}, ensure_ascii=False),
            "parser_version": EVENT_PARSE_VERSION,
        }
        | _origin(batch)
    )
    batch.members += [
        {
            "conflict_id": claim.conflict_id,
            "source": event.source,
            "source_event_id": event.source_event_id,
            "promote": claim.promotes(event),
        }
        for claim in takers
    ]


def _stage(con: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    """Show rows to DuckDB as `stage`."""
    arrays = {name: pa.array([row[name] for row in rows], _TYPES.get(name, pa.string())) for name in rows[0]}
    con.register("stage", pa.table(arrays))


# The state of each event at each of its times; of two wordings of one time the one read last counts.
_STATES = """(
    SELECT source, source_event_id, as_of, arg_max(content_hash, imported_at) AS content_hash,
        arg_max(is_deleted, imported_at) AS is_deleted
    FROM raw.imported_event GROUP BY ALL)"""


def _insert_events(con: duckdb.DuckDBPyConnection, batch: _Batch) -> None:
    if not batch.events:
        return
    _stage(con, batch.events)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE judged AS
        SELECT stage.*, CASE
            WHEN state.content_hash = stage.content_hash THEN 'unchanged'
            WHEN known.source_event_id IS NULL THEN 'new' ELSE 'revised' END AS outcome
        FROM stage
        ASOF LEFT JOIN {_STATES} AS state ON stage.source = state.source
            AND stage.source_event_id = state.source_event_id AND stage.as_of >= state.as_of
        LEFT JOIN (SELECT DISTINCT source, source_event_id FROM raw.imported_event) AS known
            ON known.source = stage.source AND known.source_event_id = stage.source_event_id"""
    )
    batch.counts.update(con.execute("SELECT outcome, count(*) FROM judged GROUP BY ALL").fetchall())
    con.execute(
        "INSERT INTO raw.imported_event BY NAME SELECT * EXCLUDE (outcome) FROM judged WHERE outcome <> 'unchanged'"
    )
    con.execute("DROP TABLE judged")
    _stage(con, batch.members)
    con.execute(
        """DELETE FROM raw.imported_event_conflict AS old USING stage
        WHERE old.source = stage.source AND old.source_event_id = stage.source_event_id"""
    )
    con.execute("INSERT INTO raw.imported_event_conflict BY NAME FROM stage")
    con.unregister("stage")
    batch.counts["deleted"] += _insert_tombstones(con, batch)


def _insert_deletions(con: duckdb.DuckDBPyConnection, batch: _Batch) -> None:
    if not batch.deletions:
        return
    _stage(con, batch.deletions)
    new = con.execute(
        """INSERT INTO raw.event_deletion BY NAME
        FROM stage ANTI JOIN raw.event_deletion USING (source, source_event_id, deleted_at)"""
    ).fetchall()[0][0]
    con.unregister("stage")
    batch.counts["new"] += new
    batch.counts["unchanged"] += len(batch.deletions) - new
    batch.counts["deleted"] += _insert_tombstones(con, batch)


def _insert_tombstones(con: duckdb.DuckDBPyConnection, batch: _Batch) -> int:
    """Mark the events that a source took back after it last stated them; return how many."""
    inserted: int = con.execute(
        f"""INSERT INTO raw.imported_event BY NAME
        SELECT event.* REPLACE (
            gone.deleted_at AS as_of, 'stated' AS as_of_basis, true AS is_deleted, gone.file_id AS file_id,
            md5('deleted ' || gone.deleted_at::VARCHAR) AS content_hash, ?::TIMESTAMPTZ AS imported_at)
        FROM raw.event_deletion AS gone
        ASOF JOIN {_STATES} AS state ON gone.source = state.source
            AND gone.source_event_id = state.source_event_id AND gone.deleted_at >= state.as_of
        JOIN raw.imported_event AS event ON event.source = state.source AND event.as_of = state.as_of
            AND event.source_event_id = state.source_event_id AND event.content_hash = state.content_hash
        WHERE NOT state.is_deleted""",
        [batch.imported_at],
    ).fetchall()[0][0]
    return inserted


def _insert_mentions(con: duckdb.DuckDBPyConnection, batch: _Batch) -> None:
    if not batch.mentions:
        return
    _stage(con, batch.mentions)
    con.execute(
        """CREATE OR REPLACE TEMP TABLE held AS
        FROM stage SEMI JOIN raw.imported_event USING (source, source_event_id)"""
    )
    kept, first = con.execute(
        """SELECT (SELECT count(*) FROM held), min(line) FROM stage ANTI JOIN held USING (source_event_id)"""
    ).fetchall()[0]
    new = con.execute(
        """INSERT INTO raw.event_mention BY NAME
        FROM held ANTI JOIN raw.event_mention USING (source, source_event_id, document_url, sentence)"""
    ).fetchall()[0][0]
    con.execute("DROP TABLE held")
    con.unregister("stage")
    batch.counts["new"] += new
    batch.counts["unchanged"] += kept - new
    if first is not None:
        mend = "its event is not among those kept: no conflict claims it, or its export is not imported"
        batch.rejections.append(Rejection(first, "no_event", None, None, mend, len(batch.mentions) - kept))


def _insert_file(con: duckdb.DuckDBPyConnection, batch: _Batch, key: str, failure: str | None) -> dict[str, Any]:
    entry = batch.entry
    rejected = sum(rejection.rows for rejection in batch.rejections)
    row = {
        "file_id": entry.file_id,
        "source": batch.source,
        "format": batch.format or entry.format,
        "name": entry.name,
        "release": batch.release,
        "content_sha256": entry.content_sha256,
        "content_bytes": entry.content_bytes,
        "rules_key": key,
        "status": "read" if failure is None else "failed",
        "status_detail": failure or "; ".join(batch.notes) or None,
        "rows": batch.rows,
        "accepted": batch.rows - rejected,
        "rejected": rejected,
        **batch.counts,
        "first_read_at": entry.first_read_at,
        "imported_at": batch.imported_at,
        "parser_version": EVENT_PARSE_VERSION,
    }
    for table in ("raw.event_file", "raw.event_rejection"):
        con.execute(f"DELETE FROM {table} WHERE file_id = ?", [entry.file_id])
    names = ", ".join(f'"{name}"' for name in row)
    con.execute(f"INSERT INTO raw.event_file ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    if batch.rejections:
        _stage(
            con,
            [
                {
                    "file_id": entry.file_id,
                    "line": rejection.line,
                    "rows": rejection.rows,
                    "reason": rejection.reason,
                    "column_name": rejection.column,
                    "value": rejection.value,
                    "mend": rejection.mend,
                }
                for rejection in batch.rejections
            ],
        )
        con.execute("INSERT INTO raw.event_rejection BY NAME FROM stage")
        con.unregister("stage")
    return row
