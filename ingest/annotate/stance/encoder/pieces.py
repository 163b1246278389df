"""Words cut into the subwords of a multilingual vocabulary, by the likeliest segmentation of a unigram model.

The segmentation is SentencePiece's (Kudo 2018), word by word and remembered, so that no tokenizer library is needed
to score a comment.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ingest.annotate.stance.words import HIDDEN

BEGIN, PAD, END, UNKNOWN = range(4)
SPACE = "\u2581"
"""What SentencePiece writes for the space before a word."""
MAX_CHARACTERS = 40
MAX_CACHE = 200_000
UNKNOWN_PENALTY = 10.0

_CHUNK = re.compile(r"\w+|[^\w\s]+")


class Pieces:
    """A vocabulary with log probabilities. The first four pieces are BEGIN, PAD, END and UNKNOWN."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float]) -> None:
        self.names, self.scores = list(pieces), list(scores)
        self._known = {p: (i, s) for i, (p, s) in enumerate(zip(pieces, scores, strict=True)) if i > UNKNOWN}
        self._longest = max(map(len, self._known), default=1)
        self._unknown = min(scores, default=0.0) - UNKNOWN_PENALTY
        self._cache: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self.names)

    def encode(self, text: str, *, spaced: bool = True) -> list[int]:
        """Return the pieces of `text`; `spaced` tells whether a space stood before it."""
        found: list[int] = []
        for match in _CHUNK.finditer(unicodedata.normalize("NFKC", HIDDEN.sub("", text))):
            before = match.start()
            space = spaced if before == 0 else match.string[before - 1].isspace()
            found.extend(self._chunk(SPACE * space + _calm(match[0][:MAX_CHARACTERS])))
        return found

    def _chunk(self, chunk: str) -> tuple[int, ...]:
        known = self._cache.get(chunk)
        if known is None:
            known = self._segment(chunk)
            if len(self._cache) < MAX_CACHE:
                self._cache[chunk] = known
        return known

    def _segment(self, chunk: str) -> tuple[int, ...]:
        """Viterbi: the best way to each position, then back from the end."""
        best = [0.0] + [float("-inf")] * len(chunk)
        came = [(0, UNKNOWN)] * (len(chunk) + 1)
        for end in range(1, len(chunk) + 1):
            for start in range(max(0, end - self._longest), end):
                piece, score = self._known.get(chunk[start:end], (UNKNOWN, self._unknown))
                if (piece != UNKNOWN or end - start == 1) and best[start] + score > best[end]:
                    best[end], came[end] = best[start] + score, (start, piece)
        found: list[int] = []
        at = len(chunk)
        while at:
            at, piece = came[at]
            found.append(piece)
        return tuple(reversed(found))


def _calm(word: str) -> str:
    """Return a SHOUTED word in small letters: the vocabulary hardly knows capitals."""
    return word.lower() if len(word) > 3 and word.isupper() else word
