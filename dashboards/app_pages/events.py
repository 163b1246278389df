"""Events: the sides readers take around each dated event, and one event from close by."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboards import charts, context, figures, filter_bar, queries, tables
from dashboards import filters as f
from dashboards.figures import Figure
from dashboards.safe import link, markdown

ctx = context.get()
flt = ctx.filters
look = charts.palette(ctx.sides, ctx.options.sides, ctx.options.colors)


def _choose(ids: list[str]) -> None:
    rows = st.session_state["table_events"]["selection"]["rows"]
    st.session_state[filter_bar.widget("event")] = ids[rows[0]] if rows else None


st.title("Events", anchor=False)
everything = ctx.rows(queries.events(flt, ctx.zone, ctx.sides))
rows = everything[everything["event_comments"] > 0]
silent = everything["event_id"].nunique() - rows["event_id"].nunique()

with st.container(border=True, key="fig_events"):
    figures.heading(ctx, "Comments and sides per event", "derived", "shift")
    st.caption(f"{tables.EVENT_NOTE} Not listed, as without comments in this selection: {silent:,}.")
    if rows.empty:
        st.info("No comment of this selection is linked to an event. Widen or reset the filters in the sidebar.")
        st.stop()
    st.caption("Choose a row to look at one event; or use the Event filter.")
    ids = list(rows["event_id"].drop_duplicates())
    st.dataframe(
        tables.events(rows, ctx.options.sides),
        hide_index=True,
        key="table_events",
        on_select=lambda: _choose(ids),
        selection_mode="single-row",
        column_config=tables.EVENT_COLUMNS,
        alt="Events with comments, share and shift per side",
    )
    total = int(rows.drop_duplicates("event_id")["event_comments"].sum())
    figures.downloads(ctx, "events", rows, f"{total:,} comments, once for each event")

shown = flt.event or ids[0]
event_rows = rows[rows["event_id"] == shown]
if event_rows.empty:
    st.info("The chosen event has no comment in this selection.")
    st.stop()
event = next(event_rows.itertuples())
one = f.Filters(**{**flt.__dict__, "event": shown})

st.header(markdown(str(event.name)), anchor=False, divider="gray")
names = ", ".join(markdown(str(name)) for name in event.aka) if event.aka is not None else ""
facts = [tables.dates(event), event.event_type, event.place, event.attribution_status]
about = [markdown(fact) for fact in facts if isinstance(fact, str)]
st.caption(" · ".join([*about, f"also: {names}"] if names else about))
for source in event.source_refs if event.source_refs is not None else []:
    st.text(f"Source: {source}")
with st.container(horizontal=True):
    for name, value in (("Comments", event.event_comments), ("Commenters", event.event_commenters)):
        st.metric(name, f"{value:,}", help=ctx.define(name.lower()), border=True)
    st.metric("Articles", f"{event.articles:,}", border=True, help=ctx.define("articles"))
    st.metric("With text (n)", f"{event.n:,}", border=True)
st.page_link(
    "app_pages/comments.py",
    label=f"Read the {event.event_comments:,} comments on it",
    icon=":material/arrow_forward:",
    query_params=ctx.link(event=shown, sides=(), confidence=0.0, only=(), text=""),
)

sides = event_rows.assign(
    side_id=event_rows["side"],
    side=event_rows["side"].map(ctx.label),
    share_text=[figures.share_text(r) for r in event_rows.itertuples()],
)
few = bool(event.is_small)
columns = ["side_id", "side", "comments", "n", "share", "share_low", "share_high", "shift", "shift_low", "shift_high"]
figures.show(
    ctx,
    Figure(
        key="event_sides",
        title="Sides on this event",
        basis="inferred",
        metric="share",
        table=sides[[*columns, "prior_n", "is_small"]],
        chart=None if few else charts.sides(sides, look),
        alt_text=charts.side_words(sides),
        note=f"n {event.n:,}. "
        + ("Too few comments or commenters to show shares. " if few else "Line: 95 % interval, clustered by thread."),
    ),
)

start = pd.Timestamp(event.start_date).date()
end = start if pd.isna(event.end_date) else pd.Timestamp(event.end_date).date()
around = f.Filters(**{**one.__dict__, "start": flt.start or start - timedelta(days=14), "stop": flt.stop})
daily = charts.timed(ctx.rows(queries.trend(around, ctx.zone, ctx.sides, "day")), ctx.options.sides)
mark = charts.NO_MARKERS
if len(daily):
    days = daily["at"].min().date(), max(daily["at"].max().date(), end)
    mark = charts.markers(event_rows.head(1), min(days[0], start), days[1])
figures.show(
    ctx,
    Figure(
        key="event_daily",
        title="Comments on it by day",
        basis="inferred",
        metric="comments",
        table=daily[["day", "side_id", "side", "comments", "n", "commenters", "threads"]],
        chart=charts.trend(daily, mark, look, ctx.zone, "day", "count") if len(daily) else None,
        alt_text=charts.trend_words(daily, mark, "count", "day"),
        note="Grey: the days the event covers, as precisely as its date is known.",
        total=f"{int(daily['comments'].sum()):,} comments with text and date",
    ),
)

articles = ctx.rows(queries.event_articles(flt, ctx.zone, shown))
articles["url"] = articles["url"].map(link)
figures.show(
    ctx,
    Figure(
        key="event_articles",
        title="Articles linked to it",
        basis="inferred",
        table=articles,
        total=f"{int(articles['comments'].sum()):,} comments in this selection",
        columns={
            "title": st.column_config.TextColumn("Title", width="large"),
            "outlet": "Outlet",
            "published_at": st.column_config.DatetimeColumn("Published", format="YYYY-MM-DD HH:mm", timezone=ctx.zone),
            "published_basis": "Date is",
            "role": "Role",
            "confidence": st.column_config.NumberColumn("Confidence", format="%.2f"),
            "url": st.column_config.LinkColumn("Source", display_text="open"),
            "comments": st.column_config.NumberColumn("Comments", format="localized"),
        },
    ),
)
