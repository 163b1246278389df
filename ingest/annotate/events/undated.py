"""A text without a date is read as of each day its content allows; the day on which most falls into place is taken."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from ingest.annotate.events.attempt import Attempt
from ingest.annotate.events.dates import DateMention
from ingest.annotate.events.matcher import FALLBACK_LOGIT, Matcher
from ingest.annotate.events.profiles import Profiles
from ingest.annotate.events.roles import Choice
from ingest.annotate.events.selection import common_parent
from ingest.annotate.events.sentences import Reading

MAX_DAYS_TRIED = 40

UNDATED, UNDATED_MOST = 0.3, 2.2
"""What log-odds lose without a date, and the most they are taken for: such links are never sure."""

UNDATED_TIE = 0.5

SURE_VOTES = 3
"""A stated day, or that of a named event, counts for so many places that would allow a day."""


def attempt_undated(matcher: Matcher, reading: Reading, relevance: float) -> Attempt:
    """Try the days the content allows, and take the one on which most of it falls into place."""
    attempts = [matcher.attempt(reading, day, relevance) for day in (None, *_days_to_try(reading, matcher.profiles))]
    best = max(attempts, key=lambda a: a.fit)
    if not best.chosen:
        return best
    lead = best.chosen[0].profile
    for other in attempts:
        if other.chosen and other.chosen[0].profile is not lead and best.fit - other.fit < UNDATED_TIE:
            rival = other.chosen[0].profile
            parent = common_parent(lead, rival, matcher.profiles)
            if rival.types & lead.types and rival.places == lead.places and parent is not None:
                raised = Choice(parent, FALLBACK_LOGIT, best.chosen[0].evidence, is_back_off=True)
                agreed = {c.profile for c in other.chosen} - {rival}
                return Attempt(best.day, [raised, *(c for c in best.chosen if c.profile in agreed - {lead})])
    lowered = [replace(c, logit=min(c.logit, UNDATED_MOST) - UNDATED) for c in best.chosen]
    return replace(best, chosen=lowered)


def _days_of_year(mention: DateMention, profiles: Profiles) -> list[date]:
    """Return the days a date without a year may mean: those on which an event began or ended."""
    if mention.year is not None:
        return []
    days = {day for p in profiles.by_id.values() for day in (p.start, p.end)}
    return [d for d in days if (d.month, d.day) == (mention.month, mention.last_day or mention.day)]


def _days_to_try(reading: Reading, profiles: Profiles) -> list[date]:
    votes: Counter[date] = Counter()
    for mention in (m for unit in reading.units for m in unit.dates if m.precision == "day"):
        days = mention.resolve(None)
        last = [days[1]] if days is not None else _days_of_year(mention, profiles)
        votes.update({day + timedelta(days=n): SURE_VOTES for day in last for n in (0, 1)})
    for event_id in {e for unit in reading.units for e in unit.own_names}:
        named = profiles.by_id[event_id]
        if not named.is_umbrella and not named.is_root:
            votes.update({day + timedelta(days=n): SURE_VOTES for day in {named.start, named.end} for n in (0, 1)})
    hooks = {place: profiles.by_place.get(place, []) for place in reading.places}
    hooks[""] = [
        p
        for p in profiles.by_id.values()
        if not p.places and not p.is_umbrella and any(t in reading.concepts for t in p.types)
    ]
    for hooked in hooks.values():
        days_of_hook = {p.end + timedelta(days=n) for p in hooked for n in range(3)}
        days_of_hook |= {p.start + timedelta(days=n) for p in hooked for n in range(2)}
        votes.update(dict.fromkeys(days_of_hook, 1))
    return [day for day, _ in sorted(votes.items(), key=lambda v: (-v[1], v[0]))[:MAX_DAYS_TRIED]]
