"""Event files of one's own with their missing types suggested, to be checked by a person and then imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.annotate.events.kinds.model import KindModel
from ingest.annotate.events.kinds.suggest import Suggestion, Untyped, suggest
from ingest.parse.events import EventDocument, EventRecord, Rejection, read_events

ADDED = ("event_type", "sub_event_type", "type_basis", "type_confidence")


@dataclass(frozen=True, slots=True)
class Completed:
    """The rows of a file by their columns, types filled in where one is sure enough, and the rows turned away."""

    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, str]]
    rejections: Sequence[Rejection]


def complete(document: EventDocument, model: KindModel) -> Completed:
    """Suggest types for an own file's events. Raises EventFileError where it is none.

    `type_basis` says of each row whether its types were told by the file, suggested, or stay unknown.
    """
    events: list[EventRecord] = []
    rejections: list[Rejection] = []
    for outcome in read_events(document, "own").outcomes:
        if isinstance(outcome, EventRecord):
            events.append(outcome)
        elif isinstance(outcome, Rejection):
            rejections.append(outcome)
    asked = [Untyped(_words_of(event), event.event_type, event.sub_event_type) for event in events]
    rows = [_row(event, told) for event, told in zip(events, suggest(model, asked), strict=True)]
    # JSON's rows need not have the same columns.
    columns = dict.fromkeys(column for event in events for column in event.payload)
    return Completed((*(c for c in columns if c not in ADDED), *ADDED), rows, rejections)


def _words_of(event: EventRecord) -> str:
    return ". ".join(part for part in (event.name, event.text) if part)


def _row(event: EventRecord, told: Suggestion) -> dict[str, str]:
    confidence = "" if told.confidence is None else f"{told.confidence:.2f}"
    values = (told.event_type or "", told.sub_event_type or "", told.basis, confidence)
    return {**event.payload, **dict(zip(ADDED, values, strict=True))}
