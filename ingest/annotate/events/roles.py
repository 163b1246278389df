"""What part each chosen event plays in a text: what it is about, what else it tells, what lies behind it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from ingest.annotate.events.profile import Profile
from ingest.annotate.events.scoring import Evidence
from ingest.annotate.events.timing import lag_days
from ingest.records import EventLink, Span

KEEP = 0.5
"""Links below this probability are dropped; at 0.8 and above they are taken as sure by readers of the facts."""

POSITION = (1.2, 1.0, 0.4, 0.2)
LEAD_UNITS = len(POSITION)
SURE, PER_SENTENCE, PER_DAY, MOST_DAYS = 1.2, 0.15, 0.15, 8
"""Prominence: the title (or what stands in its place) and the first sentences; beyond SURE no log-odds count."""

LATE, LATE_MOST = 0.03, 0.6
"""What is told first is what a text is about: so much less for each word before it; a place is one word."""

SPECIFIC, HEAD, TOLD_OFTEN = 0.5, 1, 2
RECENT_DAYS, YEAR_DAYS, CURRENT_DAYS = 14, 365, 30
MAX_SPANS = 12
MARGIN_MOST = 2.0

SURER = 1.8
"""So many log-odds surer than the primary event, told in the same way, another one takes its place."""


@dataclass(slots=True)
class Choice:
    """An event taken as told by the text, with the sentences that tell it, best first.

    `is_back_off`: taken for want of a better one; `is_cued`: brought up only by a word such as "previous". `margin` is
    how far it is ahead of the next event that the text could mean instead, in log-odds, MARGIN_MOST at most. `headline`
    is what the title says for its being the main event, `is_whole` that the title speaks of it and of no part of it.
    """

    profile: Profile
    logit: float
    evidence: list[Evidence]
    is_back_off: bool = False
    is_cued: bool = False
    margin: float = MARGIN_MOST
    headline: float = 0.0
    is_whole: bool = False

    @property
    def units(self) -> set[int]:
        """The numbers of its sentences; where its place is exact, of those that speak of that."""
        is_exact = self.profile.event.geo_precision == 1
        placed = {e.unit.number for e in self.evidence if e.placed and is_exact}
        return placed or {e.unit.number for e in self.evidence}

    @property
    def is_evident(self) -> bool:
        """Whether words of the text speak for it, and not the day of publication alone."""
        return any(evidence.spans for evidence in self.evidence)

    @property
    def is_named(self) -> bool:
        """Whether a sentence calls it by name."""
        return any(evidence.named for evidence in self.evidence)

    @property
    def is_placed(self) -> bool:
        """Whether a sentence names its place."""
        return any(evidence.placed for evidence in self.evidence)

    @property
    def is_pinned(self) -> bool:
        """Whether a sentence names it, its place or its day, and not its kind alone."""
        return any(evidence.named or evidence.placed or evidence.dated_by for evidence in self.evidence)

    def prominence(self, day: date | None) -> float:
        """Return how much the text is about it: told early, told often, of the day, and plainly told."""
        first = min(self.units, default=LEAD_UNITS)
        value = min(SURE, self.logit) + (POSITION[first] if first < LEAD_UNITS else 0.0)
        value += self.headline
        value += PER_SENTENCE * min(4, len(self.units))
        value -= min(LATE_MOST, LATE * min((_told_at(e) for e in self.evidence), default=0))
        return value - (PER_DAY * min(MOST_DAYS, lag_days(self.profile, day)) if day else 0.0)


def _told_at(evidence: Evidence) -> int:
    """Return how many words stand before those that first tell the event: its place, else others than its date."""
    here = [span.start for place, span in evidence.unit.places.items() if place in evidence.profile.places]
    first = min(here or [s.start for s in evidence.spans if s not in evidence.dated_by], default=0)
    return bisect_left(evidence.unit.item_starts, first)


def to_links(chosen: Sequence[Choice], day: date | None, weigh: Callable[[Choice, bool], float]) -> list[EventLink]:
    """Give each event its role and confidence; the primary one first, then by confidence.

    `weigh` tells the confidence of a choice, as primary (True) or not; what falls below KEEP is dropped.
    """
    kept = list(chosen)
    primary = primary_of(kept, day)
    while primary is not None and weigh(primary, True) < KEEP:
        kept.remove(primary)
        primary = primary_of(kept, day)
    primary = _surest_beside(primary, kept, day, weigh)
    confidences = {c.profile.event_id: weigh(c, c is primary) for c in kept}
    kept = [c for c in kept if confidences[c.profile.event_id] >= KEEP]
    if not kept:
        return []
    reference = day or (primary.profile.end if primary else max(c.profile.end for c in kept))
    links = [
        EventLink(
            event_id=c.profile.event_id,
            role="primary" if c is primary else _role(c.profile, reference),
            confidence=round(confidences[c.profile.event_id], 4),
            evidence=merge_spans(span for e in c.evidence for span in e.spans),
        )
        for c in kept
    ]
    return sorted(links, key=lambda link: (link.role != "primary", -link.confidence, link.event_id))


def told_in_part(chosen: Sequence[Choice], day: date | None) -> list[Choice]:
    """Return `chosen` without events of years ago, neither named nor placed, that are filed under one that is named.

    They only share the day with the latter: what is remembered by its name is the whole.
    """
    named = {c.profile.event_id for c in chosen if c.is_named}
    return [
        c
        for c in chosen
        if c.is_named
        or c.is_placed
        or day is None
        or lag_days(c.profile, day) <= YEAR_DAYS
        or named.isdisjoint(c.profile.ancestors)
    ]


def primary_of(kept: Sequence[Choice], day: date | None) -> Choice | None:
    """Pick what the text is about: the most prominent event of the time, else an old one told at the top.

    Where an event and the one it is filed under are both told there, the former is what is new.
    """
    whole = next((c for c in kept if c.is_whole), None)
    if whole is not None:
        return whole
    contest = _contest(kept, day)
    return max(contest, key=lambda c: c.prominence(day)) if contest else None


def _contest(kept: Sequence[Choice], day: date | None) -> list[Choice]:
    """Return the events any of which the text may be about."""
    lead = [c for c in kept if min(c.units, default=LEAD_UNITS) < LEAD_UNITS]
    filed_under = {a for c in lead if c.logit >= SPECIFIC for a in c.profile.ancestors}
    current = [
        c
        for c in kept
        if (day is None or lag_days(c.profile, day) <= CURRENT_DAYS or c.evidence[0].dated_by)
        and c.profile.event_id not in filed_under
        and (not c.profile.is_umbrella or c.is_back_off or c.evidence[0].placed or min(c.units) <= HEAD)
    ]
    return current or lead or [c for c in kept if len(c.units) >= TOLD_OFTEN]


def _surest_beside(
    primary: Choice | None, kept: Sequence[Choice], day: date | None, weigh: Callable[[Choice, bool], float]
) -> Choice | None:
    """Return `primary`, or the surest event told in the same way where that would be much surer in its place.

    Told in the same way is what one sentence tells first, in its own words and as no history: what an article is about
    is not much less sure than what it only tells beside that.
    """
    if primary is None or primary.is_whole:
        return primary
    reference, at = day or primary.profile.end, min(primary.units)
    least = _log_odds(weigh(primary, True)) + SURER
    surer = [
        c
        for c in _contest(kept, day)
        if c is not primary and not c.is_cued and min(c.units) == at and _log_odds(weigh(c, True)) > least
        if lag_days(c.profile, reference) <= YEAR_DAYS
    ]
    return max(surer, key=lambda c: (weigh(c, True), c.prominence(day)), default=primary)


def _log_odds(share: float) -> float:
    return log(share / (1 - share))


def _role(profile: Profile, reference: date) -> str:
    lag = lag_days(profile, reference)
    if lag > YEAR_DAYS:
        return "historical"
    return "background" if lag > RECENT_DAYS else "secondary"


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the first MAX_SPANS spans in order, those that overlap as one."""
    merged: list[Span] = []
    for span in sorted(set(spans), key=lambda s: (s.start, s.end)):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged[:MAX_SPANS])
