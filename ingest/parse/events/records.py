"""What a row of an event file can become: an event, a mention, a deletion, or a rejection that says why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

EVENT_PARSE_VERSION = "events-2"
"""Raised when a reader of event files gives other records for the same bytes; everything archived is then read anew."""

_LONGEST_VALUE = 200


class EventFileError(ValueError):
    """An event file cannot be read at all; the message names file, line and mend."""


@dataclass(frozen=True, slots=True)
class EventDocument:
    """One event file as it came. `name` is what a person knows it by: a file name, a zip's member, an address."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row (or `rows` of one kind) that was turned away; `line` counts from 1, in JSON it is the item's number."""

    line: int
    reason: str
    column: str | None
    value: str | None
    mend: str
    rows: int = 1

    def __post_init__(self) -> None:
        if self.value is not None and len(self.value) > _LONGEST_VALUE:
            object.__setattr__(self, "value", self.value[:_LONGEST_VALUE] + "…")


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event as a source states it, in Parley's words.

    `date_precision` and `geo_precision` follow UCDP (1 exact). Types are ACLED's (`event_type`, `sub_event_type`) and
    PLOVER's; `source_type` is the source's own. `actor_initiator` is set only where the source says who did it and does
    not call that disputed. Tolls are as stated, even where low exceeds high. `as_of` is when the source stated this,
    None where only the time of reading is known. `payload` is the whole row, by the source's column names; it decides
    which conflict claims it.
    """

    source: str
    source_event_id: str
    line: int
    start_date: date
    end_date: date
    parser: str
    licence: str
    may_publish_text: bool
    as_of: datetime | None = None
    as_of_basis: str = "read"
    name: str | None = None
    date_precision: int | None = None
    event_type: str | None = None
    sub_event_type: str | None = None
    plover_type: str | None = None
    source_type: str | None = None
    place: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    country: str | None = None
    country_iso2: str | None = None
    lat: float | None = None
    lon: float | None = None
    geo_precision: int | None = None
    geonameid: int | None = None
    actor_a: str | None = None
    actor_b: str | None = None
    actor_initiator: str | None = None
    actor_target: str | None = None
    fatalities_low: int | None = None
    fatalities_best: int | None = None
    fatalities_high: int | None = None
    text: str | None = None
    source_refs: tuple[str, ...] = ()
    release: str | None = None
    payload: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_hash(self) -> str:
        """Hash what is stated of the event; where and when it was read, and the release, are no part of it."""
        stated = [getattr(self, name) for name in CONTENT_FIELDS]
        text = json.dumps(stated, ensure_ascii=False, default=str, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


CONTENT_FIELDS = (
    *("name", "start_date", "end_date", "date_precision", "event_type", "sub_event_type", "plover_type", "source_type"),
    *("place", "admin1", "admin2", "country", "lat", "lon", "geo_precision", "geonameid"),
    *("actor_a", "actor_b", "actor_initiator", "actor_target"),
    *("fatalities_low", "fatalities_best", "fatalities_high", "text", "source_refs"),
)
"""The fields whose change makes a new revision."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One document that mentions an event. `confidence` is the source's own, 0 to 1; `sentence` counts from 1."""

    source: str
    source_event_id: str
    line: int
    document_url: str
    sentence: int
    mentioned_at: datetime
    event_added_at: datetime | None = None
    source_name: str | None = None
    confidence: float | None = None
    in_raw_text: bool | None = None
    document_length: int | None = None
    document_tone: float | None = None
    translated_from: str | None = None


@dataclass(frozen=True, slots=True)
class Deletion:
    """A source takes an event back."""

    source: str
    source_event_id: str
    line: int
    deleted_at: datetime


Outcome = EventRecord | Mention | Deletion | Rejection
