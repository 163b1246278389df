"""Charts and the words that stand in for them. Pure: frames in, chart and text out.

One colour per side everywhere (the conflict's own for parties, fixed ones of the Okabe-Ito palette for the others), and
a dash and a shape besides, so that nothing hangs on colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd

from dashboards.figures import percent

_SPARE_COLORS = ("#D55E00", "#F0E442", "#000000", "#0072B2", "#E69F00", "#CC79A7", "#56B4E9")
_DASHES = ([1, 0], [6, 2], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3], [10, 3])
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "stroke")
_HEIGHT = 400
_PICK = "pick"
_SHARE = "Share of comments with text"
NO_MARKERS = pd.DataFrame(columns=["event", "dates", "source", "comments", "low", "high", "number"])


@dataclass(frozen=True)
class Palette:
    """Names, colours, dashes and shapes of the sides shown, in order."""

    labels: tuple[str, ...]
    colors: tuple[str, ...]
    dashes: tuple[list[int], ...]
    shapes: tuple[str, ...]


def palette(sides: Sequence[str], labels: Mapping[str, str], colors: Mapping[str, str | None]) -> Palette:
    """Return the look of `sides`; places depend on all of `labels`, so a side looks the same in every chart."""
    every = list(labels)
    return Palette(
        labels=tuple(labels[s] for s in sides),
        colors=tuple(colors.get(s) or _SPARE_COLORS[every.index(s) % len(_SPARE_COLORS)] for s in sides),
        dashes=tuple(_DASHES[every.index(s) % len(_DASHES)] for s in sides),
        shapes=tuple(_SHAPES[every.index(s) % len(_SHAPES)] for s in sides),
    )


def band(start: date, end: date | None, precision: int) -> tuple[date, date]:
    """Return the days an event may cover, end exclusive, from its date precision (UCDP: 1 day ... 3 week, 4 month)."""
    last = end or start
    if precision == 2:
        start, last = start - timedelta(days=2), last + timedelta(days=2)
    elif precision == 3:
        start = start - timedelta(days=start.weekday())
        last = last + timedelta(days=6 - last.weekday())
    elif precision >= 4:
        start = start.replace(day=1)
        last = (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return start, last + timedelta(days=1)


def markers(events: pd.DataFrame, first: date, last: date, limit: int = 8) -> pd.DataFrame:
    """Return the events with most comments whose band touches [first, last], numbered by date.

    `events` has one row per event: name, start_date, end_date, date_precision, source_refs, event_comments.
    """
    rows = []
    for event in events.itertuples():
        end = None if pd.isna(event.end_date) else pd.Timestamp(event.end_date).date()
        low, high = band(pd.Timestamp(event.start_date).date(), end, int(event.date_precision))
        if low <= last and high > first and event.event_comments > 0:
            sources = event.source_refs if event.source_refs is not None else []
            rows.append(
                {
                    "event": event.name,
                    "dates": str(low) if high - low == timedelta(days=1) else f"{low} to {high - timedelta(days=1)}",
                    "source": ", ".join(map(str, sources)) or "none given",
                    "comments": event.event_comments,
                    "low": _utc(max(low, first)),
                    "high": _utc(min(high, last + timedelta(days=1))),
                }
            )
    if not rows:
        return NO_MARKERS
    found = pd.DataFrame(rows).nlargest(limit, "comments").sort_values("low", ignore_index=True)
    return found.assign(number=[str(i + 1) for i in range(len(found))])


def _utc(day: Any) -> pd.Timestamp:
    return pd.Timestamp(day).tz_localize("UTC")


def _x(rows: pd.DataFrame, zone: str, period: str) -> alt.X:
    title = f"{'Week beginning' if period == 'week' else 'Day'} ({zone} time)"
    # Ticks stand on the periods themselves, about a dozen at most: Vega's own may fall between days.
    days = sorted(rows["at"].unique())
    ticks = [day.isoformat() for day in days[:: len(days) // 12 + 1]]
    axis = alt.Axis(format="%d %b", labelOverlap=True, values=ticks)
    return alt.X("at:T", title=title, scale=alt.Scale(type="utc"), axis=axis)


def color_of_sides(look: Palette) -> alt.Color:
    """Return the colour of each side, with its legend."""
    scale = alt.Scale(domain=list(look.labels), range=list(look.colors))
    return alt.Color(
        "side:N",
        title=None,
        scale=scale,
        legend=alt.Legend(orient="top", columns=3, symbolOpacity=1, symbolStrokeWidth=0),
    )


def _dash(look: Palette) -> alt.StrokeDash:
    scale = alt.Scale(domain=list(look.labels), range=list(look.dashes))
    return alt.StrokeDash("side:N", scale=scale, legend=None)


def _shape(look: Palette) -> alt.Shape:
    return alt.Shape("side:N", scale=alt.Scale(domain=list(look.labels), range=list(look.shapes)), legend=None)


_TOOLTIP = [
    alt.Tooltip("day_text:N", title="Day"),
    alt.Tooltip("side:N", title="Side"),
    alt.Tooltip("share_text:N", title="Share (95 % interval)"),
    alt.Tooltip("comments:Q", title="Comments of the side"),
    alt.Tooltip("n:Q", title="n (with text)"),
    alt.Tooltip("commenters:Q", title="Commenters"),
]


def _event_layers(events: pd.DataFrame) -> list[alt.Chart]:
    if events.empty:
        return []
    tooltip = [alt.Tooltip(f"{c}:N", title=c.capitalize()) for c in ("event", "dates", "source")]
    base = alt.Chart(events).encode(x=alt.X("low:T"), tooltip=tooltip)
    # Events of one day share a mark: their numbers would be printed one over the other.
    shared = events.assign(number=events.groupby("low")["number"].transform(", ".join)).drop_duplicates("low")
    numbers = alt.Chart(shared).encode(x=alt.X("low:T"), tooltip=tooltip)
    return [
        base.mark_rect(color="#7A7A7A", opacity=0.14).encode(x2="high:T"),
        base.mark_rule(color="#7A7A7A", opacity=0.5, strokeWidth=1),
        numbers.mark_text(align="left", dx=3, dy=8, fontSize=11, color="#444444").encode(
            y=alt.value(0), text="number:N"
        ),
    ]


def trend(rows: pd.DataFrame, events: pd.DataFrame, look: Palette, zone: str, period: str, measure: str) -> Any:
    """Return shares with their interval ribbon, or counts, over time. `rows` is prepared by `timed`."""
    color, x = color_of_sides(look), _x(rows, zone, period)
    base = alt.Chart(rows)
    pick = alt.selection_point(name=_PICK, fields=["day_text", "side"], on="click", nearest=False, empty=False)
    if measure == "count":
        drawn = [
            alt.Chart(_stacked(rows, period))
            .mark_rect(stroke="white", strokeWidth=0.5)
            .encode(x=x, x2="until:T", y=alt.Y("low:Q", title="Comments"), y2="high:Q", color=color, tooltip=_TOOLTIP)
            .add_params(pick)
        ]
    else:
        y = alt.Y("share:Q", title=_SHARE, axis=alt.Axis(format="%"), scale=alt.Scale(domainMin=0))
        drawn = [
            base.mark_area(opacity=0.16).encode(x=x, y=alt.Y("share_low:Q", title=""), y2="share_high:Q", color=color),
            base.mark_line(strokeWidth=2).encode(x=x, y=y, color=color, strokeDash=_dash(look)),
            base.mark_point(filled=True, size=55, opacity=1)
            .encode(x=x, y=y, color=color, shape=_shape(look), tooltip=_TOOLTIP)
            .add_params(pick),
        ]
    return alt.layer(*_event_layers(events), *drawn).properties(height=_HEIGHT).resolve_scale(strokeDash="shared")


def _stacked(rows: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return each count as the rectangle it fills: Vega-Lite does not stack bars that have a width in time."""
    high = rows.groupby("at")["comments"].cumsum()
    until = rows["at"] + timedelta(days=7 if period == "week" else 1)
    return rows.assign(high=high, low=high - rows["comments"], until=until)


