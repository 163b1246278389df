"""A conflict is data: this module reads one from its folder and says clearly what is wrong with it.

A folder `data/conflicts/<id>/` holds `conflict.toml`, `parties.csv`, `places.csv`, `events.csv`, `lexicon.csv` and,
if wanted, `actors.csv`, `event_aliases.csv`, `event_xref.csv`, `event_signs.csv` and `link_decisions.csv`. The folder's
name is the conflict's id. Nothing else in the project names a party or place.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest.conflict_events import (
    Event,
    EventAlias,
    EventSign,
    EventXref,
    read_aliases,
    read_events,
    read_signs,
    read_xrefs,
)
from ingest.conflict_links import FILE as LINK_DECISIONS
from ingest.conflict_links import LinkDecision, read_decisions
from ingest.conflict_rows import ConflictError, read_rows
from ingest.import_rules import ImportRules, read_rules

__all__ = [
    "Actor",
    "Conflict",
    "ConflictError",
    "Event",
    "EventAlias",
    "EventXref",
    "LinkDecision",
    "Party",
    "Place",
    "Term",
    "conflict_ids",
    "find_conflict",
    "load_conflict",
    "load_conflicts",
]

RESERVED_SIDES = frozenset({"anti_war", "unclear", "off_topic", "empty"})
PARTY_KINDS = frozenset({"belligerent", "third_party"})


@dataclass(frozen=True, slots=True)
class Party:
    """One side of the conflict (`belligerent`) or an outsider readers take sides about (`third_party`)."""

    party_id: str
    name: str
    kind: str
    country_iso2: str | None
    sort_order: int
    color: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A place with every name it goes by; rival names are equals here. `names` maps language to name."""

    place_id: str
    name: str
    names: dict[str, str]
    kind: str
    country_iso2: str | None
    lat: float | None
    lon: float | None
    geonameid: int | None
    aliases: tuple[str, ...]
    ambiguous_note: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """A state, armed group, organisation or person, and the party it counts towards (None: none)."""

    actor_id: str
    name: str
    kind: str
    party_id: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase of the lexicon that stands for a party.

    `kind`: name, demonym, capital, person, place, force, slogan, hashtag, emoji, slur or misspelling.
    `language` is a BCP 47 code, or `mul` for any.
    """

    party_id: str
    term: str
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Everything known of one conflict."""

    conflict_id: str
    name: str
    description: str
    starts_on: date
    ends_on: date | None
    time_zone: str
    languages: tuple[str, ...]
    parties: tuple[Party, ...]
    places: tuple[Place, ...]
    actors: tuple[Actor, ...]
    events: tuple[Event, ...]
    lexicon: tuple[Term, ...]
    event_aliases: tuple[EventAlias, ...] = ()
    event_xrefs: tuple[EventXref, ...] = ()
    event_signs: tuple[EventSign, ...] = ()
    link_decisions: tuple[LinkDecision, ...] = ()
    importers: ImportRules = field(default_factory=ImportRules)

    @property
    def belligerents(self) -> tuple[Party, ...]:
        """The parties stance is scored toward, in display order."""
        return tuple(p for p in self.parties if p.kind == "belligerent")


def _parties(path: Path) -> tuple[Party, ...]:
    parties: list[Party] = []
    for row in read_rows(path, ("party_id", "name", "kind")):
        kind = row.required("kind")
        if kind not in PARTY_KINDS:
            raise row.fail(f"kind = {kind!r}; it must be one of {', '.join(sorted(PARTY_KINDS))}")
        party_id = row.required("party_id")
        if party_id in RESERVED_SIDES or party_id in {p.party_id for p in parties}:
            raise row.fail(f"party_id {party_id!r} is taken; choose another")
        order = row.integer("sort_order")
        parties.append(
            Party(
                party_id=party_id,
                name=row.required("name"),
                kind=kind,
                country_iso2=row.text("country_iso2"),
                sort_order=len(parties) + 1 if order is None else order,
                color=row.text("color"),
            )
        )
    if sum(p.kind == "belligerent" for p in parties) < 2:
        raise ConflictError(f"{path}: a conflict needs at least two parties of kind belligerent")
    return tuple(sorted(parties, key=lambda p: p.sort_order))


def _places(path: Path) -> tuple[Place, ...]:
    return tuple(
        Place(
            place_id=row.required("place_id"),
            name=row.required("name"),
            names={
                k.removeprefix("name_"): v.strip() for k, v in row.values.items() if k.startswith("name_") and v.strip()
            },
            kind=row.required("kind"),
            country_iso2=row.text("country_iso2"),
            lat=row.number("lat"),
            lon=row.number("lon"),
            geonameid=row.integer("geonameid"),
            aliases=row.items("aliases"),
            ambiguous_note=row.text("ambiguous_note"),
        )
        for row in read_rows(path, ("place_id", "name", "kind"))
    )


