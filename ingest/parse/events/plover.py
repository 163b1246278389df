"""From CAMEO codes to PLOVER's event types, after the conversion table of PLOVER's manual (draft 0.8 of 2021)."""

from __future__ import annotations

_BY_ROOT = {
    "03": "AGREE",
    "04": "CONSULT",
    "05": "SUPPORT",
    "06": "COOPERATE",
    "07": "AID",
    "08": "RETREAT",
    "09": "ACCUSE",
    "10": "REQUEST",
    "11": "ACCUSE",
    "12": "REJECT",
    "13": "THREATEN",
    "14": "PROTEST",
    "15": "MOBILIZE",
    "16": "SANCTION",
    "17": "COERCE",
    "18": "ASSAULT",
    "19": "ASSAULT",
    "20": "ASSAULT",
}
"""Statements (01) and appeals (02) have no counterpart in PLOVER."""

_EXCEPTIONS = {
    "080": "CONCEDE",
    "081": "CONCEDE",
    "0813": "RETREAT",
    "0814": "RETREAT",
    "082": "CONCEDE",
    "083": "CONCEDE",
    "163": "COERCE",
    "1712": "ASSAULT",
    "175": "ASSAULT",
    "191": "COERCE",
    "192": "COERCE",
}

PLOVER_TYPES = frozenset(_BY_ROOT.values()) | frozenset(_EXCEPTIONS.values())


def plover_type(cameo: str) -> str | None:
    """Return the PLOVER type of a CAMEO code by its longest known beginning; None where there is none."""
    for length in (4, 3):
        found = _EXCEPTIONS.get(cameo[:length]) if len(cameo) >= length else None
        if found:
            return found
    return _BY_ROOT.get(cameo[:2])