def timed(rows: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Return trend rows ready to draw: instants in UTC, side names, shares of small cells taken out."""
    small = rows["is_small"].astype(bool)
    shares = rows[["share", "share_low", "share_high"]].mask(small)
    return rows.assign(
        at=pd.to_datetime(rows["day"]).dt.tz_localize("UTC"),
        day_text=rows["day"].map(lambda d: str(pd.Timestamp(d).date())),
        side_id=rows["side"],
        side=rows["side"].map(lambda s: labels.get(s, s)),
        share=shares["share"],
        share_low=shares["share_low"],
        share_high=shares["share_high"],
        share_text=[
            "too few" if hidden else f"{percent(r.share)} ({100 * r.share_low:.0f}–{100 * r.share_high:.0f})"
            for hidden, r in zip(small, rows.itertuples(), strict=True)
        ],
    )


def coverage(rows: pd.DataFrame, zone: str) -> Any:
    """Return pages read per outlet and status (rows) and day of fetch (columns)."""
    rows = rows.assign(row=rows["outlet"] + " · " + rows["status"])
    x = alt.X("day_text:O", title=f"Day of fetch ({zone} time)", axis=alt.Axis(labelAngle=-45, labelOverlap=True))
    y = alt.Y("row:N", title=None, axis=alt.Axis(labelLimit=340))
    cells = alt.Chart(rows).encode(x=x, y=y)
    color = alt.Color("pages:Q", title="Pages", scale=alt.Scale(scheme="blues", domainMin=0))
    tooltip = [alt.Tooltip(c) for c in ("outlet:N", "status:N", "day_text:N", "pages:Q")]
    busy = int(rows["pages"].max()) // 2
    ink = alt.condition(alt.datum.pages > busy, alt.value("white"), alt.value("#222222"))
    return alt.layer(
        cells.mark_rect(stroke="white").encode(color=color, tooltip=tooltip),
        cells.mark_text(fontSize=11).encode(text="pages:Q", color=ink),
    ).properties(height=alt.Step(26))


def trend_words(rows: pd.DataFrame, events: pd.DataFrame, measure: str, period: str) -> str:
    """Return the alternative text of a trend: range and newest value of each side, with n."""
    if rows.empty:
        return "No data"
    days = f"{rows['day_text'].min()} to {rows['day_text'].max()}"
    unit = "week" if period == "week" else "day"
    parts = [f"{'Share' if measure == 'share' else 'Count'} of comments per side by {unit}, {days}."]
    for side, group in rows.groupby("side", sort=False):
        if measure == "count":
            parts.append(f"{side}: {group['comments'].sum():,} in all, {group['comments'].max():,} at most.")
            continue
        known = group.dropna(subset=["share"])
        if known.empty:
            parts.append(f"{side}: too few to show.")
            continue
        last = known.iloc[-1]
        parts.append(
            f"{side}: {percent(known['share'].min())} to {percent(known['share'].max())}, "
            f"last {last['share_text']}, n {last['n']:,}."
        )
    if len(events):
        parts.append(
            "Events marked: " + "; ".join(f"{e.number} {e.event}, {e.dates}" for e in events.itertuples()) + "."
        )
    return " ".join(parts)
