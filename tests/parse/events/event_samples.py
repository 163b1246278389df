"""Small event files of every format, made up, for tests to bend."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from ingest.parse.events import EventDocument, EventRecord, Rejection, read_events
from ingest.parse.events.gdelt import EXPORT_COLUMNS, MENTION_COLUMNS
from ingest.parse.events.records import Outcome
from ingest.parse.events.ucdp import COLUMNS as GED_COLUMNS

GED = {
    **dict.fromkeys(GED_COLUMNS, ""),
    "id": "900001",
    "year": "2031",
    "type_of_violence": "1",
    "conflict_new_id": "1",
    "dyad_new_id": "2",
    "side_a_new_id": "3",
    "side_a": "Government of Ruritania",
    "side_b_new_id": "4",
    "side_b": "Grand Fenwick",
    "where_prec": "1",
    "where_coordinates": "Strelsau town",
    "latitude": "50.1",
    "longitude": "14.4",
    "country": "Ruritania",
    "date_prec": "1",
    "date_start": "2031-05-01",
    "date_end": "2031-05-02",
    "best": "3",
    "low": "2",
    "high": "5",
    "source_office": "Agency One;Agency Two",
}
ACLED = {
    "event_id_cnty": "RUR1",
    "event_date": "2031-05-01",
    "time_precision": "1",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "Military Forces of Ruritania",
    "actor2": "Grand Fenwick",
    "country": "Ruritania",
    "location": "Strelsau",
    "latitude": "50.1",
    "longitude": "14.4",
    "geo_precision": "1",
    "fatalities": "3",
    "notes": "A clash near Strelsau.",
    "timestamp": "1935000000",
}
EXPORT = {
    **dict.fromkeys(EXPORT_COLUMNS, ""),
    "globaleventid": "700001",
    "sqldate": "20310501",
    "actor1name": "RURITANIA",
    "actor1countrycode": "RUR",
    "actor2name": "FENWICK",
    "eventcode": "194",
    "actiongeo_type": "4",
    "actiongeo_fullname": "Strelsau, Ruritania",
    "actiongeo_countrycode": "RU",
    "actiongeo_lat": "50.1",
    "actiongeo_long": "14.4",
    "dateadded": "20310501101500",
    "sourceurl": "https://news.example/1",
}
MENTION = {
    **dict.fromkeys(MENTION_COLUMNS, ""),
    "globaleventid": "700001",
    "eventtimedate": "20310501101500",
    "mentiontimedate": "20310501103000",
    "mentionsourcename": "news.example",
    "mentionidentifier": "https://news.example/1",
    "sentenceid": "2",
    "inrawtext": "1",
    "confidence": "60",
    "mentiondoclen": "1200",
    "mentiondoctone": "-3.5",
    "mentiondoctranslationinfo": "srclc:fra;eng:GT-FRA 1.0",
}
OWN = {"event_id": "rur-1", "name": "Clash at Strelsau", "start_date": "2031-05-01", "conflict_id": "ruritania"}


def table(*rows: Mapping[str, str], delimiter: str = ",", header: bool = True) -> bytes:
    """Write rows as a delimited file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def tabs(*rows: Mapping[str, str]) -> bytes:
    """Write rows as GDELT does: tabs, no header, no quotes."""
    return "".join("\t".join(row.values()) + "\n" for row in rows).encode()


def outcomes(content: bytes, name: str = "file.csv", expected: str = "auto") -> list[Outcome]:
    """Read a file to its end."""
    return list(read_events(EventDocument(name, content), expected).outcomes)


def only_event(content: bytes, name: str = "file.csv") -> EventRecord:
    """Read the one event of a file."""
    (event,) = outcomes(content, name)
    assert isinstance(event, EventRecord), event
    return event


def only_rejection(content: bytes, name: str = "file.csv") -> Rejection:
    """Read the one rejection of a file."""
    (rejection,) = [outcome for outcome in outcomes(content, name) if isinstance(outcome, Rejection)]
    return rejection
