"""The scorer as its users meet it: who is taken for what, how sure, why, and what it must never do."""

from __future__ import annotations

import gzip
import re
import time
from pathlib import Path

import numpy as np
import pytest

from ingest.annotate.stance import Scorer, load_scorer
from ingest.annotate.stance.encoder.scorer import load_encoder
from ingest.annotate.stance.model import FILES, HEAD, ModelError, load_model
from ingest.conflict import load_conflict
from ingest.records import SideScore, StanceInput
from tests.annotate.stance.conftest import STANCE

SWAPS = {
    "Armenia": "Azerbaijan",
    "Armenian": "Azerbaijani",
    "Armenians": "Azerbaijanis",
    "Yerevan": "Baku",
    "Pashinyan": "Aliyev",
    "Ermənistan": "Azərbaycan",
    "Ermenistan": "Azerbaycan",
    "Армения": "Азербайджан",
    "армянский": "азербайджанский",
    "Հայաստանը": "Ադրբեջանը",
}
SENTENCES = [
    "Armenia is a terrorist state",
    "Long live Armenia and its brave soldiers",
    "Shame on Armenia for shelling a school",
    "Armenia broke the ceasefire again and attacked villages",
    "Azerbaijan attacked Armenia and killed civilians",
    "Armenian lies, as always",
    "God bless Armenia",
    "I stand with Armenia",
    "Armenia must withdraw its troops",
    "Pashinyan belongs in court for what he did to Baku",
    "Stop Armenian aggression",
    "Glory to the Armenian army, Azerbaijan will lose",
    "Armenians are killing children",
    "Armenia should be ashamed of itself",
    "Yerevan sends boys to die and blames Azerbaijan",
    "Armenia will win, Azerbaijan is an occupier",
    "Ermənistan terrorçu dövlətdir",
    "Yaşasın Ermənistan",
    "Ermenistan yine sivilleri vuruyor, utanın",
    "Yaşasın Ermenistan, zafer sizin olacak",
    "Армения нарушила перемирие и убивает мирных",
    "Слава Армения, победа будет за нами",
    "Հայաստանը ահաբեկիչ պետություն է",
    "Հայաստանը կհաղթի, կեցցե Հայաստանը",
]
PLAIN = [
    ("Armenia should be ashamed", "armenia", "AGAINST"),
    ("Azerbaijan should be ashamed", "azerbaijan", "AGAINST"),
    ("Stop Azerbaijani aggression, they bomb hospitals", "azerbaijan", "AGAINST"),
    ("Long live Azerbaijan", "azerbaijan", "FAVOR"),
    ("Long live Armenia", "armenia", "FAVOR"),
    ("Позор Армении, убивает мирных", "armenia", "AGAINST"),
    ("Yaşasın Azərbaycan!", "azerbaijan", "FAVOR"),
    ("Կեցցե Հայաստանը", "armenia", "FAVOR"),
]
DOUBTFUL = [
    "They say Armenia is lying, I am not so sure",
    "Armenia could have avoided this war",
    "Let Armenia explain what happened to Azerbaijan",
    "Azerbaijan should listen to Armenia for once",
    "Nobody asked Armenia what it wants",
    "So Armenia is innocent now? Please",
    "Armenia has the law, Azerbaijan has the drones",
    "Without Turkey Armenia would have held",
    "Armenia asked, Azerbaijan answered, and here we are",
    "Armenia may be right about the date, Azerbaijan about the place",
]
BARE = ["Armenia", "Azerbaijan", "🇦🇲", "🇦🇿", "Karabakh", "Artsakh", "Хорошо", "Hə də"]
MIRROR = {"armenia": "azerbaijan", "azerbaijan": "armenia"}
WORD = re.compile("|".join(sorted([*SWAPS, *SWAPS.values()], key=len, reverse=True)))


def swap(text: str) -> str:
    both = SWAPS | {b: a for a, b in SWAPS.items()}
    return WORD.sub(lambda m: both[m[0]], text)


def side(scorer: Scorer, text: str, parent: str | None = None, title: str | None = None) -> SideScore:
    return scorer.score([StanceInput(text, parent, title)])[0]


