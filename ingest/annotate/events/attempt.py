"""One reading of a text as of one day: what was scored, what was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest.annotate.events.roles import Choice
from ingest.annotate.events.scoring import Evidence


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of a text as of one day: what was chosen, and how much of the text it explains."""

    day: date | None
    chosen: list[Choice]
    scored: tuple[Evidence, ...] = ()

    @property
    def fit(self) -> float:
        """How much of the text falls into place on that day, in summed log-odds."""
        return sum(max(0.0, c.logit) for c in self.chosen if not c.profile.is_umbrella or c.evidence[0].named)
