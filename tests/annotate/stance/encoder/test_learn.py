"""Training: it learns, goes on where it was stopped, and reads the base's packed weights rightly."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from ingest.annotate.stance.encoder.base import BLOCK, Base, kept_pieces, read_base
from ingest.annotate.stance.encoder.pieces import SPACE
from ingest.annotate.stance.model import ModelError
from tests.annotate.stance.encoder.conftest import random_arrays


def packed(values: np.ndarray[tuple[int], np.dtype[np.int64]], scale: float) -> bytes:
    """Pack whole numbers from -8 to 7 as the package does."""
    rows = (values + 8).reshape(-1, 32).astype(np.uint8)
    blocks = np.zeros(len(rows), dtype=BLOCK)
    blocks["scale"] = scale
    blocks["nibbles"] = rows[:, :16] | (rows[:, 16:] << 4)
    return blocks.tobytes()


def base_file(path: Path, pieces: list[str], words: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Path:
    text = [p.encode() for p in pieces]
    offsets = np.cumsum([0, *map(len, text)]).astype(np.uint32)
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 0, 4, 64, len(pieces), 8, 1, 1e-6, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, len(b"".join(text))) + offsets.tobytes()
    head += np.zeros(len(pieces), np.float32).tobytes() + b"".join(text) + struct.pack("<iI", 0, 0)
    name = b"emb.word"
    entry = len(head) + 4 + 2 + len(name) + 1 + 4 + 8 + 8
    head += struct.pack("<iH", 1, len(name)) + name + struct.pack("<BIQQ", 1, words.size, entry, 0)
    path.write_bytes(head + packed(words, 0.5))
    return path


def test_packed_weights_and_vocabulary_are_read_back(tmp_path: Path) -> None:
    pieces = ["<s>", "<pad>", "</s>", "<unk>", SPACE + "мир", "שלום"]
    words = np.random.default_rng(1).integers(-8, 8, 32 * len(pieces))
    base = read_base(base_file(tmp_path / "base.bin", pieces, words))
    assert base.pieces == tuple(pieces)
    assert (base.width, base.heads) == (32, 4)
    np.testing.assert_allclose(base.tensors["emb.word"], words * 0.5)
    assert kept_pieces(base, []) == [0, 1, 2, 3, 4]
    assert kept_pieces(base, ["שלום"]) == [0, 1, 2, 3, 4, 5]


def test_another_format_is_named(tmp_path: Path) -> None:
    (tmp_path / "base.bin").write_bytes(b"GGUF0000")
    with pytest.raises(ModelError, match="no e5-small"):
        read_base(tmp_path / "base.bin")


def test_it_learns_and_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch", reason="training needs the extra `train`")
    from ingest.annotate.stance.encoder import learn

    monkeypatch.setattr(learn, "EVERY", 1)

    def fresh() -> dict[str, object]:
        return {n: torch.from_numpy(v.copy()) for n, v in random_arrays(40, 1, 24).items()}

    base = Base(24, 1, 3, 1e-6, (), (), {})
    lessons = [learn.Lesson((0, 4 + i % 2, 40, 44, 2), i % 2, (i % 2, 1 - i % 2)) for i in range(64)]
    ids = learn.padded([lesson.pieces for lesson in lessons])

    def cost(weights: dict[str, object]) -> float:
        return float(learn.loss(learn.forward(weights, ids, base, layers=1), lessons))

    whole = learn.learn(fresh(), [lessons] * 12, base, layers=1, seed=1, checkpoint=tmp_path / "new" / "whole.pt")
    assert cost(whole) < 0.7 * cost(fresh())

    class StoppedError(Exception):
        pass

    def stop(course: int) -> None:
        if course == 11:
            raise StoppedError

    with pytest.raises(StoppedError):
        learn.learn(fresh(), [lessons] * 12, base, layers=1, seed=1, checkpoint=tmp_path / "cut.pt", done=stop)
    again = learn.learn(fresh(), [lessons] * 12, base, layers=1, seed=1, checkpoint=tmp_path / "cut.pt")
    np.testing.assert_allclose(again["head.weight"].numpy(), whole["head.weight"].numpy(), atol=1e-6)
    # A checkpoint of other lessons is not taken for these.
    other = [learn.Lesson(lesson.pieces, 1 - lesson.side) for lesson in lessons]
    turned = learn.learn(fresh(), [other], base, layers=1, seed=1, checkpoint=tmp_path / "cut.pt")
    assert not np.allclose(turned["head.weight"].numpy(), again["head.weight"].numpy(), atol=1e-3)


def test_what_comes_of_it_is_the_mean_over_the_last_courses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch", reason="training needs the extra `train`")
    from ingest.annotate.stance.encoder import learn

    base = Base(24, 1, 3, 1e-6, (), (), {})
    lessons = [learn.Lesson((0, 4 + i % 2, 40, 44, 2), i % 2, (i % 2, 1 - i % 2)) for i in range(64)]
    passing: list[object] = []

    class Watched(learn._Mean):
        def add(self, free: dict[str, object]) -> None:
            passing.append(free["head.bias"].detach().clone())  # type: ignore[attr-defined]
            super().add(free)

    monkeypatch.setattr(learn, "EVERY", 1)
    monkeypatch.setattr(learn, "_Mean", Watched)
    weights = {n: torch.from_numpy(v.copy()) for n, v in random_arrays(40, 1, 24).items()}
    found = learn.learn(weights, [lessons] * 4, base, layers=1, seed=1, checkpoint=tmp_path / "mean.pt")
    assert len(passing) == learn.AVERAGED * 2
    torch.testing.assert_close(found["head.bias"], torch.stack(passing).mean(0))
    assert found.keys() == weights.keys()


def test_a_student_begins_as_layers_of_its_teacher_and_learns_what_its_teacher_says(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="training needs the extra `train`")
    from ingest.annotate.stance.encoder import learn

    base = Base(24, 1, 3, 1e-6, (), (), {})
    lessons = [learn.Lesson((0, 4 + i % 2, 40, 44, 2), i % 2, (i % 2, 1 - i % 2)) for i in range(64)]
    teacher = {n: torch.from_numpy(v.copy()) for n, v in random_arrays(40, 2, 24).items()}
    student = learn.thinned(teacher, 1)
    assert {n for n in student if n[0].isdigit()} == {n for n in teacher if n.startswith("0.")}
    assert torch.equal(student["0.up.weight"], teacher["1.up.weight"])
    told = learn.says(teacher, lessons, base, layers=2)
    ids, gold = learn.padded([lesson.pieces for lesson in lessons]), np.stack([told[lesson] for lesson in lessons])

    def distance(weights: dict[str, object]) -> float:
        return float(learn.taught(learn.forward(weights, ids, base, layers=1), gold))

    least = float(learn.taught(torch.from_numpy(gold), gold))
    begun = distance(student) - least
    found = learn.learn(
        student, [lessons] * 12, base, layers=1, seed=1, checkpoint=tmp_path / "student.pt", teacher=told
    )
    alone = learn.learn(
        learn.thinned(teacher, 1), [lessons] * 12, base, layers=1, seed=1, checkpoint=tmp_path / "alone.pt"
    )
    assert distance(found) - least < 0.5 * begun
    assert distance(found) < distance(alone)


def test_what_is_dropped_is_made_up_for_by_what_is_kept() -> None:
    torch = pytest.importorskip("torch", reason="training needs the extra `train`")
    from ingest.annotate.stance.encoder import learn

    torch.manual_seed(1)
    ones = torch.ones(301, 331)
    left = learn._dropped(ones, 0.1)
    assert float((left == 0).float().mean()) == pytest.approx(0.1, abs=0.01)
    assert float(left.mean()) == pytest.approx(1.0, abs=0.01)
    assert learn._dropped(ones, 0.0) is ones
