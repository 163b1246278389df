"""Which events explain a text best together: one for each sentence and kind, the parent where two are equal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from ingest.annotate.events.attempt import Attempt
from ingest.annotate.events.profile import Profile
from ingest.annotate.events.profiler import PLACELESS_TYPE, WAR
from ingest.annotate.events.profiles import Profiles
from ingest.annotate.events.roles import HEAD, MARGIN_MOST, Choice, primary_of
from ingest.annotate.events.scoring import Evidence
from ingest.annotate.events.sentences import Reading, Unit
from ingest.annotate.events.weights import LAG_ANNIVERSARY, LONG_DAYS, TELLING

EXPLAINED_AWAY = 2.5
"""What a sentence says for an event is worth this much less where a better event of its kind and place has it."""

RIVALS = 40
"""A sentence is weighed between at most so many events: a text that names every place stays cheap."""

MORE_SENTENCES, MOST_SENTENCES = 0.25, 3
RESCUE, RESCUE_FROM, RESCUED, SOME = 1.5, -1.5, 1.0, 0.3
"""What the likeliest event gains where the text tells none outright; how poor a case may be for that, and become."""

TIE, BACKED_OFF = 0.35, 0.45
HEADLINE_KIND, HEADLINE_DETAIL, HEADLINE_MOST = 0.3, 0.3, 0.8
"""What a title says for the main event, beside a place in the lead: of its kind, of each detail by rarity, at most."""

WHOLE_LOGIT = 1.5
EARLIER_LOGIT, MOST_EARLIER, EARLIER_DAYS = 0.5, 2, 60


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
        best = case[0][1]
        margin = _margin(best, by_unit[best.unit.number])
        chosen.append(Choice(best.profile, case[0][0] + extra, [e for _, e in case], margin=margin))
    return sorted(chosen, key=lambda c: (-c.logit, c.profile.event_id))


def _margin(evidence: Evidence, rivals: Sequence[Evidence]) -> float:
    """Return how far an event is ahead of the best other one of its kind that its best sentence could tell."""
    others = (e.logit for e in rivals[:RIVALS] if e.profile is not evidence.profile and _compete(evidence, e))
    return min(MARGIN_MOST, max(0.0, evidence.logit - max(others, default=float("-inf"))))


def _is_explained(evidence: Evidence, better: Sequence[Evidence]) -> bool:
    if evidence.named:
        return False
    for other in better:
        if evidence.profile.event_id in other.profile.ancestors:
            if not any(t in evidence.unit.concepts for t in evidence.profile.types):
                return True
            if other.profile.essential and not other.details:
                continue  # nothing here tells the part apart: it is the whole that is told
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


def rescue(attempt: Attempt, is_about: bool) -> list[Choice]:
    """Return the likeliest event at a place, or of a detail, the text names, where none speaks for itself.

    A text about the conflict is mostly about something: a place it names and the day tell which, if anything does.
    Where the text may be about something else (`is_about` False) rare details are asked for, or a place and some.
    """
    hopeful = [
        e
        for e in attempt.scored
        if e.logit > RESCUE_FROM
        and e.lag >= 0
        and e.placed + e.details + (e.typed and not e.profile.places) >= (SOME if is_about else TELLING)
        and (not e.profile.is_umbrella or e.placed or e.details >= TELLING)
        and (is_about or e.details > 0)
        and (e.typed or e.details > 0 or "killed" in e.unit.concepts or e.lag != LAG_ANNIVERSARY)
    ]
    best = max(hopeful, key=lambda e: (e.logit, e.profile.event_id), default=None)
    if best is None:
        return []
    rivals = [e for e in hopeful if e.profile is not best.profile and best.logit - e.logit < TIE]
    logit = min(RESCUED, best.logit + RESCUE) - (TIE if rivals else 0.0)
    return [Choice(best.profile, logit, [best], is_back_off=True)]


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


def headlined(chosen: Sequence[Choice], title: Unit) -> list[Choice]:
    """Say of each event how much of it a title tells that names no other place: its kind, its rare details."""
    found = []
    for choice in chosen:
        profile = choice.profile
        kinds = sum(t in title.concepts for t in profile.types) > 0
        details = sum(profile.details[d] for d in profile.essential - profile.types if d in title.concepts)
        is_elsewhere = bool(title.elsewhere - profile.places - profile.near)
        told = 0.0 if is_elsewhere else HEADLINE_KIND * kinds + HEADLINE_DETAIL * details
        found.append(replace(choice, headline=min(HEADLINE_MOST, told)))
    return found


def whole_war(chosen: Sequence[Choice], reading: Reading, day: date | None, profiles: Profiles) -> list[Choice]:
    """Return the war of the main event where the title speaks of a war, and of no place or part of it."""
    title = reading.units[0]
    primary = primary_of([c for c in chosen if c.logit > 0], day)
    if primary is None or WAR not in title.concepts or title.places or title.tells_kind:
        return []
    is_its_end = primary.profile.event.event_type == PLACELESS_TYPE and min(primary.units) <= HEAD
    if is_its_end or title.dates:
        return []
    lineage = (primary.profile, *(profiles.by_id[a] for a in primary.profile.ancestors))
    war = next((p for p in lineage if p in profiles.wars), None)
    if war is None or not war.is_umbrella or any(d in title.concepts for d in primary.profile.essential - {WAR}):
        return []
    evidence = Evidence(war, title, WHOLE_LOGIT, (title.concepts[WAR],), frozenset(), named=False, placed=False)
    return [Choice(war, WHOLE_LOGIT, [evidence], is_cued=True, is_whole=True)]


def earlier_ones(chosen: Sequence[Choice], reading: Reading, day: date | None, profiles: Profiles) -> list[Choice]:
    """Return the last events like the main one where the text speaks of "previous" ones without naming them."""
    primary = primary_of([c for c in chosen if c.logit > 0], day)
    if primary is None:
        return []
    # What is hardly told without the word is told by it.
    main, told = primary.profile, {c.profile.event_id for c in chosen if c.logit >= EARLIER_LOGIT}
    cues = [u for u in reading.units if u.earlier is not None and _speaks_of(main, u, reading)]
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
        and p.is_told_of(reading.concepts)
        and (bool((p.places | p.near) & main.places) or not (p.places or main.places))
    ]
    kin.sort(key=lambda p: (p.end, p.event_id), reverse=True)
    return [Choice(p, EARLIER_LOGIT, [_by_cue(p, cues[0])], is_cued=True) for p in kin[:MOST_EARLIER]]


def underlying(chosen: Sequence[Choice], reading: Reading, day: date | None, profiles: Profiles) -> list[Choice]:
    """Return what the main event is filed under where the text speaks of that too: "under the peace deal".

    That is an agreement, a flight, or the fighting in which something particular happened.
    """
    primary = primary_of([c for c in chosen if c.logit > 0], day)
    if primary is None:
        return []
    told = {c.profile.event_id for c in chosen}
    for event_id in primary.profile.ancestors[:1]:
        parent = profiles.by_id[event_id]
        kinds = _kinds_beyond(primary.profile, parent, reading)
        units = [u for u in reading.units if any(t in u.concepts for t in kinds)]
        if units and not parent.is_umbrella and not parent.is_root and event_id not in told:
            spans = tuple(units[0].concepts[t] for t in kinds if t in units[0].concepts)
            evidence = Evidence(parent, units[0], EARLIER_LOGIT, spans, frozenset(), named=False, placed=False)
            return [Choice(parent, EARLIER_LOGIT, [evidence], is_cued=True)]
    return []


def _kinds_beyond(main: Profile, parent: Profile, reading: Reading) -> frozenset[str]:
    """Return the concepts that tell the parent as well as the part."""
    if parent.event.event_type == PLACELESS_TYPE:
        return (parent.types or parent.essential) - main.types
    is_particular = any(d in reading.concepts for d in main.essential)
    return parent.types & main.types if is_particular else frozenset()


def _speaks_of(profile: Profile, unit: Unit, reading: Reading) -> bool:
    """Say whether a sentence tells an event's kind, or, telling none, follows one that does."""
    before = reading.units[unit.number - 1] if unit.number and not unit.tells_kind else unit
    return any(t in u.concepts for u in (unit, before) for t in profile.types)


def _by_cue(profile: Profile, unit: Unit) -> Evidence:
    spans = [unit.earlier, *(unit.concepts[t] for t in profile.types if t in unit.concepts)]
    return Evidence(
        profile, unit, EARLIER_LOGIT, tuple(s for s in spans if s is not None), frozenset(), named=False, placed=False
    )
