"""Links from a comment's own words: only events it names, for what it is about else comes from its article."""

from __future__ import annotations

from ingest.annotate.events.profile import Profile
from ingest.annotate.events.profiles import Profiles
from ingest.annotate.events.roles import merge_spans
from ingest.annotate.events.sentences import Reading, Unit
from ingest.records import EventLink, Span

NAMED, DATED, TOLD, STANDS_FOR = 0.92, 0.85, 0.8, 0.65
"""Confidence: its own name; its place and year; its place and kind, one of a kind there; its place or decade alone."""

DECADE_SHARE = 0.5
"""A decade stands for the old war of which at least this share fell into it."""

HISTORICAL_DAYS = 3650
"""An event is history where the conflict went on this long after it."""

_METONYMS = frozenset({"attack_civilians", "mob_violence"})


def explicit_links(reading: Reading, profiles: Profiles) -> list[EventLink]:
    """Return the events a comment names, surest first; a party's or region's bare name is none."""
    best: dict[str, tuple[float, list[Span]]] = {}
    for unit in reading.units:
        for profile, confidence, spans in _named(unit, profiles) + _placed(unit, profiles) + _of_decade(unit, profiles):
            known = best.get(profile.event_id)
            if known is None or known[0] < confidence:
                best[profile.event_id] = (confidence, spans)
    links = []
    for event_id, (confidence, spans) in best.items():
        role = "historical" if _is_old(profiles.by_id[event_id], profiles) else "secondary"
        links.append(EventLink(event_id, role, confidence, merge_spans(spans)))
    return sorted(links, key=lambda link: (-link.confidence, link.event_id))


def _is_old(profile: Profile, profiles: Profiles) -> bool:
    latest = max(p.end for p in profiles.by_id.values())
    return (latest - profile.end).days > HISTORICAL_DAYS


def _of_decade(unit: Unit, profiles: Profiles) -> list[tuple[Profile, float, list[Span]]]:
    """Return the old war that a decade stands for: "in the 1990s you drove us out"."""
    found = []
    for mention in unit.dates:
        days = mention.resolve(None) if mention.precision == "year" and mention.last_year else None
        if days is None:
            continue
        for war in profiles.wars:
            within = (min(war.end, days[1]) - max(war.start, days[0])).days + 1
            if within >= DECADE_SHARE * war.days and _is_old(war, profiles):
                found.append((war, STANDS_FOR, [Span(mention.start, mention.end)]))
    return found


def _named(unit: Unit, profiles: Profiles) -> list[tuple[Profile, float, list[Span]]]:
    found = []
    for event_id, span in unit.events.items():
        profile = profiles.by_id[event_id]
        if not profile.is_root and (profile.is_sole or not profile.places):
            found.append((profile, NAMED, [span]))
    return found


def _placed(unit: Unit, profiles: Profiles) -> list[tuple[Profile, float, list[Span]]]:
    found = []
    for place, span in unit.places.items():
        here = [p for p in profiles.by_place.get(place, ()) if place in p.places]
        dated = [(p, s) for p in here if (s := _date_of(p, unit)) is not None and _told(p, unit)]
        told = [p for p in here if p.is_sole and _told(p, unit)]
        if len(dated) == 1:
            found.append((dated[0][0], DATED, [span, dated[0][1], *_told(dated[0][0], unit)]))
        elif len(told) == 1 and not unit.dates:
            found.append((told[0], TOLD, [span, *_told(told[0], unit)]))
        elif len(here) == 1 and here[0].types & _METONYMS:
            found.append((here[0], STANDS_FOR, [span]))
    return found


def _told(profile: Profile, unit: Unit) -> list[Span]:
    """Return the words that tell of an event's kind, or, where it is of no kind, what sets it apart."""
    return [unit.concepts[c] for c in sorted(profile.types or profile.essential) if c in unit.concepts]


def _date_of(profile: Profile, unit: Unit) -> Span | None:
    """Return the date in `unit` that falls within the event; only dates with a year can."""
    for mention in unit.dates:
        days = mention.resolve(None)
        if days is not None and days[0] <= profile.end and days[1] >= profile.start:
            return Span(mention.start, mention.end)
    return None