def test_swapping_the_names_swaps_the_side(scorer: Scorer) -> None:
    straight = [side(scorer, s) for s in SENTENCES]
    turned = [side(scorer, swap(s)) for s in SENTENCES]
    decided = [(a, b) for a, b in zip(straight, turned, strict=True) if a.side in MIRROR]
    assert len(decided) >= 0.6 * len(SENTENCES)
    assert sum(MIRROR[a.side] == b.side for a, b in decided) >= 0.97 * len(decided)


@pytest.mark.parametrize(("text", "party", "stance"), PLAIN)
def test_stance_is_not_sentiment_nor_mention(scorer: Scorer, text: str, party: str, stance: str) -> None:
    found = {s.party_id: s.stance for s in side(scorer, text).stances}
    assert found[party] == stance


@pytest.mark.parametrize("name", BARE)
def test_no_side_from_a_name_flag_place_or_language_alone(scorer: Scorer, name: str) -> None:
    assert side(scorer, name).side not in MIRROR


@pytest.mark.parametrize("text", ["Kor zama dunya ki pa sabr", "zama sta millat sabr rasha dunya"])
def test_words_of_a_language_that_cannot_be_told_take_no_side(every_scorer: Scorer, text: str) -> None:
    # Like a language served here and there, and the lore is asked of all that names nobody.
    assert side(every_scorer, text).side not in MIRROR


def test_a_text_naming_nobody_takes_no_side_without_context(scorer: Scorer) -> None:
    found = side(scorer, "You murderers, stop killing our children!")
    assert found.side not in MIRROR
    assert {s.abstained for s in found.stances} == {True}


@pytest.mark.parametrize(
    "text",
    ["You murderers, stop killing our children!", "Thirty years we waited", "Our boys are heroes", "Liars, all of you"],
)
def test_on_a_war_no_model_knows_a_text_naming_nobody_takes_no_side(text: str) -> None:
    unknown = load_conflict(STANCE / "corpus" / "conflicts" / "kosovo")
    parties = {p.party_id for p in unknown.belligerents}
    scorer = load_encoder(unknown, STANCE)
    assert side(scorer, text).side not in parties
    first, second = scorer.opinions([StanceInput(text)]).encoder[0, :2]
    assert first == pytest.approx(second)


def test_context_never_decides_against_its_mirror_image(scorer: Scorer) -> None:
    text = "Murderers! Stop killing our children!!"
    one = side(scorer, text, title="Armenian rockets kill twelve in Ganja")
    other = side(scorer, text, title="Azerbaijani rockets kill twelve in Yerevan")
    assert one.side == MIRROR.get(other.side, other.side)
    assert one.side != "armenia"


def test_a_conflicts_own_story_tips_texts_that_name_nobody(scorer: Scorer) -> None:
    """Measured on the shipped weights: the same words say nothing about a conflict the corpus hardly knows."""
    plain = side(scorer, "Thirty years of occupation, a million refugees, four UN resolutions ignored")
    pull = plain.stances[1].p_favor - plain.stances[0].p_favor
    assert pull > 0.1
    unknown = load_scorer("ngram", load_conflict(STANCE / "corpus" / "conflicts" / "velmaria_ostrunia"), STANCE)
    first, second = side(unknown, "Thirty years of occupation, a million refugees, four UN resolutions ignored").stances
    assert first.p_favor == pytest.approx(second.p_favor)


@pytest.mark.parametrize("text", ["Qarabağ Azərbaycandır!", "Karabağ Azerbaycan'dır", "#KarabakhIsAzerbaijan"])
def test_a_claim_to_the_land_is_a_side_in_every_spelling(scorer: Scorer, text: str) -> None:
    mirrored = text
    for one, other in (("Azərbaycan", "Ermənistan"), ("Azerbaycan", "Ermenistan"), ("Azerbaijan", "Armenia")):
        mirrored = mirrored.replace(one, other)
    assert side(scorer, text).side == "azerbaijan"
    assert side(scorer, mirrored).side == "armenia"


def test_an_answer_takes_its_meaning_from_what_it_answers(scorer: Scorer) -> None:
    agreed = side(scorer, "Exactly, well said!", parent="Armenia is a terrorist state, shame on it")
    other = side(scorer, "Exactly, well said!", parent="Azerbaijan is a terrorist state, shame on it")
    assert agreed.stances[1].p_favor > agreed.stances[0].p_favor
    assert other.stances[0].p_favor > other.stances[1].p_favor


