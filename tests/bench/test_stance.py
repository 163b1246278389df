"""Speed of the stance scorer beside a plain TF-IDF and logistic regression in the same run: a ratio, never a failure.

CPU seconds of one process on one core's work, the embedded demo's comments against the default conflict's two parties.
The plain one gives one label and nothing else: no roles, context, abstention, evidence or language.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from time import process_time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from ingest.annotate.stance import load_scorer
from ingest.annotate.stance.corpus import load_corpus, load_known_conflicts
from ingest.records import StanceInput
from ingest.settings import REPO_ROOT

DATA = REPO_ROOT / "data"
CONFLICT = "nagorno_karabakh"
ROUNDS = 3


def per_second(run: Callable[[], object], count: int) -> float:
    """Return texts per CPU second, the best of ROUNDS."""
    taken = []
    for _ in range(ROUNDS):
        began = process_time()
        run()
        taken.append(process_time() - began)
    return count / min(taken)


def test_speed_beside_a_plain_classifier() -> None:
    conflicts = load_known_conflicts(DATA)
    corpus = load_corpus(DATA / "stance" / "corpus", conflicts)
    files = sorted((DATA / "demo" / "comments").glob("*.jsonl"))
    texts = [json.loads(line)["text"] for f in files for line in f.read_text(encoding="utf-8").splitlines()]
    plain = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=300))
    plain.fit([e.given.text for e in corpus], [e.side for e in corpus])
    scorer = load_scorer("ngram", conflicts[CONFLICT], DATA / "stance")
    inputs = [StanceInput(text) for text in texts]
    ours = per_second(lambda: scorer.score(inputs), len(texts))
    theirs = per_second(lambda: plain.predict_proba(texts), len(texts))
    print(f"\nstance, {len(texts)} comments: {ours:,.0f}/s; TF-IDF + LR {theirs:,.0f}/s; ratio {ours / theirs:.3f}")
    assert len(scorer.score(inputs)) == len(texts)
