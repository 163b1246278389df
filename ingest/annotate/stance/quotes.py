"""What a commenter quotes is not what they say: quoted stretches are blanked before anything is scored."""

from __future__ import annotations

import re

_QUOTED = (
    re.compile(r"^[ \t]*(?:>|&gt;|»)[^\n]*", re.MULTILINE),
    re.compile(r"\[quote[^\]\n]{0,200}\].{0,4000}?\[/quote\]", re.IGNORECASE | re.DOTALL),
    re.compile(r"<blockquote[^>\n]{0,200}>.{0,4000}?</blockquote>", re.IGNORECASE | re.DOTALL),
    # Five words or more: shorter ones are scare quotes and names, which are the speaker's own.
    re.compile(r"[“«„\"](?:[^\s“”«»„\"]{1,40}[ \t]+){4,60}[^\s“”«»„\"]{1,40}[ \t]*[”»“\"]"),
)


def own_words(text: str) -> str:
    """Return `text` at its own length with quoted stretches turned into spaces, so that positions still hold."""
    for pattern in _QUOTED:
        text = pattern.sub(lambda m: " " * len(m[0]), text)
    return text
