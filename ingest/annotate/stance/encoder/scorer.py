"""The encoder as a scorer: reads what a comment means, where the n-grams only count its words.

The n-gram model is asked too, and gives the texts their reading, their regime and the languages that are not served.
Of a comment that names no party it alone is asked: there the encoder made it worse (the model card has the figures).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.annotate.stance import side as sides
from ingest.annotate.stance.encoder.blend import KINDS, Blend, Opinions, side_logs
from ingest.annotate.stance.encoder.inputs import Said, View, Writer
from ingest.annotate.stance.encoder.network import NAME, SIDES, Network, Passed
from ingest.annotate.stance.explain import evidence
from ingest.annotate.stance.model import PULL, REGIMES, STANCES, Calibration, load_model, log_softmax
from ingest.annotate.stance.ngram import MAX_CHARACTERS, Case, NgramScorer, says_enough
from ingest.annotate.stance.ngram import NAME as NGRAM
from ingest.annotate.stance.quotes import own_words
from ingest.conflict import Conflict
from ingest.records import PartyStance, SideScore, Span, StanceInput

BATCH = 1024
"""Texts judged together: enough for passes of one length to meet."""

Array = npt.NDArray[np.float64]


class EncoderScorer:
    """Stance by a compact multilingual encoder over roles. Safe to share between threads once made."""

    def __init__(self, network: Network, fast: NgramScorer, conflict: Conflict, blend: Blend | None = None) -> None:
        self.network = network
        self.fast = fast
        self.blend = blend or _stored(network)
        self.party_ids = fast.party_ids
        self.writer = Writer(conflict, fast.masker, network.pieces)
        both = hashlib.sha256(f"{network.version} {fast.model.version}".encode()).hexdigest()[:8]
        self.model_version = f"{NAME}-{both}.{fast.model_version.rpartition('.')[2]}"
        """The hash of both artefacts and, after the dot, that of the rules and the conflict's names."""

    def score(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        """Score each input; the result is as long as the input and in its order."""
        scored: list[SideScore] = []
        for start in range(0, len(inputs), BATCH):
            scored.extend(self._score_batch(inputs[start : start + BATCH]))
        return scored

    def _score_batch(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        blocked, own, told = self.fast.gate(inputs, self.model_version)
        open_ = [i for i, b in enumerate(blocked) if b is None]
        given, texts = [inputs[i] for i in open_], [own[i] for i in open_]
        cases = self.fast.cases(given, texts, [told[i] for i in open_])
        results = iter(self._judge(cases, *self._passes(given, texts, cases)))
        return [next(results) if b is None else b for b in blocked]

    def opinions(self, inputs: Sequence[StanceInput]) -> Opinions:
        """Return what both models say, before blending; for training."""
        texts = [own_words(i.text[:MAX_CHARACTERS]) for i in inputs]
        cases = self.fast.cases(inputs, texts)
        return self._opinions(cases, *self._passes(inputs, texts, cases))

    def _passes(
        self, inputs: Sequence[StanceInput], texts: Sequence[str], cases: Sequence[Case]
    ) -> tuple[list[list[View]], dict[View, Passed]]:
        """Return for each text the pass of each belligerent, and what each distinct pass says.

        A text that names no party has none, and of it the encoder has no opinion.
        """
        views: list[list[View]] = []
        for given, text, case in zip(inputs, texts, cases, strict=True):
            answered = given.parent_text if self.writer.reads(case.reading) else None
            heard = own_words(answered[:MAX_CHARACTERS]) if answered else ""
            parent = Said(heard, self.fast.masker.read(heard)) if heard.strip() else None
            views.append(self.writer.views(Said(text, case.reading), parent))
        distinct = list(dict.fromkeys(v for row in views for v in row))
        return views, dict(zip(distinct, self.network.run(distinct), strict=True))

    def _opinions(self, cases: Sequence[Case], views: Sequence[list[View]], passed: dict[View, Passed]) -> Opinions:
        logits = self.fast.stance_logits(cases)
        regimes = self.fast.regimes(cases)
        ngram = sides.side_log_probabilities(
            self.fast.cues(cases, logits), regimes, self.fast.kind_logits(cases), self.fast.model.calibration
        )
        parties = len(self.party_ids)
        encoder, stances = np.zeros((len(cases), parties + KINDS)), logits[:, :, :PULL].copy()
        for row, own in enumerate(views):
            if not own:
                continue
            told = np.stack(
                [_toward(passed[v].logits, leads=v.leads(n)) for v, n in zip(own, self._numbers, strict=True)]
            )
            encoder[row] = (*told[:, 0], *told[:, 1 : 1 + KINDS].mean(axis=0))
            stances[row] = told[:, 1 + KINDS :]
        worded = np.array([says_enough(c, r) for c, r in zip(cases, regimes, strict=True)], dtype=bool)
        return Opinions(encoder, ngram, stances, regimes, worded)

    @property
    def _numbers(self) -> tuple[int, ...]:
        return self.fast.masker.belligerents

    def _judge(self, cases: Sequence[Case], views: Sequence[list[View]], passed: dict[View, Passed]) -> list[SideScore]:
        if not cases:
            return []
        opinions = self._opinions(cases, views, passed)
        logs = side_logs(opinions, self.blend)
        stances = sides.stance_probabilities(opinions.stances, logs, self.blend.rest)
        alone = [i for i, row in enumerate(views) if any(v.introduced for v in row)]
        # Of such a text no side is told, so there is none to correct a party's own stance with.
        stances[alone] = np.exp(log_softmax(opinions.stances[alone]))
        chances = np.exp(logs)
        return [
            self._result(case, int(opinions.regimes[i]), chances[i], stances[i], views[i], passed)
            for i, case in enumerate(cases)
        ]

    def _result(
        self, case: Case, regime: int, chances: Array, stances: Array, views: Sequence[View], passed: dict[View, Passed]
    ) -> SideScore:
        c = self.blend.rest
        named, worded = REGIMES[regime] != "nobody", says_enough(case, regime)
        side, confidence, reason = sides.decide(chances, self.party_ids, named=named, words=worded, c=c)
        partisan = side in self.party_ids
        silent = sides.silent(
            stances, named=named, sided=partisan, words=worded, abstained=reason is not None,
            least=c.min_stance_confidence,
        )  # fmt: skip
        shown = partisan or (~silent & (stances.argmax(axis=1) < PULL - 1)).any()
        ways = self._ways(case, regime, views, passed) if shown else []
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
            spans = evidence(case.reading, ways[at] * len(ways) - np.sum(ways, axis=0))
        return SideScore(
            self.fast.conflict_id, side, confidence, reason is not None, self.model_version, tuple(rows), reason, spans,
            sides.leaning(chances, self.party_ids) if reason and worded else None,
        )  # fmt: skip

    def _ways(
        self, case: Case, regime: int, views: Sequence[View], passed: dict[View, Passed]
    ) -> list[npt.NDArray[np.float64]]:
        """Return per belligerent how much each token of the reading speaks for it, by both models as they are pooled.

        The encoder gathers what it has read at the names, which are not shown: of words the n-grams tell more.
        """
        count = len(case.reading.tokens)
        by_encoder, by_ngram = self.blend.encoder[regime], self.blend.ngram[regime]
        of_ngram = self.fast.ways(case, regime)
        if not views:
            return [by_ngram * counted for counted in of_ngram]
        ways = []
        for view, number, counted in zip(views, self._numbers, of_ngram, strict=True):
            shares = passed[view].shares
            speaks = shares[:, 0] - shares[:, 1] if view.leads(number) else shares[:, 1] - shares[:, 0]
            at = np.asarray(view.tokens)
            read = np.bincount(at[at >= 0], weights=speaks[at >= 0], minlength=count)[:count]
            # Half: as seen from the rival the same margin is counted once more.
            ways.append(by_encoder * read / 2 + by_ngram * counted)
        return ways


def _toward(logits: npt.NDArray[np.float32], *, leads: bool) -> Array:
    """Return what a pass says toward A or B: the logit of its side, those of the other kinds, its stance logits."""
    first = SIDES if leads else SIDES + PULL
    return np.concatenate((logits[[0 if leads else 1]], logits[2:SIDES], logits[first : first + PULL])).astype(float)


def _stored(network: Network) -> Blend:
    values: dict[str, Any] = {k: tuple(v) for k, v in network.about["blend"].items() if k != "rest"}
    rest: dict[str, Any] = network.about["blend"]["rest"]
    rest["stance_bias"] = tuple(rest["stance_bias"])
    return Blend(**values, rest=Calibration(**rest))


def load_encoder(conflict: Conflict, stance_dir: Path) -> EncoderScorer:
    """Load the shipped encoder for one conflict. Raises ModelError where its files cannot be used."""
    fast = NgramScorer(load_model(stance_dir / NGRAM), conflict)
    return EncoderScorer(Network(stance_dir / NAME), fast, conflict)
