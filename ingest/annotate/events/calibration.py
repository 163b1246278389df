"""Turns what speaks for a link into the share of such links that are right: a logistic fit, kept as a small data file.

The file is written by `fit.py` from articles linked by hand; nothing here knows a conflict.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from math import exp
from pathlib import Path

from ingest.annotate.events.roles import Choice
from ingest.annotate.events.weights import LONG_DAYS

CALIBRATION = Path(__file__).with_name("calibration.toml")
FEATURES = ("logit", "primary", "named", "guessed", "cued", "long", "about", "margin")
GROUPS = {True: "dated", False: "undated"}
LOGIT_MOST = 4.0
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

    Texts with a day of publication and those without (`is_dated` False) have a fit each.
    """
    bias, weights = _fits(path)[is_dated]
    logit = bias + sum(weight * value for weight, value in zip(weights, values, strict=True))
    return min(MOST, max(LEAST, 1 / (1 + exp(-logit))))
