"""How old what is shown is, said on every page: build, newest fetch, newest comment, and whether that is late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import streamlit as st

from dashboards import filter_bar, queries
from dashboards.context import Context

FRESH, LATE = timedelta(hours=36), timedelta(days=7)
"""The schedule is daily: within 36 hours is fresh, within a week is late, older is stale."""

_COLOR = {"fresh": "green", "late": "orange", "stale": "red", "never": "gray"}


def state(at: datetime | None, now: datetime) -> str:
    """Return fresh, late, stale or never for something last seen `at` (aware)."""
    if at is None or pd.isna(at):
        return "never"
    age = now - at
    return "fresh" if age <= FRESH else "late" if age <= LATE else "stale"


def _text(at: datetime | None) -> str:
    return "none" if at is None or pd.isna(at) else f"{pd.Timestamp(at).tz_convert('UTC'):%Y-%m-%d %H:%M} UTC"


def _demo_notice(own: int) -> str:
    if not own:
        return "Demo data: the outlets, articles and comments of this build are invented. No reader said any of this."
    articles = f"{own:,} article{'s' if own > 1 else ''}"
    return (
        f"Demo data: the articles and comments of this build are invented, but for {articles} and the comments there. "
        "The filter Outlets sets them apart; `enabled = false` in data/sources.toml leaves the demo out."
    )


def banner(ctx: Context) -> None:
    """Draw the freshness line, the demo notice, and what is pinned."""
    rows = ctx.rows(queries.freshness())
    newest = rows["newest_comment"].max() if len(rows) else None
    fetched = ctx.build.data_as_of
    now = state(fetched, datetime.now(UTC))
    parts = [
        f":{_COLOR[now]}-badge[{now}]",
        f"Last good fetch {_text(fetched)}",
        f"newest comment {_text(newest)}",
        f"build `{ctx.build.build_id}` of {_text(ctx.build.built_at)}",
    ]
    st.caption(" · ".join(parts))
    if ctx.build.is_demo:
        st.info(_demo_notice(int(ctx.rows(queries.own_articles())["own"].iloc[0])), icon=":material/theater_comedy:")
    if ctx.pinned:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(
                f"This link holds on to build `{ctx.build.build_id}`; newer builds are not shown.",
                icon=":material/push_pin:",
            )
            st.button("Go to the current build", key="unpin", on_click=filter_bar.unpin)
