"""A party that is a country brings its obvious names: a new conflict should not wait for its lexicon to be readable.

Babel (Unicode's CLDR) knows the names of countries in every language served, and the languages that are named after a
country. The people's names are built from these by each language's own endings, in full, so that no stem stands alone.

What Unicode does not know `data/stance/countries.csv` tells: a country's forces, leaders, capital, undisputed towns. A
belligerent borrows from it each kind of term of which its conflict's own lexicon has none for it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from babel import Locale
from babel.languages import get_official_languages

from ingest.annotate.stance.words import fold
from ingest.conflict import Conflict, Party, Term
from ingest.conflict_rows import read_rows
from ingest.settings import REPO_ROOT

LANGUAGES = ("en", "ru", "tr", "az", "hy")
MIN_NAME, MIN_PEOPLE = 4, 6
"""Letters of a country's name, and of a form built from it: shorter ones are words of some language served."""
SHARED = 4
"""Letters with which a language's name and a country's must begin alike for the one to be named after the other."""

IN_WARS = REPO_ROOT / "data" / "stance" / "countries.csv"
BORROWED = frozenset({"force", "person", "capital", "place", "demonym"})
"""Kinds of terms that file may hold."""

_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Unions, tests and the unknown, which have codes among the countries' own."""
_VOWELS = re.compile(r"[aeiouy]+$")
_LATIN_PEOPLE = ("an", "ans", "ian", "ians", "ese", "ish", "ar", "ars")
_ARMENIAN_PEOPLE = ("ական", "ացի", "ացիներ", "ցի", "ցիներ")
_RUSSIAN_PEOPLE = (
    # (end of the country's name, what stands for it in the names of its people)
    ("истан", ("истанец", "истанцы", "истанка", "истанский", "ец", "цы", "ский")),
    ("ия", ("иец", "ийцы", "ийка", "ийский", "ский", "янин", "яне", "янский", "иянин", "ияне")),
    ("ь", ("ьский", "ьтянин", "ьтяне", "ьтянка")),
    ("й", ("ец", "йцы", "янка", "йский")),
    ("а", ("ец", "цы", "ка", "ский")),
    ("о", ("ец", "цы", "ский")),
    ("", ("ец", "цы", "ка", "ский")),
)


def flag(country: str) -> str:
    """Return the flag of a country by its two-letter code, as the pair of signs that show it."""
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in country.upper())


def country_of(name: str) -> str | None:
    """Return the ISO 3166-1 code of the country a name is, in any language served; None where it is none.

    What Unicode calls the territories of a people is the country that the people's name is built from.
    """
    if (code := _by_name().get(fold(name))) is not None:
        return code
    people = {fold(term) for _, term in _forms("en", name)} if name.isascii() and name.isalpha() else set()
    held = [c for c, n in _territories("en").items() if fold(_people_of_territories(n, "en")) in people]
    return held[0] if len(held) == 1 else None


def derived(conflict: Conflict) -> Iterator[Term]:
    """Yield the names each party with a `country_iso2` has as a country; what two parties would have, none gets.

    Raises ConflictError naming file and line where the table of what countries are called in wars cannot be read.
    """
    found = {p.party_id: _of_party(p) for p in conflict.parties}
    kinds = {(t.party_id, t.kind) for t in conflict.lexicon}
    for party in conflict.belligerents:
        terms = found[party.party_id]
        seen = {fold(term) for term in terms}
        for term, kind, language in called_in_wars(IN_WARS).get((party.country_iso2 or "").upper(), ()):
            if (party.party_id, kind) not in kinds and fold(term) not in seen:
                terms[term] = (kind, language)
    owners = Counter(fold(term) for terms in found.values() for term in terms)
    for party_id, terms in found.items():
        for term, (kind, language) in terms.items():
            if owners[fold(term)] == 1:
                yield Term(party_id, term, kind, language)


