"""Tables for the eye: long query rows turned into one row per event, with shares and shifts as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import event_queries, queries
from dashboards.figures import TOO_FEW, share_text

EVENT_NOTE = (
    "Share per side (95 % interval), and its shift in points against all comments of the "
    f"{event_queries.PRIOR_DAYS} days before the event (interval clustered by article). Hidden under "
    f"{queries.SMALL_COMMENTS} comments or {queries.SMALL_COMMENTERS} commenters."
)
EVENT_COLUMNS: dict[str, Any] = {
    "Event": st.column_config.TextColumn(width=230, pinned=True),
    "Comments": st.column_config.NumberColumn(format="localized", help="Linked as primary or secondary."),
}


def dates(row: Any) -> str:
    """Return an event's days with their precision."""
    start = str(pd.Timestamp(row.start_date).date())
    span = start if pd.isna(row.end_date) or row.end_date == row.start_date else f"{start} to {str(row.end_date)[:10]}"
    return span + {1: "", 2: " (±2 days)", 3: " (week)", 4: " (month)"}.get(int(row.date_precision), " (about)")


def shift_text(row: Any) -> str:
    """Return the shift in points with its interval, or why there is none."""
    if row.is_small or row.prior_is_small or pd.isna(row.shift):
        return TOO_FEW if row.n else ""
    shift, low, high = (round(100 * value) for value in (row.shift, row.shift_low, row.shift_high))
    return f"{shift:+d} ({low:+d} to {high:+d})"


def events(rows: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per event from `queries.events`: counts, then share and shift of each side."""
    shown = []
    for _, group in rows.groupby("event_id", sort=False):
        first = next(group.itertuples())
        cells: dict[str, Any] = {"Event": first.name, "Comments": first.event_comments, "n": first.n}
        cells |= {labels[row.side]: share_text(row) for row in group.itertuples()}
        cells |= {f"{labels[row.side]}, shift": shift_text(row) for row in group.itertuples()}
        cells |= {"n before": first.prior_n, "Dates": dates(first)}
        cells |= {"Commenters": first.event_commenters, "Articles": first.articles}
        shown.append(cells)
    return pd.DataFrame(shown)
