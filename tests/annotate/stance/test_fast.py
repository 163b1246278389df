"""The fast scorer as its users meet it: as just as the others, only quicker, and its shortcuts change no answer."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from ingest.annotate.stance import Scorer, load_scorer
from ingest.annotate.stance import side as sides
from ingest.annotate.stance.fast.batch import read_batch
from ingest.annotate.stance.fast.scorer import REASONS, FastScorer, decide
from ingest.annotate.stance.fast.table import build, mix
from ingest.annotate.stance.fast.vocabulary import Vocabulary
from ingest.annotate.stance.masking import PLACE, Masker
from ingest.annotate.stance.model import Calibration, ModelError
from ingest.annotate.stance.polarity import load_polarity
from ingest.conflict import load_conflict
from ingest.records import SideScore, StanceInput
from ingest.settings import REPO_ROOT
from tests.annotate.stance.conftest import STANCE
from tests.annotate.stance.test_scorer import BARE, MIRROR, PLAIN, SENTENCES, side, swap

LONGER = [
    "Armenia will win! Azerbaijan started this war. They bomb our schools, shame on them",
    "My heart is with the mothers of Armenia. Baku lies every day, nobody believes them",
    "Azerbaijan was attacked again; what should Baku do, wait for more Armenian rockets?",
    "#StopArmenianAggression Armenia is the occupier, liberate our land",
    "Shame on Yerevan, says nobody but Baku",
]


@pytest.fixture(scope="module")
def fast(conflicts_folder: Path) -> Scorer:
    return load_scorer("fast", load_conflict(conflicts_folder / "nagorno_karabakh"), STANCE)


def mirrored(one: SideScore, other: SideScore) -> bool:
    """Tell whether two scores are each other's mirror image, numbers and all."""
    names = one.side == MIRROR.get(other.side, other.side) and one.abstain_reason == other.abstain_reason
    numbers = [[(s.p_favor, s.p_against, s.p_none) for s in score.stances] for score in (one, other)]
    return bool(names and np.allclose(numbers[0], numbers[1][::-1], atol=1e-5))


def test_exchanging_the_names_exchanges_the_answer_exactly(fast: Scorer) -> None:
    texts = SENTENCES + LONGER
    straight = fast.score([StanceInput(t) for t in texts])
    turned = fast.score([StanceInput(swap(t)) for t in texts])
    assert sum(s.side in MIRROR for s in straight) >= 0.4 * len(texts)
    assert all(mirrored(a, b) for a, b in zip(straight, turned, strict=True))


@pytest.mark.parametrize(("text", "party", "stance"), PLAIN)
def test_stance_is_not_sentiment_nor_mention(fast: Scorer, text: str, party: str, stance: str) -> None:
    assert {s.party_id: s.stance for s in side(fast, text).stances}[party] == stance


@pytest.mark.parametrize("name", BARE)
def test_no_side_from_a_name_flag_place_or_language_alone(fast: Scorer, name: str) -> None:
    assert side(fast, name).side not in MIRROR


@pytest.mark.parametrize(
    "text",
    [
        "Vive l'Arménie, à bas la dictature de Bakou et ses mercenaires",
        "Das ist eine Schande, Armenien hat das nicht verdient",
        "Viva Armenia, abajo la dictadura y sus mercenarios, no hay derecho",
        "Слава Україні, Вірменія переможе, ми з вами",
        "أرمينيا دولة معتدية ويجب أن تنسحب",
        "საქართველო მშვიდობის მომხრეა და არავის მტერი არ არის",
    ],
)
def test_languages_not_served_are_counted_not_guessed(fast: Scorer, text: str) -> None:
    found = side(fast, text)
    assert (found.side, found.abstained, found.abstain_reason) == ("unclear", True, "unsupported_language")


def test_what_is_empty_or_quoted_is_not_scored(fast: Scorer) -> None:
    assert side(fast, " \n\t").side == "empty"
    assert side(fast, "> Long live Armenia, glory to its army\n").abstain_reason == "only_quotation"
    own = side(fast, "Armenia is a terrorist state, shame on it")
    answered = side(fast, "> Long live Armenia, glory to its army\nArmenia is a terrorist state, shame on it")
    assert answered.side == own.side
    assert fast.score([]) == []


def test_an_answer_depends_neither_on_its_batch_nor_on_what_was_read_before(
    fast: Scorer, conflicts_folder: Path
) -> None:
    hostile = [
        "a\x1eb Armenia \x1e",
        "\ud800 Armenia",
        "\x00\u202e",
        "#" * 50,
        "!" * 3000,
        "Armenia " * 5000,
        "",
        "՞",
        "www.",
        "İ" * 99,
    ]
    texts = [*SENTENCES, *hostile, *LONGER]
    together = fast.score([StanceInput(t) for t in texts])
    fresh = load_scorer("fast", load_conflict(conflicts_folder / "nagorno_karabakh"), STANCE)
    alone = [fresh.score([StanceInput(t)])[0] for t in reversed(texts)][::-1]
    for one, other in zip(together, alone, strict=True):
        assert (one.side, one.abstain_reason) == (other.side, other.abstain_reason)
        assert one.confidence == pytest.approx(other.confidence, abs=1e-5)
        assert all(s.p_favor + s.p_against + s.p_none == pytest.approx(1.0) for s in one.stances)


