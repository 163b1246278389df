"""Heads for single targets: what they go by, learn, and ship as, and that a measurement tells of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from ingest.annotate.stance.labelled import made_up
from ingest.annotate.stance.measure import TargetFigures, beside_notes, head_notes, measure
from ingest.annotate.stance.model import STANCES, ModelError
from ingest.annotate.stance.targets.features import ngrams, rarity, read, weighed
from ingest.annotate.stance.targets.fit import Told, cross_validated, f_avg, fit_heads
from ingest.annotate.stance.targets.head import ABOUT, NAME, Heads, load_heads, mark, save_about, save_heads
from ingest.annotate.stance.targets.reader import LAYERS
from ingest.annotate.stance.targets.train import read_set, told
from tests.annotate.stance.test_labelled import Cheers

GOOD, BAD, REST = ("long live rain", "rain is a blessing"), ("down with rain", "rain ruins it all"), ("tea at five",)
TEXTS = [f"{text} {n % 7}" for text in (*GOOD, *BAD, *REST, *REST) for n in range(12)]
TRUTH = np.repeat([0, 0, 1, 1, 2, 2], 12)


def about_rain(texts: Sequence[str], truth: npt.NDArray[np.int64]) -> Told:
    return Told(read(texts), np.full(len(texts), "Rain"), truth)


HEAD = fit_heads(about_rain(TEXTS, TRUTH))["Rain"]


def same(first: str, second: str) -> bool:
    return bool(np.array_equal(ngrams([first]).toarray(), ngrams([second]).toarray()))


def test_users_and_addresses_say_nothing() -> None:
    assert same("@someone look https://example.org/a", "@other look https://example.org/b")
    assert not same("I say yes", "I say no")


def test_hashtags_are_opened() -> None:
    columns = {text: set(ngrams([text]).indices) for text in ("#LoveRain", "#loverain", "love rain")}
    plain = columns["love rain"]
    assert len(plain & columns["#LoveRain"]) > len(plain & columns["#loverain"])


def test_every_kind_of_ngram_weighs_alike() -> None:
    given = ngrams(TEXTS)
    columns, weights = rarity(given)
    lengths = weighed(given, columns, weights).power(2).sum(axis=1)
    assert np.allclose(lengths, 3.0, atol=1e-3)


def test_nothing_known_and_nothing_said_are_borne() -> None:
    assert np.isfinite(HEAD.scores(read(["", "щщщ"]))).all()


def test_a_head_learns_and_the_rare_stance_too() -> None:
    few = [*range(24), *range(24, 30), *range(48, 72)]
    texts, truth = [TEXTS[i] for i in few], TRUTH[few]
    called = cross_validated(about_rain(texts, truth), texts, seed=1)
    assert f_avg(truth, called) > 0.9


def test_copies_of_one_text_stay_in_one_fold() -> None:
    rng = np.random.default_rng(0)
    texts = [f"{word} {word}{word}" for word in rng.permutation(1000)[:60].astype(str) for _ in range(2)]
    truth = np.repeat(rng.integers(0, 2, 60), 2)
    called = cross_validated(about_rain(texts, truth), texts, seed=1)
    assert (called == truth).mean() < 0.75, "noise was remembered"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an artefact with a head for one target, beside an encoder's file."""
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "vectors.npy").write_bytes(b"vectors")
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / LAYERS).write_bytes(b"layers")
    save_heads(tmp_path / NAME, "ngram", {"Rain": HEAD})
    save_about(tmp_path / NAME, ["Rain"], [mark("Rain", TEXTS[0])], "1234")
    return tmp_path


def loaded(folder: Path) -> Heads:
    heads = load_heads("ngram", folder)
    assert heads is not None
    return heads


def test_a_head_is_the_same_when_read_back(folder: Path) -> None:
    heads = loaded(folder)
    assert heads.knows("RAIN")
    assert not heads.knows("Snow")
    assert heads.stances("rain", TEXTS) == [STANCES[n] for n in TRUTH]
    assert heads.seen("rain", TEXTS[:2]) == 1


def test_there_may_be_no_heads(tmp_path: Path, folder: Path) -> None:
    assert load_heads("ngram", tmp_path / "nowhere") is None
    assert load_heads("fast", folder) is None


