"""GDELT 2.0: the 15-minute event exports (61 columns, tabs, no header) and mentions (16).

Codebook: GDELT Event 2.0. Events are found by machine, one per sentence's actors and verb; no tolls. Places carry FIPS
10-4 country codes, which are not ISO's. Free to use when GDELT is cited.
"""

from __future__ import annotations

from ingest.parse.events.plover import plover_type
from ingest.parse.events.records import EventRecord, Mention
from ingest.parse.events.rows import Row, RowError

_ACTOR = ("code", "name", "countrycode", "knowngroupcode", "ethniccode", "religion1code", "religion2code")
_ACTOR_TYPES = ("type1code", "type2code", "type3code")
_GEO = ("type", "fullname", "countrycode", "adm1code", "adm2code", "lat", "long", "featureid")
EXPORT_COLUMNS = (
    *("globaleventid", "sqldate", "monthyear", "year", "fractiondate"),
    *(f"actor{number}{part}" for number in (1, 2) for part in (*_ACTOR, *_ACTOR_TYPES)),
    *("isrootevent", "eventcode", "eventbasecode", "eventrootcode", "quadclass", "goldsteinscale"),
    *("nummentions", "numsources", "numarticles", "avgtone"),
    *(f"{whose}geo_{part}" for whose in ("actor1", "actor2", "action") for part in _GEO),
    *("dateadded", "sourceurl"),
)
MENTION_COLUMNS = (
    *("globaleventid", "eventtimedate", "mentiontimedate", "mentiontype", "mentionsourcename", "mentionidentifier"),
    *("sentenceid", "actor1charoffset", "actor2charoffset", "actioncharoffset", "inrawtext", "confidence"),
    *("mentiondoclen", "mentiondoctone", "mentiondoctranslationinfo", "extras"),
)
LICENCE = "GDELT-terms"
# GDELT's ActionGeo_Type on UCDP's scale: country, US state, US city, city, state or province.
_GEO_PRECISION = {1: 6, 2: 4, 3: 1, 4: 1, 5: 4}
# CAMEO roots on ACLED's types, for those where the two mean the same.
_EVENT_TYPES = {
    "14": ("Protests", None),
    "145": ("Riots", "Violent demonstration"),
    "18": ("Violence against civilians", "Attack"),
    "181": ("Violence against civilians", "Abduction/forced disappearance"),
    "183": ("Explosions/Remote violence", None),
    "19": ("Battles", "Armed clash"),
    "191": ("Strategic developments", "Other"),
    "192": ("Battles", None),
    "194": ("Explosions/Remote violence", "Shelling/artillery/missile attack"),
    "195": ("Explosions/Remote violence", "Air/drone strike"),
    "20": ("Violence against civilians", "Attack"),
    "204": ("Explosions/Remote violence", None),
    "0871": ("Strategic developments", "Agreement"),
    "057": ("Strategic developments", "Agreement"),
}


def read_row(row: Row, release: str | None = None) -> EventRecord:  # noqa: ARG001  every reader is called alike
    """Make an event of a row of a GDELT export. Raises RowError."""
    day, added = row.day("sqldate"), row.stamp("dateadded")
    if day is None or added is None:
        column = "sqldate" if day is None else "dateadded"
        raise RowError("missing_value", column, None, "the cell is empty; every event has its times")
    code = row.required("eventcode")
    # "---" is how CAMEO coders write a code they could not settle.
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 4) and code != "---":
        raise RowError("bad_code", "eventcode", code, "a CAMEO code has two to four digits")
    event_type, sub_event_type = next(
        (_EVENT_TYPES[code[:n]] for n in range(len(code), 1, -1) if code[:n] in _EVENT_TYPES), (None, None)
    )
    geo_type = row.integer("actiongeo_type", 0, 5)
    actors = [row.text(f"actor{n}name") or row.text(f"actor{n}code") for n in (1, 2)]
    return EventRecord(
        source="gdelt",
        source_event_id=str(row.integer("globaleventid", 1)) if row.text("globaleventid") else _no_id(row),
        line=row.line,
        start_date=day,
        end_date=day,
        parser="gdelt_export",
        licence=LICENCE,
        may_publish_text=True,
        as_of=added,
        as_of_basis="stated",
        date_precision=1,
        event_type=event_type,
        sub_event_type=sub_event_type,
        plover_type=plover_type(code),
        source_type=code,
        place=row.text("actiongeo_fullname"),
        country=row.text("actiongeo_countrycode"),
        lat=row.latitude("actiongeo_lat"),
        lon=row.longitude("actiongeo_long"),
        geo_precision=_GEO_PRECISION.get(geo_type or 0),
        actor_a=actors[0],
        actor_b=actors[1],
        actor_initiator=actors[0],
        actor_target=actors[1],
        source_refs=(url,) if (url := row.text("sourceurl")) else (),
        payload=row.values,
    )


def read_mention(row: Row, release: str | None = None) -> Mention:  # noqa: ARG001  every reader is called alike
    """Make a mention of a row of GDELT's mentions. Raises RowError."""
    mentioned_at = row.stamp("mentiontimedate")
    if mentioned_at is None:
        raise RowError("missing_value", "mentiontimedate", None, "the cell is empty; a mention has its time")
    confidence = row.integer("confidence", 0, 100)
    translation = row.text("mentiondoctranslationinfo") or ""
    language = translation.partition("srclc:")[2].partition(";")[0].strip()
    in_raw_text = row.integer("inrawtext", 0, 1)
    return Mention(
        source="gdelt",
        source_event_id=str(row.integer("globaleventid", 1)) if row.text("globaleventid") else _no_id(row),
        line=row.line,
        document_url=row.required("mentionidentifier"),
        sentence=row.integer("sentenceid") or 0,
        mentioned_at=mentioned_at,
        event_added_at=row.stamp("eventtimedate"),
        source_name=row.text("mentionsourcename"),
        confidence=None if confidence is None else confidence / 100,
        in_raw_text=None if in_raw_text is None else bool(in_raw_text),
        document_length=row.integer("mentiondoclen"),
        document_tone=row.number("mentiondoctone"),
        translated_from=language or None,
    )


def _no_id(row: Row) -> str:
    return row.required("globaleventid")
