"""Comments: search and read them one by one, with why the model sorted them so, in their thread."""

from __future__ import annotations

from math import ceil

import streamlit as st

from dashboards import cards, context, figures, filter_bar, queries
from dashboards import filters as f
from dashboards.filter_bar import widget

PAGE_SIZE = 20

ctx = context.get()
flt = ctx.filters


def _close() -> None:
    st.session_state[widget("thread")] = None


def _thread(comment_id: str) -> None:
    rows = ctx.rows(queries.thread(flt.conflict, ctx.zone, comment_id))
    with st.container(border=True, key="thread"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader("Thread", anchor=False, width="content")
            st.button("Close thread", key="close_thread", on_click=_close, icon=":material/close:")
        if rows.empty:
            st.warning("This build has no such comment; the link may be to an older build.")
        else:
            cards.thread(ctx, rows, ctx.rows(queries.revisions(comment_id)), comment_id)


st.title("Comments", anchor=False)
with st.container(horizontal=True, vertical_alignment="bottom", key="comment_filters"):
    st.text_input(
        "Search the text",
        key=widget("text"),
        type="search",
        placeholder="any words, as written",
        persist_state="session",
        max_chars=200,
        width=320,
    )
    st.slider(
        "Least confidence in the side",
        0.0,
        1.0,
        step=0.05,
        key=widget("confidence"),
        persist_state="session",
        width=260,
    )
    st.pills(
        "Only",
        list(f.ONLY),
        selection_mode="multi",
        format_func=lambda v: f.ONLY[v],
        key=widget("only"),
        persist_state="session",
    )

page_key = f"page_{hash(flt.without('thread', 'period', 'measure', 'markers'))}"
page = int(st.session_state.get(page_key, 1))
rows = ctx.rows(queries.comments(flt, ctx.zone, PAGE_SIZE, (page - 1) * PAGE_SIZE))
total = int(rows["total"].iloc[0]) if len(rows) else 0

with st.container(horizontal=True, vertical_alignment="center", key="comments_head"):
    st.subheader(f"{total:,} comment{'s' * (total != 1)}", help=ctx.define("comments"), anchor=False, width="content")
    figures.tag("said")
    figures.tag("inferred")
st.caption("Newest first. The text is said; the side, its confidence and the marked evidence are inferred.")
# A thread opens under its comment; one that a link asks for and this page does not list comes first.
if flt.thread and flt.thread not in set(rows["comment_id"]):
    _thread(flt.thread)
if not total:
    st.info("No comment is left by these filters. Widen them, or reset them in the sidebar.")
    st.button("Reset filters", key="reset_empty", on_click=filter_bar.reset)
    st.stop()

for row in rows.itertuples():
    cards.card(ctx, row, can_open=row.comment_id != flt.thread)
    if row.comment_id == flt.thread:
        _thread(row.comment_id)

st.pagination(max(1, ceil(total / PAGE_SIZE)), key=page_key)
with st.expander("Download these comments", icon=":material/download:", on_change="rerun", key="export") as export:
    if export.open:
        every = ctx.rows(queries.comments(flt, ctx.zone, None)).drop(columns=["total"])
        figures.downloads(ctx, "comments", every, "every comment the filters leave, on all pages")
        st.caption("In CSV, text that a spreadsheet would run as a formula begins with an apostrophe.")
