"""A conflict is data: this module reads one from its folder and says clearly what is wrong with it.

A folder `data/conflicts/<id>/` holds `conflict.toml`, `parties.csv`, `places.csv`, `events.csv`, `lexicon.csv` and,
if wanted, `actors.csv`. The folder's name is the conflict's id. Nothing else in the project names a party or place.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

RESERVED_SIDES = frozenset({"anti_war", "unclear", "off_topic", "empty"})
PARTY_KINDS = frozenset({"belligerent", "third_party"})
LIST_SEPARATOR = "|"


class ConflictError(ValueError):
    """A conflict's folder cannot be used; the message names the file, the line and the mend."""


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
class Event:
    """A dated conflict event. `date_precision` and `geo_precision` follow UCDP: 1 exact ... 4 month.

    `injured` stays text: sources give ranges ("30-32").
    """

    event_id: str
    name: str
    aka: tuple[str, ...]
    start_date: date
    end_date: date | None
    date_precision: int
    event_type: str | None
    sub_event_type: str | None
    plover_type: str | None
    place: str | None
    country_iso2: str | None
    lat: float | None
    lon: float | None
    geo_precision: int | None
    geonameid: int | None
    actor_initiator: str | None
    actor_target: str | None
    attribution_status: str | None
    fatalities_low: int | None
    fatalities_high: int | None
    injured: str | None
    parent_event_id: str | None
    ucdp_conflict_id: int | None
    ucdp_ged_ids: tuple[str, ...]
    source_refs: tuple[str, ...]
    note: str | None


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

    @property
    def belligerents(self) -> tuple[Party, ...]:
        """The parties stance is scored toward, in display order."""
        return tuple(p for p in self.parties if p.kind == "belligerent")


class _Row:
    """One line of a CSV file, with typed getters that name file and line when a value is wrong."""

    def __init__(self, path: Path, line: int, values: dict[str, str]) -> None:
        self.where = f"{path}:{line}"
        self.values = values

    def fail(self, message: str) -> ConflictError:
        return ConflictError(f"{self.where}: {message}")

    def text(self, key: str) -> str | None:
        return (self.values.get(key) or "").strip() or None

    def required(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            raise self.fail(f"column {key!r} is empty; it must have a value")
        return value

    def integer(self, key: str) -> int | None:
        value = self.text(key)
        try:
            return None if value is None else int(value)
        except ValueError:
            raise self.fail(f"{key} = {value!r} is not a whole number") from None

    def number(self, key: str) -> float | None:
        value = self.text(key)
        try:
            return None if value is None else float(value)
        except ValueError:
            raise self.fail(f"{key} = {value!r} is not a number") from None

    def day(self, key: str) -> date | None:
        value = self.text(key)
        try:
            return None if value is None else date.fromisoformat(value)
        except ValueError:
            raise self.fail(f"{key} = {value!r} is not a date; write it as 2020-09-27") from None

    def items(self, key: str, separator: str = LIST_SEPARATOR) -> tuple[str, ...]:
        return tuple(part.strip() for part in (self.text(key) or "").split(separator) if part.strip())


def _rows(path: Path, required: tuple[str, ...]) -> Iterator[_Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in required if name not in (reader.fieldnames or ())]
            if missing:
                raise ConflictError(f"{path}:1: the header lacks {', '.join(missing)}")
            for values in reader:
                if None in values or None in values.values():
                    raise ConflictError(f"{path}:{reader.line_num}: the row has not as many cells as the header")
                yield _Row(path, reader.line_num, values)
    except FileNotFoundError:
        raise ConflictError(f"{path} is missing; every conflict needs it, with columns {', '.join(required)}") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise ConflictError(f"{path} cannot be read as UTF-8 CSV: {error}") from error


def _parties(path: Path) -> tuple[Party, ...]:
    parties: list[Party] = []
    for row in _rows(path, ("party_id", "name", "kind")):
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
        for row in _rows(path, ("place_id", "name", "kind"))
    )


def _actors(path: Path, party_ids: frozenset[str]) -> tuple[Actor, ...]:
    if not path.exists():
        return ()
    actors = []
    for row in _rows(path, ("actor_id", "name", "kind", "party_id", "aliases")):
        party_id = row.text("party_id")
        if party_id is not None and party_id not in party_ids:
            raise row.fail(f"party_id {party_id!r} is not in parties.csv")
        actors.append(
            Actor(row.required("actor_id"), row.required("name"), row.required("kind"), party_id, row.items("aliases"))
        )
    return tuple(actors)


def _event(row: _Row) -> Event:
    start = row.day("start_date")
    if start is None:
        raise row.fail("start_date is empty; every event needs a day, with its date_precision")
    end = row.day("end_date")
    if end is not None and end < start:
        raise row.fail(f"end_date {end} lies before start_date {start}")
    return Event(
        event_id=row.required("event_id"),
        name=row.required("name"),
        aka=row.items("aka"),
        start_date=start,
        end_date=end,
        date_precision=row.integer("date_precision") or 1,
        event_type=row.text("event_type"),
        sub_event_type=row.text("sub_event_type"),
        plover_type=row.text("plover_type"),
        place=row.text("place"),
        country_iso2=row.text("country_iso2"),
        lat=row.number("lat"),
        lon=row.number("lon"),
        geo_precision=row.integer("geo_precision"),
        geonameid=row.integer("geonameid"),
        actor_initiator=row.text("actor_initiator"),
        actor_target=row.text("actor_target"),
        attribution_status=row.text("attribution_status"),
        fatalities_low=row.integer("fatalities_low"),
        fatalities_high=row.integer("fatalities_high"),
        injured=row.text("injured"),
        parent_event_id=row.text("parent_event_id"),
        ucdp_conflict_id=row.integer("ucdp_conflict_id"),
        ucdp_ged_ids=row.items("ucdp_ged_ids", ";"),
        source_refs=row.items("source_refs", ";"),
        note=row.text("note"),
    )


def _events(path: Path) -> tuple[Event, ...]:
    events: dict[str, Event] = {}
    for row in _rows(path, ("event_id", "name", "start_date")):
        event = _event(row)
        if event.event_id in events:
            raise row.fail(f"event_id {event.event_id!r} stands twice")
        events[event.event_id] = event
    for event in events.values():
        if event.parent_event_id is not None and event.parent_event_id not in events:
            raise ConflictError(f"{path}: {event.event_id} has the unknown parent_event_id {event.parent_event_id!r}")
    return tuple(events.values())


def _lexicon(path: Path, party_ids: frozenset[str]) -> tuple[Term, ...]:
    terms = []
    for row in _rows(path, ("party_id", "term", "kind", "language")):
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
        events=_events(folder / "events.csv"),
        lexicon=_lexicon(folder / "lexicon.csv", party_ids),
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
