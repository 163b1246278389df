"""The frame of every figure: title, said/inferred/derived tag, chart, table twin, download of exactly that table."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboards.context import Context
from dashboards.safe import spreadsheet

Basis = Literal["said", "inferred", "derived"]
_BASIS: dict[str, tuple[Literal["green", "orange", "violet"], str]] = {
    "said": ("green", "Said: taken from the pages as they are."),
    "inferred": ("orange", "Inferred: a model's judgement, with its own error; see Data & method."),
    "derived": ("violet", "Derived: computed from what was said and inferred."),
}
TOO_FEW = "too few"


@dataclass(frozen=True)
class Figure:
    """One figure. `table` is what the chart draws and what is downloaded; `key` names files and widgets.

    `view` is what is read in its place where the numbers need shaping for the eye. `on_pick` is called when a mark of a
    chart with a selection is chosen, before the page runs again. `empty` is said in place of an empty table.
    """

    key: str
    title: str
    basis: Basis
    table: pd.DataFrame
    chart: Any = None
    alt_text: str = ""
    metric: str | None = None
    note: str = ""
    total: str = ""
    view: pd.DataFrame | None = None
    columns: dict[str, Any] | None = None
    on_pick: Callable[[], None] | None = None
    empty: str = "Nothing to show: no comment is left by these filters. Widen or reset them in the sidebar."


def percent(value: float | None) -> str:
    """Return a share as a whole per cent."""
    return "–" if value is None or pd.isna(value) else f"{100 * value:.0f} %"


def share_text(row: Any) -> str:
    """Return share and interval of one row of a share query, or that it is hidden."""
    if row.is_small or pd.isna(row.share):
        return TOO_FEW
    return f"{percent(row.share)} ({100 * row.share_low:.0f}–{100 * row.share_high:.0f})"


def tag(basis: Basis) -> None:
    """Draw the said/inferred/derived tag."""
    color, text = _BASIS[basis]
    st.badge(basis, color=color, help=text)


def heading(ctx: Context, title: str, basis: Basis, metric: str | None = None) -> None:
    """Draw a figure's title, with the metric's definition in its tooltip, and its tag."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(title, help=ctx.define(metric) if metric else None, width="content", anchor=False)
        tag(basis)


def show(ctx: Context, figure: Figure) -> Any:
    """Draw `figure`; returns the chart's selection where it has one."""
    event = None
    with st.container(border=True, key=f"fig_{figure.key}"):
        heading(ctx, figure.title, figure.basis, figure.metric)
        if figure.note:
            st.caption(figure.note)
        if figure.table.empty:
            st.info(figure.empty)
            return None
        if figure.chart is not None:
            picks = "pick" in {p.name for p in _params(figure.chart)}
            select: Any = (figure.on_pick or "rerun") if picks else "ignore"
            event = st.altair_chart(
                figure.chart, key=f"chart_{figure.key}", alt=figure.alt_text, on_select=select, width="stretch"
            )
            with st.expander("Table and download", icon=":material/table:"):
                table(ctx, figure)
        else:
            table(ctx, figure)
    return event


def _params(chart: Any) -> list[Any]:
    layers = getattr(chart, "layer", None)
    charts = [chart, *(layers if isinstance(layers, list) else [])]
    return [p for c in charts for p in (c.params if isinstance(c.params, list) else [])]


def table(ctx: Context, figure: Figure) -> None:
    """Draw the table twin and its downloads."""
    st.dataframe(
        figure.table if figure.view is None else figure.view,
        hide_index=True,
        alt=f"{figure.title}: table",
        key=f"table_{figure.key}",
        column_config=figure.columns,
        placeholder="",
    )
    downloads(ctx, figure.key, figure.table, figure.total)


def downloads(ctx: Context, key: str, rows: pd.DataFrame, total: str) -> None:
    """Draw the two download buttons of `rows` and what they will hold."""
    name = f"parley_{key}_{ctx.build.build_id}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "CSV",
            lambda: to_csv(rows),
            f"{name}.csv",
            "text/csv",
            key=f"csv_{key}",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "Parquet",
            lambda: to_parquet(rows),
            f"{name}.parquet",
            "application/vnd.apache.parquet",
            key=f"parquet_{key}",
            on_click="ignore",
            icon=":material/download:",
        )
        st.caption(f"{len(rows):,} rows{'; ' + total if total else ''}. Build {ctx.build.build_id}.")


def to_csv(rows: pd.DataFrame) -> bytes:
    """Return UTF-8 CSV with a byte order mark, in which no cell is a formula."""
    safe = rows.copy()
    for column in safe.columns:
        safe[column] = safe[column].map(lambda v: spreadsheet(v) if isinstance(v, str) else v)
    text: str = safe.to_csv(index=False)
    return text.encode("utf-8-sig")


def to_parquet(rows: pd.DataFrame) -> bytes:
    """Return Parquet bytes."""
    buffer = io.BytesIO()
    rows.to_parquet(buffer, index=False)
    return buffer.getvalue()
