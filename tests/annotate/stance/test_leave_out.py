"""What the card says of conflicts not learned from must come of a model that has not learned from them."""

from __future__ import annotations

import pytest

from ingest.annotate.stance import fit as fit_module
from ingest.annotate.stance import train
from ingest.annotate.stance.corpus import load_corpus, load_known_conflicts
from ingest.annotate.stance.model import load_model
from ingest.annotate.stance.ngram import NAME
from ingest.annotate.stance.seen import Seen, see
from ingest.settings import REPO_ROOT
from tests.annotate.stance.conftest import STANCE


def test_every_conflict_is_measured_by_a_model_blind_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    conflicts = load_known_conflicts(REPO_ROOT / "data")
    corpus = load_corpus(STANCE / "corpus", conflicts)
    names = ["nagorno_karabakh", "kashmir", "cyprus", "kosovo"]
    examples = [e for name in names for e in [e for e in corpus if e.conflict == name][-100:]]
    model = load_model(STANCE / NAME)
    learned: list[set[str]] = []
    fitted = fit_module.fit

    def fit(seen: Seen, *rest: object) -> object:
        learned.append({e.conflict for e in seen.examples})
        return fitted(seen, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(train, "fit", fit)
    monkeypatch.setattr(train, "WORKERS", 1)
    monkeypatch.setattr(train, "MIN_LORE", 100)
    monkeypatch.setattr(train, "LARGE", 101)
    rows = dict(train.leave_conflicts_out(see(examples + examples[:1], conflicts, model.polarity), conflicts, model))
    assert {name: figures.count for name, figures in rows.items()} == dict.fromkeys(names, 100) | {names[0]: 101}
    assert learned == [set(names[1:]), set(names[:1])]