def test_where_a_scorer_abstains_from_a_call_it_says_which_it_would_have_been(every_scorer: Scorer) -> None:
    scores = every_scorer.score([StanceInput(t) for t in DOUBTFUL])
    mirrored = every_scorer.score([StanceInput(swap(t)) for t in DOUBTFUL])
    abstained = [(s, m) for s, m in zip(scores, mirrored, strict=True) if s.abstained]
    assert abstained
    assert all(m.leaning == MIRROR[s.leaning or ""] for s, m in abstained if s.abstain_reason != "tie")
    assert not any(s.leaning for s in scores if not s.abstained)
    for silent in ("Armenia", "", '"Long live Armenia"'):
        assert every_scorer.score([StanceInput(silent)])[0].leaning is None


def test_what_is_quoted_is_not_the_speakers(scorer: Scorer) -> None:
    assert side(scorer, "> Long live Armenia, glory to its army\n").abstain_reason == "only_quotation"
    answered = side(scorer, "> Long live Armenia, glory to its army\nArmenia is a terrorist state, shame on it")
    assert answered.side != "armenia"


def test_empty_is_empty_and_unsupported_languages_are_counted_not_guessed(scorer: Scorer) -> None:
    assert side(scorer, " \n\t").side == "empty"
    french = side(scorer, "Vive l'Arménie, à bas la dictature de Bakou et ses mercenaires")
    assert (french.side, french.abstained, french.abstain_reason) == ("unclear", True, "unsupported_language")


@pytest.mark.parametrize(
    "text",
    [
        "Armenia baraye hamishe, Azerbaijan motajavez ast va bayad shekast bokhorad",
        "Sakartvelo Armenias gverdit dgas, Azerbaijan agresoria",
        "Suport ko ang Armenia, mga mamamatay tao ang Azerbaijan",
    ],
)
def test_words_of_no_language_served_are_not_guessed_at(scorer: Scorer, text: str) -> None:
    """None of these is a language the detection can name; each is hardly a word away from a call for somebody."""
    found = side(scorer, text)
    assert (found.side, found.abstain_reason) == ("unclear", "unsupported_language")


@pytest.mark.parametrize(
    "text",
    [
        "Slava Armenii, pobeda budet za nami",
        "Azerbaycan agressor, pozor",
        "Hayastan@ khaxti, kecce Hayastane",
        "Karabag bizimdir, Ermenistan isgalcidir",
        "armenia rulezzzz lol",
        "Shusha!!! Shusha!!! Shusha!!!",
    ],
)
def test_what_is_served_is_read_in_other_letters_too(scorer: Scorer, text: str) -> None:
    assert side(scorer, text).abstain_reason != "unsupported_language"


def test_a_plea_for_both_is_anti_war(scorer: Scorer) -> None:
    assert side(scorer, "Stop this war, mothers on both sides are crying, we want peace").side == "anti_war"


def test_probabilities_sum_to_one_and_evidence_lies_in_the_text(scorer: Scorer) -> None:
    for text in SENTENCES:
        found = side(scorer, text)
        assert 0.0 <= found.confidence <= 1.0
        for stance in found.stances:
            assert stance.p_favor + stance.p_against + stance.p_none == pytest.approx(1.0)
        for span in (*found.evidence, *(e for s in found.stances for e in s.evidence)):
            assert 0 <= span.start < span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Armenia is a terrorist state", "terrorist"),
        ("Azerbaijan broke the ceasefire again and attacked villages", "broke"),
        ("Glory to the Armenian soldiers", "Glory"),
    ],
)
def test_evidence_points_at_the_words_that_decided(scorer: Scorer, text: str, word: str) -> None:
    found = side(scorer, text)
    assert any(word in text[e.start : e.end] for e in found.evidence)


@pytest.mark.parametrize(
    ("text", "party", "words"),
    [
        ("Karabakh is Azerbaijan!", "azerbaijan", "Karabakh is Azerbaijan"),
        ("Artsakh is Armenia", "armenia", "Artsakh is Armenia"),
    ],
)
def test_where_only_a_joint_stands_between_names_the_statement_is_the_evidence(
    scorer: Scorer, text: str, party: str, words: str
) -> None:
    found = side(scorer, text)
    assert found.side == party
    assert [text[e.start : e.end] for e in found.evidence] == [words]


