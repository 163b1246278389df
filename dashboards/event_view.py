"""The parts of the events page: the links that wait for an answer, and one event from close by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import charts, event_charts, event_queries, figures, queries, tables
from dashboards.charts import Palette
from dashboards.context import Context
from dashboards.figures import Figure
from dashboards.safe import link, markdown

_HOW = "Each answer is a line in the conflict's folder, to be committed; it wins over the model from the next run on."
_COMMANDS = """parley links answer --conflict {conflict} --by NAME
parley links decide {article} {event} --conflict {conflict} --role {role} --by NAME --reason WHY"""
_WHOLE_LIFE = timedelta(days=366)


def review_queue(ctx: Context) -> None:
    """Say how many links wait for an engineer's answer, how to answer, and which they are."""
    has_candidates = event_queries.CANDIDATES in ctx.build.row_counts
    waiting = ctx.rows(event_queries.review_queue(ctx.filters.conflict, has_candidates=has_candidates))
    if waiting.empty:
        st.caption("No link between an article and an event waits for review.")
        return
    articles = waiting["article_id"].nunique()
    said = f"{len(waiting):,} links of {articles:,} articles wait for review"
    with st.expander(f"{said}: they count towards no event until answered", icon=":material/rule:", key="review_queue"):
        st.caption(_HOW)
        first = next(waiting.itertuples())
        command = _COMMANDS.format(
            conflict=ctx.filters.conflict, article=first.article_id, event=first.event_id, role=first.role
        )
        st.code(command, language=None, wrap_lines=True)
        waiting["url"] = waiting["url"].map(link)
        figures.show(
            ctx,
            Figure(
                key="review",
                title="Links that wait",
                basis="inferred",
                table=waiting,
                note="Confidence from 0.5 to 0.8, whatever the filters say. Or: the likeliest other events of the "
                "article, links and what is too unsure for one, each with its confidence.",
                total=said,
                columns={
                    "title": st.column_config.TextColumn("Title", width="medium"),
                    "event": st.column_config.TextColumn("Event", width="medium"),
                    "role": "Role",
                    "confidence": st.column_config.NumberColumn("Confidence", format="%.2f"),
                    "instead": st.column_config.ListColumn("Or", width="large"),
                    "published_at": st.column_config.DatetimeColumn(
                        "Published", format="YYYY-MM-DD", timezone=ctx.zone
                    ),
                    "outlet": "Outlet",
                    "url": st.column_config.LinkColumn("Source", display_text="open"),
                },
            ),
        )


def timeline(rows: pd.DataFrame, span: Any) -> pd.DataFrame:
    """Return `event_charts.spans` on the days commented on, with room before for what the first comments answer."""
    if pd.isna(span["first_day"]):
        return event_charts.spans(rows.head(0), pd.Timestamp(0).date(), pd.Timestamp(0).date())
    first, last = (pd.Timestamp(span[day]).date() for day in ("first_day", "last_day"))
    return event_charts.spans(rows, first - timedelta(days=3), last)


def close_by(ctx: Context, rows: pd.DataFrame, look: Palette) -> None:
    """Draw one event: facts, counts, shares before and on it, days and articles. `rows`: one per side."""
    event = next(rows.itertuples())
    _facts(ctx, event)
    _counts(ctx, event)
    _before_and_after(ctx, rows, look)
    _daily(ctx, rows, look)
    _articles(ctx, str(event.event_id))


def _facts(ctx: Context, event: Any) -> None:
    st.header(markdown(str(event.name)), anchor=False, divider="gray")
    names = ", ".join(markdown(str(name)) for name in event.aka) if event.aka is not None else ""
    facts = [tables.dates(event), event.event_type, event.place_names or event.place, event.attribution_status]
    about = [markdown(fact) for fact in facts if isinstance(fact, str) and fact]
    if isinstance(event.parent_name, str):
        about.append(f"part of: {markdown(event.parent_name)}")
    st.caption(" · ".join([*about, f"also: {names}"] if names else about))
    for source in event.source_refs if event.source_refs is not None else []:
        st.text(f"Source: {source}")
    tolls = ctx.rows(event_queries.tolls(str(event.event_id)))
    xrefs = ctx.rows(event_queries.xrefs(str(event.event_id)))
    if len(xrefs):
        told = [f"{r.source} {r.external_id} ({r.confidence:.2f}, {r.method})" for r in xrefs.itertuples()]
        st.caption("In other collections: " + "; ".join(map(markdown, told)))
    if len(tolls):
        figures.show(
            ctx,
            Figure(
                key="event_tolls",
                title="Dead and injured, by source",
                basis="said",
                table=tolls,
                note="As each source gives them, and for how long it stood by it. Sources may disagree.",
                columns={
                    name: st.column_config.Column(label)
                    for name, label in (
                        ("source", "Told by"),
                        ("low", "Dead, low"),
                        ("best", "best"),
                        ("high", "high"),
                        ("injured", "Injured"),
                        ("toll_source", "Counted by"),
                        ("toll_as_of", "on"),
                        ("since", "Stated since"),
                        ("until", "until"),
                        ("licence", "Licence"),
                    )
                },
            ),
        )


