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

from ingest.annotate.stance.masking import PLACE, RIVAL, SIGNS, TARGET, Masker, Reading, party_number
from ingest.annotate.stance.polarity import Polarity
from ingest.annotate.stance.words import BREAK

WINDOW = 4
STEM = 5
GRAM = 4
PARTY = "PARTY"
CONTEXT_HEAD = 0.7
CONTEXT_GRAM = 0.4

_ROLE_LETTER = {
    **dict.fromkeys((TARGET, *(TARGET + sign for sign in SIGNS)), "T"),
    **dict.fromkeys((RIVAL, *(RIVAL + sign for sign in SIGNS)), "R"),
}

Features = tuple[list[str], list[int]]
"""Feature names and, for each, the index of the token it stands at."""

WeighedFeatures = tuple[list[str], list[float], list[int]]
"""Feature names, their values, and the index of the token each stands at."""


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
        token = PARTY + raw[-1] if raw[0] == "§" and raw[-1] in SIGNS else PARTY if raw[0] == "§" else raw
        names += (token, f"{before} {token}")
        if raw[0] != "§" and raw != PLACE:
            names += grams(token)
            if kind := polarity[token]:
                names += (f"%{kind}", f"%{min(named, 2)}{kind}")
        before = token
    return names


def _lore_token(masker: Masker, token: str, site: str) -> str:
    """Return a token as one conflict's own words have it: belligerents alike, outsiders and places by their ids."""
    if token == PLACE:
        return f"{PLACE}/{site}"
    if token[0] != "§":
        return token
    number = party_number(token)
    return PARTY if number in masker.belligerents else f"§{masker.party_ids[number]}"


def lore_features(conflict_id: str, masker: Masker, reading: Reading, polarity: Polarity) -> Features:
    """Return the words of one conflict's own story: what its readers bring up for one party or the other.

    Belligerents are all alike here, so that no name decides; a place is its id, whichever rival name is written.
    """
    names: list[str] = []
    places: list[int] = []
    before, last_site, last_kind = "^", "", ""
    for at, (raw, site) in enumerate(zip(reading.tokens, reading.sites, strict=True)):
        if raw == BREAK:
            before = "^"
            continue
        token = _lore_token(masker, raw, site)
        found = [f"{conflict_id}:{token}", f"{conflict_id}:{before} {token}"]
        if site:
            last_site = site
            if last_kind:
                found.append(f"{conflict_id}%{last_kind} {site}")
        elif raw[0] != "§":
            found.extend(_headed_grams(conflict_id, raw))
            if kind := polarity[raw]:
                last_kind = kind
                if last_site:
                    found.append(f"{conflict_id}%{last_site} {kind}")
        names += found
        places += [at] * len(found)
        before = token
    return names, places


def context_features(tokens: Sequence[str], mark: str, named: int, polarity: Polarity) -> WeighedFeatures:
    """Return the text's words as an answer to its parent or a remark under its title, to be times that one's lean.

    Agreement and protest say something only together with what they answer.
    """
    inside = [(i, t) for i, t in enumerate(tokens) if t != BREAK]
    share = 1.0 / (len(inside) + 1) ** 0.5
    head = f"{mark}{min(named, 1)}"
    names, places = [head, f"{head}#{min(len(inside).bit_length(), 5)}"], [0, 0]
    values = [CONTEXT_HEAD, CONTEXT_HEAD]
    before, first = "^", True
    for at, token in inside:
        stem = token[:STEM]
        found = [(f"{mark}:{stem}", share), (f"{mark}:{before} {stem}", share)]
        if token[0] != "§" and token != PLACE:
            found += [(name, CONTEXT_GRAM * share) for name in _headed_grams(mark, token)]
            if kind := polarity[token]:
                found.append((f"{mark}%{kind}", 2 * share))
                if first:
                    found.append((f"{mark}%first {kind}", 0.5))
                    first = False
        for name, value in found:
            names.append(name)
            values.append(value)
            places.append(at)
        before = stem
    return names, values, places
