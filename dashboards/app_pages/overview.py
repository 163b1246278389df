"""Overview: how much was said, which side readers take, how that moves over time, and around which events."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import context, correction, event_queries, figures, filter_bar, queries, tables
from dashboards import filters as f
from dashboards.figures import Figure
from dashboards.safe import markdown

TREND_COLUMNS = ["day", "side_id", "side", "comments", "n", "commenters", "threads", "share", "share_low", "share_high"]

ctx = context.get()
flt = ctx.filters

st.title("What readers say, and which side they take", anchor=False)
st.caption(f"{markdown(ctx.conflict_name)}. Days break at midnight, {ctx.zone} time.")

head = ctx.rows(queries.headline(flt, ctx.zone)).iloc[0]
shares = ctx.rows(queries.shares(flt, ctx.zone, ctx.sides))
with st.container(key="headline"), st.grid(4, min_column_width=150, gap="small"):
    for name in ("comments", "commenters", "articles"):
        st.metric(name.capitalize(), f"{head[name]:,}", help=ctx.define(name), border=True, height="stretch")
    for row in shares.itertuples():
        value = figures.TOO_FEW if row.is_small else figures.percent(row.share)
        interval = "" if row.is_small else f"{100 * row.share_low:.0f}–{100 * row.share_high:.0f} %, "
        label = markdown(ctx.label(row.side))
        st.metric(
            label,
            value,
            f"{interval}n {row.n:,}",
            delta_color="off",
            delta_arrow="off",
            help=ctx.define("share"),
            border=True,
        )

if head["unread"]:
    st.caption(
        f"Comments in languages the model does not read ({head['unread']:,}) count as unclear, "
        "so they are in the n of every share."
    )
correction.show(ctx)

left_out = ["comments without a date are left out of this date range"] if flt.start or flt.stop else []
left_out += [
    f"{head['empty']:,} empty comments are in no share",
    f"{head['undated']:,} without a date are in no trend",
    f"{head['abstained']:,} on which the model abstained count as unclear",
    f"{head['unnamed']:,} without a name count no commenter",
    f"{head['vanished']:,} that vanished and {head['duplicates']:,} repeats of a text are counted",
    f"{head['elsewhere']:,} under articles not about this conflict are left out",
]
st.caption("What the figures leave out: " + "; ".join(left_out) + ".")

# Altair takes a second to import on a cold start; the headline is on the screen meanwhile.
from dashboards import charts  # noqa: E402

look = charts.palette(ctx.sides, ctx.options.sides, ctx.options.colors)
events = ctx.rows(event_queries.events(flt, ctx.zone, ctx.sides))
one_each = events.drop_duplicates("event_id")

with st.container(horizontal=True, key="trend_switches"):
    filter_bar.choose("Period", "period", f.PERIODS)
    filter_bar.choose("Measure", "measure", f.MEASURES)
    filter_bar.choose("Event markers", "markers", f.MARKERS)

rows = charts.timed(ctx.rows(queries.trend(flt, ctx.zone, ctx.sides, flt.period)), ctx.options.sides)
marked = charts.NO_MARKERS
if flt.markers == "on" and len(rows):
    wanted = one_each[one_each["event_id"] == flt.event] if flt.event else one_each
    first, last = rows["at"].min().date(), rows["at"].max().date()
    marked = charts.markers(wanted, first, last)

note = "Ribbon: 95 % interval, clustered by thread."
if flt.measure == "count":
    note = "Comments with text, by the day they were posted."
elif rows["is_small"].any():
    few = f"under {queries.SMALL_COMMENTS} comments or {queries.SMALL_COMMENTERS} commenters"
    note += f" Shares on {few} are hidden, not zero."
picked = figures.show(
    ctx,
    Figure(
        key="trend",
        title="Sides over time",
        basis="inferred",
        metric="share",
        table=rows[TREND_COLUMNS],
        chart=charts.trend(rows, marked, look, ctx.zone, flt.period, flt.measure) if len(rows) else None,
        alt_text=charts.trend_words(rows, marked, flt.measure, flt.period),
        note=note,
        total=f"{int(rows['comments'].sum()):,} comments with text and date",
    ),
)
if len(marked):
    st.caption("Events: " + "; ".join(f"**{e.number}** {markdown(e.event)}, {e.dates}" for e in marked.itertuples()))

choice = (picked or {}).get("selection", {}).get("pick", [])
if choice:
    day = pd.Timestamp(choice[0]["day_text"]).date()
    until = day + pd.Timedelta(days=6 if flt.period == "week" else 0)
    side = next((s for s in ctx.sides if ctx.label(s) == choice[0]["side"]), None)
    st.page_link(
        "app_pages/comments.py",
        label=f"Read the comments: {markdown(str(choice[0]['side']))}, {day} to {until}",
        icon=":material/arrow_forward:",
        query_params=ctx.link(start=day, stop=until, sides=(side,) if side else ()),
    )

top = events[events["event_comments"] > 0].head(8 * len(ctx.sides))
figures.show(
    ctx,
    Figure(
        key="top_events",
        title="Events with most comments",
        basis="derived",
        metric="shift",
        table=top,
        view=tables.events(top, ctx.options.sides),
        note=tables.EVENT_NOTE,
        total=f"{int(top.drop_duplicates('event_id')['event_comments'].sum()):,} comments, once for each event",
        columns=tables.EVENT_COLUMNS,
    ),
)
