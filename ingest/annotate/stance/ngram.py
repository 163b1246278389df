"""The scorer: texts in, stance toward each party and a side out, in batches and without network or accelerator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest.annotate.language import detect
from ingest.annotate.stance import side as sides
from ingest.annotate.stance.explain import evidence, token_weights
from ingest.annotate.stance.features import context_features, lore_features, side_features, stance_features
from ingest.annotate.stance.masking import PLACE, Masker, Reading
from ingest.annotate.stance.model import CUES, KNOWN, PULL, REGIMES, STANCES, Model, Row, load_model, matrix
from ingest.annotate.stance.quotes import own_words
from ingest.annotate.stance.words import blank
from ingest.conflict import Conflict
from ingest.records import PartyStance, SideScore, Span, StanceInput

NAME = "ngram"
LANGUAGES = frozenset({"en", "ru", "tr", "az", "hy"})
LATIN_ENDS = "\u0250"
FOREIGN_WORDS, FOREIGN_KNOWN = 3, 0.2
"""A text in Latin letters whose language could not be told is foreign, not served, where it has so many plain words or
more, and so small a share of them or less is known. It refuses 0.03 % of the corpus, 0.01 % of posts and none of the
demo's comments; at a third it would refuse one in seven comments in romanised Russian."""
MAX_CHARACTERS = 4000
BATCH = 512
LORE_IN_CONTEXT = 0.5
CONTEXTS = (("parent_text", "parent"),)
"""What of a comment's surroundings is looked at. The article's title is not: it stands over every comment of a page,
and on the embedded corpus it took a quarter of the calls (389 to 290 of 1,871) and made none surer (84 % right)."""

Array = npt.NDArray[np.float64]


@dataclass(slots=True)
class Answer:
    """What a text says to its parent or title, which leans by `lean` toward each belligerent (-1 to 1)."""

    lean: Array
    ids: list[int]
    values: list[float]
    places: list[int]


@dataclass(slots=True)
class Case:
    """One text on its way: what was read, and the known features of each belligerent's view of it.

    `told` is whether its language could be told; where nobody looked, it counts as told.
    """

    reading: Reading
    told: bool = True
    views: list[tuple[list[int], list[int], int]] = field(default_factory=list)
    kinds: Row = ((), 0)
    lore: tuple[list[int], list[int], int] = field(default_factory=lambda: ([], [], 0))
    answers: list[Answer] = field(default_factory=list)