def test_faulty_heads_say_how_to_mend_them(folder: Path) -> None:
    (folder / NAME / "encoder.npz").write_bytes((folder / NAME / "ngram.npz").read_bytes())
    with pytest.raises(ModelError, match=r"another encoder.*targets\.train"):
        load_heads("encoder", folder)
    (folder / NAME / LAYERS).unlink()
    with pytest.raises(ModelError, match=r"layers\.onnx is missing.*targets\.train"):
        load_heads("encoder", folder)
    (folder / NAME / "ngram.npz").write_bytes(b"PK")
    with pytest.raises(ModelError, match=r"cannot be read.*targets\.train"):
        load_heads("ngram", folder)
    (folder / NAME / ABOUT).unlink()
    with pytest.raises(ModelError, match=r"targets\.json is missing"):
        load_heads("ngram", folder)


def write(path: Path, rows: Sequence[tuple[str, str, str]]) -> Path:
    lines = [json.dumps({"text": text, "target": target, "stance": stance}) for text, target, stance in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_known_targets_are_left_to_their_heads(folder: Path, tmp_path: Path) -> None:
    rows = [(TEXTS[0], "rain", "FAVOR"), ("down with rain", "rain", "AGAINST"), ("snow", "snow", "FAVOR")]
    version, figures, *_ = measure(write(tmp_path / "set.jsonl", rows), Cheers, [], load_heads=lambda: loaded(folder))
    assert isinstance(figures, TargetFigures)
    assert (figures.headed, figures.learned, figures.f_avg) == (("rain",), 1, 1.0)
    assert "cheers-1" in version
    assert loaded(folder).version in version
    notes = head_notes([("set", figures)])
    assert "for rain" in notes
    assert "1 of 3 texts" in notes


def test_heads_of_both_parties_are_shown_beside_the_scorer(folder: Path, tmp_path: Path) -> None:
    few = fit_heads(Told(read(TEXTS), np.full(len(TEXTS), "Tea"), np.array([1, 0, 2])[TRUTH]))["Tea"]
    save_heads(folder / NAME, "ngram", {"Rain": HEAD, "Tea": few})
    save_about(folder / NAME, ["Rain", "Tea"], [mark("Tea", TEXTS[0])], "1234")
    against = {"Rain": "AGAINST", "Tea": "FAVOR"}
    rows = [(TEXTS[0], {"Rain": "FAVOR", "Tea": "AGAINST"}), ("down with rain 3", against), ("tea at five", against)]
    path = tmp_path / "both.jsonl"
    path.write_text("\n".join(json.dumps({"text": t, "stances": s}) for t, s in rows), encoding="utf-8")
    alone = measure(path, Cheers, [])
    found = measure(path, Cheers, [], load_heads=lambda: loaded(folder))
    assert alone.beside is None
    assert found.figures == alone.figures, "the scorer's own row is as it was"
    assert found.beside is not None
    assert (found.beside.version, found.beside.learned) == (loaded(folder).version, 1)
    assert found.beside.figures.accuracy == pytest.approx(2 / 3)
    notes = beside_notes("both", found.beside)
    assert "no comment is scored by them" in notes
    assert "1 of 3 texts" in notes
    one_head = measure(path, Cheers, [made_up(["Rain", "Snow", "Tea"])], load_heads=lambda: loaded(folder))
    assert one_head.beside is None, "a party without a head"


def test_a_set_labelled_toward_both_parties_teaches_a_head_of_each(tmp_path: Path) -> None:
    path = tmp_path / "both.jsonl"
    lines = [json.dumps({"text": f"text {n}", "stances": {"Rain": "FAVOR", "Tea": "AGAINST"}}) for n in range(200)]
    path.write_text("\n".join(lines), encoding="utf-8")
    one = read_set(path)
    assert one is not None
    assert (one.jointly, one.targets, len(one.rows)) == (True, ["Rain", "Tea"], 400)
    learned = told(one.rows, None)
    assert {(t, n) for t, n in zip(learned.targets.tolist(), learned.truth.tolist(), strict=True)} == {
        ("Rain", 0),
        ("Tea", 1),
    }
    assert learned.given.grams.shape[0] == 400


def test_only_sets_about_few_targets_teach_heads(tmp_path: Path) -> None:
    def rows(targets: int, each: int) -> list[tuple[str, str, str]]:
        return [(f"text {i}", f"t{n}", "NEUTRAL") for n in range(targets) for i in range(each)]

    few = read_set(write(tmp_path / "few.jsonl", [*rows(2, 200), ("too little", "t9", "FAVOR")]))
    assert few is not None
    assert (few.targets, len(few.rows), set(told(few.rows, None).truth.tolist())) == (["t0", "t1"], 400, {2})
    assert read_set(write(tmp_path / "many.jsonl", rows(20, 200))) is None
