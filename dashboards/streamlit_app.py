"""Entry of the dashboards: which build, which filters, which page; everything the pages share is drawn here."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from dashboards import context, filter_bar, freshness, store
from dashboards import filters as f
from dashboards.context import Context
from dashboards.queries import conflicts
from dashboards.safe import markdown
from ingest.warehouse.current import BuildInfo, NoBuildError

st.set_page_config(page_title="Parley", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide")

page = st.navigation(
    [
        st.Page("app_pages/overview.py", title="Overview", icon=":material/monitoring:", default=True),
        st.Page("app_pages/events.py", title="Events", icon=":material/event:"),
        st.Page("app_pages/comments.py", title="Comments", icon=":material/forum:"),
        st.Page("app_pages/data_method.py", title="Data & method", icon=":material/science:", url_path="data_method"),
    ],
    position="top",
)


def _choose_build() -> tuple[BuildInfo, bool]:
    """Return the build to show and whether it is held on to although another is current."""
    current = store.current()
    wanted = filter_bar.pinned_build()
    if wanted is None or wanted == current.build_id:
        return current, wanted is not None
    kept = store.pinned(wanted)
    if kept is None:
        filter_bar.note([f.Dropped(f.BUILD_KEY, wanted, "that build is not kept (any more); this is the current one")])
        filter_bar.unpin()
        return current, False
    return kept, True


def _copy_link(ctx: Context) -> None:
    with st.sidebar, st.popover("Copy link", icon=":material/link:", width="stretch", key="copy_link"):
        st.caption("Every filter and the build, so that it shows the same thing later.")
        st.code(filter_bar.cite(ctx.filters, ctx.build.build_id, page.url_path), language=None, wrap_lines=True)


def _known_conflicts(build: BuildInfo) -> pd.DataFrame:
    known = store.fetch(build, conflicts())
    if known.empty:
        raise NoBuildError(f"build {build.build_id} holds no conflict; add one under data/conflicts and `parley run`")
    return known


try:
    params = filter_bar.incoming(page.url_path)
    build, pinned = _choose_build()
    known = _known_conflicts(build)
    names = dict(zip(known["conflict_id"], known["name"], strict=True))
    conflict, dropped = f.pick_conflict(params, names)
    options = context.read_options(build, conflict, names)
    chosen, more = f.parse(params, conflict, options)
    filter_bar.note(dropped + more)
    filter_bar.seed(chosen)
    zone = str(known.set_index("conflict_id").loc[conflict, "time_zone"] or "UTC")
    ctx = Context(build, chosen, options, zone, names[conflict], pinned)
    context.put(ctx)
    filter_bar.draw(options, zone)
    _copy_link(ctx)
    freshness.banner(ctx)
    filter_bar.show_dropped()
    page.run()
    filter_bar.write_url(chosen, build.build_id if pinned else None)
except NoBuildError as error:
    st.title("Parley")
    st.error(markdown(str(error)), title="There is nothing to show", icon=":material/database_off:")
    st.caption("`make run` builds the warehouse from the embedded, invented corpus; then reload this page.")
