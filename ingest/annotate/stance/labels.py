"""What people answered about uncertain comments: a file per conflict, versioned with it, that wins over any model.

`data/conflicts/<id>/labels.jsonl`: one object a line, only ever appended to but for an answer taken back at once; of
two answers on the same words the later one holds. The words are kept because the next training learns from them; the
commenter's name is not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.annotate.stance.model import STANCES
from ingest.annotate.stance.side import OTHER_SIDES
from ingest.conflict import Conflict
from ingest.records import StanceInput

FILE = "labels.jsonl"
DRAWN = ("uncertain", "random")
NOT_ASKED = ("unsupported_language", "only_quotation")
"""Why the model abstained on comments nobody is asked about; in every share they are on no party's side."""


class LabelError(ValueError):
    """A label cannot be used; the message names file, line and mend."""


@dataclass(frozen=True, slots=True)
class Label:
    """One answer. `drawn` says why it was asked: only `random` ones estimate the model's error, others train it.

    `stances` maps every belligerent to FAVOR, AGAINST or NONE; `model_side` is what `model_version` had said.
    """

    text: str
    parent_text: str | None
    article_title: str | None
    side: str
    stances: dict[str, str]
    drawn: str
    model_version: str
    model_side: str
    labelled_by: str
    labelled_on: str

    @property
    def given(self) -> StanceInput:
        """The words the answer is about."""
        return StanceInput(self.text, self.parent_text, self.article_title)


def labels_path(conflicts: Path, conflict_id: str) -> Path:
    """Return where the answers on a conflict's comments are kept."""
    return conflicts / conflict_id / FILE


def read_labels(path: Path, conflict: Conflict) -> list[Label]:
    """Return the answers that hold, in the order first given; none where the file is missing. Raises LabelError."""
    if not path.exists():
        return []
    held: dict[StanceInput, Label] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                label = _label(json.loads(line), conflict)
            except (ValueError, TypeError) as error:
                raise LabelError(f"{path}:{number}: {error}; mend or delete the line") from error
            held[label.given] = label
    return list(held.values())


def append_label(path: Path, label: Label) -> None:
    """Write one answer to the end of the file, whole and safe from a power cut."""
    with path.open("a", encoding="utf-8") as file:
        file.write(_line(label))
        file.flush()
        os.fsync(file.fileno())


def take_back(path: Path, labels: Iterable[Label]) -> None:
    """Remove the answers just appended from the end of the file. Raises LabelError where others stand there now."""
    lines = "".join(map(_line, labels)).encode()
    with path.open("rb+") as file:
        start = file.seek(0, os.SEEK_END) - len(lines)
        if start < 0 or (file.seek(start) == start and file.read() != lines):
            raise LabelError(f"{path} no longer ends with the last answer; mend or delete its line there")
        file.truncate(start)
        os.fsync(file.fileno())


def _line(label: Label) -> str:
    return json.dumps(asdict(label), ensure_ascii=False) + "\n"


def stances_of(side: str, against: Iterable[str], conflict: Conflict) -> dict[str, str]:
    """Return the stance toward each belligerent: FAVOR for the side's party, AGAINST for those in `against`."""
    rejected = set(against)
    return {
        p.party_id: "FAVOR" if p.party_id == side else "AGAINST" if p.party_id in rejected else "NONE"
        for p in conflict.belligerents
    }


def _label(row: Any, conflict: Conflict) -> Label:
    label = Label(**row)
    parties = [p.party_id for p in conflict.belligerents]
    if label.side not in (*parties, *OTHER_SIDES):
        raise LabelError(f"side {label.side!r} is none of {', '.join((*parties, *OTHER_SIDES))}")
    if sorted(label.stances) != sorted(parties) or not set(label.stances.values()) <= set(STANCES):
        raise LabelError(f"stances must give one of {', '.join(STANCES)} for each of {', '.join(parties)}")
    if label.drawn not in DRAWN:
        raise LabelError(f"drawn {label.drawn!r} is none of {', '.join(DRAWN)}")
    return label