class NgramScorer:
    """Stance by a linear model over role-masked n-grams. Safe to share between threads once made."""

    def __init__(self, model: Model, conflict: Conflict) -> None:
        self.model = model
        self.conflict_id = conflict.conflict_id
        self.masker = Masker(conflict)
        self.party_ids = tuple(self.masker.party_ids[i] for i in self.masker.belligerents)
        self._lore_signs = self._signs()
        names = (conflict.parties, conflict.places, conflict.actors, conflict.lexicon, self.masker.derived)
        self.model_version = sides.version_of(model.version, names)

    def _signs(self) -> Array | None:
        """Return which way the conflict's lore points for each belligerent; None where the model knows none."""
        parties = self.model.lore_parties.get(self.conflict_id)
        if parties is None or not set(parties) <= set(self.party_ids):
            return None
        return np.array([1.0 if p == parties[0] else -1.0 if p == parties[1] else 0.0 for p in self.party_ids])

    def score(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        """Score each input; the result is as long as the input and in its order."""
        scored: list[SideScore] = []
        for start in range(0, len(inputs), BATCH):
            scored.extend(self._score_batch(inputs[start : start + BATCH]))
        return scored

    def _score_batch(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        blocked, own, told = self.gate(inputs, self.model_version)
        open_ = [i for i, b in enumerate(blocked) if b is None]
        cases = self.cases([inputs[i] for i in open_], [own[i] for i in open_], [told[i] for i in open_])
        results = iter(self._judge(cases))
        return [next(results) if b is None else b for b in blocked]

    def gate(self, inputs: Sequence[StanceInput], version: str) -> tuple[list[SideScore | None], list[str], list[bool]]:
        """Return the score of each text that needs no model (None: it does), and what `cases` is to be given.

        That is each text without its quotations, and whether its language could be told.
        """
        texts = [i.text[:MAX_CHARACTERS] for i in inputs]
        own = [own_words(t) for t in texts]
        languages = [language for language, _ in detect(own)]
        blocked = [self._blocked(*row, version) for row in zip(texts, own, languages, strict=True)]
        return blocked, own, [language is not None for language in languages]

    def _blocked(self, text: str, own: str, language: str | None, version: str) -> SideScore | None:
        if blank(text):
            return self._without_model("empty", 1.0, None, version)
        if blank(own):
            return self._without_model(sides.UNCLEAR, 0.0, "only_quotation", version)
        if self._foreign(own) if language is None else language not in LANGUAGES:
            return self._without_model(sides.UNCLEAR, 0.0, "unsupported_language", version)
        return None

    def _foreign(self, own: str) -> bool:
        """Tell of a text whose language could not be told whether its words say that it is none of those served."""
        plain = [t for t in self.masker.read(own).tokens if t[0].isalpha() and t != PLACE]
        if len(plain) < FOREIGN_WORDS or any(t[0] >= LATIN_ENDS for t in plain):
            return False
        return sum(t in self.model.side_index for t in plain) <= FOREIGN_KNOWN * len(plain)

    def _without_model(self, side: str, confidence: float, reason: str | None, version: str) -> SideScore:
        stances = tuple(
            PartyStance(p, "NONE", 0.0, 0.0, 1.0, confidence, abstained=reason is not None) for p in self.party_ids
        )
        return SideScore(self.conflict_id, side, confidence, reason is not None, version, stances, reason)

    def cases(self, inputs: Sequence[StanceInput], own: Sequence[str], told: Sequence[bool] = ()) -> list[Case]:
        """Read and featurise texts (already without quotations), with what they answer; `told` as `gate` gives it."""
        cases = [self.case(text) for text in own]
        for case, one in zip(cases, told, strict=False):
            case.told = one
        for attribute, mark in CONTEXTS:
            contexts = {i: t for i, given in enumerate(inputs) if (t := getattr(given, attribute))}
            distinct = list(dict.fromkeys(contexts.values()))
            leans = dict(zip(distinct, self.leans(distinct), strict=True))
            for i, text in contexts.items():
                self._add_answer(cases[i], mark, leans[text])
        return cases

    def case(self, text: str) -> Case:
        """Read and featurise one text, without its context."""
        reading, model = self.masker.read(text), self.model
        case = Case(reading)
        for target in self.masker.belligerents:
            names, places = stance_features(self.masker.roles(reading, target), model.polarity)
            case.views.append(_known(names, places, model.stance_index))
        case.kinds = _row(side_features(reading.tokens, self.count_named(reading), model.polarity), model.side_index)
        if self._lore_signs is not None and not self.count_called(reading):
            found = lore_features(self.conflict_id, self.masker, reading, model.polarity)
            case.lore = _known(*found, model.lore_index)
        return case

    def count_named(self, reading: Reading) -> int:
        """Return how many belligerents a text names in any way."""
        return sum(i in reading.named for i in self.masker.belligerents)

    def count_called(self, reading: Reading) -> int:
        """Return how many belligerents a text names otherwise than by a town of theirs."""
        return sum(i in reading.called for i in self.masker.belligerents)

    def regime(self, case: Case) -> int:
        """Return the number in REGIMES of what a text gives to go by."""
        if called := self.count_called(case.reading):
            return REGIMES.index("both" if called > 1 else "one")
        if self.count_named(case.reading):
            return REGIMES.index("towns")
        return REGIMES.index("answer" if case.answers else "nobody")

    def leans(self, texts: Sequence[str]) -> Array:
        """Return how far each context leans toward each belligerent, -1 to 1 (texts x belligerents)."""
        if not texts:
            return np.zeros((0, len(self.party_ids)))
        cases = [self.case(own_words(t[:MAX_CHARACTERS])) for t in texts]
        roles, lore, _ = self.cues(cases, self.stance_logits(cases))
        return np.asarray(np.tanh(2 * roles + LORE_IN_CONTEXT * lore))

    def _add_answer(self, case: Case, mark: str, lean: Array) -> None:
        if not lean.any():
            return
        found = context_features(case.reading.tokens, mark, self.count_named(case.reading), self.model.polarity)
        index = self.model.context_index
        known = [(i, v, p) for n, v, p in zip(*found, strict=True) if (i := index.get(n)) is not None]
        case.answers.append(Answer(lean, [i for i, _, _ in known], [v for _, v, _ in known], [p for _, _, p in known]))

    def stance_logits(self, cases: Sequence[Case]) -> Array:
        """Return logits and, last, the pull: cases x belligerents x (STANCES + 1)."""
        rows = matrix([(ids, total) for c in cases for ids, _, total in c.views], len(self.model.stance_index))
        weighed = np.asarray(rows @ self.model.stance, dtype=np.float64)
        return weighed.reshape(len(cases), len(self.party_ids), PULL + 1)

    def kind_logits(self, cases: Sequence[Case]) -> Array:
        """Return logits over KINDS, cases x 4."""
        return np.asarray(matrix([c.kinds for c in cases], len(self.model.side_index)) @ self.model.side, dtype=float)

    def cues(self, cases: Sequence[Case], stance_logits: Array) -> Array:
        """Return what each of CUES says for each belligerent: CUES x cases x belligerents."""
        cues = np.zeros((len(CUES), len(cases), len(self.party_ids)))
        cues[0] = sides.pulls(stance_logits[:, :, PULL])
        if self._lore_signs is not None:
            rows = matrix([(ids, total) for ids, _, total in (c.lore for c in cases)], len(self.model.lore), bias=False)
            cues[1] = np.asarray(rows @ self.model.lore)[:, None] * self._lore_signs
        for i, case in enumerate(cases):
            for answer in case.answers:
                cues[2, i] += answer.lean * float(np.dot(self.model.context[answer.ids], answer.values))
        return cues

    def regimes(self, cases: Sequence[Case]) -> npt.NDArray[np.int64]:
        """Return the regime of each case."""
        return np.array([self.regime(c) for c in cases], dtype=np.int64)

    def _judge(self, cases: Sequence[Case]) -> list[SideScore]:
        if not cases:
            return []
        c = self.model.calibration
        logits, regimes = self.stance_logits(cases), self.regimes(cases)
        side_logs = sides.side_log_probabilities(self.cues(cases, logits), regimes, self.kind_logits(cases), c)
        stances = sides.stance_probabilities(logits[:, :, :PULL], side_logs, c)
        chances = np.exp(side_logs)
        return [self._result(case, int(regimes[i]), chances[i], stances[i]) for i, case in enumerate(cases)]

    def _result(self, case: Case, regime: int, chances: Array, stances: Array) -> SideScore:
        c = self.model.calibration
        named = REGIMES[regime] != "nobody"
        worded = says_enough(case, regime)
        side, confidence, reason = sides.decide(chances, self.party_ids, named=named, words=worded, c=c)
        partisan = side in self.party_ids
        silent = sides.silent(
            stances, named=named, sided=partisan, words=worded, abstained=reason is not None,
            least=c.min_stance_confidence,
        )  # fmt: skip
        ways = self.ways(case, regime) if partisan or (~silent & (stances.argmax(axis=1) < PULL - 1)).any() else []
        rows = []
        for i, party_id in enumerate(self.party_ids):
            best = int(np.argmax(stances[i]))
            favor, against, none = map(float, stances[i])
            sure = float(stances[i][best])
            spans: tuple[Span, ...] = ()
            if best < 2 and not silent[i]:
                spans = evidence(case.reading, ways[i] if best == 0 else -ways[i])
            rows.append(PartyStance(party_id, STANCES[best], favor, against, none, sure, bool(silent[i]), spans))
        spans = ()
        if partisan:
            at = self.party_ids.index(side)
            spans = evidence(case.reading, ways[at] * len(ways) - sum(ways))
        return SideScore(
            self.conflict_id, side, confidence, reason is not None, self.model_version, tuple(rows), reason, spans,
            sides.leaning(chances, self.party_ids) if reason and worded else None,
        )  # fmt: skip

    def ways(self, case: Case, regime: int) -> list[Array]:
        """Return per belligerent how much each token speaks for it, by every cue that counts."""
        model, count = self.model, len(case.reading.tokens)
        roles, lore, context = np.asarray(model.calibration.cue_weights[regime]) * np.asarray(KNOWN[regime])
        ways = []
        for i, (ids, places, total) in enumerate(case.views):
            way = roles * token_weights(places, model.stance[ids, PULL], count) / max(total, 1) ** 0.5
            if self._lore_signs is not None and case.lore[0]:
                said, stands, length = case.lore
                own = token_weights(stands, model.lore[said], count) / max(length, 1) ** 0.5
                way = way + lore * self._lore_signs[i] * own
            for answer in case.answers:
                own = token_weights(answer.places, model.context[answer.ids] * np.asarray(answer.values), count)
                way = way + context * answer.lean[i] * own
            ways.append(way)
        return ways


LONGER, LONGER_WORDS = 4, 2
"""Letters of a longer word, and how many of these a text needs that calls nobody and answers nothing."""


def has_words(reading: Reading) -> bool:
    """Tell whether a text is more than names, places and signs: a cheer or a slur counts, a bare name does not."""
    return any(
        (token[-1] in "+-") if token[0] == "§" else (token != PLACE and token[0].isalpha()) for token in reading.tokens
    )


def says_enough(case: Case, regime: int) -> bool:
    """Tell whether a text says enough for a side to be told; `regime` is its number in REGIMES.

    One that calls nobody and answers nothing must have two longer words, in a language that could be told: else it
    would be the language that decides, or what looks like one.
    """
    reading = case.reading
    if REGIMES[regime] != "nobody":
        return has_words(reading)
    return case.told and sum(len(t) >= LONGER and t[0].isalpha() and t != PLACE for t in reading.tokens) >= LONGER_WORDS


def _known(names: Sequence[str], places: Sequence[int], index: dict[str, int]) -> tuple[list[int], list[int], int]:
    """Return the known features' numbers, where each stands, and how many features there were."""
    ids = list(map(index.get, names))
    known = [i for i in ids if i is not None]
    return known, [p for i, p in zip(ids, places, strict=True) if i is not None], len(ids)


def _row(names: Sequence[str], index: dict[str, int]) -> Row:
    return [i for i in map(index.get, names) if i is not None], len(names)


def load_ngram(conflict: Conflict, stance_dir: Path) -> NgramScorer:
    """Load the shipped model for one conflict. Raises ModelError where its files cannot be used."""
    return NgramScorer(load_model(stance_dir / NAME), conflict)
