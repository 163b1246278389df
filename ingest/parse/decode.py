"""Bytes to text: which charset a page is really in, decided once for every family."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import NamedTuple

import charset_normalizer
from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

DETECTION_SAMPLE = 32_768
MAX_DAMAGE = 0.01

# Codecs that are no charset of a page: they transform, escape, or cost quadratic time.
NOT_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "undefined", "mbcs", "oem"}
)

ON_THE_WEB = (
    "cp1252",
    "cp1251",
    "cp1254",
    "cp1250",
    "iso8859_2",
    "cp1253",
    "cp1255",
    "cp1256",
    "koi8_r",
    "koi8_u",
    "cp874",
    "gb18030",
    "big5",
    "euc_jp",
    "shift_jis",
    "euc_kr",
)
"""Tried first where a page states no charset, as short texts look right in old computers' charsets too."""
LATIN = frozenset({"cp1250", "cp1252", "cp1254", "iso8859_2"})
TURKISH_ALONE = "ğışĞİŞ".encode("cp1254")
OTHER_THAN_TURKISH = bytes({*range(0x100)} - {*TURKISH_ALONE})
TURKISH = TURKISH_ALONE + "çöüÇÖÜâîûÂÎÛé".encode("cp1254")

CONTROLS = tuple(bytes([one]) for one in {*range(0x20), 0x7F} - set(b"\t\n\r"))
ASCII_CONTROLS = tuple(one.decode() for one in CONTROLS)
NONCHARACTERS = "\ufffe\uffff"
LONE_RETURN = re.compile(rb"\r(?!\n)")

NON_ASCII = re.compile(rb"[\x80-\xff]")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Decoded(NamedTuple):
    """A page's text, and the same in UTF-8 where that is at hand."""

    text: str
    utf8: bytes | None = None


def decode(content: bytes, declared: str | None) -> str | None:
    """Return the text of `content`, or None where no charset reads it; see `decoded`."""
    found = decoded(content, declared)
    return None if found is None else found.text


def decoded(content: bytes, declared: str | None) -> Decoded | None:
    """Return what `content` says, or None where no charset reads it.

    Order: byte order mark, valid UTF-8 (accidental validity of other charsets is negligible), the charset declared by
    the server, the one in the page's head, then detection. A declared charset with a few broken bytes is preferred
    to a guess.
    """
    charset, mark = read_bom(content)
    if charset and mark:
        return Decoded(printable(content[len(mark) :].decode(charset, "replace")))
    if not content.isascii() and (plain := _plain_utf8(content)) is not None:
        return plain
    text = _read(content, declared)
    return None if text is None else Decoded(text)


def _read(content: bytes, declared: str | None) -> str | None:
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


def _plain_utf8(content: bytes) -> Decoded | None:
    """Return the text of valid UTF-8 that holds nothing to mend: nearly every page, and no look at each character."""
    if any(one in content for one in CONTROLS):
        return None
    if b"\r" in content:
        content = LONE_RETURN.sub(b"\n", content).replace(b"\r", b"")
    text = _strict(content, "utf-8")
    return None if text is None or any(one in text for one in NONCHARACTERS) else Decoded(text, content)


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
    charset = _likeliest(content[start : start + DETECTION_SAMPLE])
    if charset is None or charset in NOT_CHARSETS:
        return None
    text = _strict(content, charset)
    if text is None:
        text = _tolerant(content, charset)
    return None if text is None else printable(text)


def _likeliest(sample: bytes) -> str | None:
    """Return the charset in which a sample looks most like a language."""
    found = charset_normalizer.from_bytes(sample, cp_isolation=list(ON_THE_WEB))
    best = found.best()
    if best is None:
        best = charset_normalizer.from_bytes(sample).best()
        return best.encoding if best else None
    if best.encoding in LATIN and _is_turkish(sample):
        return "cp1254"
    return best.encoding


def _is_turkish(sample: bytes) -> bool:
    """Tell Turkish from languages that have other letters in the same six places: nearly all accents are its own."""
    accented = sample.translate(None, bytes(range(0xC0)))
    foreign, alone = accented.translate(None, TURKISH), accented.translate(None, OTHER_THAN_TURKISH)
    of_its_own = len({*alone}) > 1 and len(alone) > 0.2 * len(accented)
    return of_its_own and len(foreign) <= 0.03 * len(accented) and _strict(sample, "cp1254") is not None