def test_threads_may_share_it(fast: Scorer) -> None:
    inputs = [StanceInput(f"{t} {n}") for n in range(20) for t in SENTENCES]
    expected = [s.side for s in fast.score(inputs)]
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append([s.side for s in fast.score(inputs)])) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3


def test_what_is_remembered_is_bounded(fast: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(fast, FastScorer)
    monkeypatch.setattr("ingest.annotate.stance.fast.scorer.MAX_ENTRIES", 50)
    before = [s.side for s in fast.score([StanceInput(t) for t in SENTENCES])]
    for n in range(5):
        fast.score([StanceInput(" ".join(f"word{chr(97 + n)}{chr(97 + k)}" for k in range(26)))])
    assert len(fast.vocabulary.entries) < 200
    assert [s.side for s in fast.score([StanceInput(t) for t in SENTENCES])] == before


def test_the_same_words_are_read_as_by_the_masking() -> None:
    """Names in one word, in several, inflected, in hashtags and flags: what the careful reading finds, this finds."""
    masker = Masker(load_conflict(REPO_ROOT / "data" / "conflicts" / "nagorno_karabakh"))
    vocabulary = Vocabulary(masker, load_polarity(STANCE / "polarity.csv"))
    texts = [
        *SENTENCES,
        *LONGER,
        "ARMENIA's army, aserbaijan",
        "🇦🇲 🇦🇿 Ermenistan'a #ArtsakhStrong",
        "Republic of Armenia?!",
        "Ilham Aliyev met Nikol Pashinyan and nothing came of it",
        "армянами в Баку",
    ]
    batch = read_batch(texts, vocabulary)
    for number, text in enumerate(texts):
        rows = batch.rows[batch.text == number]
        parties = vocabulary.party.values[rows]
        reading = masker.read(text)
        wanted = [
            int(t.strip("§+-@")) if t[0] == "§" else -2 if t == PLACE else -1 for t in reading.tokens if t != "\n"
        ]
        assert parties.tolist() == wanted, text


def test_batches_are_decided_as_single_texts_are() -> None:
    rng = np.random.default_rng(7)
    chances = rng.dirichlet(np.full(5, 0.5), 400)
    chances[:20, 1] = chances[:20, 0]
    chances /= chances.sum(axis=1, keepdims=True)
    named, words = rng.random(400) < 0.5, rng.random(400) < 0.7
    numbers, sure, reasons = decide(chances, named=named, words=words, min_share=0.75)
    names = ("a", "b", *sides.OTHER_SIDES)
    for i in range(400):
        one = sides.decide(
            chances[i], ("a", "b"), named=bool(named[i]), words=bool(words[i]), c=Calibration(min_share=0.75)
        )
        assert (names[numbers[i]], REASONS[reasons[i]]) == (one[0], one[2])
        assert sure[i] == pytest.approx(one[1])


def test_weights_are_found_by_their_hash_and_strangers_have_none() -> None:
    hashes = mix(np.arange(1000, dtype=np.uint64), 5)
    table = build(hashes, np.arange(1, 1001, dtype=np.float32)[:, None])
    found = table.sums(hashes, np.ones(1000, np.int64))[:, 0]
    # Where two meet in a slot the heavier stays; among a thousand in two million slots hardly any do.
    assert (found == np.arange(1, 1001)).sum() >= 995
    assert not table.sums(mix(np.arange(1000, dtype=np.uint64), 6), np.ones(1000, np.int64)).any()


def test_a_war_of_three_is_scored_without_favour(conflicts_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "three"
    shutil.copytree(conflicts_folder / "nagorno_karabakh", folder)
    parties = (folder / "parties.csv").read_text(encoding="utf-8").splitlines()
    head = parties[0].split(",")
    outsider = next(k for k, line in enumerate(parties[1:], 1) if "belligerent" not in line)
    cells = parties[outsider].split(",")
    cells[head.index("kind")] = "belligerent"
    parties[outsider] = ",".join(cells)
    (folder / "parties.csv").write_text("\n".join(parties) + "\n", encoding="utf-8")
    scorer = load_scorer("fast", load_conflict(folder), STANCE)
    one, other = (
        side(scorer, t) for t in ("Long live Armenia, glory to its army", "Long live Azerbaijan, glory to its army")
    )
    assert len(one.stances) == 3
    assert one.side == MIRROR.get(other.side, other.side)


def test_a_broken_artefact_is_refused_in_words(tmp_path: Path, conflicts_folder: Path) -> None:
    conflict = load_conflict(conflicts_folder / "nagorno_karabakh")
    with pytest.raises(ModelError, match=r"polarity\.csv|model\.json"):
        load_scorer("fast", conflict, tmp_path)
    shutil.copytree(STANCE / "fast", tmp_path / "fast")
    shutil.copy(STANCE / "polarity.csv", tmp_path)
    (tmp_path / "fast" / "roles.npz").write_bytes(b"not an archive")
    with pytest.raises(ModelError, match="train it anew"):
        load_scorer("fast", conflict, tmp_path)
