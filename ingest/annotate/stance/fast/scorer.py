"""The fast scorer: the Scorer interface over batches in arrays, for archives too large for the others.

It looks at the text alone (no parent, no title) and shows no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from ingest.annotate.language import MIN_AZERBAIJANI_SHARE, MIN_LETTERS, detect
from ingest.annotate.stance import side as sides
from ingest.annotate.stance.fast.batch import Batch, read_batch
from ingest.annotate.stance.fast.features import (
    HEADS,
    Frame,
    class_features,
    frame,
    joint_features,
    lore_pairs,
    lore_words,
    word_features,
)
from ingest.annotate.stance.fast.model import COLUMNS, KINDS, LEAD, NAME, OTHER, PULL, FastModel, load_fast
from ingest.annotate.stance.fast.table import Hashes, Ints, sum_rows, text_hash
from ingest.annotate.stance.fast.vocabulary import (
    ARMENIAN,
    CYRILLIC,
    LATIN,
    RUSSIAN,
    TURKIC,
    UKRAINIAN,
    Grown,
    Vocabulary,
)
from ingest.annotate.stance.fast.vocabulary import OTHER as OTHER_SCRIPT
from ingest.annotate.stance.masking import Masker
from ingest.annotate.stance.model import CUES, REGIMES, STANCES
from ingest.annotate.stance.ngram import LANGUAGES, MAX_CHARACTERS
from ingest.annotate.stance.quotes import own_words
from ingest.annotate.stance.words import blank
from ingest.conflict import Conflict
from ingest.records import PartyStance, SideScore, StanceInput

BATCH = 4096
MAX_ENTRIES = 400_000
"""So many distinct tokens are remembered (about 300 bytes each); then all are forgotten and met anew."""
MIN_KNOWN = 0.6
"""Where so many of a text's telling words were in the training, its language is not asked for."""
_MAY_QUOTE = re.compile(r"[\"“«„>»\[]|&gt;")

Array = npt.NDArray[np.float64]


