"""One comment on the screen, and a thread of them. All text from pages goes through `safe`."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboards.context import Context
from dashboards.filter_bar import widget
from dashboards.safe import comment_html, link

_DEEPEST = 6
_ANSWERED = "label-"
"""How the versions of sides begin that people answered."""
_META = "color:#5B5B5B;font-size:0.85rem;overflow-wrap:anywhere"


def _open(comment_id: str) -> None:
    st.session_state[widget("thread")] = comment_id


def _flags(row: Any) -> list[str]:
    flags = []
    if row.abstained is True:
        flags.append(f"model abstained ({str(row.abstain_reason or 'not sure').replace('_', ' ')})")
    if str(row.model_version).startswith(_ANSWERED):
        flags.append("side answered by a person")
    if row.revision > 1:
        flags.append(f"edited, revision {row.revision}")
    if row.is_vanished:
        flags.append("vanished from the page since")
    if row.duplicate_count > 1:
        flags.append(f"same text {row.duplicate_count} times")
    return flags


def _meta(ctx: Context, row: Any) -> str:
    color = ctx.options.colors.get(row.side) or "#777777"
    dot = f'<span style="color:{escape(str(color))}" aria-hidden="true">&#9679;</span>'
    side = "not scored" if pd.isna(row.side) else f"{ctx.label(row.side)}, confidence {row.confidence:.2f}"
    when = f"{row.posted} {ctx.zone}" if isinstance(row.posted, str) else "no date"
    if row.posted_at_basis not in {"stated", "unknown"}:
        when += f" ({row.posted_at_basis})"
    who = f"commenter {row.commenter}" if isinstance(row.commenter, str) else "no name"
    parts = [f"<strong>{escape(side)}</strong>", *map(escape, [who, when, *_flags(row)])]
    return f'<div style="{_META}">{dot} {" · ".join(parts)}</div>'


def _source(row: Any) -> str:
    url = link(row.url)
    title = escape(str(row.title or "untitled page"))
    shown = (
        f'<a href="{escape(url)}" style="color:#0B5C8A" target="_blank" rel="noopener noreferrer nofollow">{title}</a>'
        if url
        else title
    )
    return f'<div style="{_META}" dir="auto">{escape(str(row.outlet))}: {shown}</div>'


def _spans(row: Any) -> Sequence[Any]:
    return row.evidence if isinstance(row.evidence, Sequence) or hasattr(row.evidence, "__len__") else ()


def _body(row: Any) -> str:
    language = row.language if isinstance(row.language, str) and row.language != "und" else None
    if not row.text.strip():
        return '<p style="margin:0"><em>(empty comment)</em></p>'
    return comment_html(row.text, language, _spans(row))


def card(ctx: Context, row: Any, *, can_open: bool) -> None:
    """Draw one row of `queries.comments`."""
    with st.container(border=True, key=f"comment_{row.comment_id}", gap="small"):
        st.html(_meta(ctx, row) + _body(row) + _source(row))
        if can_open:
            st.button(
                "Open thread", key=f"open_{row.comment_id}", on_click=_open, args=(row.comment_id,), type="tertiary"
            )


def ordered(rows: pd.DataFrame) -> list[tuple[Any, int]]:
    """Return a thread's rows with their level, each parent before its replies; a lost parent hides nobody."""
    children: dict[str | None, list[Any]] = {}
    known = set(rows["comment_id"])
    for row in rows.itertuples():
        parent = row.parent_comment_id if row.parent_comment_id in known else None
        children.setdefault(parent, []).append(row)
    found: list[tuple[Any, int]] = []
    stack = [(row, 0) for row in reversed(children.get(None, []))]
    while stack:
        row, level = stack.pop()
        found.append((row, level))
        stack.extend((child, level + 1) for child in reversed(children.get(row.comment_id, [])))
    seen = {row.comment_id for row, _ in found}
    return found + [(row, 0) for row in rows.itertuples() if row.comment_id not in seen]


def thread(ctx: Context, rows: pd.DataFrame, revisions: pd.DataFrame, chosen: str) -> None:
    """Draw a whole thread from `queries.thread`, the chosen comment framed, older wordings under each."""
    first = next(rows.itertuples())
    st.html(_source(first))
    st.caption(f"{len(rows):,} comments; replies are indented under what they answer.")
    blocks = []
    for row, level in ordered(rows):
        edge = "3px solid #0B5C8A" if row.comment_id == chosen else "3px solid #E2E2E2"
        style = (
            f"margin:0 0 0.6rem {min(level, _DEEPEST) * 1.4:.1f}rem;padding:0.1rem 0 0.1rem 0.7rem;border-left:{edge}"
        )
        older = revisions[revisions["comment_id"] == row.comment_id]
        blocks.append(f'<div style="{style}">{_meta(ctx, row)}{_body(row)}{_older(older, row)}</div>')
    st.html("".join(blocks))


def _older(revisions: pd.DataFrame, row: Any) -> str:
    before = [r for r in revisions.itertuples() if r.revision < row.revision]
    if not before:
        return ""
    items = "".join(
        f"<li>revision {r.revision}, first seen {r.first_seen_at:%Y-%m-%d %H:%M} UTC{comment_html(r.text, None)}</li>"
        for r in before
    )
    return f"<details><summary>Earlier wordings</summary><ul>{items}</ul></details>"
