"""Language of a comment: the script decides where it can, an n-gram classifier where it cannot, else nobody.

A wrong language costs more than none: a comment in a language the stance model does not read is counted, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from functools import cache, lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGE_VERSION = "py3langid-0.4-1"

LATIN = ("en", "az", "tr", "de", "fr", "es", "it", "pt", "nl", "pl", "id", "ro", "sv", "cs", "hu", "fi")
CYRILLIC = ("ru", "uk")
OTHER = ("ar", "fa", "ur", "he", "hi", "ka", "el", "zh", "ja", "ko", "bn", "am", "th")

MAX_CHARACTERS = 600
MIN_LETTERS = 6
MIN_CONFIDENCE = 0.30
MIN_CONFIDENCE_RARE = 0.75
MIN_AZERBAIJANI_SHARE = 0.04

PRIOR = {"en": 6.0, "az": 3.0, "tr": 3.0, "ru": 3.0}
"""How much likelier a language is under news of the conflicts served than the classifier's even prior says."""

_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|&\w{2,6};")
_ARMENIAN = re.compile(r"[\u0531-\u0587]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0259]")
_UKRAINIAN = re.compile(r"[іїєґІЇЄҐ]")
_RUSSIAN = re.compile(r"[ыэъёЫЭЪЁ]")
_AZERBAIJANI = re.compile(r"[əƏǝ]")


@cache
def _model() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@lru_cache(maxsize=4)
def _identifier(languages: tuple[str, ...]) -> LanguageIdentifier:
    # A shallow copy: loaded for each script anew, the tables took 85 MB and a third of a second each time.
    identifier = copy(_model())
    identifier.set_languages(list(languages))
    return identifier


def _classify(text: str, languages: tuple[str, ...]) -> tuple[str | None, float]:
    weighted = [(p * PRIOR.get(language, 1.0), language) for language, p in _identifier(languages).rank(text)]
    best, language = max(weighted)
    confidence = best / sum(p for p, _ in weighted)
    needed = MIN_CONFIDENCE if language in PRIOR or languages is OTHER else MIN_CONFIDENCE_RARE
    return (language if confidence >= needed else None), confidence


def _cyrillic(text: str) -> tuple[str | None, float]:
    ukrainian, russian = len(_UKRAINIAN.findall(text)), len(_RUSSIAN.findall(text))
    if ukrainian != russian:
        return ("uk", 0.95) if ukrainian > russian else ("ru", 0.95)
    return _classify(text, CYRILLIC)


def _detect_one(raw: str) -> tuple[str | None, float]:
    text = _NOISE.sub(" ", raw[: 4 * MAX_CHARACTERS])[:MAX_CHARACTERS]
    armenian, cyrillic, latin = (len(p.findall(text)) for p in (_ARMENIAN, _CYRILLIC, _LATIN))
    letters = sum(map(str.isalpha, text))
    other = letters - armenian - cyrillic - latin
    most = max(armenian, cyrillic, latin, other)
    if letters < 2:
        return None, 0.0
    if armenian == most:
        return "hy", armenian / letters
    if latin == most and len(_AZERBAIJANI.findall(text)) >= MIN_AZERBAIJANI_SHARE * letters:
        return "az", latin / letters
    if letters < MIN_LETTERS and other < most:
        return None, 0.0
    if cyrillic == most:
        return _cyrillic(text)
    return _classify(text, LATIN if latin == most else OTHER)


def detect(texts: Iterable[str]) -> list[tuple[str | None, float]]:
    """Return (BCP 47 language or None, confidence 0..1) for each text; None where too little is written to tell."""
    return [_detect_one(text) for text in texts]