class FastScorer:
    """Stance by hashed n-grams in batches. Safe to share between threads; they take turns."""

    def __init__(self, model: FastModel, conflict: Conflict) -> None:
        self.model = model
        self.conflict_id = conflict.conflict_id
        self.masker = Masker(conflict)
        self.party_ids = tuple(self.masker.party_ids[i] for i in self.masker.belligerents)
        self.vocabulary = Vocabulary(self.masker, model.polarity)
        self._lock = Lock()
        self._bias = np.asarray(model.bias, np.float32)
        self._salt = conflict_salt(conflict.conflict_id)
        self._lore_sign = self._sign()
        self._forget()
        names = (conflict.parties, conflict.places, conflict.actors, conflict.lexicon, self.masker.derived)
        self.model_version = sides.version_of(model.version, names)

    def _sign(self) -> Array | None:
        """Return which way the conflict's lore points for each belligerent; None where the model knows none."""
        parties = self.model.lore_parties.get(self.conflict_id)
        if parties is None or not set(parties) <= set(self.party_ids):
            return None
        return np.array([1.0 if p == parties[0] else -1.0 if p == parties[1] else 0.0 for p in self.party_ids])

    def _forget(self) -> None:
        self.vocabulary.clear()
        self._sums = Grown(np.float32, HEADS * COLUMNS)
        self._sizes, self._known = Grown(np.int64), Grown(np.bool_)
        self._lore_sums = Grown(np.float32, 1)

    def score(self, inputs: Sequence[StanceInput]) -> list[SideScore]:
        """Score each input; the result is as long as the input and in its order."""
        scored: list[SideScore] = []
        for start in range(0, len(inputs), BATCH):
            with self._lock:
                if len(self.vocabulary.entries) > MAX_ENTRIES:
                    self._forget()
                scored += self._score_batch([i.text[:MAX_CHARACTERS] for i in inputs[start : start + BATCH]])
        return scored

    def _score_batch(self, texts: list[str]) -> list[SideScore]:
        own = [own_words(t) if _MAY_QUOTE.search(t) else t for t in texts]
        batch = read_batch(own, self.vocabulary)
        self._learn_rows()
        stances, kinds, cues = self.weigh(batch)
        regimes = regimes_of(batch)
        c = self.model.calibration
        side_logs = sides.side_log_probabilities(cues, regimes, kinds, c)
        chances = np.exp(side_logs)
        stance_chances = sides.stance_probabilities(stances, side_logs, c)
        calls = decide(chances, named=regimes > 0, words=batch.worded, min_share=c.min_share)
        silent = sides.silent(
            stance_chances, named=regimes > 0, sided=calls[0] < len(self.party_ids), words=batch.worded,
            abstained=calls[2] > 0, least=c.min_stance_confidence,
        )  # fmt: skip
        leaning = np.where((calls[2] > 0) & batch.worded, chances[:, : len(self.party_ids)].argmax(axis=1), -1)
        scores = self._results(*calls, stance_chances, silent, leaning)
        for i, reason in self._foreign(batch, own, (regimes == 0) & (calls[0] < len(self.party_ids))):
            scores[i] = self._blocked(sides.UNCLEAR, 0.0, reason)
        for i, text in enumerate(own):
            if blank(text):
                scores[i] = (
                    self._blocked("empty", 1.0, None)
                    if blank(texts[i])
                    else self._blocked(sides.UNCLEAR, 0.0, "only_quotation")
                )
        return scores

    def _learn_rows(self) -> None:
        """Sum, for rows met for the first time, the weights of what hangs on the word alone, under every head."""
        new = np.arange(self._sizes.count, len(self.vocabulary.rows))
        if not len(new):
            return
        heads = np.tile(np.arange(HEADS), len(new))
        hashes, counts = word_features(np.repeat(new, HEADS), heads, self.vocabulary)
        self._sums.extend(self.model.roles.sums(hashes, counts).reshape(len(new), -1))
        self._sizes.extend(counts[::HEADS])
        whole = self.model.roles.numbers(hashes[(np.cumsum(counts) - counts)[::HEADS]])
        named = self.vocabulary.party.values[new] != -1
        self._known.extend(((whole < len(self.model.roles.keys)) | named) & self.vocabulary.telling.values[new])
        self._lore_sums.extend(self.model.lore.sums(*lore_words(new, self._salt, self.vocabulary)))

    def weigh(self, batch: Batch) -> tuple[Array, Array, Array]:
        """Return stance logits (texts x belligerents x 3), kind logits (texts x 4) and the cues."""
        seen = frame(batch, batch.first, batch.second, self.vocabulary)
        sums, sizes = self._word_sums(seen, batch.count)
        for hashes, text in (*joint_features(seen, self.vocabulary), *class_features(seen, self.vocabulary)):
            counts = np.bincount(text, minlength=batch.count)
            sums += self.model.roles.sums(hashes, counts)
            sizes += counts
        sums /= np.sqrt(np.maximum(sizes, 1))[:, None]
        sums += self._bias
        texts, parties = np.arange(batch.count), len(self.party_ids)
        # Of a third belligerent nothing is known: neither for nor against it.
        stances = np.zeros((batch.count, parties, len(STANCES)))
        stances[:, :, STANCES.index("NONE")] = 4.0
        cues = np.zeros((len(CUES), batch.count, parties))
        place = {number: k for k, number in enumerate(self.masker.belligerents)}
        at = np.array([place.get(n, parties) for n in range(-1, len(self.masker.party_ids))])
        for who, columns, sign in ((batch.first, LEAD, 0.5), (batch.second, OTHER, -0.5)):
            known = texts[who >= 0]
            stances[known, at[who[known] + 1]] = sums[known, columns]
            cues[0, known, at[who[known] + 1]] = sign * sums[known, PULL]
        if self._lore_sign is not None:
            cues[1] = self._lore_cue(batch)[:, None] * self._lore_sign
        return stances, np.asarray(sums[:, KINDS], np.float64), cues

    def _word_sums(self, seen: Frame, count: int) -> tuple[npt.NDArray[np.float32], Ints]:
        counts = np.bincount(seen.text, minlength=count)
        rows = self._sums.values.reshape(-1, COLUMNS)
        sums = sum_rows(rows, seen.rows * HEADS + seen.head, counts)
        sizes = np.bincount(seen.text, self._sizes.values[seen.rows], count).astype(np.int64)
        return sums, sizes

    def _lore_cue(self, batch: Batch) -> Array:
        """Return what texts that call nobody bring up for the first party of the conflict's lore."""
        quiet = batch.called[batch.text] == 0
        rows, text, sentence = batch.rows[quiet], batch.text[quiet], batch.sentence[quiet]
        counts = np.bincount(text, minlength=batch.count)
        sums = sum_rows(self._lore_sums.values, rows, counts)
        sums += self.model.lore.sums(
            *_counted(lore_pairs(rows, text, sentence, self._salt, self.vocabulary), batch.count)
        )
        sizes = 2 * counts + np.bincount(text, self.vocabulary.gram_counts.values[rows], batch.count)
        return np.asarray(sums[:, 0] / np.sqrt(np.maximum(sizes, 1)), np.float64)

    def _foreign(self, batch: Batch, own: Sequence[str], quiet: npt.NDArray[np.bool_]) -> list[tuple[int, str]]:
        """Return the texts in a language not served, and of the `quiet` those whose language cannot be told, and why.

        Only those few are asked about whose words say nothing of it, and the quiet ones: they name nobody and would
        still be called.
        """
        table = self.vocabulary.letters.values[batch.entry]
        letters = np.stack([np.bincount(batch.entry_text, column, batch.count) for column in table.T])
        armenian, cyrillic, latin, other = letters[[ARMENIAN, CYRILLIC, LATIN, OTHER_SCRIPT]]
        most, total = letters[:4].max(axis=0), letters[:4].sum(axis=0)
        served = (total < 2) | (armenian == most) | ((total < MIN_LETTERS) & (other < most))
        served |= (latin == most) & (letters[TURKIC] >= MIN_AZERBAIJANI_SHARE * total)
        served |= (cyrillic == most) & (letters[RUSSIAN] > letters[UKRAINIAN])
        words = np.bincount(batch.text, self.vocabulary.telling.values[batch.rows], batch.count)
        known = np.bincount(batch.text, self._known.values[batch.rows], batch.count)
        served |= (
            (other < most) & (letters[RUSSIAN] >= letters[UKRAINIAN]) & (known >= MIN_KNOWN * np.maximum(words, 1))
        )
        asked = np.flatnonzero(~served | quiet).tolist()
        found = {i: language for i, (language, _) in zip(asked, detect([own[i] for i in asked]), strict=True)}
        foreign = [(i, "unsupported_language") for i, language in found.items() if language not in (None, *LANGUAGES)]
        return foreign + [(i, "no_party_named") for i, language in found.items() if language is None and quiet[i]]

    def _blocked(self, side: str, confidence: float, reason: str | None) -> SideScore:
        abstained = reason is not None
        stances = tuple(PartyStance(p, "NONE", 0.0, 0.0, 1.0, confidence, abstained) for p in self.party_ids)
        return SideScore(self.conflict_id, side, confidence, abstained, self.model_version, stances, reason)

    def _results(
        self, side: Ints, confidence: Array, reason: Ints, stances: Array, silent: npt.NDArray[np.bool_], leaning: Ints
    ) -> list[SideScore]:
        best = stances.argmax(axis=2)
        sure = stances.max(axis=2)
        parties = []
        for k, party_id in enumerate(self.party_ids):
            columns = zip(
                [STANCES[b] for b in best[:, k].tolist()], *stances[:, k].T.tolist(), sure[:, k].tolist(),
                silent[:, k].tolist(), strict=True,
            )  # fmt: skip
            parties.append([PartyStance(party_id, *row) for row in columns])
        names, reasons = (*self.party_ids, *sides.OTHER_SIDES), REASONS
        leanings = (*self.party_ids, None)
        conflict, version = self.conflict_id, self.model_version
        return [
            SideScore(conflict, names[s], sure_, r > 0, version, both, reasons[r], (), leanings[lean])
            for s, sure_, r, lean, both in zip(
                side.tolist(),
                confidence.tolist(),
                reason.tolist(),
                leaning.tolist(),
                zip(*parties, strict=True),
                strict=True,
            )
        ]


