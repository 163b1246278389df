"""From scored sentences to links: which events explain the text best together, and what part each plays in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.annotate.events.profiles import Profile, Profiles
from ingest.annotate.events.reading import Reading, Unit
from ingest.annotate.events.scoring import LONG_DAYS, Evidence, lag_days, probability
from ingest.records import EventLink, Span

KEEP = 0.5
"""Links below this probability are dropped; at 0.8 and above they are taken as sure by readers of the facts."""

EXPLAINED_AWAY = 2.5
"""What a sentence says for an event is worth this much less once a better event of its kind and place has it."""

MORE_SENTENCES, MOST_SENTENCES = 0.25, 3
TIE = 0.35
RIVALS = 40
"""A sentence is weighed between at most so many events: a text that names every place stays cheap."""

BACKED_OFF = 0.45
RECENT_DAYS, YEAR_DAYS, CURRENT_DAYS = 14, 365, 30
MAX_SPANS = 12
POSITION = (1.2, 1.0, 0.4, 0.2)
LEAD_UNITS = len(POSITION)
SURE, PER_SENTENCE, PER_DAY, MOST_DAYS = 1.5, 0.15, 0.15, 8
"""Prominence: the title (or what stands in its place) and the first sentences; beyond SURE no log-odds count."""

SPECIFIC, HEAD = 0.5, 1
EARLIER_LOGIT, MOST_EARLIER, EARLIER_DAYS = 0.5, 2, 60


@dataclass(slots=True)
class Choice:
    """An event taken as told by the text, with the sentences that tell it, best first."""

    profile: Profile
    logit: float
    evidence: list[Evidence]
    is_back_off: bool = False

    @property
    def units(self) -> set[int]:
        """The numbers of its sentences; where its place is exact, of those that speak of that."""
        is_exact = self.profile.event.geo_precision == 1
        placed = {e.unit.number for e in self.evidence if e.placed and is_exact}
        return placed or {e.unit.number for e in self.evidence}

    def prominence(self, day: date | None) -> float:
        """Return how much the text is about it: told early, told often, of the day, and plainly told."""
        first = min(self.units, default=LEAD_UNITS)
        value = min(SURE, self.logit) + (POSITION[first] if first < LEAD_UNITS else 0.0)
        value += PER_SENTENCE * min(4, len(self.units))
        return value - (PER_DAY * min(MOST_DAYS, lag_days(self.profile, day)) if day else 0.0)


def choose(scored: Iterable[Evidence], threshold: float = 0.0) -> list[Choice]:
    """Keep events with a sentence that speaks for them; each sentence is weaker for all but the best of a kind."""
    by_unit: dict[int, list[Evidence]] = {}
    for evidence in scored:
        if evidence.logit > threshold:
            by_unit.setdefault(evidence.unit.number, []).append(evidence)
    cases: dict[str, list[tuple[float, Evidence]]] = {}
    for rivals in by_unit.values():
        rivals.sort(key=lambda e: (-e.logit, e.profile.days, e.profile.event_id))
        for rank, evidence in enumerate(rivals):
            value = evidence.logit - (EXPLAINED_AWAY if _is_explained(evidence, rivals[: min(rank, RIVALS)]) else 0.0)
            if value > threshold:
                cases.setdefault(evidence.profile.event_id, []).append((value, evidence))
    chosen = []
    for case in cases.values():
        case.sort(key=lambda pair: (-pair[0], pair[1].unit.number))
        extra = MORE_SENTENCES * min(MOST_SENTENCES, len(case) - 1)
        chosen.append(Choice(case[0][1].profile, case[0][0] + extra, [e for _, e in case]))
    return sorted(chosen, key=lambda c: (-c.logit, c.profile.event_id))


def _is_explained(evidence: Evidence, better: Sequence[Evidence]) -> bool:
    if evidence.named:
        return False
    for other in better:
        own_date = evidence.dated_by - other.dated_by and evidence.profile.days <= LONG_DAYS
        own_place = evidence.placed and not other.placed
        if not own_date and not own_place and _compete(evidence, other):
            return True
    return False


def _compete(first: Evidence, second: Evidence) -> bool:
    """Say whether two events could each be what a sentence tells: of one kind, at one place or both at none."""
    a, b = first.profile, second.profile
    if a.types and b.types and not a.types & b.types:
        return False
    if not a.places or not b.places:
        return not a.places and not b.places
    here = first.unit.places.keys()
    return bool((a.places | a.near) & (b.places | b.near) & here) or not (first.placed and second.placed)


def back_off(chosen: list[Choice], rivals: Iterable[Evidence], profiles: Profiles) -> list[Choice]:
    """Put the common parent in the stead of the best event where another of its kind and place fits as well."""
    if not chosen:
        return chosen
    best = chosen[0]
    sure = best.evidence[0].named or best.evidence[0].dated_by
    if sure:
        return chosen
    for rival in rivals:
        if rival.profile is best.profile or rival.unit is not best.evidence[0].unit:
            continue
        alike = rival.profile.types & best.profile.types and _compete(best.evidence[0], rival)
        if alike and best.evidence[0].logit - rival.logit < TIE:
            parent = common_parent(best.profile, rival.profile, profiles)
            if parent is not None:
                raised = Choice(parent, min(best.logit, BACKED_OFF), best.evidence, is_back_off=True)
                return [raised, *(c for c in chosen[1:] if c.profile not in {parent, rival.profile})]
    return chosen


def common_parent(first: Profile, second: Profile, profiles: Profiles) -> Profile | None:
    """Return the nearest event both are filed under (or one of the two), None where only the conflict itself is."""
    lineage = (second.event_id, *second.ancestors)
    for event_id in (first.event_id, *first.ancestors):
        if event_id in lineage and not profiles.by_id[event_id].is_root:
            return profiles.by_id[event_id]
    return None


def to_links(chosen: Sequence[Choice], day: date | None) -> list[EventLink]:
    """Give each event its role and confidence; the primary one first, then by confidence."""
    kept = [c for c in chosen if probability(c.logit) >= KEEP]
    if not kept:
        return []
    primary = _primary(kept, day)
    reference = day or (primary.profile.end if primary else max(c.profile.end for c in kept))
    links = [
        EventLink(
            event_id=c.profile.event_id,
            role="primary" if c is primary else _role(c.profile, reference),
            confidence=round(probability(c.logit), 4),
            evidence=merge_spans(span for e in c.evidence for span in e.spans),
        )
        for c in kept
    ]
    return sorted(links, key=lambda link: (link.role != "primary", -link.confidence, link.event_id))


def _primary(kept: Sequence[Choice], day: date | None) -> Choice | None:
    """Pick what the text is about: the most prominent event of the time, else an old one told at the top.

    Where an event and the one it is filed under are both told there, the former is what is new.
    """
    lead = [c for c in kept if min(c.units, default=LEAD_UNITS) < LEAD_UNITS]
    filed_under = {a for c in lead if c.logit >= SPECIFIC for a in c.profile.ancestors}
    current = [
        c
        for c in kept
        if (day is None or lag_days(c.profile, day) <= CURRENT_DAYS or c.evidence[0].dated_by)
        and c.profile.event_id not in filed_under
        and (not c.profile.is_umbrella or c.is_back_off or c.evidence[0].placed or min(c.units) <= HEAD)
    ]
    contest = current or lead
    return max(contest, key=lambda c: c.prominence(day)) if contest else None


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


def earlier_ones(chosen: Sequence[Choice], reading: Reading, day: date | None, profiles: Profiles) -> list[Choice]:
    """Return the last events like the main one where the text speaks of "previous" ones without naming them."""
    primary = _primary([c for c in chosen if c.logit > 0], day)
    if primary is None:
        return []
    main, told = primary.profile, {c.profile.event_id for c in chosen}
    cues = [u for u in reading.units if u.earlier is not None and any(t in u.concepts for t in main.types)]
    if not cues:
        return []
    kin = [
        p
        for p in profiles.children.get(main.event.parent_event_id or "", ())
        if p.event_id not in told
        and p.end < main.start
        and (main.start - p.end).days <= EARLIER_DAYS
        and p.types & main.types
        and p.event.event_type == main.event.event_type
        and (bool((p.places | p.near) & main.places) or not (p.places or main.places))
    ]
    kin.sort(key=lambda p: (p.end, p.event_id), reverse=True)
    return [Choice(p, EARLIER_LOGIT, [_by_cue(p, cues[0])]) for p in kin[:MOST_EARLIER]]


def _by_cue(profile: Profile, unit: Unit) -> Evidence:
    spans = [unit.earlier, *(unit.concepts[t] for t in profile.types if t in unit.concepts)]
    return Evidence(
        profile, unit, EARLIER_LOGIT, tuple(s for s in spans if s is not None), frozenset(), named=False, placed=False
    )
