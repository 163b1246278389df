"""Turns what speaks for a link into the share of such links that are right: logistic fits, kept as a small data file.

Two are asked of every text: whether it is about any event at all, and which of its links are right if it is. No link is
surer than the former. The file is written by `fit.py` from articles linked by hand; nothing here knows a conflict.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from math import exp
from pathlib import Path

from ingest.annotate.events.roles import Choice
from ingest.annotate.events.sentences import Reading
from ingest.annotate.events.vocabulary import Vocabulary
from ingest.annotate.events.weights import LONG_DAYS

CALIBRATION = Path(__file__).with_name("calibration.toml")
FEATURES = ("logit", "primary", "named", "guessed", "cued", "long", "about", "margin", "typed", "strength")
ABOUT_FEATURES = ("density", "fields", "depth", "logit", "guessed")
GROUPS = {True: "dated", False: "undated"}
ABOUT_GROUPS = {True: "about_dated", False: "about_undated"}
LOGIT_MOST = 4.0
DENSE, FEW, DEEP = 10, 30, 60
"""One word of strife, or of another field, in so many is the most that counts; of other fields a headline's one word
counts as one of FEW; so many words down is as deep as any."""

LEAST, MOST = 0.01, 0.99
"""No link is certain, and none impossible: the fit has seen some hundred of each."""


def features(choice: Choice, is_primary: bool, relevance: float) -> tuple[float, ...]:
    """Return what FEATURES names, of one link: log-odds, relevance, margin; else 0 or 1.

    `strength` are the log-odds again, where it is the primary one: those tell more of it than of what stands beside it.
    """
    best, logit = choice.evidence[0], min(LOGIT_MOST, choice.logit)
    return (
        logit,
        float(is_primary),
        float(best.named),
        float(choice.is_back_off),
        float(choice.is_cued),
        float(choice.profile.days > LONG_DAYS),
        relevance,
        choice.margin,
        float(best.typed),
        logit if is_primary else 0.0,
    )


def about_features(
    reading: Reading, chosen: Sequence[Choice], primary: Choice | None, vocabulary: Vocabulary
) -> tuple[float, ...]:
    """Return what ABOUT_FEATURES names, of a text and the events it may tell (at least one).

    That is how dense its words of strife are and those of other fields, how far down the first sentence of any event
    stands, each 0..1, the most log-odds of any event, and whether the main one is only guessed. News of other things
    may name the place, the sides and the day of an event, but tells what was done there late, in passing or not at all,
    and borrows words of strife for goals and hailstones.
    """
    lengths = [len(unit.words) for unit in reading.units]
    words = sum(lengths)
    told = sum(len(vocabulary.telling & unit.concepts.keys()) for unit in reading.units)
    fields = sum(len(vocabulary.elsewhere & unit.concepts.keys()) for unit in reading.units)
    first = min(evidence.unit.number for choice in chosen for evidence in choice.evidence)
    return (
        min(1.0, DENSE * told / max(1, words)),
        min(1.0, DENSE * fields / max(FEW, words)),
        min(1.0, sum(lengths[:first]) / DEEP),
        min(LOGIT_MOST, max(choice.logit for choice in chosen)),
        float((primary or chosen[0]).is_back_off),
    )


@cache
def _fits(path: Path) -> dict[str, tuple[float, tuple[float, ...]]]:
    with path.open("rb") as file:
        data: Mapping[str, Mapping[str, float]] = tomllib.load(file)
    names = dict.fromkeys(GROUPS.values(), FEATURES) | dict.fromkeys(ABOUT_GROUPS.values(), ABOUT_FEATURES)
    return {
        group: (data[group]["bias"], tuple(data[group][feature] for feature in features))
        for group, features in names.items()
    }


def _share(group: str, values: Sequence[float], path: Path) -> float:
    bias, weights = _fits(path)[group]
    logit = bias + sum(weight * value for weight, value in zip(weights, values, strict=True))
    return min(MOST, max(LEAST, 1 / (1 + exp(-logit))))


def about(values: Sequence[float], is_dated: bool, path: Path = CALIBRATION) -> float:
    """Return the share of texts with such `values` (see `about_features`) that are about any event, LEAST to MOST."""
    return _share(ABOUT_GROUPS[is_dated], values, path)


def confidence(values: Sequence[float], is_dated: bool, path: Path = CALIBRATION) -> float:
    """Return the share of links with such `values` (see `features`) that are right, LEAST to MOST.

    It is that of texts that are about some event: see `about`. Texts with a day of publication and those without
    (`is_dated` False) have a fit each.
    """
    return _share(GROUPS[is_dated], values, path)