def _counts(ctx: Context, event: Any) -> None:
    with st.container(horizontal=True):
        st.metric("Comments", f"{event.event_comments:,}", help=ctx.define("comments"), border=True)
        st.metric("Commenters", f"{event.event_commenters:,}", help=ctx.define("commenters"), border=True)
        st.metric("Articles", f"{event.articles:,}", border=True, help=ctx.define("articles"))
        st.metric("With text (n)", f"{event.n:,}", border=True)
        st.metric(
            "By their own words",
            f"{event.explicit_comments:,}",
            border=True,
            help="Comments that name the event; the others are tied to it by the article they stand under.",
        )
        if event.family_comments > event.event_comments:
            st.metric(
                "With its parts",
                f"{event.family_comments:,}",
                border=True,
                help="Comments on it and on the events that are part of it, each once.",
            )
    st.page_link(
        "app_pages/comments.py",
        label=f"Read the {event.event_comments:,} comments on it",
        icon=":material/arrow_forward:",
        query_params=ctx.link(event=str(event.event_id), sides=(), confidence=0.0, only=(), text=""),
    )


def _before_and_after(ctx: Context, rows: pd.DataFrame, look: Palette) -> None:
    event = next(rows.itertuples())
    labels = [ctx.label(side) for side in rows["side"]]
    periods = (f"{event_queries.PRIOR_DAYS} days before", "on the event")
    drawn = event_charts.before_after_rows(rows, labels, periods)
    columns = ["side_id", "side", "comments", "n", "share", "share_low", "share_high", "prior_n", "prior_share"]
    columns += ["prior_share_low", "prior_share_high", "shift", "shift_low", "shift_high", "is_small", "prior_is_small"]
    shifts = [
        f"{label} {text}"
        for label, text in zip(labels, map(tables.shift_text, rows.itertuples()), strict=True)
        if text and text != figures.TOO_FEW
    ]
    note = (
        f"Before: all comments on the conflict in the {event_queries.PRIOR_DAYS} days before it, n {event.prior_n:,}. "
    )
    note += f"On it: n {event.n:,}. Lines: 95 % intervals, clustered by thread."
    note += "".join(
        f" Too few comments or commenters {which} to show shares."
        for which, small in (("before", event.prior_is_small), ("on it", event.is_small))
        if small
    )
    if shifts:
        note += f" Shift in points, with its 95 % interval clustered by article: {'; '.join(map(markdown, shifts))}."
    figures.show(
        ctx,
        Figure(
            key="event_sides",
            title="Sides before and on this event",
            basis="inferred",
            metric="shift",
            table=rows.assign(side_id=rows["side"], side=labels)[columns],
            chart=event_charts.before_after(drawn, look) if len(drawn) else None,
            alt_text=event_charts.before_after_words(drawn),
            note=note,
        ),
    )


def _daily(ctx: Context, rows: pd.DataFrame, look: Palette) -> None:
    event = next(rows.itertuples())
    start = pd.Timestamp(event.start_date).date()
    end = start if pd.isna(event.end_date) else pd.Timestamp(event.end_date).date()
    first = ctx.filters.start or start - timedelta(days=14)
    around = replace(ctx.filters, event=str(event.event_id), start=first)
    daily = charts.timed(ctx.rows(queries.trend(around, ctx.zone, ctx.sides, "day")), ctx.options.sides)
    mark = charts.NO_MARKERS
    if len(daily):
        days = daily["at"].min().date(), max(daily["at"].max().date(), min(end, start + _WHOLE_LIFE))
        mark = charts.markers(rows.head(1), min(days[0], start), days[1])
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


def _articles(ctx: Context, event_id: str) -> None:
    articles = ctx.rows(event_queries.event_articles(ctx.filters, ctx.zone, event_id))
    articles["url"] = articles["url"].map(link)
    figures.show(
        ctx,
        Figure(
            key="event_articles",
            title="Articles linked to it",
            basis="inferred",
            table=articles,
            note="Those in review do not count until an engineer answers.",
            total=f"{int(articles['comments'].sum()):,} comments in this selection",
            columns={
                "title": st.column_config.TextColumn("Title", width="large"),
                "outlet": "Outlet",
                "published_at": st.column_config.DatetimeColumn(
                    "Published", format="YYYY-MM-DD HH:mm", timezone=ctx.zone
                ),
                "published_basis": "Date is",
                "role": "Role",
                "state": "State",
                "confidence": st.column_config.NumberColumn("Confidence", format="%.2f"),
                "url": st.column_config.LinkColumn("Source", display_text="open"),
                "comments": st.column_config.NumberColumn("Comments", format="localized"),
            },
        ),
    )
