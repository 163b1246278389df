"""Short reports with their types, invented for this project: what the model of kinds learns from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer

from ingest.annotate.events.kinds.types import LABELS
from ingest.annotate.events.words import tokenize

ALIKE = 0.5
"""Reports that share so many of their words (Jaccard) stay on one side of a fold."""


class ReportsError(ValueError):
    """A file of reports cannot be used; the message names file, line and mend."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report, the number of its label in LABELS, and who wrote it: the file's name up to the first `_`."""

    text: str
    label: int
    writer: str


def read_reports(folder: Path) -> list[Report]:
    """Read every `*.jsonl` of a folder. Raises ReportsError where a line is no report, or stands twice."""
    found: dict[str, Report] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            where = f"{path}:{number}"
            try:
                row = json.loads(line)
                text, label = str(row["text"]), LABELS.index(row["sub_event_type"])
            except (ValueError, KeyError, TypeError) as error:
                raise ReportsError(
                    f'{where}: no report ({error}); write {{"text": "…", "sub_event_type": "Attack"}} with one of '
                    f"{'; '.join(LABELS)}"
                ) from None
            if text in found:
                raise ReportsError(f"{where}: the same text stands in a line before; take one out")
            found[text] = Report(text, label, path.stem.partition("_")[0])
    if not found:
        raise ReportsError(f"{folder}: no reports; training needs *.jsonl there")
    return list(found.values())


def alike(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return a number for each text; those that are nearly the same, directly or through others, share one."""
    counter = CountVectorizer(analyzer=lambda text: {word.key for word in tokenize(text)}, dtype=np.int32)
    has = counter.fit_transform(texts)
    size = np.asarray(has.sum(axis=1)).ravel()
    shared = (has @ has.T).tocoo()
    # Of two texts the words of either are all words less those counted twice.
    near = shared.data >= ALIKE * (size[shared.row] + size[shared.col] - shared.data)
    pairs = sparse.coo_matrix((near[near], (shared.row[near], shared.col[near])), shape=shared.shape)
    return np.asarray(connected_components(pairs, directed=False)[1], dtype=np.int64)


def labels_of(reports: Iterable[Report]) -> npt.NDArray[np.int64]:
    """Return the reports' labels."""
    return np.array([report.label for report in reports])
