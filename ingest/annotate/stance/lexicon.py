"""What a conflict's lexicon lacks: a war is only as readable as its lexicon, and an engineer should be told so.

Nothing here is an error. A folder with two names is valid, but its comments are scored little better than by chance.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.annotate.stance.country_names import LANGUAGES
from ingest.annotate.stance.masking import PLACE, Masker
from ingest.annotate.stance.quotes import own_words
from ingest.annotate.stance.words import BREAK, fold
from ingest.conflict import Conflict, Party, Term

ENOUGH = 10
"""Terms of a belligerent below which the side of a comment is called much less well; see data/conflicts/README.md."""
UNLIKE = 4
"""How many times the terms of one belligerent another may have: the better known is found, and blamed, more often."""
WANTED = (
    (("demonym",), "names of its people (kind demonym: people, adjective, in each language)"),
    (("force",), "armies and armed groups by the names people use (kind force)"),
    (("person",), "leaders by surname and nickname (kind person)"),
    (("place",), "towns nobody disputes (kind place)"),
    (("slogan", "hashtag"), "slogans or hashtags of its supporters (kinds slogan, hashtag)"),
)
COMMON = 0.5
"""A word in small letters as often as this share of its capitals is no name."""
LONGEST = 3

_NAME = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Unread:
    """A name that texts use and the lexicon does not read: as most write it, and in how many texts."""

    name: str
    texts: int


def lacking(conflict: Conflict) -> list[str]:
    """Return what to add to the conflict's lexicon, one sentence for each thing; empty where nothing is wanting."""
    derived = Masker(conflict).derived
    own = {p.party_id: [t for t in conflict.lexicon if t.party_id == p.party_id] for p in conflict.belligerents}
    country = {p.party_id: [t for t in derived if t.party_id == p.party_id] for p in conflict.belligerents}
    counts = {party_id: len({fold(t.term) for t in terms}) for party_id, terms in own.items()}
    found = []
    for party in conflict.belligerents:
        count = counts[party.party_id]
        if count < ENOUGH:
            found.append(f"{party.name} has {count} terms of its own; give it {ENOUGH} or more")
        elif max(counts.values()) > UNLIKE * count:
            found.append(f"{party.name} has {count} terms, another party over {UNLIKE} times as many")
        found += _lacking(party, [*own[party.party_id], *country[party.party_id]], conflict.languages)
    return found


def _lacking(party: Party, terms: Sequence[Term], languages: Sequence[str]) -> list[str]:
    kinds = {t.kind for t in terms}
    found = [f"{party.name} has no {what}" for names, what in WANTED if kinds.isdisjoint(names)]
    spoken = {t.language for t in terms}
    if missing := [one for one in LANGUAGES if one in languages and one not in spoken]:
        found.append(
            f"{party.name} has no term in {', '.join(missing)}, which conflict.toml lists; add its name and people"
        )
    return found


def unread_names(conflict: Conflict, texts: Iterable[str], most: int) -> list[Unread]:
    """Return names and hashtags that occur in `texts` and that the conflict's folder does not read, commonest first.

    A name is a word, or up to three in a row, with a capital where no sentence begins. Scripts without capitals and
    languages that give them to common nouns are not understood.
    """
    masker = Masker(conflict)
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        own = own_words(text)
        names, plain = _names_in(masker, own)
        small.update(plain)
        capital.update(dict.fromkeys(map(fold, names), 1))
        for name in names:
            spelt[fold(name)][name] += 1
    kept = [(n, count) for n, count in capital.most_common() if small[n] < COMMON * count]
    return [Unread(spelt[name].most_common(1)[0][0], count) for name, count in kept[:most]]


def _names_in(masker: Masker, text: str) -> tuple[list[str], set[str]]:
    """Return the unread names of a text, and its words in small letters, folded."""
    reading = masker.read(text)
    names: list[str] = []
    plain: set[str] = set()
    row: list[str] = []
    begins, last = True, 0
    for token, start, end in zip(reading.tokens, reading.starts, reading.ends, strict=True):
        word = text[start:end]
        unread = token[0] != "§" and token != PLACE and _NAME.fullmatch(word) is not None and _whole(text, start, end)
        joined = bool(row) and text[last:start].isspace()
        if row and not (unread and word[0].isupper() and joined and len(row) < LONGEST):
            names.append(" ".join(row))
            row = []
        if unread and word[0].isupper() and (not begins or _tagged(text, start)) and len(word) > 1:
            row.append(word)
        elif unread and word.islower():
            plain.add(fold(word))
        begins, last = token in (BREAK, "!", "?"), end
    return names + ([" ".join(row)] if row else []), plain


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether a word stands by itself: the pieces of a hashtag in several words are no names."""
    return not (text[max(start - 1, 0) : start].isalnum() or text[end : end + 1].isalnum())


def _tagged(text: str, start: int) -> bool:
    return start > 0 and text[start - 1] == "#"
