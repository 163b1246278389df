"""Fits the confidence of links to articles linked by hand: `python -m ingest.annotate.events.fit CONFLICT_FOLDER...`.

Writes `calibration.toml`; the same articles and linker give the same file. Run it after a change of weights, vocabulary
or material, and raise METHOD in linker.py. With `--only GROUP` the other groups keep the fit they have; each says by
which linker it was made.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from ingest.annotate.events.calibration import ABOUT_FEATURES, ABOUT_GROUPS, CALIBRATION, FEATURES, GROUPS
from ingest.annotate.events.linker import METHOD, Linker
from ingest.annotate.events.material import FILE, Told, read_told
from ingest.conflict import load_conflict

STRENGTH = 5.0
"""Inverse strength of the L2 penalty: chosen, like FEATURES, by what each event's articles get from those of others."""

NONE_WEIGHT = {True: 3.0, False: 1.0}
"""A dated article about none counts as so many: of those a linker reads more are than of those linked by hand. Pages
without a date were found with a reason to look for them; there it gained nothing, and lost links told late."""

UNDATED_COUNTS = 3
"""A link of a page written without a date counts so many times beside those of articles read without theirs: of the
latter there are many, but they are shorter and easier. Chosen, like STRENGTH, by event."""

GUESSED = FEATURES.index("guessed")

Case = tuple[tuple[float, ...], bool]


def cases(linker: Linker, told: Sequence[Told], is_dated: bool) -> tuple[list[Case], list[Case]]:
    """Return what speaks for each article's being about any event, and whether it is; and the same of each event.

    The latter are events the linker considers for articles that are about some, and whether they were told. With
    `is_dated` False the articles are read without their dates, so that such pages have fits of their own.
    """
    about: list[Case] = []
    found: list[Case] = []
    for known in told:
        article = known.article if is_dated else replace(known.article, published_at=None)
        if is_dated and article.published_at is None:
            continue
        signs, events = linker.considered(article)
        if events:
            about.append((signs, known.primary is not None))
        for event_id, is_primary, values in events if known.primary else ():
            wanted = {known.primary} if is_primary and known.primary else known.events
            if values[GUESSED]:  # an event that takes in the one told is what backing off is for
                wanted = wanted.union(*(linker.ancestors(told_id) for told_id in wanted))
            times = UNDATED_COUNTS if known.article.published_at is None else 1
            found += [(values, event_id in wanted)] * times
    return about, found


def fit(found: Sequence[Case], names: Sequence[str] = FEATURES, weight_of_others: float = 1.0) -> dict[str, float]:
    """Return the bias and the weight of each feature in `names`; cases that are not so count `weight_of_others`.

    Raises ValueError where all cases are alike.
    """
    values, told = zip(*found, strict=True)
    weights = [1.0 if hit else weight_of_others for hit in told]
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(np.array(values), told, sample_weight=weights)
    return {"bias": float(model.intercept_[0]), **dict(zip(names, map(float, model.coef_[0]), strict=True))}


def fit_about(found: Sequence[Case], is_dated: bool) -> dict[str, float]:
    """Return the bias and the weights of what tells articles about some event from those about none."""
    return fit(found, ABOUT_FEATURES, NONE_WEIGHT[is_dated])


def _group(found: Sequence[Case], weights: Mapping[str, float]) -> dict[str, str | int | float]:
    right = sum(hit for _, hit in found)
    return {"linker": METHOD, "cases": len(found), "right": right, **{k: round(w, 4) for k, w in weights.items()}}


def _line(key: str, value: str | float) -> str:
    if isinstance(value, str):
        return f'{key} = "{value}"'
    return f"{key} = {value}" if isinstance(value, int) else f"{key} = {value:.4f}"


def main() -> None:
    """Fit to all articles linked by hand in the folders given and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--only", choices=[*ABOUT_GROUPS.values(), *GROUPS.values()], help="fit this group alone")
    arguments = parser.parse_args()
    conflicts = [(Linker(load_conflict(folder)), read_told(folder / FILE)) for folder in arguments.folders]
    groups = tomllib.loads(CALIBRATION.read_text(encoding="utf-8"))
    for is_dated, name in GROUPS.items():
        if arguments.only not in (None, name, ABOUT_GROUPS[is_dated]):
            continue
        both = [cases(linker, told, is_dated) for linker, told in conflicts]
        about = [case for found, _ in both for case in found]
        links = [case for _, found in both for case in found]
        new = {
            ABOUT_GROUPS[is_dated]: _group(about, fit_about(about, is_dated)),
            name: _group(links, fit(links)),
        }
        groups |= {group: told for group, told in new.items() if arguments.only in (None, group)}
    lines = ["# Written by fit.py: log-odds that a text is about any event, that a link is right. Do not edit by hand."]
    for group, told in groups.items():
        lines += ["", f"[{group}]", *(_line(key, value) for key, value in told.items())]
    CALIBRATION.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
