"""One reading of a text as of one day: what was scored, what was chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ingest.annotate.events.roles import Choice, primary_of
from ingest.annotate.events.scoring import Evidence

FIT_MOST = 8.0
"""Beyond so many log-odds an event is as good as certain."""

FURTHER = 0.3
"""What a further event counts beside the surest one: a day that explains more is likelier, but not by whole events."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of a text as of one day: what was chosen, and how much of the text it explains.

    `others` are events that came first on other days, where the day is unknown: best first.
    """

    day: date | None
    chosen: list[Choice]
    scored: tuple[Evidence, ...] = ()
    others: tuple[Choice, ...] = ()

    @property
    def fit(self) -> float:
        """How much of the text falls into place on that day, in log-odds: surest and main event, some of the rest."""
        told = [min(FIT_MOST, c.logit) for c in self.chosen if not c.profile.is_umbrella or c.evidence[0].named]
        told = [logit for logit in told if logit > 0]
        if not told:
            return 0.0
        main = primary_of(self.chosen, self.day)
        about = max(0.0, min(FIT_MOST, main.logit)) if main is not None else 0.0
        return (max(told) + about) / 2 + FURTHER * (sum(told) - max(told))

    @property
    def hope(self) -> float:
        """The best case of any sentence for any single event, in log-odds."""
        return max((e.logit for e in self.scored if not e.profile.is_umbrella), default=float("-inf"))

    def runners_up(self, chosen: Iterable[Choice], most: int) -> list[Choice]:
        """Return the `most` likeliest events besides those `chosen`: first of this day, then of other days."""
        taken = {c.profile.event_id for c in chosen}
        found: dict[str, Choice] = {}
        by_case = sorted(self.scored, key=lambda e: (-e.logit, e.profile.event_id))
        of_day = (Choice(e.profile, e.logit, [e], margin=0.0) for e in by_case)
        for choice in (*self.others, *of_day):
            if choice.profile.event_id not in taken:
                found.setdefault(choice.profile.event_id, choice)
        return sorted(found.values(), key=lambda c: (-c.logit, c.profile.event_id))[:most]
