"""The heads as they ship: for each target a linear model over n-grams and the base's states. Numbers only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance.encoder.network import NAME as ENCODER
from ingest.annotate.stance.model import STANCES, ModelError
from ingest.annotate.stance.ngram import NAME as NGRAM
from ingest.annotate.stance.targets.features import Columns, Floats, Given, read, waves, weighed
from ingest.annotate.stance.targets.reader import LAYERS, Reader, fingerprint

FORMAT = 2
NAME = "targets"
ABOUT = "targets.json"
LOWEST = -1.0
"""The score of what is against the rest in a ridge regression."""
STEPS = 127
"""Weights of n-grams are kept in 8 bits."""
SCORERS = (NGRAM, ENCODER)
"""The scorers that have heads; those of the second also go by the base's states."""


@dataclass(frozen=True, slots=True)
class Head:
    """One target's linear model.

    `columns` are the n-grams with weights, `rarity` has one for each; `grams` is columns x stances; `middle` is the
    mean of the set's states, `waves` is (1 + WAVES) x stances. `stances` are numbers in STANCES: a set may lack one.
    """

    stances: tuple[int, ...]
    columns: Columns
    rarity: Floats
    grams: Floats
    middle: Floats
    waves: Floats

    def scores(self, given: Given) -> Floats:
        """Return texts x stances."""
        told = weighed(given.grams, self.columns, self.rarity) @ self.grams
        return np.asarray(told + waves(given.states, self.middle) @ self.waves, dtype=np.float32)

    def calls(self, given: Given) -> npt.NDArray[np.int64]:
        """Return the likeliest stance of each text."""
        return np.asarray(np.array(self.stances)[self.scores(given).argmax(axis=1)], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Heads:
    """All heads beside one scorer, by their targets' case-folded names; `learned` has `mark` of every text they saw."""

    version: str
    by_target: Mapping[str, Head]
    learned: frozenset[int]
    reader: Reader | None

    def knows(self, target: str) -> bool:
        """Tell whether a target has a head."""
        return target.casefold() in self.by_target

    def seen(self, target: str, texts: Sequence[str]) -> int:
        """Return how many of the texts were learned from."""
        return sum(mark(target, text) in self.learned for text in texts)

    def read(self, texts: Sequence[str]) -> Given:
        """Read texts as the heads see them."""
        return read(texts, self.reader.states if self.reader else None)

    def stances(self, target: str, texts: Sequence[str]) -> list[str]:
        """Return the stance of each text toward a known target."""
        return [STANCES[n] for n in self.by_target[target.casefold()].calls(self.read(texts))]

    def scores(self, target: str, given: Given) -> Floats:
        """Return texts x STANCES; a stance that the target's set lacks has the lowest score there is."""
        head = self.by_target[target.casefold()]
        found = np.full((given.states.shape[0], len(STANCES)), LOWEST, np.float32)
        found[:, list(head.stances)] = head.scores(given)
        return found


def mark(target: str, text: str) -> int:
    """Return a number that stands for a text toward a target, to tell later whether it was learned from."""
    return int.from_bytes(hashlib.sha256(f"{target.casefold()}\n{text}".encode()).digest()[:4], "big")


def save_heads(folder: Path, scorer: str, heads: Mapping[str, Head]) -> None:
    """Write the heads beside one scorer, by target."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for number, head in enumerate(heads.values()):
        scale = max(float(np.abs(head.grams).max(initial=0.0)), 1e-6) / STEPS
        parts: dict[str, npt.NDArray[Any]] = {
            "stances": np.array(head.stances, np.int8),
            "gaps": np.diff(head.columns, prepend=0).astype(np.uint32),
            "rarity": head.rarity.astype(np.float16),
            "scale": np.array(scale, np.float32),
            "grams": np.round(head.grams / scale).astype(np.int8),
            "middle": head.middle.astype(np.float32),
            "waves": head.waves.astype(np.float16),
        }
        arrays |= {f"{number}.{name}": part for name, part in parts.items()}
    np.savez_compressed(folder / f"{scorer}.npz", allow_pickle=False, **arrays)


def save_about(folder: Path, targets: Sequence[str], learned: Sequence[int], reader: str) -> None:
    """Write what is not weights: targets in the heads' order, marks of the texts learned from, the reader's hash."""
    np.save(folder / "learned.npy", np.array(sorted(set(learned)), np.uint32))
    about = {"format": FORMAT, "targets": list(targets), "reader": reader}
    (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_heads(scorer: str, stance_dir: Path) -> Heads | None:
    """Load the heads beside a scorer; None where it has none. ModelError where they cannot be used."""
    folder, mend = stance_dir / NAME, "train them anew with: python -m ingest.annotate.stance.targets.train"
    if scorer not in SCORERS or not folder.is_dir():
        return None
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        learned = np.load(folder / "learned.npy", allow_pickle=False)
        path = folder / f"{scorer}.npz"
        version = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        with np.load(path, allow_pickle=False) as arrays:
            heads = [_head(arrays, number) for number in range(len(about["targets"]))]
    except FileNotFoundError as error:
        raise ModelError(f"{error.filename} is missing; {mend}") from None
    except (ValueError, KeyError, EOFError, BadZipFile) as error:
        raise ModelError(f"the heads in {folder} cannot be read ({error}); {mend}") from error
    if about.get("format") != FORMAT:
        raise ModelError(f"{folder / ABOUT} has format {about.get('format')}, this code reads {FORMAT}; {mend}")
    by_target = {str(t).casefold(): head for t, head in zip(about["targets"], heads, strict=True)}
    reader = _reader(stance_dir, about["reader"], mend) if scorer == ENCODER else None
    return Heads(f"{NAME}-{FORMAT}-{version}", by_target, frozenset(learned.tolist()), reader)


def _reader(stance_dir: Path, wanted: str, mend: str) -> Reader:
    encoder, layers = stance_dir / ENCODER, stance_dir / NAME / LAYERS
    try:
        same = fingerprint(encoder, layers) == wanted
    except FileNotFoundError as error:
        raise ModelError(f"{error.filename} is missing; {mend}") from None
    if not same:
        raise ModelError(f"the heads in {layers.parent} were trained beside another encoder or other layers; {mend}")
    return Reader(encoder, layers)


def _head(arrays: Mapping[str, npt.NDArray[np.float32]], number: int) -> Head:
    stances = tuple(int(n) for n in arrays[f"{number}.stances"])
    columns = np.cumsum(arrays[f"{number}.gaps"], dtype=np.int64)
    parts = ("rarity", "grams", "middle", "waves")
    rarity, grams, middle, waved = (arrays[f"{number}.{part}"].astype(np.float32) for part in parts)
    if (
        grams.shape != (len(rarity), len(stances))
        or columns.shape != rarity.shape
        or waved.shape[1:] != grams.shape[1:]
    ):
        raise ValueError("weights and features do not belong together")
    return Head(stances, columns, rarity, grams * arrays[f"{number}.scale"], middle, waved)
