"""Shares of sides without the model's known errors, beside those with them; or how to get there."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboards import figures, queries
from dashboards.context import Context
from dashboards.safe import markdown

MART = "fct_side_corrected"
NEITHER = "neither"
_ASK_AT_LEAST = 20


def show(ctx: Context) -> None:
    """Draw the corrected shares of what the filters select, or one line on why there are none."""
    if MART not in ctx.build.row_counts:
        return  # A build made before there were corrections.
    rows = ctx.rows(queries.corrected(ctx.filters))
    if rows.empty:
        st.caption(
            "Corrected shares are kept for the conflict as a whole, one outlet, one day, one week from Monday "
            "or one event, in all languages; these filters select otherwise."
        )
        return
    first = next(rows.itertuples())
    if first.status != "corrected":
        st.caption(_reason(ctx, first))
        return
    with st.container(border=True, key="corrected"):
        figures.heading(ctx, "Corrected for the model's known errors", "derived", "corrected_share")
        st.caption(
            f"{first.answers:,} answers of people on comments drawn at random say how the model errs. "
            "Neither: against the war, unclear and off topic."
        )
        with st.grid(3, min_column_width=150, gap="small"):
            for row in rows.itertuples():
                st.metric(
                    f"{_name(ctx, row.side_class)}, corrected",
                    figures.percent(row.corrected_share),
                    f"{100 * row.corrected_low:.0f}–{100 * row.corrected_high:.0f} %, "
                    f"uncorrected {figures.percent(row.share)}",
                    delta_color="off",
                    delta_arrow="off",
                    border=True,
                )


def _name(ctx: Context, side_class: str) -> str:
    return "Neither" if side_class == NEITHER else markdown(ctx.label(side_class))


def _reason(ctx: Context, row: Any) -> str:
    if row.status == "too_few_comments":
        return "Not corrected for the model's errors: fewer than 30 comments that it can read are selected."
    if row.status == "sides_not_told_apart":
        return (
            "Not corrected for the model's errors: by people's answers it never calls one of the sides, or calls them "
            "nearly alike, so its shares say too little."
        )
    needed = int(row.answers_needed or 0) or _ASK_AT_LEAST
    command = f"parley label --conflict {ctx.filters.conflict} --random --limit {needed}"
    return (
        f"Not corrected for the model's errors: about {needed:,} more answers on comments drawn at random are needed "
        f"({row.answers:,} so far), by `{command}` and a run."
    )
