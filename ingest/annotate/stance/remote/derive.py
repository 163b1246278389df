"""From a judge's chances per party to the project's score: the same derivation for every judge that is not embedded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.annotate.stance.model import STANCES
from ingest.conflict import Conflict
from ingest.records import PartyStance, SideScore, Span, StanceInput

UNCLEAR = "unclear"
MIN_MARGIN = 0.15
"""Parties nearer than this in favour over rejection are a tie, and nobody's side is called."""

Chances = tuple[float, float, float]
"""P(FAVOR), P(AGAINST), P(NONE), summing to 1."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge said of one text: chances per party, a side where no party's is taken, and why nothing is called."""

    chances: Mapping[str, Chances]
    otherwise: str = UNCLEAR
    abstain_reason: str | None = None
    evidence: tuple[Span, ...] = ()


def no_answer(conflict: Conflict, reason: str) -> Judgement:
    """Return the judgement of a text that the judge gave no usable answer on."""
    return Judgement({p.party_id: (0.0, 0.0, 1.0) for p in conflict.belligerents}, abstain_reason=reason)


def score_of(conflict: Conflict, judged: Judgement, version: str) -> SideScore:
    """Derive the side jointly: the one party whose favour over rejection leads the others' by MIN_MARGIN."""
    parties = [p.party_id for p in conflict.belligerents]
    stances = tuple(_stance(p, judged.chances[p], judged) for p in parties)
    pulls = sorted(((c[0] - c[1], p) for p in parties if (c := judged.chances[p])), reverse=True)
    margin = pulls[0][0] - pulls[1][0] if len(pulls) > 1 else abs(pulls[0][0])
    if judged.abstain_reason is not None:
        return _score(conflict, UNCLEAR, 0.0, judged, version, stances, judged.abstain_reason)
    if all(s.stance == "NONE" for s in stances):
        calm = min(s.p_none for s in stances)
        return _score(conflict, judged.otherwise, calm, judged, version, stances, None)
    if margin < MIN_MARGIN:
        return _score(conflict, UNCLEAR, 1.0 - margin, judged, version, stances, "tie")
    return _score(conflict, pulls[0][1], min(1.0, 0.5 + margin / 4), judged, version, stances, None)


def empty_score(conflict: Conflict, version: str) -> SideScore:
    """Return the score of a text without words: nobody is asked about it."""
    calm = {p.party_id: (0.0, 0.0, 1.0) for p in conflict.belligerents}
    return score_of(conflict, Judgement(calm, otherwise="empty"), version)


def is_empty(given: StanceInput) -> bool:
    """Tell whether there is nothing to judge."""
    return not given.text.strip()


def _stance(party_id: str, chances: Chances, judged: Judgement) -> PartyStance:
    best = max(range(len(STANCES)), key=lambda n: chances[n])
    return PartyStance(
        party_id, STANCES[best], *chances, chances[best], judged.abstain_reason is not None, judged.evidence
    )


def _score(
    conflict: Conflict,
    side: str,
    confidence: float,
    judged: Judgement,
    version: str,
    stances: Sequence[PartyStance],
    reason: str | None,
) -> SideScore:
    return SideScore(
        conflict.conflict_id,
        side,
        confidence,
        reason is not None,
        version,
        tuple(stances),
        reason,
        judged.evidence,
    )
