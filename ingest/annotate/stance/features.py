"""Word and character n-grams tied to roles.

A bag of words is the same for both parties; what tells them apart is where the roles stand. So words are counted as
they are, beside each role, between the roles they stand between ("T0|", "TR|"), and per sentence under the set of
roles it names ("T", "R", "TR", "0"); characters are counted under that last heading, which reaches inflected and
misspelled words; classes of words ("%") reach those the corpus lacks. Each feature remembers the token it came from,
so that a linear weight can be shown in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ingest.annotate.stance.masking import PLACE, RIVAL, TARGET
from ingest.annotate.stance.polarity import Polarity
from ingest.annotate.stance.words import BREAK

WINDOW = 4
STEM = 5
GRAM = 4
PARTY = "PARTY"

_ROLE_LETTER = {
    **dict.fromkeys((TARGET, TARGET + "+", TARGET + "-"), "T"),
    **dict.fromkeys((RIVAL, RIVAL + "+", RIVAL + "-"), "R"),
}

Features = tuple[list[str], list[int]]
"""Feature names and, for each, the index of the token it stands at."""


@lru_cache(maxsize=100_000)
def grams(word: str) -> tuple[str, ...]:
    """Return the character 4-grams of a word with its ends marked; the short word itself where it has none."""
    padded = f"<{word}>"
    return tuple(padded[i : i + GRAM] for i in range(len(padded) - GRAM + 1)) or (padded,)


@lru_cache(maxsize=100_000)
def _headed_grams(head: str, word: str) -> tuple[str, ...]:
    return tuple(f"{head}~{piece}" for piece in grams(word))


def _sentences(tokens: Sequence[str]) -> Iterable[tuple[int, int]]:
    start = 0
    for i, token in enumerate(tokens):
        if token == BREAK:
            if i > start:
                yield start, i
            start = i + 1
    if len(tokens) > start:
        yield start, len(tokens)


def _signature(letters: set[str]) -> str:
    return "TR" if len(letters) == 2 else next(iter(letters), "0")


def _windows(tokens: Sequence[str], start: int, end: int, names: list[str], places: list[int]) -> None:
    for at in range(start, end):
        role = tokens[at]
        if role not in _ROLE_LETTER and role != PLACE:
            continue
        for near in range(max(start, at - WINDOW), min(end, at + WINDOW + 1)):
            if near != at:
                names.append(f"{role}{'<' if near < at else '>'}{tokens[near][:STEM]}")
                places.append(near)


def _next_roles(tokens: Sequence[str], start: int, end: int) -> list[str]:
    """Return for each token of a sentence the letter of the next role after it, "0" where none follows."""
    letters = ["0"] * (end - start)
    coming = "0"
    for at in range(end - 1, start - 1, -1):
        letters[at - start] = coming
        coming = _ROLE_LETTER.get(tokens[at], coming)
    return letters


def _class_features(
    tokens: Sequence[str], start: int, end: int, topic: str, polarity: Polarity, names: list[str], places: list[int]
) -> None:
    """Add the sentence's word classes by where they stand between the roles, and the order of roles and classes."""
    coming = _next_roles(tokens, start, end)
    passed, negated = "0", ""
    order: list[str] = []
    for at in range(start, end):
        token = tokens[at]
        role = _ROLE_LETTER.get(token)
        kind = "" if role or token == PLACE else polarity[token]
        if role:
            passed = role
            order.append(role)
        elif token == PLACE:
            order.append("P")
        if kind == "not":
            negated = "~"
        elif kind:
            order.append(kind)
            names += (f"%{topic}:{negated}{kind}", f"%{passed}{coming[at - start]}|{negated}{kind}")
            places += (at, at)
            if len(order) > 1:
                names.append(f"%{order[-2]} {negated}{kind}")
                places.append(at)
            negated = ""
    steps = [a for i, a in enumerate(order) if i == 0 or order[i - 1] != a]
    for size in (2, 3):
        for i in range(len(steps) - size + 1):
            names.append("%" + " ".join(steps[i : i + size]))
            places.append(start)


def stance_features(tokens: Sequence[str], polarity: Polarity) -> Features:
    """Return the features of one text as seen from one party."""
    names: list[str] = []
    places: list[int] = []
    whole = _signature({_ROLE_LETTER[t] for t in tokens if t in _ROLE_LETTER})
    topic, last = whole.lower(), "0"
    for start, end in _sentences(tokens):
        here = _signature({_ROLE_LETTER[t] for t in tokens[start:end] if t in _ROLE_LETTER})
        # A sentence without a role speaks of what the one before it spoke of; small letters mark that it is a guess.
        head = topic if here == "0" else here
        topic = head.lower()
        coming = _next_roles(tokens, start, end)
        passed = last.lower() if here == "0" else "0"
        before, before2 = "^", ""
        for at in range(start, end):
            token = tokens[at]
            stem = token[:STEM]
            names += (token, f"{head}:{stem}", f"{before} {token}")
            places += (at, at, at)
            if before2:
                names.append(f"{before2} {before} {token}")
                places.append(at)
            if token in _ROLE_LETTER:
                passed = last = _ROLE_LETTER[token]
            elif token != PLACE:
                pieces = _headed_grams(head, token)
                names.append(f"{passed}{coming[at - start]}|{stem}")
                names += pieces
                places += [at] * (len(pieces) + 1)
            before, before2 = token, before
        _windows(tokens, start, end, names, places)
        _class_features(tokens, start, end, head, polarity, names, places)
    names.append(f"#{whole}")
    places.append(0)
    return names, places


def side_features(tokens: Sequence[str], named: int, polarity: Polarity) -> list[str]:
    """Return the features that do not depend on whose side is asked about; parties are all alike here."""
    names = [f"#named{min(named, 2)}", f"#length{min(len(tokens).bit_length(), 8)}"]
    before = "^"
    for raw in tokens:
        token = PARTY + raw[-1] if raw[0] == "§" and raw[-1] in "+-" else PARTY if raw[0] == "§" else raw
        names += (token, f"{before} {token}")
        if raw[0] != "§" and raw != PLACE:
            names += grams(token)
            if kind := polarity[token]:
                names += (f"%{kind}", f"%{min(named, 2)}{kind}")
        before = token
    return names


def context_features(tokens: Sequence[str], mark: str, lean: int) -> Features:
    """Return the text's words under the lean of its parent or title toward the party asked about (1, -1, 0).

    For texts that name no party: agreement and protest say something only together with what they answer.
    """
    if lean == 0:
        return [], []
    sign = "+" if lean > 0 else "-"
    names = [f"{mark}{sign}"] + [f"{mark}{sign}:{t[:STEM]}" for t in tokens if t != BREAK]
    return names, [0] + [i for i, t in enumerate(tokens) if t != BREAK]