@cache
def called_in_wars(path: Path) -> Mapping[str, tuple[tuple[str, str, str], ...]]:
    """Return (term, kind, language) of each country by its code. Raises ConflictError naming the line and the mend."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in read_rows(path, ("country_iso2", "term", "kind", "language")):
        kind = row.required("kind")
        if kind not in BORROWED:
            raise row.fail(f"kind = {kind!r}; it must be one of {', '.join(sorted(BORROWED))}")
        found[row.required("country_iso2")].append((row.required("term"), kind, row.required("language")))
    return {code: tuple(terms) for code, terms in found.items()}


def _of_party(party: Party) -> dict[str, tuple[str, str]]:
    """Return (kind, language) of each name, one for each spelling the masking tells apart."""
    code = (party.country_iso2 or "").upper()
    if not re.fullmatch(r"[A-Z]{2}", code) or code not in _territories("en"):
        return {}
    found = {flag(code): ("emoji", "mul")}
    seen = {flag(code)}
    own = _forms("en", party.name) if len(party.name.split()) == 1 and party.name.isascii() else []
    for language in LANGUAGES:
        for kind, term in (*names_of(code, language), *(own if language == "en" else ())):
            if fold(term) not in seen:
                seen.add(fold(term))
                found[term] = (kind, language)
    return found


@cache
def names_of(code: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return (kind, term) of a country in one language: its name, and those of its people."""
    name = _territories(language).get(code, "")
    found = [("name", name)] if len(name) >= MIN_NAME else []
    if len(name.split()) == 1:
        found += _forms(language, name)
    elif people := _people_of_territories(name, language):
        found += _forms_of_people(language, people)
    for spoken in _named_after(code):
        found += _people_who_speak(language, Locale.parse(language).languages.get(spoken, ""))
    return tuple(dict.fromkeys(found))


def _forms(language: str, name: str) -> list[tuple[str, str]]:
    """Return the people's names built from a country's name of one word."""
    word = name.lower()
    if language == "en":
        stem = _VOWELS.sub("", word)
        built = [stem + end for end in _LATIN_PEOPLE] if len(stem) >= MIN_NAME else []
        if stem == word:
            built += [word + "i", word + "is"]
        if word.endswith("istan"):
            built += [word.removesuffix("istan"), word.removesuffix("istan") + "s"]
    elif language == "ru":
        ending, people = next((e, p) for e, p in _RUSSIAN_PEOPLE if word.endswith(e))
        built = [word.removesuffix(ending) + end for end in people]
    elif language == "hy":
        stem = word.removesuffix("ա")
        built = [stem + end for end in _ARMENIAN_PEOPLE]
    else:
        # The other endings of Turkic languages are taken off by the masking itself.
        built = [word.removesuffix("stan")] if word.endswith("istan") else []
    return [("demonym", form) for form in built if len(form) >= MIN_PEOPLE]


def _forms_of_people(language: str, people: str) -> list[tuple[str, str]]:
    """Return the forms of a people's name, given as an adjective."""
    word = people.lower()
    forms = [word]
    if language == "ru":
        stem = word.removesuffix("ские")
        forms = [stem + end for end in ("", "ец", "цы", "ка", "ский")] if stem != word else []
    elif language == "hy":
        stem = word.removesuffix("յան")
        forms = [stem, *(stem + end for end in _ARMENIAN_PEOPLE)]
    return [("demonym", form) for form in forms if len(form) >= MIN_PEOPLE]


def _people_who_speak(language: str, spoken: str) -> list[tuple[str, str]]:
    """Return the people's names that a language's name holds, which is itself one in most."""
    word = spoken.lower()
    stems = {
        "en": [word],
        "ru": [word, word.removesuffix("ский")],
        "tr": [re.sub("[cç][ae]$", "", word)],
        "az": [word],
        "hy": [word.removesuffix("երեն")],
    }[language]
    return [("demonym", stem) for stem in stems if stem.isalpha() and len(stem) >= MIN_NAME]


@cache
def _named_after(code: str) -> tuple[str, ...]:
    """Return the official languages of a country that are named after it, seen by their names in English."""
    parts = [fold(w)[:SHARED] for w in _territories("en").get(code, "").split() if len(w) >= SHARED]
    spoken = Locale.parse("en").languages
    return tuple(one for one in get_official_languages(code) if fold(spoken.get(one, ""))[:SHARED] in parts)


def _people_of_territories(name: str, language: str) -> str:
    """Return the first word of "Xian Territories": of a name in two words whose second is a kind of land."""
    words = name.split()
    if len(words) != 2 or len(words[0]) < MIN_PEOPLE:
        return ""
    others = [other for other in _territories(language).values() if other != name]
    heard = Counter(fold(w) for other in others for w in other.split())
    lands = {fold(other.split()[-1]) for other in others if len(other.split()) > 2}
    return words[0] if fold(words[1]) in lands and not heard[fold(words[0])] else ""


@cache
def _territories(language: str) -> dict[str, str]:
    """Return the countries' names by their two-letter codes; continents go by numbers there."""
    named = Locale.parse(language).territories
    return {k: v for k, v in named.items() if len(k) == 2 and k.isalpha() and k not in _NO_COUNTRY}


@cache
def _by_name() -> dict[str, str]:
    return {fold(name): code for language in LANGUAGES for code, name in _territories(language).items()}
