"""Types for events whose source tells none: suggested with a confidence, and never in place of one that was told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.annotate.events.kinds.model import KindModel
from ingest.annotate.events.kinds.types import EVENT_TYPE, LABELS, NONE, TYPES

FLOOR = 0.5
"""What is less sure is not suggested."""

_EVENT_TYPE = {name.casefold(): name for name in TYPES}
_SUB_TYPE = {name.casefold(): name for name in EVENT_TYPE}
_AT = {label: number for number, label in enumerate(LABELS)}


class Untyped(NamedTuple):
    """What an event is called and said to be, and the types its source tells, if any."""

    text: str
    event_type: str | None = None
    sub_event_type: str | None = None


class Suggestion(NamedTuple):
    """An event's types. `basis` is `told`, `suggested` (one or both are, with `confidence`), or `unknown`."""

    event_type: str | None
    sub_event_type: str | None
    basis: str
    confidence: float | None = None


def suggest(model: KindModel, events: Sequence[Untyped]) -> list[Suggestion]:
    """Complete the types of events. A told type stays as it is; a sub-event type is sought within the told event type.

    Where no sub-event type is sure, the event type is suggested if that is; where nothing is, nothing is.
    """
    found = [_told(event) for event in events]
    asked = [number for number, told in enumerate(found) if told is None]
    shares = model.probabilities([events[number].text for number in asked])
    for number, share in zip(asked, shares, strict=True):
        found[number] = _within(events[number].event_type, share)
    return [one for one in found if one is not None]


def _told(event: Untyped) -> Suggestion | None:
    """Return what needs no suggestion; None where something is missing and could be told from the text."""
    if event.sub_event_type:
        known = _SUB_TYPE.get(event.sub_event_type.casefold())
        return Suggestion(event.event_type or (EVENT_TYPE[known] if known else None), event.sub_event_type, "told")
    if event.event_type and event.event_type.casefold() not in _EVENT_TYPE:
        return Suggestion(event.event_type, None, "told")
    if not event.text.strip():
        return Suggestion(event.event_type, None, "told" if event.event_type else "unknown")
    return None


def _within(told: str | None, shares: npt.NDArray[np.float64]) -> Suggestion:
    subs = TYPES[_EVENT_TYPE[told.casefold()]] if told else tuple(EVENT_TYPE)
    # Of an event whose type is told, none of that type is no answer.
    whole = sum(shares[_AT[sub]] for sub in subs) if told else 1.0
    best = max(subs, key=lambda sub: shares[_AT[sub]])
    confidence = float(shares[_AT[best]] / whole)
    if confidence >= FLOOR:
        return Suggestion(told or EVENT_TYPE[best], best, "suggested", confidence)
    if told:
        return Suggestion(told, None, "told")
    by_type = {event: float(sum(shares[_AT[sub]] for sub in subs)) for event, subs in TYPES.items()}
    event_type = max(by_type, key=by_type.__getitem__)
    if by_type[event_type] >= max(FLOOR, shares[_AT[NONE]]):
        return Suggestion(event_type, None, "suggested", by_type[event_type])
    return Suggestion(None, None, "unknown")
