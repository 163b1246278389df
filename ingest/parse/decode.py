"""Bytes to text: which charset a page is really in, decided once for every family."""

from __future__ import annotations

import codecs
import re
import unicodedata

import charset_normalizer
from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

DETECTION_SAMPLE = 32_768
MAX_DAMAGE = 0.01

# Codecs that are no charset of a page: they transform, escape, or cost quadratic time.
NOT_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "undefined", "mbcs", "oem"}
)

CONTROLS = tuple(bytes([one]) for one in {*range(0x20), 0x7F} - set(b"\t\n\r"))
ASCII_CONTROLS = tuple(one.decode() for one in CONTROLS)
NONCHARACTERS = b"\xef\xbf"
"""The first bytes in UTF-8 of U+FFFE and U+FFFF, and of some characters."""

NON_ASCII = re.compile(rb"[\x80-\xff]")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def decode(content: bytes, declared: str | None) -> str | None:
    """Return the text of `content`, or None where no charset reads it.

    Order: byte order mark, valid UTF-8 (accidental validity of other charsets is negligible), the charset declared by
    the server, the one in the page's head, then detection. A declared charset with a few broken bytes is preferred
    to a guess.
    """
    charset, mark = read_bom(content)
    if charset and mark:
        return printable(content[len(mark) :].decode(charset, "replace"))
    if not content.isascii() and (text := _plain_utf8(content)) is not None:
        return text
    if content.isascii():
        candidates = _declared(content, declared) or ["ascii"]
    else:
        candidates = ["utf-8", *_declared(content, declared)]
    for charset in candidates:
        text = _strict(content, charset)
        if text is not None:
            return printable(text)
    for charset in candidates:
        text = _tolerant(content, charset)
        if text is not None:
            return printable(text)
    return _detected(content)


def _plain_utf8(content: bytes) -> str | None:
    """Return the text of valid UTF-8 that holds nothing to mend: nearly every page, and no look at each character."""
    if any(one in content for one in CONTROLS) or (NONCHARACTERS[:1] in content and NONCHARACTERS in content):
        return None
    text = _strict(content, "utf-8")
    return text if text is None or b"\r" not in content else text.replace("\r\n", "\n").replace("\r", "\n")


def printable(text: str) -> str:
    """Return `text` with LF line ends and without control characters and lone surrogates, which no store takes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = text.isascii() and not any(one in text for one in ASCII_CONTROLS)
    return text if plain else UNPRINTABLE.sub("", text)


def squeeze(text: str) -> str:
    """Return `text` on one line: runs of white space, no-break spaces included, become one space."""
    return " ".join(text.split())


def compose(text: str) -> str:
    """Return `text` in Unicode normal form C."""
    return unicodedata.normalize("NFC", text)


def _declared(content: bytes, declared: str | None) -> list[str]:
    names = [resolve_encoding(declared) if declared else None, html_body_declared_encoding(content[:8192])]
    return [name for name in dict.fromkeys(names) if name and name not in NOT_CHARSETS]


def _strict(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (UnicodeError, LookupError):
        return None


def _tolerant(content: bytes, charset: str) -> str | None:
    try:
        codecs.lookup(charset)
        text = content.decode(charset, "replace")
    except (UnicodeError, LookupError):
        return None
    beyond_ascii = sum(1 for character in text if character > "\x7f")
    return text if text.count("\ufffd") <= MAX_DAMAGE * max(beyond_ascii, 100) else None


def _detected(content: bytes) -> str | None:
    first = NON_ASCII.search(content)
    start = max(0, first.start() - 1024) if first else 0
    best = charset_normalizer.from_bytes(content[start : start + DETECTION_SAMPLE]).best()
    if best is None or best.encoding in NOT_CHARSETS:
        return None
    text = _strict(content, best.encoding)
    if text is None:
        text = _tolerant(content, best.encoding)
    return None if text is None else printable(text)
