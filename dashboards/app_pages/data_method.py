"""Data & method: what was read and what was not, how fresh it is, and how every number is made."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from dashboards import charts, context, figures, freshness, queries
from dashboards.figures import Figure
from dashboards.safe import markdown

MINUTES = "YYYY-MM-DD HH:mm"

ctx = context.get()

st.title("Data & method", anchor=False)
st.caption("The whole build, whatever the filters say.")

cover = ctx.rows(queries.coverage(ctx.zone))
cover["day_text"] = cover["day"].map(lambda d: str(pd.Timestamp(d).date()))
figures.show(
    ctx,
    Figure(
        key="coverage",
        title="Coverage: pages read, by outlet, status and day",
        basis="said",
        metric="page_status",
        table=cover[["outlet", "status", "day", "pages"]],
        chart=charts.coverage(cover, ctx.zone) if len(cover) else None,
        alt_text=f"Pages read per outlet, status and day of fetch: {int(cover['pages'].sum()):,} reads of "
        f"{cover['outlet'].nunique()} outlets.",
        note="Every read of a page ends in exactly one status. Nothing is left out in silence.",
        total=f"{int(cover['pages'].sum()):,} reads",
    ),
)

left, right = st.columns(2)
with left:
    status = ctx.rows(queries.statuses())
    figures.show(
        ctx,
        Figure(
            key="statuses",
            title="Pages by status of their latest read",
            basis="said",
            metric="page_status",
            table=status,
            note="A page that answered “not modified” counts as what it was.",
            total=f"{int(status['pages'].sum()):,} pages",
            columns={"status": "Status", "pages": "Pages", "example": "For example"},
        ),
    )
with right:
    declared = ctx.rows(queries.declared())
    figures.show(
        ctx,
        Figure(
            key="declared",
            title="Comments read against comments declared",
            basis="said",
            metric="extraction_coverage",
            table=declared,
            note="Only articles whose page states a number. Pingbacks count, as sites do; vanished comments do not.",
            columns={
                "outlet": "Outlet",
                "ratio": st.column_config.NumberColumn("Of declared", format="percent"),
                "extracted": "Read",
                "declared": "Declared",
                "articles": "Articles",
            },
        ),
    )

fresh = ctx.rows(queries.freshness())
now = datetime.now(UTC)
fresh["state"] = [freshness.state(at, now) for at in fresh["last_good_fetch"]]
figures.show(
    ctx,
    Figure(
        key="freshness",
        title="Freshness per outlet",
        basis="said",
        table=fresh,
        note="Fresh: last good fetch within 36 hours. Late: within 7 days. Stale: older.",
        columns={
            "outlet": "Outlet",
            "host": "Host",
            "articles": "Articles",
            "last_good_fetch": st.column_config.DatetimeColumn("Last good fetch (UTC)", timezone="UTC", format=MINUTES),
            "newest_comment": st.column_config.DatetimeColumn("Newest comment (UTC)", timezone="UTC", format=MINUTES),
            "state": "State",
        },
    ),
)

with st.container(border=True, key="method_sides"):
    figures.heading(ctx, "How sides are derived", "inferred", "side")
    st.markdown(
        "1. **Said.** A reader's comment, its time and its place in the thread, as the page has them.\n"
        "2. **Inferred: stance.** A model judges each comment toward each belligerent: FAVOR, AGAINST or NONE, with a "
        "calibrated probability. It looks at the text, the comment answered and the article's title.\n"
        "3. **Inferred: side.** The stances toward all belligerents become one side: a party, against the war, "
        "unclear, off topic or empty. Where the model is not sure enough it abstains and the side is unclear.\n"
        "4. **Inferred: events.** Articles are linked to dated events by their words and date; a comment counts to the "
        "events it names itself or its article is about, as primary or secondary.\n"
        "5. **Derived: shares.** Comments of a side over all comments with text, with a 95 % Wilson interval on the "
        "sample size divided by the design effect of threads: replies resemble each other, so they count for less.\n\n"
        "Stance is not sentiment, and readers who comment are no sample of a population."
    )
    st.dataframe(
        ctx.rows(queries.models(ctx.filters.conflict)), hide_index=True, alt="Versions that inferred what is shown"
    )

with st.container(border=True, key="model_card"):
    figures.heading(ctx, "Model card", "inferred")
    card = ctx.rows(queries.document("model_card"))
    if card.empty:
        st.info("This build carries no model card.")
    else:
        with st.expander("Read the model card", icon=":material/description:"):
            st.markdown(card["body"].iloc[0])

with st.container(border=True, key="glossary"):
    figures.heading(ctx, "Glossary of every number", "derived")
    st.caption("Places and events are named as the source has them; rival names are one place and change no result.")
    metrics = ctx.rows(queries.metrics())
    st.dataframe(
        metrics[["label", "basis", "formula", "grain", "denominator", "caveat", "name"]],
        hide_index=True,
        row_height=60,
        alt="Definitions of every number shown",
        column_config={c: st.column_config.TextColumn(c.capitalize(), width="large") for c in ("formula", "caveat")},
    )

with st.container(border=True, key="whole_tables"):
    figures.heading(ctx, "Whole tables", "said")
    st.markdown("Every table of this build lies beside it as Parquet; `parley sql` and `parley export` read the same:")
    st.code(f"published/{ctx.build.parquet.name}/<table>.parquet", language=None)
    st.caption(
        f"Build {markdown(ctx.build.build_id)}. No names of readers are in it: a commenter is a keyed hash, "
        "per outlet. The DuckDB file needs a DuckDB client of version 2 or newer; Parquet needs none."
    )
