"""An engineer is told what a conflict's lexicon lacks, and which names its comments use that it does not read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.annotate.stance.labelled import made_up
from ingest.annotate.stance.lexicon import ENOUGH, lacking, unread_names
from ingest.conflict import Conflict, Term, load_conflicts
from orchestration.cli import main

KINDS = ("demonym", "force", "person", "place", "slogan")
NAMELESS = made_up(["Zorland", "Mirovia"])


def full(*parties: str, count: int = ENOUGH) -> Conflict:
    """Return a conflict whose `parties` have `count` terms of all kinds."""
    terms = tuple(Term(p, f"{p} {n}", KINDS[n % len(KINDS)], "en") for p in parties for n in range(count))
    return replace(NAMELESS, lexicon=terms, languages=("en",))


def test_the_shipped_conflicts_lack_nothing(conflicts_folder: Path) -> None:
    assert [lacking(conflict) for conflict in load_conflicts(conflicts_folder)] == [[], []]


def test_two_bare_names_lack_all_that_counts() -> None:
    found = " ".join(lacking(NAMELESS))
    assert all(f"{party} has 1 terms" in found for party in ("Zorland", "Mirovia"))
    assert all(kind in found for kind in ("kind demonym", "kind force", "kind person", "kind place", "slogan, hashtag"))


def test_a_full_lexicon_lacks_nothing_and_a_thin_one_is_named() -> None:
    assert lacking(full("zorland", "mirovia")) == []
    told = lacking(full("zorland"))
    assert told
    assert all(one.startswith("Mirovia") for one in told)


def test_a_party_known_much_better_than_the_other_is_told() -> None:
    uneven = full("zorland", "mirovia")
    more = tuple(Term("mirovia", f"more {n}", "person", "en") for n in range(5 * ENOUGH))
    told = lacking(replace(uneven, lexicon=uneven.lexicon + more))
    assert len(told) == 1
    assert "times as many" in told[0]


def test_a_language_without_a_term_is_told() -> None:
    told = lacking(replace(full("zorland", "mirovia"), languages=("en", "tr", "hy")))
    assert [one.partition(",")[0] for one in told] == ["Zorland has no term in tr", "Mirovia has no term in tr"]
    assert all("tr, hy" in one for one in told)


def test_the_country_of_a_party_counts_for_people_and_languages() -> None:
    told = " ".join(lacking(replace(made_up(["Georgia", "Zorland"]), languages=("en", "ru"))))
    assert "Georgia has no term in" not in told
    assert "Georgia has no names of its people" not in told
    assert "Zorland has no term in en, ru" in told


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("They say Red Guards shot at Zorland near Northpass", ["Red Guards", "Northpass"]),
        ("Yesterday it rained. Tomorrow we go", []),
        ("the war is a War and the war goes on", []),
        ("down with #Greyshirts", ["Greyshirts"]),
        ("we say #StopTheTerror", []),
        ("вчера Серые Волки обстреляли город", ["Серые Волки"]),
    ],
)
def test_unread_names_are_found(text: str, names: list[str]) -> None:
    assert [one.name for one in unread_names(NAMELESS, [text], 10)] == names


def test_unread_names_come_commonest_first_counted_by_text() -> None:
    texts = ["see Ashgrove and Ashgrove", "in Ashgrove", "from Birchtown", "at ASHGROVE"]
    assert [(one.name, one.texts) for one in unread_names(NAMELESS, texts, 10)] == [("Ashgrove", 3), ("Birchtown", 1)]
    assert len(unread_names(NAMELESS, texts, 1)) == 1


@pytest.fixture
def ask(tmp_path: Path, conflicts_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    folder = tmp_path / "conflicts" / "hills"
    shutil.copytree(conflicts_folder / "russia_ukraine", folder)
    (folder / "lexicon.csv").write_text("party_id,term,kind,language\nukraine,Kyiv,capital,en\n", encoding="utf-8")
    shutil.copytree(conflicts_folder / "nagorno_karabakh", tmp_path / "conflicts" / "nagorno_karabakh")
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path))
    return lambda *arguments: CliRunner().invoke(main, ["lexicon", *arguments])


def test_the_command_names_the_file_what_it_lacks_and_what_it_does_not_read(
    ask: Callable[..., Result], tmp_path: Path
) -> None:
    comments = tmp_path / "comments.jsonl"
    comments.write_text('{"text": "then the Greyshirts came"}\n', encoding="utf-8")
    done = ask("--conflict", "hills", "--on", str(comments))
    assert done.exit_code == 1
    assert f"{Path('hills') / 'lexicon.csv'}: " in done.output
    assert "slogans or hashtags" in done.output
    assert "     1  ,Greyshirts,," in done.output
    sound = ask("--conflict", "nagorno_karabakh")
    assert (sound.exit_code, "nothing is lacking" in sound.output) == (0, True)
