"""The likeliest events of a text, linked or not: what reviewers and analysts choose from. They count in no fact."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.annotate.events.attempt import Attempt
from ingest.annotate.events.profile import Profile
from ingest.annotate.events.profiles import Profiles
from ingest.annotate.events.roles import Choice, merge_spans
from ingest.annotate.events.scoring import Evidence
from ingest.annotate.events.timing import lag_days
from ingest.records import EventCandidate, EventLink

MOST = 3
"""So many events are ranked: what a reviewer takes in at a glance."""

SURE_MOST = 0.49
"""The most confidence of an event that is no link: links begin at KEEP."""

ABOUT_NONE, FRONT_PAGE = "about_none", "front_page"
UNSURE, OUTDONE, OTHER_DAY, WHOLE = "unsure", "outdone", "other_day", "whole"
"""Why an event is no link: the text seems to be about none; its address is that of a whole site; it may be told, but
that is too unsure; another event explains its words better; it fits another day than that of the text; it is only what
a likely event belongs to, or the war of the day."""

REASONS = (ABOUT_NONE, FRONT_PAGE, UNSURE, OUTDONE, OTHER_DAY, WHOLE)

TOLD = {ABOUT_NONE: 0.3, FRONT_PAGE: 1.0, UNSURE: 1.0, OUTDONE: 0.4, OTHER_DAY: 0.3}
WHOLE_TOLD = 0.02
"""How often what is no link for that reason is told, beside links for which as much speaks: counted in the articles
linked by hand. Of wholes that nothing else speaks for so many are told."""

RUNNING_WAR, PARENT, PLACED = 0.0, -1.0, 0.3
"""Where the running war and what the likeliest event is filed under stand among the others, in log-odds: three guesses
at one strike waste the third, if the article sums up. An event whose place is named gains a little."""

SURE_ENOUGH, OF_THE_DAY = 1.9, 1.0
"""Beyond so many log-odds the likelier day goes before stronger words; what was chosen on that day gains so much."""

WAR_LAG_DAYS = 7

Weigh = Callable[[Choice, bool], float]


@dataclass(frozen=True, slots=True)
class Unlinked:
    """What was read beside the links: the events chosen, all scored on the day (`attempt`) or on any (`beyond`).

    `weigh` tells the confidence of a choice; `denied` are events an engineer ruled out. `reason` is why nothing of the
    text is linked, None where that is for each event to say.
    """

    chosen: Sequence[Choice]
    attempt: Attempt
    beyond: Attempt | None
    weigh: Weigh
    denied: Container[str]
    reason: str | None


@dataclass(slots=True)
class _Rated:
    profile: Profile
    value: float
    reason: str
    choice: Choice | None


def of_links(links: Sequence[EventLink]) -> list[EventCandidate]:
    """Return the first MOST links as candidates."""
    return [
        EventCandidate(link.event_id, rank, link.confidence, None, link.evidence)
        for rank, link in enumerate(links[:MOST], 1)
    ]


def likeliest(links: Sequence[EventLink], unlinked: Unlinked, profiles: Profiles) -> list[EventCandidate]:
    """Return at most MOST events, likeliest first: the links, then those too unsure for one, each with the reason.

    What is no link has a confidence below KEEP.
    """
    found = of_links(links)
    if len(found) == MOST:
        return found
    told = {link.event_id for link in links}
    rated = _rated(unlinked, told)
    top = links[0].event_id if links else max(rated, key=_value).profile.event_id if rated else None
    rated = _with_wholes(rated, profiles.by_id[top] if top else None, unlinked, told, profiles)
    rated.sort(key=_value, reverse=True)  # stable: of equal ones that of the likelier day first
    for one in rated[: MOST - len(found)]:
        choice = one.choice
        sure = TOLD[one.reason] * unlinked.weigh(choice, False) if choice is not None else WHOLE_TOLD
        spans = merge_spans(span for e in choice.evidence for span in e.spans) if choice is not None else ()
        confidence = round(min(SURE_MOST, sure), 4)
        found.append(EventCandidate(one.profile.event_id, len(found) + 1, confidence, one.reason, spans))
    return found


def _value(one: _Rated) -> float:
    return one.value


def _rated(unlinked: Unlinked, told: Container[str]) -> list[_Rated]:
    """Return every event that words of the text speak for, beside those `told`, rated."""
    found: dict[str, _Rated] = {}
    for choice, reason in _choices(unlinked):
        event_id = choice.profile.event_id
        if event_id in told or event_id in unlinked.denied or choice.profile.is_root or not choice.is_evident:
            continue
        value = min(SURE_ENOUGH, choice.logit + (OF_THE_DAY if reason == UNSURE else 0.0))
        value += PLACED if choice.evidence[0].placed else 0.0
        before = found.get(event_id)
        if before is None or (before.reason == reason and before.value < value):
            found[event_id] = _Rated(choice.profile, value, reason, choice)
    return [_explained(one, unlinked.reason) for one in found.values()]


def _explained(one: _Rated, reason: str | None) -> _Rated:
    return one if reason is None else _Rated(one.profile, one.value, reason, one.choice)


def _choices(unlinked: Unlinked) -> Iterator[tuple[Choice, str]]:
    """Yield what may be told, the likeliest reading of each event first."""
    yield from ((choice, UNSURE) for choice in unlinked.chosen)
    yield from ((choice, OTHER_DAY) for choice in unlinked.attempt.others)
    for attempt, reason in ((unlinked.attempt, OUTDONE), (unlinked.beyond, OTHER_DAY)):
        best: dict[str, Evidence] = {}
        for evidence in attempt.scored if attempt is not None else ():
            before = best.get(evidence.profile.event_id)
            if evidence.spans and (before is None or before.logit < evidence.logit):
                best[evidence.profile.event_id] = evidence
        for evidence in heapq.nlargest(2 * MOST, best.values(), key=lambda e: e.logit):
            yield Choice(evidence.profile, evidence.logit, [evidence], margin=0.0), reason


def _with_wholes(
    rated: list[_Rated], top: Profile | None, unlinked: Unlinked, told: Container[str], profiles: Profiles
) -> list[_Rated]:
    """Add what the likeliest event is filed under and the running war, or lift them where they are rated lower.

    A text about none that tells of nothing tells of no war either.
    """
    if top is None and unlinked.reason == ABOUT_NONE:
        return rated
    wholes = {p.event_id: (p, RUNNING_WAR) for p in _running_wars(unlinked.attempt.day, profiles)}
    for parent in (profiles.by_id[a] for a in (top.ancestors[:1] if top else ())):
        wholes.setdefault(parent.event_id, (parent, PARENT))
    by_id = {one.profile.event_id: one for one in rated}
    for event_id, (profile, value) in wholes.items():
        if event_id in told or event_id in unlinked.denied or profile.is_root:
            continue
        before = by_id.get(event_id)
        if before is None:
            by_id[event_id] = _Rated(profile, value, WHOLE, None)
        else:
            before.value = max(before.value, value)
    return [*by_id.values()]


def _running_wars(day: date | None, profiles: Profiles) -> Iterable[Profile]:
    return (p for p in profiles.wars if day is not None and p.start <= day and lag_days(p, day) <= WAR_LAG_DAYS)
