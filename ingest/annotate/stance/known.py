"""All that is learned from: the corpus, people's answers, and posts we labelled but may not contain.

Labels of posts are kept by the hash of each text and joined where the texts lie; where they do not, training goes on
without and says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ingest.annotate.stance.corpus import CorpusError, Example, load_corpus
from ingest.annotate.stance.labels import labels_path, read_labels
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.model import STANCES
from ingest.annotate.stance.outside import rows_of
from ingest.annotate.stance.side import OTHER_SIDES
from ingest.conflict import Conflict
from ingest.records import StanceInput

FORM, UNSURE, ANSWER = "real_post", "real_post_unsure", "answer"
"""What labels two careful people might give otherwise are marked: to learn from, not to measure on."""
LEARNED_FROM = ("_unlabelled", "_train")
"""How the names of those files end whose texts we labelled; never of what is measured on."""
HASH_LENGTH = 16
KEYS = "give text_sha256, conflict, lang, side, stances toward every belligerent, and sure"


def text_hash(text: str) -> str:
    """Return the name a text goes by: the beginning of its SHA-256, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


def read_post_labels(folder: Path, conflicts: Mapping[str, Conflict]) -> dict[str, dict[str, Any]]:
    """Return the labels of every `*.jsonl` in `folder` by text hash; `data/stance/README.md` tells the keys.

    Raises CorpusError naming file, line and mend where a label cannot be used.
    """
    found = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                parties = {p.party_id for p in conflicts[row["conflict"]].belligerents}
                usable = row["side"] in parties | set(OTHER_SIDES) and row["stances"].keys() == parties
                usable = usable and set(row["stances"].values()) <= set(STANCES) and row["sure"] in (True, False)
                found[row["text_sha256"]] = row
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise CorpusError(f"{path}:{number}: {error!r}; {KEYS}") from None
            if not usable:
                raise CorpusError(f"{path}:{number}: side, stances or sure are not of {row['conflict']}; {KEYS}")
    return found


def labelled_posts(
    texts: Iterable[str], labels: Mapping[str, Mapping[str, Any]], conflicts: Mapping[str, Conflict]
) -> list[Example]:
    """Return the texts that have a label, each once.

    A partisan post that names no party is left out: nearly all of them are of one side, so they would teach that
    their language is a side.
    """
    maskers = {name: Masker(conflicts[name]) for name in {row["conflict"] for row in labels.values()}}
    found: dict[str, Example] = {}
    for text in texts:
        name = text_hash(text)
        row = labels.get(name)
        if row is None or name in found:
            continue
        masker = maskers[row["conflict"]]
        if row["side"] in row["stances"] and not masker.read(text).called & set(masker.belligerents):
            continue
        form = FORM if row["sure"] else UNSURE
        given = StanceInput(text)
        found[name] = Example(f"post-{name}", row["conflict"], row["lang"], given, row["side"], row["stances"], form)
    return list(found.values())


def answered(conflicts_folder: Path, conflicts: Mapping[str, Conflict]) -> list[Example]:
    """Return what people answered with `parley label`, of every conflict that has a file of answers.

    Answers drawn at random are left out: a model that had learned from them could not be measured on them.
    """
    found = []
    for name, conflict in conflicts.items():
        for label in read_labels(labels_path(conflicts_folder, name), conflict):
            if label.drawn == "random":
                continue
            mark = f"{ANSWER}-{name}-{text_hash(repr(label.given))}"
            found.append(Example(mark, name, "mixed", label.given, label.side, label.stances, ANSWER))
    return found


def known_examples(data: Path, shared: Path, conflicts: dict[str, Conflict]) -> list[Example]:
    """Return the corpus, people's answers, and those posts in `shared` that we labelled."""
    examples = load_corpus(data / "stance" / "corpus", conflicts)
    answers = answered(data / "conflicts", conflicts)
    paths = sorted(path for kind in LEARNED_FROM for path in shared.glob(f"*{kind}.jsonl"))
    texts = [row["text"] for path in paths for row in rows_of(path)]
    posts = labelled_posts(texts, read_post_labels(data / "stance" / "posts", conflicts), conflicts)
    print(f"{len(examples)} comments of the corpus, {len(answers)} answers, {len(posts)} labelled posts", flush=True)
    return examples + answers + posts
