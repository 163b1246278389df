"""Events: where and when they were, the sides readers take around each of them, and one event from close by."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, context, event_charts, event_queries, event_view, figures, filter_bar, queries, tables
from dashboards.figures import Figure

ctx = context.get()
flt = ctx.filters
look = charts.palette(ctx.sides, ctx.options.sides, ctx.options.colors)


def _choose_row(ids: list[str]) -> None:
    rows = st.session_state["table_events"]["selection"]["rows"]
    st.session_state[filter_bar.widget("event")] = ids[rows[0]] if rows else None


def _choose_mark(key: str) -> None:
    picked = st.session_state[f"chart_{key}"]["selection"].get("pick", [])
    if picked:
        st.session_state[filter_bar.widget("event")] = picked[0]["event_id"]


st.title("Events", anchor=False)
everything = ctx.rows(event_queries.events(flt, ctx.zone, ctx.sides))
rows = everything[everything["event_comments"] > 0]
silent = everything["event_id"].nunique() - rows["event_id"].nunique()
event_view.review_queue(ctx)
if rows.empty:
    st.info("No comment of this selection is linked to an event. Widen or reset the filters in the sidebar.")
    st.stop()

ids = list(rows["event_id"].drop_duplicates())
total = f"{int(rows.drop_duplicates('event_id')['event_comments'].sum()):,} comments, once for each event"
st.caption("Choose a mark or a row to look at one event; or use the Event filter.")

placed = event_charts.located(rows)
unplaced = len(ids) - len(placed)
left_out = f" Without coordinates, so not on the map: {unplaced:,}." if unplaced else ""
figures.show(
    ctx,
    Figure(
        key="event_map",
        title="Where",
        basis="derived",
        metric="comments",
        table=placed,
        chart=event_charts.where(placed) if len(placed) else None,
        alt_text=event_charts.where_words(placed),
        note="Size: comments. Dashed ring: how far from its point an event may have been (near 25 km, district 50 km, "
        f"province 100 km). No borders are drawn: they are part of the dispute.{left_out}",
        total=f"{int(placed['comments'].sum()):,} comments, once for each event",
        on_pick=lambda: _choose_mark("event_map"),
        empty="No event of this selection has coordinates, so there is no map.",
    ),
)

span = ctx.rows(queries.headline(flt.without("event"), ctx.zone)).iloc[0]
timeline = event_view.timeline(rows, span)
figures.show(
    ctx,
    Figure(
        key="event_timeline",
        title="When",
        basis="derived",
        metric="comments",
        table=timeline,
        chart=event_charts.when(timeline, ctx.zone) if len(timeline) else None,
        alt_text=event_charts.when_words(timeline),
        note="Blue: the days stated. Grey: the days it may have been, as precisely as the date is known. "
        f"Point: comments. {len(timeline):,} of {len(ids):,} events, with most comments, on the days of comments.",
        total=f"{int(timeline['comments'].sum()):,} comments, once for each event",
        on_pick=lambda: _choose_mark("event_timeline"),
        empty="No event falls on the days on which these comments were posted, so there is no timeline.",
    ),
)

with st.container(border=True, key="fig_events"):
    figures.heading(ctx, "Comments and sides per event", "derived", "shift")
    st.caption(f"{tables.EVENT_NOTE} Not listed, as without comments in this selection: {silent:,}.")
    st.dataframe(
        tables.events(rows, ctx.options.sides),
        hide_index=True,
        key="table_events",
        on_select=lambda: _choose_row(ids),
        selection_mode="single-row",
        column_config=tables.EVENT_COLUMNS,
        alt="Events with comments, share and shift per side",
    )
    figures.downloads(ctx, "events", rows, total)

shown = flt.event or ids[0]
event_rows = rows[rows["event_id"] == shown]
if event_rows.empty:
    st.info("The chosen event has no comment in this selection.")
    st.stop()
event_view.close_by(ctx, event_rows, look)
