"""What is learned from beside the corpus: labels find their texts, and faults are named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.annotate.stance.corpus import CorpusError, load_known_conflicts
from ingest.annotate.stance.known import FORM, LEARNED_FROM, UNSURE, labelled_posts, read_post_labels, text_hash
from ingest.annotate.stance.outside import rows_of
from ingest.conflict import Conflict
from ingest.settings import REPO_ROOT
from tests.annotate.stance.conftest import STANCE

CONFLICT = "nagorno_karabakh"


@pytest.fixture(scope="module")
def conflicts() -> dict[str, Conflict]:
    return load_known_conflicts(REPO_ROOT / "data")


def label(text: str, side: str, *, sure: bool = True) -> dict[str, object]:
    stances = {"armenia": "NONE", "azerbaijan": "NONE"} | ({side: "FAVOR"} if side in ("armenia", "azerbaijan") else {})
    name = text_hash(text)
    return {"text_sha256": name, "conflict": CONFLICT, "lang": "en", "side": side, "stances": stances, "sure": sure}


def test_a_partisan_post_that_names_no_party_is_not_learned_from(conflicts: dict[str, Conflict]) -> None:
    rows = [
        label("Long live Armenia", "armenia"),
        label("Long live our heroes", "azerbaijan"),
        label("Talks go on", "unclear"),
        label("Azerbaijan, hm", "azerbaijan", sure=False),
    ]
    texts = ["Long live Armenia", "Long live our heroes", "Talks go on", "Talks go on", "Azerbaijan, hm", "no label"]
    found = labelled_posts(texts, {str(row["text_sha256"]): row for row in rows}, conflicts)
    assert [(e.given.text, e.form) for e in found] == [
        ("Long live Armenia", FORM),
        ("Talks go on", FORM),
        ("Azerbaijan, hm", UNSURE),
    ]


@pytest.mark.parametrize("fault", [{"side": "elsewhere"}, {"conflict": "nowhere"}, {"stances": {"armenia": "FAVOR"}}])
def test_a_faulty_label_is_named_with_its_line(
    tmp_path: Path, conflicts: dict[str, Conflict], fault: dict[str, object]
) -> None:
    lines = [label("a", "unclear"), label("b", "unclear") | fault]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with pytest.raises(CorpusError, match=r"x\.jsonl:2: .*give text_sha256"):
        read_post_labels(tmp_path, conflicts)


def test_every_label_that_ships_finds_its_post(shared: Path, conflicts: dict[str, Conflict]) -> None:
    labels = read_post_labels(STANCE / "posts", conflicts)
    paths = [path for kind in LEARNED_FROM for path in (shared / "stance").glob(f"*{kind}.jsonl")]
    texts = {text_hash(row["text"]) for path in paths for row in rows_of(path)}
    assert len(labels) > 8900
    assert labels.keys() <= texts


def test_nothing_that_is_measured_on_is_labelled_to_learn_from(shared: Path, conflicts: dict[str, Conflict]) -> None:
    labels = read_post_labels(STANCE / "posts", conflicts)
    for path in (shared / "stance").glob("*_val.jsonl"):
        if "_train" not in path.stem:
            assert not labels.keys() & {text_hash(row["text"]) for row in rows_of(path)}
