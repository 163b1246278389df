"""Checks on imported events: every file told of, every row accounted for, bad rows shown to the engineer."""

import dagster as dg

from orchestration.check_words import WARNS
from orchestration.resources import WAREHOUSE_POOL, Parley

_EVENT_FILE = dg.AssetKey(["raw", "event_file"])
_REJECTION = dg.AssetKey(["raw", "event_rejection"])
# These turn a sound row away because nobody asked for it; there is nothing to mend.
_UNWANTED = ("no_conflict", "no_event")
_UNACCOUNTED = (
    "Materialize raw/event_file again: that reads what is missing. Counts that stay wrong are a fault of the reading; "
    "the archived files are whole, so nothing is lost."
)
_UNSOUND = "Mend the rows or files that it names where they came from and import them again; the other rows are in."


@dg.asset_check(
    asset=_EVENT_FILE,
    description="Every archived event file is loaded, and its rows add up. Published all the same, with what is "
    f"loaded. {_UNACCOUNTED}",
    pool=WAREHOUSE_POOL,
)
def every_event_row_is_accounted_for(parley: Parley) -> dg.AssetCheckResult:
    """Compare the archive with raw.event_file, and the counts of each file with its rejections."""
    from ingest.fetch.event_sources.store import EventArchive

    archived = EventArchive(parley.settings.archive).file_ids()
    with parley.build() as con:
        loaded = {row[0] for row in con.execute("SELECT file_id FROM raw.event_file").fetchall()}
        wrong = con.execute(
            """
            SELECT name FROM raw.event_file AS file
            WHERE rows <> accepted + rejected OR accepted <> new + revised + unchanged OR rejected <> coalesce(
                (SELECT sum(rows) FROM raw.event_rejection AS r WHERE r.file_id = file.file_id), 0)
            """
        ).fetchall()
    missing = archived - loaded
    return dg.AssetCheckResult(
        passed=not missing and not wrong,
        description=_UNACCOUNTED if missing or wrong else None,
        metadata={"archived": len(archived), "missing": len(missing), "wrong counts": [name for (name,) in wrong[:20]]},
    )


@dg.asset_check(
    asset=_REJECTION,
    description=f"No event file failed and no wanted row was bad. {WARNS} {_UNSOUND}",
    pool=WAREHOUSE_POOL,
)
def event_rows_are_sound(parley: Parley) -> dg.AssetCheckResult:
    """Warn of files that failed and of rows with values that cannot be used; tell where and what to do."""
    with parley.build() as con:
        failed = con.execute("SELECT status_detail FROM raw.event_file WHERE status = 'failed' ORDER BY 1").fetchall()
        bad = con.execute(
            """
            SELECT name || ':' || line || ': ' || coalesce(column_name || ' = ' || coalesce(value, 'empty') || ': ', '')
                || mend
            FROM raw.event_rejection JOIN raw.event_file USING (file_id)
            WHERE NOT list_contains(?, reason) ORDER BY name, line LIMIT 20
            """,
            [list(_UNWANTED)],
        ).fetchall()
    told = [text for (text,) in (*failed, *bad)]
    return dg.AssetCheckResult(
        passed=not told,
        severity=dg.AssetCheckSeverity.WARN,
        description=_UNSOUND if told else None,
        metadata={"first of them": dg.MetadataValue.json(told[:20]), "files failed": len(failed)},
    )
