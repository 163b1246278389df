"""Names of places and actors as other collections write them, made comparable: for matching rows, not texts."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

from ingest.annotate.events.words import fold
from ingest.conflict import Conflict

# Words that say what kind of place it is, as gazetteers and UCDP write them.
_GENERIC = frozenset(
    (
        *("town", "village", "city", "settlement", "municipality", "district", "rayon", "raion", "province", "oblast"),
        *("region", "area", "near", "of", "and", "the"),
    )
)
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc\u02bb\u00b4`]")


class PlaceNames:
    """Names of the conflict's places, for telling two names of one place from names of two."""

    def __init__(self, conflict: Conflict) -> None:
        self._ids: defaultdict[str, set[str]] = defaultdict(set)
        for place in conflict.places:
            if place.kind in {"region", "country"}:
                continue
            parts = re.split(r"[()/]", place.name)
            for name in (*parts, *place.names.values(), *place.aliases):
                if key := name_key(name):
                    self._ids[key].add(place.place_id)
        self._longest = max((key.count(" ") + 1 for key in self._ids), default=1)

    def read(self, text: str | None) -> tuple[frozenset[str], frozenset[str]]:
        """Return the places that `text` names, and its words without those for kinds of places."""
        words = name_key(text or "").split()
        found: set[str] = set()
        at = 0
        while at < len(words):
            for length in range(min(self._longest, len(words) - at), 0, -1):
                ids = self._ids.get(" ".join(words[at : at + length]))
                if ids:
                    found |= ids
                    at += length
                    break
            else:
                at += 1
        return frozenset(found), frozenset(words)


def name_key(text: str) -> str:
    """Return the words of a name without case, apostrophes and words for kinds of places.

    Letters keep their marks, as in the linker: without them some towns would read as quite other towns.
    """
    folded = fold(_APOSTROPHES.sub("", unicodedata.normalize("NFC", text)))
    return " ".join(word for word in _WORD.findall(folded) if word not in _GENERIC)