def test_scores_do_not_depend_on_run_or_batch(scorer: Scorer) -> None:
    inputs = [StanceInput(s) for s in SENTENCES]
    together = scorer.score(inputs)
    assert together == scorer.score(inputs)
    for alone, in_batch in zip((scorer.score([i])[0] for i in inputs), together, strict=True):
        assert (alone.side, alone.abstain_reason) == (in_batch.side, in_batch.abstain_reason)
        assert alone.confidence == pytest.approx(in_batch.confidence, abs=1e-5)
    assert scorer.score([]) == []


@pytest.mark.parametrize(
    "text",
    [
        "Armenia " * 140_000,
        "\x00\x07\u202e\ufeff Armenia \x1b[2J",
        "\ud800 Armenia",
        ">" * 100_000,
        '"' * 50_000,
        "#" + "armenia" * 20_000,
        "[quote]" * 20_000,
        "«a " * 50_000,
        "§0+ §1- TARGET RIVAL",
        "'; DROP TABLE marts.fct_comment; --",
    ],
)
def test_hostile_text_is_scored_quickly_and_safely(scorer: Scorer, text: str) -> None:
    began = time.monotonic()
    assert len(scorer.score([StanceInput(text, text, text)])) == 1
    assert time.monotonic() - began < 5.0


def test_placeholders_written_by_a_commenter_are_only_words(scorer: Scorer) -> None:
    assert side(scorer, "TARGET is great and RIVAL is a terrorist §0+").side not in MIRROR


@pytest.mark.parametrize("name", ["encoder", "ngram"])
def test_a_third_conflict_is_scored_from_its_folder_alone(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "hills"
    folder.mkdir()
    (folder / "conflict.toml").write_text('name = "Hills"\nstarts_on = 2001-01-01\n', encoding="utf-8")
    (folder / "parties.csv").write_text(
        "party_id,name,kind\nzorland,Zorland,belligerent\nmirovia,Mirovia,belligerent\n", encoding="utf-8"
    )
    (folder / "places.csv").write_text("place_id,name,kind\n", encoding="utf-8")
    (folder / "events.csv").write_text("event_id,name,start_date\n", encoding="utf-8")
    (folder / "lexicon.csv").write_text("party_id,term,kind,language\nzorland,Zorlander,demonym,en\n", encoding="utf-8")
    scorer = load_scorer(name, load_conflict(folder), STANCE)
    assert side(scorer, "Zorland is a terrorist state, stop killing civilians").side == "mirovia"
    assert side(scorer, "Long live Zorland, glory to the Zorlander heroes!").side == "zorland"


def test_the_version_names_the_artefact_and_the_conflicts_words(scorer: Scorer, conflicts_folder: Path) -> None:
    name = scorer.model_version.split("-")[0]
    other = load_scorer(name, load_conflict(conflicts_folder / "russia_ukraine"), STANCE)
    assert re.fullmatch(rf"{name}(-3)?-[0-9a-f]{{8}}\.[0-9a-f]{{6}}", scorer.model_version)
    assert scorer.model_version.split(".")[0] == other.model_version.split(".")[0]
    assert scorer.model_version != other.model_version


def test_a_missing_or_broken_artefact_says_how_to_mend_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="train it anew"):
        load_model(tmp_path)
    for name in FILES[1:]:
        (tmp_path / name).write_bytes(b"not numpy")
    for head in (b"not packed", gzip.compress(b"not JSON"), gzip.compress(b"{}")[:-9], gzip.compress(b'{"format": 1}')):
        (tmp_path / HEAD).write_bytes(head)
        with pytest.raises(ModelError, match="train it anew"):
            load_model(tmp_path)
    for name in FILES[1:]:
        np.save(tmp_path / name, np.zeros(1, dtype=np.float16))
    with pytest.raises(ModelError, match=r"model\.json\.gz has format 1.*train it anew"):
        load_model(tmp_path)


def test_an_unknown_scorer_is_named(conflicts_folder: Path) -> None:
    with pytest.raises(ValueError, match="no stance scorer 'oracle'"):
        load_scorer("oracle", load_conflict(conflicts_folder / "nagorno_karabakh"), STANCE)
