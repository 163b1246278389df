"""Turns what speaks for a link into the share of such links that are right: a logistic fit, kept as a small data file.

The file is written by `fit.py` from articles linked by hand; nothing here knows a conflict.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from math import exp
from pathlib import Path

from ingest.annotate.events.roles import KEEP, Choice
from ingest.annotate.events.weights import LONG_DAYS

CALIBRATION = Path(__file__).with_name("calibration.toml")
FEATURES = ("logit", "primary", "named", "guessed", "cued", "long", "about", "margin")
_GUESSED = FEATURES.index("guessed")
GROUPS = {True: "dated", False: "undated"}
LOGIT_MOST = 4.0
SHRUNK = {True: 1.0, False: 0.9}
"""What confidences are taken down by where a page has no date: they are fitted to articles whose dates were hidden, and
what is written without one is harder. The mildest tenth at which the links of 42 such articles, as first read, were on
average no more than 0.05 surer than they were right (0.70, 0.65; before: 0.76, 0.61)."""

LEAST, MOST = 0.01, 0.99
"""No link is certain, and none impossible: the fit has seen some hundred of each."""


def features(choice: Choice, is_primary: bool, relevance: float) -> tuple[float, ...]:
    """Return what FEATURES names, of one link: log-odds, relevance, margin; else 0 or 1."""
    best = choice.evidence[0]
    return (
        min(LOGIT_MOST, choice.logit),
        float(is_primary),
        float(best.named),
        float(choice.is_back_off),
        float(choice.is_cued),
        float(choice.profile.days > LONG_DAYS),
        relevance,
        choice.margin,
    )


@cache
def _fits(path: Path) -> dict[bool, tuple[float, tuple[float, ...]]]:
    with path.open("rb") as file:
        data: Mapping[str, Mapping[str, float]] = tomllib.load(file)
    return {
        is_dated: (data[name]["bias"], tuple(data[name][feature] for feature in FEATURES))
        for is_dated, name in GROUPS.items()
    }


def confidence(values: Sequence[float], is_dated: bool, path: Path = CALIBRATION) -> float:
    """Return the share of links with such `values` (see `features`) that are right, LEAST to MOST.

    Texts with a day of publication and those without (`is_dated` False) have a fit each; the latter is SHRUNK, but what
    was backed off to is not lost by that: it is there for want of anything surer, and for an engineer to see.
    """
    bias, weights = _fits(path)[is_dated]
    logit = bias + sum(weight * value for weight, value in zip(weights, values, strict=True))
    share = min(MOST, max(LEAST, 1 / (1 + exp(-logit))))
    is_kept = bool(values[_GUESSED]) and share >= KEEP
    return max(SHRUNK[is_dated] * share, KEEP if is_kept else 0.0)
