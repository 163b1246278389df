"""The one filter bar, in the sidebar of every page, and its tie to the URL.

The widgets hold the state; the URL is read when a session begins, when a link to a page carries filters, and on back
and forward. It is not read on other reruns: the browser may still send an older one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboards import filters as f
from dashboards.filters import Dropped, Filters, Options, Params
from dashboards.safe import markdown

_READ, _PAGE, _DROPPED, _BUILD = "_url_read", "_page", "_dropped", "_build_pin"


def widget(name: str) -> str:
    """Return the widget key of one field of Filters."""
    return f"f_{f.KEYS[name]}"


def incoming(page: str) -> dict[str, list[str]]:
    """Return the parameters this rerun goes by: the URL's where it is to be believed, else the widgets' state."""
    url = {key: st.query_params.get_all(key) for key in st.query_params}
    first = not st.session_state.get(_READ)
    moved = st.session_state.get(_PAGE) not in {None, page} and bool(url)
    history = bool(getattr(get_script_run_ctx(), "is_history_navigation", False))
    st.session_state[_READ], st.session_state[_PAGE] = True, page
    if first or moved or history:
        st.session_state[_DROPPED] = []
        st.session_state[_BUILD] = (url.get(f.BUILD_KEY) or [""])[0] or None
        return url
    return _from_widgets()


def _from_widgets() -> dict[str, list[str]]:
    state: dict[str, Any] = {name: st.session_state.get(widget(name)) for name in f.KEYS}
    return {f.KEYS[name]: _strings(value) for name, value in state.items() if value is not None}


def _strings(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(v) for v in value]
    return [value.isoformat() if isinstance(value, date) else str(value)]


def pinned_build() -> str | None:
    """Return the build the reader holds on to, if any."""
    pin: str | None = st.session_state.get(_BUILD)
    return pin


def unpin() -> None:
    """Follow the current build again."""
    st.session_state[_BUILD] = None


def reset() -> None:
    """Put every filter at rest and forget what was dropped."""
    for name in f.KEYS:
        st.session_state.pop(widget(name), None)
    st.session_state[_DROPPED] = []
    unpin()


def dismiss() -> None:
    """Forget what was dropped."""
    st.session_state[_DROPPED] = []


def note(dropped: list[Dropped]) -> None:
    """Remember dropped values until the reader resets or dismisses the notice."""
    known = st.session_state.setdefault(_DROPPED, [])
    known.extend(d for d in dropped if d not in known)


def show_dropped() -> None:
    """Say which values of the link were not used."""
    dropped: list[Dropped] = st.session_state.get(_DROPPED, [])
    if not dropped:
        return
    lines = "\n".join(f"- **{markdown(d.key)}** = {markdown(d.value[:80])}: {d.reason}" for d in dropped)
    st.warning(f"{lines}\n\nThe rest of the link is applied.", title="Part of the link was dropped")
    with st.container(horizontal=True):
        st.button("Reset filters", key="reset_dropped", on_click=reset)
        st.button("Dismiss", key="dismiss_dropped", on_click=dismiss)


def seed(filters: Filters) -> None:
    """Give the widgets the checked filters, before they are drawn."""
    for name in f.KEYS:
        value = getattr(filters, name)
        st.session_state[widget(name)] = list(value) if isinstance(value, tuple) else value


def _multi(label: str, name: str, options: Mapping[str, str], help_text: str | None = None) -> None:
    st.multiselect(
        label,
        list(options),
        key=widget(name),
        format_func=lambda v: options.get(v, v),
        placeholder="All",
        help=help_text,
    )


def draw(options: Options, zone: str) -> None:
    """Draw the bar in the sidebar."""
    with st.sidebar:
        st.subheader("Filters", anchor=False)
        _one("Conflict", "conflict", options.conflicts)
        left, right = st.columns(2)
        left.date_input("From", key=widget("start"), value=None, format="YYYY-MM-DD", help=f"First day, {zone} time.")
        right.date_input("To", key=widget("stop"), value=None, format="YYYY-MM-DD", help=f"Last day, {zone} time.")
        _multi("Sides shown", "sides", options.sides, "Chooses what is shown. Shares keep the same denominator.")
        _multi("Languages", "languages", options.languages, "Detected per comment; und: not detected.")
        _multi("Outlets", "outlets", options.outlets)
        st.selectbox(
            "Event",
            list(options.events),
            key=widget("event"),
            index=None,
            format_func=lambda v: options.events.get(v, v),
            placeholder="Any",
            help="Only comments linked to this event as primary or secondary.",
        )
        st.button("Reset filters", key="reset_filters", on_click=reset, icon=":material/restart_alt:")


def _one(label: str, name: str, options: Mapping[str, str]) -> None:
    st.selectbox(label, list(options), key=widget(name), format_func=lambda v: options.get(v, v))


def choose(label: str, name: str, options: Mapping[str, str]) -> None:
    """Draw a small switch of a page; its value is a filter like any other."""
    st.segmented_control(
        label,
        list(options),
        key=widget(name),
        required=True,
        format_func=lambda v: options[v],
        persist_state="session",
        label_visibility="collapsed",
    )


def write_url(filters: Filters, build_id: str | None) -> None:
    """Bring the address bar up to date."""
    params = f.dump(filters) | ({f.BUILD_KEY: [build_id]} if build_id else {})
    if params != {key: st.query_params.get_all(key) for key in st.query_params}:
        st.query_params.from_dict(params)


def cite(filters: Filters, build_id: str, page: str) -> str:
    """Return a link that shows the same thing later: every filter and the build, spelt out."""
    from urllib.parse import urlencode

    every: Params = f.dump_all(filters, build_id)
    base = str(st.context.url or "").split("?")[0] or f"/{page}"
    return f"{base}?{urlencode(every, doseq=True)}"
