"""UCDP's Georeferenced Event Dataset and its monthly Candidate releases, as CSV or as pages of the API.

Format: GED codebook 23.1, 49 columns. UCDP tells who fought whom, not who began it, and gives no finer type than state
based, non-state and one-sided violence; so initiator and sub-type stay empty. Licence: CC BY 4.0.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ingest.parse.events.records import EventRecord
from ingest.parse.events.rows import Row, RowError

COLUMNS = (
    *("id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id"),
    *("conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a"),
    *("side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office"),
    *("source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description"),
    *("adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region"),
    *("event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians"),
    *("deaths_unknown", "best", "high", "low", "gwnoa", "gwnob"),
)
"""The columns in the order of the files; some Candidate releases have them without a header line."""

NEEDED = (
    *("id", "type_of_violence", "conflict_new_id", "dyad_new_id", "side_a", "side_b"),
    *("date_start", "date_end", "best", "high", "low"),
)
OPTIONAL = ("where_prec", "date_prec", "where_coordinates", "latitude", "longitude")
"""Columns that may be missing: what they say is then unknown."""
LICENCE = "CC-BY-4.0"
_RELEASE = re.compile(r"(?:ged(?:event)?s?[_/-]?v?)(\d\d)[._]?(\d+)(?:[._](\d+))?(?:[._](\d+))?", re.IGNORECASE)
_VIOLENCE = {
    1: ("state-based", "Battles", None),
    2: ("non-state", "Battles", None),
    3: ("one-sided", "Violence against civilians", "Attack"),
}
_CANDIDATE_DAY = 20
_ANNUAL_MONTH = 6


def release_of(name: str) -> str | None:
    """Return the release that a file's name or an address states: 23.1 (yearly), 26.0.8 (Candidate), 26.01.26.06."""
    found = _RELEASE.search(name)
    if found is None:
        return None
    parts = [part for part in found.groups() if part is not None]
    # "ged231-csv.zip" writes 23.1 without a point.
    return ".".join(parts) if len(parts) != 2 else f"{parts[0]}.{int(parts[1])}"


def released_at(release: str) -> datetime | None:
    """Return about when a release came out, so that a later one wins whatever the order of import.

    Yearly releases come in June, Candidate ones about the 20th of the month after the last one they cover.
    """
    numbers = [int(part) for part in release.split(".")]
    if len(numbers) == 2:
        return datetime(2000 + numbers[0], min(_ANNUAL_MONTH + max(numbers[1] - 1, 0), 12), 1, tzinfo=UTC)
    year, month = (numbers[2], numbers[3]) if len(numbers) == 4 else (numbers[0], numbers[2])
    if not 1 <= month <= 12:
        return None
    return datetime(2000 + year + month // 12, month % 12 + 1, _CANDIDATE_DAY, tzinfo=UTC)


def read_row(row: Row, release: str | None) -> EventRecord:
    """Make an event of a row of GED. Raises RowError."""
    start, end = row.day("date_start"), row.day("date_end")
    if start is None or end is None:
        column = "date_start" if start is None else "date_end"
        raise RowError("missing_value", column, None, "the cell is empty; every event has its days")
    if end < start:
        raise RowError("inconsistent", "date_end", str(end), f"it lies before date_start {start}")
    violence = row.integer("type_of_violence")
    if violence not in _VIOLENCE:
        raise RowError("bad_code", "type_of_violence", row.text("type_of_violence"), "UCDP's codes are 1, 2 and 3")
    source_type, event_type, sub_event_type = _VIOLENCE[violence]
    as_of = released_at(release) if release else None
    return EventRecord(
        source="ucdp",
        source_event_id=str(row.integer("id", 1)) if row.text("id") else row.required("id"),
        line=row.line,
        start_date=start,
        end_date=end,
        parser="ucdp_ged",
        licence=LICENCE,
        may_publish_text=True,
        as_of=as_of,
        as_of_basis="release" if as_of else "read",
        date_precision=row.integer("date_prec", 1, 5),
        event_type=event_type,
        sub_event_type=sub_event_type,
        plover_type="ASSAULT",
        source_type=source_type,
        place=row.text("where_coordinates"),
        admin1=row.text("adm_1"),
        admin2=row.text("adm_2"),
        country=row.text("country"),
        lat=row.latitude("latitude"),
        lon=row.longitude("longitude"),
        geo_precision=row.integer("where_prec", 1, 7),
        actor_a=row.text("side_a"),
        actor_b=row.text("side_b"),
        fatalities_low=row.integer("low"),
        fatalities_best=row.integer("best"),
        fatalities_high=row.integer("high"),
        text=row.text("source_headline"),
        source_refs=tuple(part.strip() for part in (row.text("source_office") or "").split(";") if part.strip()),
        release=release,
        payload=row.values,
    )
