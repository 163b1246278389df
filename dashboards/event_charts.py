"""Charts of events: where they were, when, as precisely as that is known, and what was said before and on them.

Pure, as `charts`: frames in, chart and text out. The map asks nobody for tiles and draws no borders, which are part of
what is fought over: the places named show the way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd

from dashboards import tables
from dashboards.charts import Palette, band, color_of_sides
from dashboards.figures import percent

_TYPE_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_TYPE_SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "triangle-right")
_RADIUS_KM = {2: 25, 3: 50, 4: 100, 5: 100}
"""How far from its point an event may have been, by UCDP's geo_precision (1 is exact)."""
_PRECISION = {1: "exact place", 2: "near the place", 3: "district", 4: "province", 5: "along a line"}
_NEAR = 2
_EARTH_KM = 6371.0
_NO_TYPE = "No type"
_ROOM: Any = {"expr": "containerSize()[0] < 500 ? 130 : 260"}
_PICK = "pick"


def located(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per event with comments and coordinates, those with most comments first.

    `rows` are those of `event_queries.events`: one per event and side.
    """
    one = rows.drop_duplicates("event_id")
    one = one[(one["event_comments"] > 0) & one["lat"].notna() & one["lon"].notna()]
    known = one.sort_values("event_comments", ascending=False)
    names = known["place_names"].where(known["place_names"].fillna("") != "", known["place"])
    return pd.DataFrame(
        {
            "event_id": known["event_id"],
            "event": known["name"],
            "dates": [tables.dates(row) for row in known.itertuples()],
            "names": names.fillna("unnamed"),
            "precision": known["geo_precision"].map(lambda p: _PRECISION.get(int(p), "country or wider")),
            "type": known["event_type"].fillna(_NO_TYPE),
            "lat": known["lat"].astype(float),
            "lon": known["lon"].astype(float),
            "geo_precision": known["geo_precision"].astype(int),
            "comments": known["event_comments"].astype(int),
            "n": known["n"].astype(int),
            "commenters": known["event_commenters"].astype(int),
            "here": known.groupby(["lat", "lon"])["event_id"].transform("count").astype(int),
        }
    )


def ring(lat: float, lon: float, radius_km: float, corners: int = 48) -> dict[str, Any]:
    """Return the GeoJSON polygon of a circle on the globe; clockwise, as D3 wants what is inside."""
    points = []
    turn, reach = math.radians(lat), radius_km / _EARTH_KM
    for corner in range(corners + 1):
        bearing = 2 * math.pi * corner / corners
        north = math.asin(math.sin(turn) * math.cos(reach) + math.cos(turn) * math.sin(reach) * math.cos(bearing))
        east = math.atan2(
            math.sin(bearing) * math.sin(reach) * math.cos(turn), math.cos(reach) - math.sin(turn) * math.sin(north)
        )
        points.append([round(lon + math.degrees(east), 4), round(math.degrees(north), 4)])
    return {"type": "Polygon", "coordinates": [points]}


def where(events: pd.DataFrame) -> Any:
    """Return the map of `located` events; where most was said the place is named."""
    names = sorted(events["type"].unique())
    colors = [_TYPE_COLORS[i % len(_TYPE_COLORS)] for i in range(len(names))]
    shapes = [_TYPE_SHAPES[i % len(_TYPE_SHAPES)] for i in range(len(names))]
    legend = alt.Legend(orient="bottom", columns=1, symbolSize=130, symbolOpacity=1, labelLimit=300)
    at = {"longitude": "lon:Q", "latitude": "lat:Q"}
    tooltip = [
        alt.Tooltip("event:N", title="Event"),
        alt.Tooltip("dates:N", title="Dates"),
        alt.Tooltip("names:N", title="Place, by its names"),
        alt.Tooltip("precision:N", title="Place known as"),
        alt.Tooltip("comments:Q", title="Comments"),
        alt.Tooltip("commenters:Q", title="Commenters"),
        alt.Tooltip("n:Q", title="n (with text)"),
        alt.Tooltip("here:Q", title="Events at this very point"),
    ]
    pick = alt.selection_point(name=_PICK, fields=["event_id"], on="click", empty=False)
    layers: list[Any] = []
    rings = [
        {"type": "Feature", "geometry": ring(row.lat, row.lon, _RADIUS_KM[row.geo_precision]), "properties": {}}
        for row in events.itertuples()
        if row.geo_precision in _RADIUS_KM
    ]
    if rings:
        layers.append(
            alt.Chart(alt.InlineData(values=rings)).mark_geoshape(
                filled=False, stroke="#7A7A7A", strokeDash=[3, 3], strokeWidth=1, opacity=0.7
            )
        )
    layers += [
        alt.Chart(events)
        .mark_point(filled=True, opacity=0.7, stroke="white", strokeWidth=1)
        .encode(
            **at,
            size=alt.Size("comments:Q", title="Comments", scale=alt.Scale(range=[50, 650]), legend=None),
            color=alt.Color("type:N", title=None, scale=alt.Scale(domain=names, range=colors), legend=legend),
            shape=alt.Shape("type:N", title=None, scale=alt.Scale(domain=names, range=shapes), legend=legend),
            order=alt.Order("comments:Q", sort="descending"),
            tooltip=tooltip,
        )
        .add_params(pick),
        # Twice, the first time as a white edge, so that names are read over marks and rings.
        *(
            alt.Chart(_labels(events)).mark_text(dy=-17, fontSize=11, **edge).encode(**at, text="name:N")
            for edge in ({"stroke": "white", "strokeWidth": 3}, {"color": "#333333"})
        ),
    ]
    return alt.layer(*layers).project(type="mercator").properties(height=460)


def _labels(events: pd.DataFrame, most: int = 14, apart: float = 0.05) -> pd.DataFrame:
    """Return the places most was said about, by one name each, no two so near that the names would overlap."""
    room = (events[["lat", "lon"]].max() - events[["lat", "lon"]].min()).clip(lower=0.5)
    # What is known by its district alone has no point to stand a name at.
    exact = events[events["geo_precision"] <= _NEAR]
    spots = exact.groupby(["lat", "lon"], as_index=False).agg(names=("names", "first"), comments=("comments", "sum"))
    kept: list[Any] = []
    for spot in spots.sort_values("comments", ascending=False).itertuples():
        if len(kept) < most and all(
            abs(spot.lat - other.lat) > apart * room["lat"] or abs(spot.lon - other.lon) > 4 * apart * room["lon"]
            for other in kept
        ):
            kept.append(spot)
    rows = [{"name": s.names.split(" / ")[0], "lat": s.lat, "lon": s.lon} for s in kept]
    return pd.DataFrame(rows, columns=["name", "lat", "lon"])


def where_words(events: pd.DataFrame) -> str:
    """Return the alternative text of the map."""
    told = "; ".join(
        f"{e.event}, {e.names.split(' / ')[0]} ({e.precision}), {e.comments:,} comments"
        for e in events.head(10).itertuples()
    )
    return f"{len(events):,} events on the map. {told}."


def spans(rows: pd.DataFrame, first: date, last: date, most: int = 20) -> pd.DataFrame:
    """Return the events with most comments that touch [first, last], with their days and the days they may have been.

    `low` to `high` are what the date's precision allows, `start` to `stop` what is stated; all end exclusive, in UTC,
    and cut to the days shown.
    """
    found = []
    for event in rows.drop_duplicates("event_id").itertuples():
        start = pd.Timestamp(event.start_date).date()
        end = start if pd.isna(event.end_date) else pd.Timestamp(event.end_date).date()
        low, high = band(start, end, int(event.date_precision))
        if event.event_comments <= 0 or high <= first or low > last:
            continue
        stop = last + timedelta(days=1)
        found.append(
            {
                "event_id": event.event_id,
                "event": event.name,
                "dates": tables.dates(event),
                "start": _utc(min(max(start, first), last)),
                "stop": _utc(max(min(end + timedelta(days=1), stop), first)),
                "low": _utc(max(low, first)),
                "high": _utc(min(high, stop)),
                "comments": int(event.event_comments),
                "n": int(event.n),
                "commenters": int(event.event_commenters),
            }
        )
    columns = ["event_id", "event", "dates", "start", "stop", "low", "high", "comments", "n", "commenters"]
    shown = pd.DataFrame(found, columns=columns).sort_values("comments", ascending=False).head(most)
    return shown.sort_values(["start", "event"], ignore_index=True)


def _utc(day: date) -> pd.Timestamp:
    return pd.Timestamp(day).tz_localize("UTC")


def when(events: pd.DataFrame, zone: str) -> Any:
    """Return the timeline of `spans`: a grey band for the days it may have been, a bar for those stated."""
    order = list(events["event"])
    y = alt.Y("event:N", title=None, sort=order, axis=alt.Axis(labelLimit=_ROOM, ticks=False, domain=False, grid=True))
    axis = alt.Axis(format="%d %b %y", labelOverlap=True, tickCount=8)
    x = alt.X("low:T", title=f"Day ({zone} time)", scale=alt.Scale(type="utc"), axis=axis)
    tooltip = [
        alt.Tooltip("event:N", title="Event"),
        alt.Tooltip("dates:N", title="Dates"),
        alt.Tooltip("comments:Q", title="Comments"),
        alt.Tooltip("commenters:Q", title="Commenters"),
        alt.Tooltip("n:Q", title="n (with text)"),
    ]
    pick = alt.selection_point(name=_PICK, fields=["event_id"], on="click", empty=False)
    base = alt.Chart(events).encode(y=y, tooltip=tooltip)
    return alt.layer(
        base.mark_bar(height=15, color="#7A7A7A", opacity=0.28).encode(x=x, x2="high:T"),
        base.mark_bar(height=7, color="#0072B2", minBandSize=2).encode(x=alt.X("start:T"), x2="stop:T"),
        base.mark_point(filled=True, color="#0072B2", stroke="white", strokeWidth=1, opacity=1)
        .encode(x=alt.X("start:T"), size=alt.Size("comments:Q", scale=alt.Scale(range=[40, 420]), legend=None))
        .add_params(pick),
    ).properties(height=alt.Step(24))


def when_words(events: pd.DataFrame) -> str:
    """Return the alternative text of the timeline."""
    return (
        "Events by day. "
        + "; ".join(f"{e.event}, {e.dates}, {e.comments:,} comments" for e in events.itertuples())
        + "."
    )


def before_after(rows: pd.DataFrame, look: Palette) -> Any:
    """Return each side's share before the event (diamond) and on it (circle), with intervals.

    `rows`: one per side and period: side (name), period, share, low, high, n, text.
    """
    periods = list(dict.fromkeys(rows["period"]))
    y = alt.Y("side:N", title=None, sort=list(look.labels), axis=alt.Axis(labelLimit=170))
    offset = alt.YOffset("period:N", sort=periods)
    x = alt.X("share:Q", title="Share of comments with text", axis=alt.Axis(format="%", tickCount=6))
    color = color_of_sides(look).legend(None)
    tooltip = [
        alt.Tooltip("side:N", title="Side"),
        alt.Tooltip("period:N", title="Period"),
        alt.Tooltip("text:N", title="Share (95 % interval)"),
        alt.Tooltip("n:Q", title="n (with text)"),
    ]
    base = alt.Chart(rows).encode(y=y, yOffset=offset, color=color)
    shape = alt.Shape(
        "period:N",
        title=None,
        sort=periods,
        scale=alt.Scale(domain=periods, range=["diamond", "circle"][-len(periods) :]),
        legend=alt.Legend(orient="top", symbolFillColor="#444444", symbolStrokeColor="#444444"),
    )
    return alt.layer(
        base.mark_rule(strokeWidth=3, opacity=0.55)
        .encode(x=x.scale(domainMin=0), x2="high:Q")
        .transform_calculate(share="datum.low"),
        base.mark_point(size=120, opacity=1, filled=True, strokeWidth=3).encode(
            x=x.scale(domainMin=0), shape=shape, tooltip=tooltip
        ),
    ).properties(height=alt.Step(22))


def before_after_rows(rows: pd.DataFrame, labels: Sequence[str], periods: tuple[str, str]) -> pd.DataFrame:
    """Return `before_after` rows of one event from its rows of `event_queries.events`; small periods are left out."""
    found = []
    for row, label in zip(rows.itertuples(), labels, strict=True):
        prior = (row.prior_is_small, row.prior_share, row.prior_share_low, row.prior_share_high, row.prior_n)
        after = (row.is_small, row.share, row.share_low, row.share_high, row.n)
        for period, (small, share, low, high, n) in zip(periods, (prior, after), strict=True):
            if small or pd.isna(share):
                continue
            text = f"{percent(share)} ({100 * low:.0f}–{100 * high:.0f})"
            found.append(
                {"side": label, "period": period, "share": share, "low": low, "high": high, "n": int(n), "text": text}
            )
    return pd.DataFrame(found, columns=["side", "period", "share", "low", "high", "n", "text"])


def before_after_words(rows: pd.DataFrame) -> str:
    """Return the alternative text of the before and after figure."""
    told = "; ".join(f"{r.side}, {r.period}: {r.text}, n {r.n:,}" for r in rows.itertuples())
    return f"Share of each side before and on the event. {told}."
