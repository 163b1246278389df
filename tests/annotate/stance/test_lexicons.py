"""The shipped lexicons: what commenters call a party is read as it, alike for both; ordinary words are not."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from ingest.annotate.stance.masking import SIGNS, Masker
from ingest.annotate.stance.words import fold
from ingest.conflict import Conflict, load_conflict
from ingest.settings import REPO_ROOT

CONFLICTS = ("nagorno_karabakh", "russia_ukraine")
ALIKE = 1.35
"""How many times the terms of one belligerent may outnumber the other's, in one language or of one kind."""
FEW = 5
"""A difference of so few terms is none, however few there are in all."""


@cache
def conflict(name: str) -> Conflict:
    return load_conflict(REPO_ROOT / "data" / "conflicts" / name)


@cache
def masker(name: str) -> Masker:
    return Masker(conflict(name))


def roles(name: str, text: str) -> list[str]:
    """Return the roles in `text` as the conflict's first belligerent sees them."""
    first = conflict(name).belligerents[0].party_id
    return [token for token, _ in masker(name).mask(text, first) if token.isupper() or token[-1] in SIGNS]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mən azərbaycanlıyam, o isə ermənidi", ["RIVAL", "TARGET"]),
        ("Ermeniyim ama Azeriyiz diyene kızmam", ["TARGET", "RIVAL"]),
        ("Հայոց բանակը եւ ադրբեջանցուն", ["TARGET", "RIVAL"]),
        ("Hayastany, Baqun, adrbejancinery, aliyevy, nikoly", ["TARGET", "RIVAL", "RIVAL", "RIVAL", "TARGET"]),
        ("armyanam i azerbaydjancam", ["TARGET", "RIVAL"]),
        ("Hays and Azers", ["TARGET", "RIVAL"]),
        ("#KarabakhisAzerbaijan", ["RIVAL+"]),
        ("#artsakhisarmenia", ["TARGET+"]),
        ("#StopArmenianaggression #StopAzerbaijaniaggression", ["TARGET", "RIVAL"]),
        ("❤️💙🧡 💙❤️💚", ["TARGET", "RIVAL"]),
        ("Armenpress, AZERTAC", ["TARGET", "RIVAL"]),
        ("Yaşasın Azərbaycan! Yaşasın Ermənistan!", ["RIVAL+", "TARGET+"]),
    ],
)
def test_what_commenters_call_the_parties_of_one_war(text: str, expected: list[str]) -> None:
    assert roles("nagorno_karabakh", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Україна, Росія, росіяни", ["TARGET", "RIVAL", "RIVAL"]),
        ("Kievy, Putiny, russkiy, Ukrainy", ["TARGET", "RIVAL", "RIVAL", "TARGET"]),
        ("Փառք Ուկրաինային, փառք Ռուսաստանին", ["TARGET+", "RIVAL+"]),
        ("Yaşasın Ukrayna, yaşasın Rusiya", ["TARGET+", "RIVAL+"]),
        ("💙💛 🤍💙❤️", ["TARGET", "RIVAL"]),
        ("Zа победу! Крым наш", ["RIVAL+", "RIVAL+"]),
        ("хаймарсы против шахедов", ["TARGET", "RIVAL"]),
    ],
)
def test_what_commenters_call_the_parties_of_the_other(text: str, expected: list[str]) -> None:
    assert roles("russia_ukraine", text) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nagorno_karabakh", "make hay while the sun shines"),
        ("nagorno_karabakh", "onun haqqında, xidmət aparan, haya"),
        ("nagorno_karabakh", "հայտնի հայր, դաշնակից, հայտարարություն"),
        ("nagorno_karabakh", "хватит, Омар Хайям, хайп, арка"),
        ("russia_ukraine", "ради бога, трое стрелков, казан"),
        ("russia_ukraine", "a duma of its own, the far right sectors, kazandı"),
    ],
)
def test_ordinary_words_stay_words(name: str, text: str) -> None:
    assert roles(name, text) == []


@pytest.mark.parametrize("name", CONFLICTS)
def test_no_term_belongs_to_two_parties(name: str) -> None:
    owners: dict[str, set[str]] = {}
    for term in conflict(name).lexicon:
        owners.setdefault(fold(term.term), set()).add(term.party_id)
    assert {term: found for term, found in owners.items() if len(found) > 1} == {}


@pytest.mark.parametrize("name", CONFLICTS)
@pytest.mark.parametrize("what", ["language", "kind"])
def test_both_belligerents_are_as_well_known(name: str, what: str) -> None:
    one, other = (p.party_id for p in conflict(name).belligerents)
    counts = Counter((getattr(t, what), t.party_id) for t in conflict(name).lexicon)
    uneven = {
        key: (counts[key, one], counts[key, other])
        for key, _ in counts
        if max(counts[key, one], counts[key, other]) > ALIKE * min(counts[key, one], counts[key, other]) + FEW
    }
    assert uneven == {} or set(uneven) <= {key for key, _ in counts if not counts[key, one] and not counts[key, other]}
