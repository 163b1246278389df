"""What every page is given: the build, the filters, and the words and colours of the conflict shown."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboards import queries, store
from dashboards.filters import EMPTY_SIDE, OTHER_COLORS, OTHER_SIDES, Filters, Options, dump
from ingest.warehouse.current import BuildInfo

_KEY = "_context"


@dataclass(frozen=True)
class Context:
    """One rerun's view of the world. `zone` is the conflict's time zone: days break at midnight there."""

    build: BuildInfo
    filters: Filters
    options: Options
    zone: str
    conflict_name: str
    pinned: bool = False

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides figures show, in order: those chosen, or all; never 'empty', which is in no denominator."""
        every = tuple(side for side in self.options.sides if side not in EMPTY_SIDE)
        return tuple(side for side in every if side in self.filters.sides) or every

    def rows(self, query: queries.Query) -> pd.DataFrame:
        """Return the rows of `query` on this build."""
        return store.fetch(self.build, query)

    def label(self, side: str | None) -> str:
        """Return the name of a side."""
        return self.options.sides.get(side or "", side or "not scored")

    def link(self, **changes: object) -> dict[str, list[str]]:
        """Return the URL parameters of these filters with `changes`, keeping a pinned build pinned."""
        params = dump(Filters(**{**self.filters.__dict__, "thread": None, **changes}))
        return params | ({"build": [self.build.build_id]} if self.pinned else {})

    def define(self, name: str) -> str | None:
        """Return the tooltip of a metric from the build's registry, None where the registry has no such metric."""
        found = self.rows(queries.metrics()).set_index("name")
        if name not in found.index:
            return None
        row = found.loc[name]
        return f"{row['formula']}\n\nDenominator: {row['denominator']}.\n\n{row['caveat']}"


def read_options(build: BuildInfo, conflict: str, conflicts: dict[str, str]) -> Options:
    """Return what the filters of `conflict` offer in `build`."""
    rows = store.fetch(build, queries.options(conflict))
    kinds = {
        kind: dict(zip(group["value"], group["label"], strict=True)) for kind, group in rows.groupby("kind", sort=False)
    }
    parties = rows[rows["kind"] == "party"]
    return Options(
        conflicts=conflicts,
        sides=kinds.get("party", {}) | OTHER_SIDES | EMPTY_SIDE,
        languages=kinds.get("language", {}),
        outlets=kinds.get("outlet", {}),
        events=kinds.get("event", {}),
        colors={row.value: row.color for row in parties.itertuples()} | OTHER_COLORS,
    )


def put(context: Context) -> None:
    """Hand `context` to the page about to run."""
    st.session_state[_KEY] = context


def get() -> Context:
    """Return the context of this rerun."""
    context: Context = st.session_state[_KEY]
    return context
