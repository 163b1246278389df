"""The artefact: what is trained is what runs, and what runs does not depend on its company."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ingest.annotate.stance import load_scorer
from ingest.annotate.stance.encoder.inputs import View
from ingest.annotate.stance.encoder.pieces import BEGIN, END, Pieces
from ingest.annotate.stance.encoder.scorer import load_encoder
from ingest.annotate.stance.labelled import made_up
from ingest.annotate.stance.model import STANCES, ModelError
from ingest.conflict import Conflict
from ingest.records import StanceInput
from tests.annotate.stance.conftest import STANCE
from tests.annotate.stance.encoder.conftest import random_arrays

pytest.importorskip("onnx", reason="writing an encoder needs the extra `train`")
pytest.importorskip("onnxruntime", reason="running an encoder needs onnxruntime")

LAYERS, WIDTH, HEADS, EPSILON = 2, 32, 4, 1e-6
NOBODY = frozenset[int]()


@pytest.fixture
def saved(tmp_path: Path, pieces: Pieces) -> Path:
    from ingest.annotate.stance.encoder.export import About, save_encoder

    arrays = random_arrays(len(pieces), LAYERS, WIDTH)
    save_encoder(tmp_path / "encoder", arrays, About(LAYERS, HEADS, EPSILON, pieces), [v.pieces for v in views(pieces)])
    (tmp_path / "ngram").symlink_to(STANCE / "ngram")
    return tmp_path


def views(pieces: Pieces) -> list[View]:
    rng = np.random.default_rng(1)
    rows = [(BEGIN, *rng.integers(4, len(pieces) + 9, size).tolist(), END) for size in (3, 30, 9, 9, 50)]
    rows.append((BEGIN, 8, len(pieces), 9, END, END, 7, len(pieces) + 4, END))
    return [View(row, (-1,) * len(row), NOBODY) for row in rows]


def test_a_pass_does_not_depend_on_its_company_and_its_shares_add_up(saved: Path, pieces: Pieces) -> None:
    from ingest.annotate.stance.encoder.network import Network

    network = Network(saved / "encoder")
    given = views(pieces)
    together = network.run(given)
    for view, passed in zip(given, together, strict=True):
        np.testing.assert_array_equal(network.run([view])[0].logits, passed.logits)
        assert passed.shares.shape[0] == len(view.pieces)
    bias = random_arrays(len(pieces), LAYERS, WIDTH)["head.bias"]
    np.testing.assert_allclose(together[1].shares.sum(axis=0) + bias, together[1].logits, atol=1e-4)


def test_what_was_learned_is_what_runs(saved: Path, pieces: Pieces) -> None:
    torch = pytest.importorskip("torch", reason="training needs the extra `train`")
    from ingest.annotate.stance.encoder import learn
    from ingest.annotate.stance.encoder.base import Base
    from ingest.annotate.stance.encoder.network import Network

    weights = {n: torch.from_numpy(v) for n, v in random_arrays(len(pieces), LAYERS, WIDTH).items()}
    base = Base(WIDTH, LAYERS, HEADS, EPSILON, (), (), {})
    given = views(pieces)
    learned = learn.forward(weights, learn.padded([v.pieces for v in given]), base, layers=LAYERS).numpy()
    ran = np.stack([p.logits for p in Network(saved / "encoder").run(given)])
    assert np.abs(learned - ran).mean() < 0.05 * learned.std()


def test_what_was_written_is_read_back_rounded(saved: Path, pieces: Pieces) -> None:
    from ingest.annotate.stance.encoder.export import read_encoder

    arrays = random_arrays(len(pieces), LAYERS, WIDTH)
    found = read_encoder(saved / "encoder")
    assert found.keys() == arrays.keys() - {"words"}
    for name, values in found.items():
        assert values.shape == arrays[name].shape
        assert np.abs(values - arrays[name]).mean() <= 0.02 * np.abs(arrays[name]).max(), name


def test_a_predecessor_says_of_new_pieces_what_it_says_of_its_own(saved: Path, pieces: Pieces) -> None:
    pytest.importorskip("torch", reason="training needs the extra `train`")
    from ingest.annotate.stance.encoder.learn import Lesson
    from ingest.annotate.stance.encoder.network import Network
    from ingest.annotate.stance.encoder.predecessor import predecessor

    assert predecessor(saved / "nowhere") is None
    assert predecessor(saved / "encoder") is None, "without a note of what it has not learned it must not teach"
    (saved / "encoder" / "split.json").write_text("{}", encoding="utf-8")
    before = predecessor(saved / "encoder")
    assert before is not None
    assert before.layers == LAYERS
    new, shift = "\u2581unheard", 1
    order = [*range(4), *range(4 + shift, len(pieces) + shift)]
    later = Pieces([*pieces.names[:4], new, *pieces.names[4:]], [*pieces.scores[:4], -9.0, *pieces.scores[4:]])
    for view in views(pieces):
        lesson = Lesson(tuple(order[n] if n < len(pieces) else n + shift for n in view.pieces), 0)
        own = Network(saved / "encoder").run([view])[0].logits
        np.testing.assert_array_equal(before.says([lesson], later)[lesson], own)
        told = {lesson: np.zeros_like(own)}
        np.testing.assert_array_equal(before.heard(told, later)[lesson], own / 2)
    (saved / "encoder" / "layers.onnx").write_bytes(b"")
    with pytest.raises(ModelError, match=r"cannot teach.*--alone"):
        predecessor(saved / "encoder")


def test_a_successor_begins_where_the_last_stood_and_is_averaged_with_it(saved: Path, pieces: Pieces) -> None:
    torch = pytest.importorskip("torch", reason="training needs the extra `train`")
    from ingest.annotate.stance.encoder.predecessor import predecessor

    (saved / "encoder" / "split.json").write_text("{}", encoding="utf-8")
    before = predecessor(saved / "encoder")
    assert before is not None
    own = {n: v.copy() for n, v in before.weights.items()}
    new = {n: torch.zeros(v.shape) for n, v in random_arrays(len(pieces), LAYERS, WIDTH).items()}
    lent = before.lent(new, LAYERS)
    for name, values in own.items():
        np.testing.assert_array_equal(lent[name].numpy(), values)
        lent[name] += 1.0  # learning goes on in place
        np.testing.assert_array_equal(before.weights[name], values)
        np.testing.assert_allclose(before.averaged(lent, LAYERS)[name].numpy(), values + 0.5, rtol=1e-5, atol=1e-6)
    assert not before.lent(new, LAYERS + 1)["head.weight"].any(), "of another number of layers nothing is taken"
    assert not before.averaged(new, LAYERS + 1)["head.weight"].any()


def test_layers_packed_in_four_bits_say_what_they_said_before(pieces: Pieces) -> None:
    import onnxruntime

    from ingest.annotate.stance.encoder.blocks import pack, unpack
    from ingest.annotate.stance.encoder.export import build_graph

    arrays = random_arrays(len(pieces), LAYERS, WIDTH)
    arrays |= {n: unpack(*pack(v)) for n, v in arrays.items() if n[0].isdigit() and v.ndim == 2}
    emb = np.random.default_rng(2).normal(0, 1, (1, 9, WIDTH)).astype(np.float32)
    said = []
    for packed in (False, True):
        graph, _ = build_graph(arrays, LAYERS, HEADS, EPSILON, packed=packed)
        session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
        said.append(session.run(None, {"emb": emb})[0])
    np.testing.assert_allclose(said[1], said[0], atol=1e-3)


def test_a_saved_encoder_is_a_scorer_alike_to_both_parties(saved: Path, hills: Conflict) -> None:
    scorer = load_scorer("encoder", hills, saved)
    mirror = {"zorland": "mirovia", "mirovia": "zorland"}
    one, other = scorer.score([StanceInput("Shame on Zorland"), StanceInput("Shame on Mirovia")])
    assert one.side == mirror.get(other.side, other.side)
    for stance in one.stances:
        twin = next(s for s in other.stances if s.party_id == mirror[stance.party_id])
        assert stance.p_favor == pytest.approx(twin.p_favor, abs=1e-5)
        assert stance.p_favor + stance.p_against + stance.p_none == pytest.approx(1.0)
    assert scorer.score([]) == []
    assert scorer.score([StanceInput(" ")])[0].side == "empty"


def test_of_a_text_that_names_no_party_only_the_ngrams_are_asked(saved: Path, hills: Conflict) -> None:
    scorer = load_encoder(hills, saved)
    inputs = [
        StanceInput("never shelled Uzun again"),
        StanceInput("Shame!", "Shame on Zorland"),
        StanceInput("Zorland"),
    ]
    opinions = scorer.opinions(inputs)
    assert opinions.encoder.any(axis=1).tolist() == [False, False, True]
    cases = [scorer.fast.case(i.text) for i in inputs]
    logits = scorer.fast.stance_logits(cases)[:, :, : len(STANCES)]
    np.testing.assert_array_equal(opinions.stances[0], logits[0])
    assert (opinions.stances[2] != logits[2]).any()
    assert len(scorer.score(inputs)) == len(inputs)


def test_a_lone_target_is_read_where_it_is_not_named(saved: Path) -> None:
    opinions = load_encoder(made_up(["Zorland"]), saved).opinions([StanceInput("never shelled again")])
    assert opinions.encoder.any()


def test_the_version_is_that_of_the_weights(saved: Path, hills: Conflict) -> None:
    before = load_scorer("encoder", hills, saved).model_version
    about = json.loads((saved / "encoder" / "encoder.json").read_text(encoding="utf-8"))
    about["blend"]["party"][0] = 0.5
    (saved / "encoder" / "encoder.json").write_text(json.dumps(about), encoding="utf-8")
    assert load_scorer("encoder", hills, saved).model_version != before


@pytest.mark.parametrize("name", ["encoder.json", "layers.onnx", "vectors.npy", "head.npz"])
def test_a_missing_or_broken_artefact_says_how_to_mend_it(saved: Path, hills: Conflict, name: str) -> None:
    (saved / "encoder" / name).write_bytes(b"not it")
    with pytest.raises(ModelError, match="train it anew"):
        load_scorer("encoder", hills, saved)
    (saved / "encoder" / name).unlink()
    with pytest.raises(ModelError, match="missing"):
        load_scorer("encoder", hills, saved)