REASONS = (None, "tie", "no_party_named", "low_confidence")


def decide(
    chances: Array, *, named: npt.NDArray[np.bool_], words: npt.NDArray[np.bool_], min_share: float
) -> tuple[Ints, Array, Ints]:
    """Do for a batch what `side.decide` does for one text: (number of the side, confidence, number in REASONS)."""
    parties = chances.shape[1] - len(sides.OTHER_SIDES)
    partisan, other = chances[:, :parties], chances[:, parties:]
    taken = partisan.sum(axis=1)
    ordered = np.sort(partisan, axis=1)
    share = ordered[:, -1] / taken
    tie = share - ordered[:, -2] / taken < sides.MIN_MARGIN
    unsure = (share < min_share) | ~words
    partisan_won = taken > other.max(axis=1)
    reason = np.where(~partisan_won, 0, np.where(tie | unsure, np.where(named, np.where(tie, 1, 3), 2), 0))
    reason[named & ~words] = REASONS.index("low_confidence")
    unclear = parties + sides.OTHER_SIDES.index(sides.UNCLEAR)
    side = np.where(partisan_won, partisan.argmax(axis=1), parties + other.argmax(axis=1))
    side[reason > 0] = unclear
    return side, chances[np.arange(len(side)), side], reason


def regimes_of(batch: Batch) -> Ints:
    """Return the number in REGIMES of each text; what it answers is not looked at."""
    towns, one, both = (REGIMES.index(name) for name in ("towns", "one", "both"))
    return np.where(batch.called > 1, both, np.where(batch.called == 1, one, np.where(batch.named > 0, towns, 0)))


def conflict_salt(conflict_id: str) -> Hashes:
    """Return what keeps the words of one conflict's story apart from another's."""
    return text_hash([conflict_id])[:1]


def _counted(group: tuple[Hashes, Ints], count: int) -> tuple[Hashes, Ints]:
    return group[0], np.bincount(group[1], minlength=count)


def load_fast_scorer(conflict: Conflict, stance_dir: Path) -> FastScorer:
    """Load the shipped model for one conflict. Raises ModelError where its files cannot be used."""
    return FastScorer(load_fast(stance_dir / NAME), conflict)
