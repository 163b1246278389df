"""Speed of the stance scorer beside a plain TF-IDF and logistic regression in the same run: a ratio, never a failure.

CPU seconds of one process on one core's work, the embedded demo's comments against the default conflict's two parties.
The plain one gives one label and nothing else: no roles, context, abstention, evidence or language.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from time import process_time

from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
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


def demo_texts() -> list[str]:
    files = sorted((DATA / "demo" / "comments").glob("*.jsonl"))
    return [json.loads(line)["text"] for f in files for line in f.read_text(encoding="utf-8").splitlines()]


def test_speed_of_the_fast_scorer_beside_hashing() -> None:
    """The yardstick only counts words and pairs of words into a hashed matrix. `first` meets every word anew."""
    conflicts = load_known_conflicts(DATA)
    corpus = load_corpus(DATA / "stance" / "corpus", conflicts)
    sets = {"demo": demo_texts(), "corpus": [e.given.text for e in corpus if e.conflict == CONFLICT]}
    plain = HashingVectorizer(ngram_range=(1, 2))
    for name, texts in sets.items():
        scorer = load_scorer("fast", conflicts[CONFLICT], DATA / "stance")
        inputs = [StanceInput(text) for text in texts]
        began = process_time()
        assert len(scorer.score(inputs)) == len(texts)
        first = len(texts) / (process_time() - began)
        ours = per_second(partial(scorer.score, inputs), len(texts))
        theirs = per_second(partial(plain.transform, texts), len(texts))
        print(
            f"\nfast stance, {name}, {len(texts)} comments: {ours:,.0f}/s (first {first:,.0f}/s); "
            f"hashing {theirs:,.0f}/s; ratio {ours / theirs:.2f}"
        )


def test_speed_beside_a_plain_classifier() -> None:
    conflicts = load_known_conflicts(DATA)
    corpus = load_corpus(DATA / "stance" / "corpus", conflicts)
    texts = demo_texts()
    plain = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(max_iter=300))
    plain.fit([e.given.text for e in corpus], [e.side for e in corpus])
    scorer = load_scorer("ngram", conflicts[CONFLICT], DATA / "stance")
    inputs = [StanceInput(text) for text in texts]
    ours = per_second(lambda: scorer.score(inputs), len(texts))
    theirs = per_second(lambda: plain.predict_proba(texts), len(texts))
    print(f"\nstance, {len(texts)} comments: {ours:,.0f}/s; TF-IDF + LR {theirs:,.0f}/s; ratio {ours / theirs:.3f}")
    assert len(scorer.score(inputs)) == len(texts)
