"""Event files of other collections read into one vocabulary: pure, one module per format, every row told of."""

from ingest.parse.events.choose import FORMATS, read_events
from ingest.parse.events.records import (
    EVENT_PARSE_VERSION,
    Deletion,
    EventDocument,
    EventFileError,
    EventRecord,
    Mention,
    Rejection,
)

__all__ = [
    "EVENT_PARSE_VERSION",
    "FORMATS",
    "Deletion",
    "EventDocument",
    "EventFileError",
    "EventRecord",
    "Mention",
    "Rejection",
    "read_events",
]