def _actors(path: Path, party_ids: frozenset[str]) -> tuple[Actor, ...]:
    if not path.exists():
        return ()
    actors = []
    for row in read_rows(path, ("actor_id", "name", "kind", "party_id", "aliases")):
        party_id = row.text("party_id")
        if party_id is not None and party_id not in party_ids:
            raise row.fail(f"party_id {party_id!r} is not in parties.csv")
        actors.append(
            Actor(row.required("actor_id"), row.required("name"), row.required("kind"), party_id, row.items("aliases"))
        )
    return tuple(actors)


def _lexicon(path: Path, party_ids: frozenset[str]) -> tuple[Term, ...]:
    terms = []
    for row in read_rows(path, ("party_id", "term", "kind", "language")):
        party_id = row.required("party_id")
        if party_id not in party_ids:
            raise row.fail(f"party_id {party_id!r} is not in parties.csv")
        terms.append(Term(party_id, row.required("term"), row.required("kind"), row.required("language")))
    return tuple(terms)


def _time_zone(value: str, path: Path) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConflictError(f"{path}: time_zone = {value!r} is not an IANA time zone such as Asia/Tbilisi") from None
    return value


def load_conflict(folder: Path) -> Conflict:
    """Read the conflict in `folder`. Raises ConflictError naming file, line and mend."""
    path = folder / "conflict.toml"
    try:
        head = tomllib.loads(path.read_text(encoding="utf-8"))
        name, starts_on = str(head["name"]), head["starts_on"]
    except FileNotFoundError:
        raise ConflictError(f"{path} is missing; it gives the conflict's name, starts_on and time_zone") from None
    except KeyError as error:
        raise ConflictError(f"{path}: the key {error} is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConflictError(f"{path} is not valid TOML: {error}") from error
    if not isinstance(starts_on, date):
        raise ConflictError(f"{path}: starts_on must be a date such as 2020-09-27, without quotes")
    parties = _parties(folder / "parties.csv")
    party_ids = frozenset(p.party_id for p in parties)
    events = read_events(folder / "events.csv")
    return Conflict(
        conflict_id=folder.name,
        name=name,
        description=str(head.get("description", "")),
        starts_on=starts_on,
        ends_on=head.get("ends_on"),
        time_zone=_time_zone(str(head.get("time_zone", "UTC")), path),
        languages=tuple(head.get("languages", ())),
        parties=parties,
        places=_places(folder / "places.csv"),
        actors=_actors(folder / "actors.csv", party_ids),
        events=events,
        lexicon=_lexicon(folder / "lexicon.csv", party_ids),
        event_aliases=read_aliases(folder / "event_aliases.csv", events),
        event_xrefs=read_xrefs(folder / "event_xref.csv", events),
        event_signs=read_signs(folder / "event_signs.csv", events),
        link_decisions=read_decisions(folder / LINK_DECISIONS, (e.event_id for e in events)),
        importers=read_rules(path, head),
    )


def conflict_ids(conflicts: Path) -> list[str]:
    """List the conflicts there are: the sub-folders of `conflicts` with a conflict.toml."""
    return sorted(p.parent.name for p in conflicts.glob("*/conflict.toml"))


def find_conflict(conflicts: Path, conflict_id: str) -> Conflict:
    """Read one conflict by id. Raises ConflictError listing the known ids where there is none of that name."""
    known = conflict_ids(conflicts)
    if conflict_id not in known:
        raise ConflictError(f"no conflict {conflict_id!r} in {conflicts}; there are: {', '.join(known) or 'none'}")
    return load_conflict(conflicts / conflict_id)


def load_conflicts(conflicts: Path) -> list[Conflict]:
    """Read every conflict. Raises ConflictError where an event id is used by two of them."""
    loaded = [load_conflict(conflicts / conflict_id) for conflict_id in conflict_ids(conflicts)]
    owner: dict[str, str] = {}
    for conflict in loaded:
        for event in conflict.events:
            if owner.setdefault(event.event_id, conflict.conflict_id) != conflict.conflict_id:
                raise ConflictError(
                    f"{conflicts / conflict.conflict_id / 'events.csv'}: event_id {event.event_id!r} is used by "
                    f"{owner[event.event_id]} too; event ids must be unique across conflicts"
                )
    return loaded
