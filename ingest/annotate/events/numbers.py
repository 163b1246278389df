"""Numbers a text states, in figures or in words: "38,000", "sixty-one", "two hundred". Tolls are made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from ingest.annotate.events.phrases import PhraseIndex, phrase_of
from ingest.annotate.events.words import Word, designations, language_data

YEARS = range(1900, 2101)
"""Numbers that are years rather than counts."""

MOST_FIGURES, GROUP = 7, 3
HUNDRED, THOUSAND = 100, 1000


@cache
def _number_words() -> PhraseIndex[int]:
    index: PhraseIndex[int] = PhraseIndex()
    for table in ("numbers", "magnitudes"):
        for value, names in language_data()[table].items():
            for name in names:
                index.add(phrase_of(name), int(value))
    return index


def numbers_in(items: Sequence[Word]) -> list[tuple[int, int]]:
    """Return the numbers among `items`, each with the index of its first word, in order; no years, no designations.

    What follows each other is one number: twenty and one, two times a hundred, a hundred and seventy.
    """
    words = ((hit.first, hit.last, hit.values[0]) for hit in _number_words().find(items))
    found: list[tuple[int, int]] = []
    after, part = -1, 0
    for first, last, value in sorted((*words, *_in_figures(items))):
        gap = first - after if found else GROUP
        if gap == 0 and value in {HUNDRED, THOUSAND} and 0 < part < value:
            found[-1] = (found[-1][0], found[-1][1] + part * (value - 1))
        elif gap <= (part >= HUNDRED) and 0 < value < part and part % 10 == 0:
            found[-1] = (found[-1][0], found[-1][1] + value)
        else:
            found.append((first, value))
        after, part = last + 1, value
    return found


def _in_figures(items: Sequence[Word]) -> Iterator[tuple[int, int, int]]:
    """Yield the first and last word of numbers in figures, and their value; their groups of three are one."""
    numbered = {word.end for word in designations(items)}
    after = 0
    for at, item in enumerate(items):
        figures = item.key.partition("'")[0]  # "21'e"
        if at < after or not figures.isdecimal() or item.end in numbered:
            continue
        after = at + 1
        while _is_group(items, after) and len(figures) <= GROUP * (after - at):
            figures += items[after].key.partition("'")[0]
            after += 1
        is_year = after == at + 1 and int(figures) in YEARS
        if len(figures) <= MOST_FIGURES and not is_year:
            yield at, after - 1, int(figures)


def _is_group(items: Sequence[Word], at: int) -> bool:
    """Say whether a word is three figures that stand one character, a point or a space, after the word before."""
    if at >= len(items) or items[at].start != items[at - 1].end + 1:
        return False
    figures = items[at].key.partition("'")[0]
    return len(figures) == GROUP and figures.isdecimal()
