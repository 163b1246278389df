"""A country's own names are read without a lexicon, and never against one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.annotate.stance.country_names import IN_WARS, LANGUAGES, called_in_wars, country_of, derived, flag
from ingest.annotate.stance.labelled import made_up
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.words import fold
from ingest.conflict import Conflict, Party, Term, load_conflicts
from ingest.conflict_rows import ConflictError

PAIR = ["israel", "palestine"]


def of(*countries: tuple[str, str]) -> Conflict:
    parties = tuple(Party(name.lower(), name, "belligerent", code, n, None) for n, (name, code) in enumerate(countries))
    return replace(made_up([name for name, _ in countries]), parties=parties, lexicon=())


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("The Israelis and the Palestinians", ["TARGET", "RIVAL"]),
        ("an Israeli soldier, a Palestinian child", ["TARGET", "RIVAL"]),
        ("🇵🇸 🇮🇱", ["RIVAL", "TARGET"]),
        ("израильтяне и палестинцы, в Израиле и Палестине", ["TARGET", "RIVAL", "TARGET", "RIVAL"]),
        ("İsrailliler ve İsrail'in ordusu", ["TARGET", "TARGET"]),
        ("Fələstinlilər", ["RIVAL"]),
        ("իսրայելցիները պաղեստինցիներին", ["TARGET", "RIVAL"]),
    ],
)
def test_two_bare_names_bring_the_names_of_their_people(text: str, roles: list[str]) -> None:
    masked = [token for token, _ in Masker(made_up(PAIR)).mask(text, "israel")]
    assert [t for t in masked if t in ("TARGET", "RIVAL")] == roles


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("Ukraine", "UA", "Ukrainians украинцев ukraynalılar ուկրաինացիներ"),
        ("Georgia", "GE", "Georgians грузинам gürcülər"),
        ("Pakistan", "PK", "Pakistanis пакистанцы Pakistanlı"),
        ("China", "CN", "Chinese китайцы"),
        ("Afghanistan", "AF", "Afghans афганцев"),
        ("Armenia", "AM", "Armenians армяне Ermeniler ermənilər"),
    ],
)
def test_a_country_of_a_party_brings_its_people_in_the_languages_served(name: str, code: str, text: str) -> None:
    masker = Masker(of((name, code), ("Elsewhere", "")))
    assert {token for token, _ in masker.mask(text, name.lower())} == {"TARGET"}


def test_nothing_that_the_folder_claims_is_taken() -> None:
    conflict = of(("Armenia", "AM"), ("Azerbaijan", "AZ"))
    lexicon = (Term("azerbaijan", "Armenian", "slur", "en"), Term("azerbaijan", flag("AM"), "emoji", "mul"))
    masker = Masker(replace(conflict, lexicon=lexicon))
    read = [token for token, _ in masker.mask(f"Armenian Armenians {flag('AM')} Armenia", "armenia")]
    assert read == ["RIVAL-", "RIVAL-", "RIVAL", "TARGET"]


def test_what_two_parties_would_share_goes_to_neither() -> None:
    shared = {t.term for t in derived(of(("Korea", "KP"), ("Republic", "KR"))) if "korean" in t.term}
    assert not shared


def test_a_party_without_a_country_brings_nothing() -> None:
    assert not list(derived(of(("Zorland", ""), ("Mirovia", "ZZ"))))
    assert country_of("North") is None
    assert country_of("palestine") == "PS"
    assert country_of("Россия") == "RU"


def test_two_bare_names_bring_forces_leaders_and_towns() -> None:
    masked = Masker(made_up(PAIR)).mask("Netanyahu sends the IDF to Gaza, Hamas answers. Tel Aviv is silent", "israel")
    assert [t for t, _ in masked if t[:5] in ("TARGE", "RIVAL")] == ["TARGET", "TARGET", "RIVAL@", "RIVAL", "TARGET"]


def test_a_lexicon_with_terms_of_a_kind_borrows_none_of_it() -> None:
    bare = made_up(PAIR)
    own = replace(bare, lexicon=(*bare.lexicon, Term("palestine", "the resistance", "force", "en")))
    borrowed = {(t.party_id, t.kind) for t in derived(own)}
    assert ("palestine", "force") not in borrowed
    assert {("palestine", "place"), ("israel", "force")} <= borrowed


def test_an_outsider_borrows_nothing() -> None:
    pair = of(("Israel", "IL"), ("Zorland", ""))
    outsider = replace(pair, parties=(replace(pair.parties[0], kind="third_party"), pair.parties[1]))
    assert {t.kind for t in derived(outsider)} <= {"name", "demonym", "emoji"}


def test_no_term_of_the_table_is_two_countries() -> None:
    table = called_in_wars(IN_WARS)
    assert len(table) > 100
    owners: dict[str, str] = {}
    for code, terms in table.items():
        for term, _, language in terms:
            assert owners.setdefault(fold(term), code) == code, term
            assert language in (*LANGUAGES, "mul"), term
            assert len(term) > 2, term
        folded = [fold(term) for term, _, _ in terms]
        assert len(folded) == len(set(folded)), code


def test_a_mistake_in_the_table_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "countries.csv"
    path.write_text("country_iso2,term,kind,language\nZZ,Guard,army,en\n", encoding="utf-8")
    with pytest.raises(ConflictError, match=r"countries\.csv:2: kind = 'army'; it must be one of capital, demonym"):
        called_in_wars(path)


def test_the_version_tells_which_names_were_read() -> None:
    bare = of(("Georgia", ""), ("Zorland", ""))
    assert Masker(bare).derived == ()
    assert Masker(of(("Georgia", "GE"), ("Zorland", ""))).derived


def test_the_shipped_conflicts_lose_no_name(conflicts_folder: Path) -> None:
    for conflict in load_conflicts(conflicts_folder):
        masker = Masker(conflict)
        number = {p.party_id: n for n, p in enumerate(conflict.parties)}
        for term in conflict.lexicon:
            if term.kind == "demonym":
                assert number[term.party_id] in masker.read(term.term).named, term
