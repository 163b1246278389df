"""The scorer: texts in, stance toward each party and a side out, in batches and without network or accelerator."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest.annotate.language import detect
from ingest.annotate.stance import side as sides
from ingest.annotate.stance.explain import evidence, token_weights
from ingest.annotate.stance.features import context_features, side_features, stance_features
from ingest.annotate.stance.masking import Masker, Reading
from ingest.annotate.stance.model import STANCES, Model, load_model, matrix
from ingest.annotate.stance.quotes import own_words
from ingest.conflict import Conflict
from ingest.records import PartyStance, SideScore, Span, StanceInput

NAME = "ngram"
LANGUAGES = frozenset({"en", "ru", "tr", "az", "hy"})
MAX_CHARACTERS = 4000
BATCH = 512
LEAN = 0.3
"""A parent or title leans toward a party where its pull is beyond this; below, it says nothing."""

Array = npt.NDArray[np.float64]


@dataclass(slots=True)
class Case:
    """One text on its way: what was read, and the known features of each belligerent's view of it."""

    reading: Reading
    views: list[tuple[list[int], list[int]]] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    has_context: bool = False


class NgramScorer:
    """Stance by a linear model over role-masked n-grams. Safe to share between threads once made."""

    def __init__(self, model: Model, conflict: Conflict) -> None:
        self.model = model
        self.conflict_id = conflict.conflict_id
        self.masker = Masker(conflict)
        self.party_ids = tuple(self.masker.party_ids[i] for i in self.masker.belligerents)
        names = repr((conflict.parties, conflict.places, conflict.actors, conflict.lexicon))
        self.model_version = f"{model.version}.{hashlib.sha256(names.encode()).hexdigest()[:6]}"
        """The artefact's hash and, after the dot, that of the conflict's names: either changes what a text is given."""

    def score(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        """Score each input; the result is as long as the input and in its order."""
        scored: list[SideScore] = []
        for start in range(0, len(inputs), BATCH):
            scored.extend(self._score_batch(inputs[start : start + BATCH]))
        return scored

    def _score_batch(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        texts = [i.text[:MAX_CHARACTERS] for i in inputs]
        own = [own_words(t) for t in texts]
        blocked = [self._blocked(t, o, language) for t, o, (language, _) in zip(texts, own, detect(own), strict=True)]
        open_ = [i for i, b in enumerate(blocked) if b is None]
        cases = self.cases([inputs[i] for i in open_], [own[i] for i in open_])
        results = iter(self._judge(cases))
        return [next(results) if b is None else b for b in blocked]

    def _blocked(self, text: str, own: str, language: str | None) -> SideScore | None:
        if not text.strip():
            return self._without_model("empty", 1.0, None)
        if not own.strip():
            return self._without_model(sides.UNCLEAR, 0.0, "only_quotation")
        if language is not None and language not in LANGUAGES:
            return self._without_model(sides.UNCLEAR, 0.0, "unsupported_language")
        return None

    def _without_model(self, side: str, confidence: float, reason: str | None) -> SideScore:
        stances = tuple(
            PartyStance(p, "NONE", 0.0, 0.0, 1.0, confidence, abstained=reason is not None) for p in self.party_ids
        )
        return SideScore(self.conflict_id, side, confidence, reason is not None, self.model_version, stances, reason)

    def cases(self, inputs: Sequence[StanceInput], own: Sequence[str]) -> list[Case]:
        """Read and featurise texts (already without quotations), with context where they name no belligerent."""
        cases = [self._case(text) for text in own]
        bare = [i for i, c in enumerate(cases) if not self.names_belligerent(c.reading)]
        for attribute, mark in (("parent_text", "parent"), ("article_title", "title")):
            contexts = {i: t for i in bare if (t := getattr(inputs[i], attribute))}
            leans = self.leans([own_words(t[:MAX_CHARACTERS]) for t in contexts.values()])
            for i, lean in zip(contexts, leans, strict=True):
                self._add_context(cases[i], mark, lean)
        return cases

    def names_belligerent(self, reading: Reading) -> bool:
        """Tell whether a belligerent is named; without one a text looks the same from every side."""
        return any(i in reading.named for i in self.masker.belligerents)

    def _case(self, text: str) -> Case:
        reading = self.masker.read(text)
        case = Case(reading)
        known = self.model.stance_index.get
        for target in self.masker.belligerents:
            names, places = stance_features(self.masker.roles(reading, target), self.model.polarity)
            ids = list(map(known, names))
            case.views.append(
                ([i for i in ids if i is not None], [p for i, p in zip(ids, places, strict=True) if i is not None])
            )
        named = sum(i in reading.named for i in self.masker.belligerents)
        kinds = self.model.side_index.get
        case.kinds = [
            i for n in side_features(reading.tokens, named, self.model.polarity) if (i := kinds(n)) is not None
        ]
        return case

    def leans(self, texts: Sequence[str]) -> Array:
        """Return which way each context leans toward each belligerent: 1, -1 or 0."""
        if not texts:
            return np.zeros((0, len(self.party_ids)))
        u = sides.pulls(self.stance_logits([self._case(t) for t in texts]))
        return np.asarray(np.where(np.abs(u) >= LEAN, np.sign(u), 0.0))

    def _add_context(self, case: Case, mark: str, lean: Array) -> None:
        case.has_context = case.has_context or bool(lean.any())
        for (ids, places), way in zip(case.views, lean, strict=True):
            for name, place in zip(*context_features(case.reading.tokens, mark, int(way)), strict=True):
                if (i := self.model.stance_index.get(name)) is not None:
                    ids.append(i)
                    places.append(place)

    def stance_logits(self, cases: Sequence[Case]) -> Array:
        """Return logits, cases x belligerents x 3."""
        rows = matrix([ids for c in cases for ids, _ in c.views], len(self.model.stance_index))
        return np.asarray(rows @ self.model.stance, dtype=np.float64).reshape(len(cases), len(self.party_ids), 3)

    def kind_logits(self, cases: Sequence[Case]) -> Array:
        """Return logits over KINDS, cases x 4."""
        return np.asarray(matrix([c.kinds for c in cases], len(self.model.side_index)) @ self.model.side, dtype=float)

    def _judge(self, cases: Sequence[Case]) -> list[SideScore]:
        if not cases:
            return []
        c = self.model.calibration
        logits = self.stance_logits(cases)
        side_logs = sides.side_log_probabilities(sides.pulls(logits), self.kind_logits(cases), c)
        stances = sides.stance_probabilities(logits, side_logs, c)
        chances = np.exp(side_logs)
        return [self._result(case, chances[i], stances[i]) for i, case in enumerate(cases)]

    def _result(self, case: Case, chances: Array, stances: Array) -> SideScore:
        c = self.model.calibration
        named = self.names_belligerent(case.reading) or case.has_context
        side, confidence, reason = sides.decide(chances, self.party_ids, named=named, c=c)
        ways = self._ways(case)
        rows = []
        for i, party_id in enumerate(self.party_ids):
            best = int(np.argmax(stances[i]))
            favor, against, none = map(float, stances[i])
            sure = float(stances[i][best])
            silent = not named or sure < c.min_stance_confidence
            spans: tuple[Span, ...] = ()
            if best < 2 and not silent:
                spans = evidence(case.reading, ways[i] if best == 0 else -ways[i])
            rows.append(PartyStance(party_id, STANCES[best], favor, against, none, sure, silent, spans))
        spans = ()
        if side in self.party_ids:
            at = self.party_ids.index(side)
            spans = evidence(case.reading, ways[at] * len(ways) - sum(ways))
        return SideScore(
            self.conflict_id, side, confidence, reason is not None, self.model_version, tuple(rows), reason, spans
        )

    def _ways(self, case: Case) -> list[Array]:
        """Return per belligerent how much each token speaks for FAVOR over AGAINST."""
        slope = self.model.stance[:, 0] - self.model.stance[:, 1]
        count = len(case.reading.tokens)
        return [token_weights(places, slope[ids], count) for ids, places in case.views]


def load_ngram(conflict: Conflict, stance_dir: Path) -> NgramScorer:
    """Load the shipped model for one conflict. Raises ModelError where its files cannot be used."""
    return NgramScorer(load_model(stance_dir / NAME), conflict)
