"""What a file is, judged by its content: a page, a text, or something no parser here reads."""

from __future__ import annotations

import json
import re

SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "a PDF document"),
    (0, b"\x89PNG\r\n", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF8", "a GIF image"),
    (8, b"WEBP", "a WebP image"),
    (4, b"ftyp", "an MP4 or HEIF file"),
    (0, b"PK\x03\x04", "a ZIP archive or office document"),
    (0, b"\x1f\x8b", "gzip-compressed data"),
    (0, b"\x28\xb5\x2f\xfd", "zstd-compressed data"),
    (0, b"BZh", "bzip2-compressed data"),
    (0, b"\xfd7zXZ\x00", "xz-compressed data"),
    (0, b"7z\xbc\xaf", "a 7-Zip archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"\xd0\xcf\x11\xe0", "an old office document"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ\x90", "a program"),
    (0, b"SQLite format 3", "a SQLite database"),
    (8, b"DUCK", "a DuckDB database"),
    (0, b"PAR1", "a Parquet file"),
    (0, b"OggS", "an Ogg file"),
    (0, b"ID3", "an MP3 file"),
    (0, b"WARC/", "a WARC archive"),
)
"""Offset, bytes, name."""

UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
MAX_CONTROL_SHARE = 0.05
CONTROLS = bytes({*range(0x20)} - set(b"\t\n\v\f\r\x1b"))

OPENING = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title|div|article|main|p|ol|ul|h1)\b", re.IGNORECASE)
ANYWHERE = re.compile(r"<(?:!doctype\s+html|html|body)\b", re.IGNORECASE)
TAG = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
XML = re.compile(r"\s*<\?xml\b[^>]*>", re.IGNORECASE)
FEED = re.compile(r"<(rss|feed|rdf:RDF|urlset|sitemapindex|disqus)\b", re.IGNORECASE)

OTHER_TEXT = {
    "text/css": "a style sheet",
    "text/javascript": "a script",
    "application/javascript": "a script",
    "text/csv": "a CSV table",
    "text/calendar": "a calendar",
}


def binary_kind(content: bytes, charset: str | None) -> str | None:
    """Return what the bytes look like where they are no text, else None."""
    for offset, magic, name in SIGNATURES:
        if content.startswith(magic, offset):
            return name
    wide = (charset or "").lower().startswith(("utf-16", "utf-32", "utf16", "utf32"))
    if wide or content.startswith(UNICODE_MARKS):
        return None
    sample = content[:4096]
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    return "binary data" if b"\x00" in sample or controls > MAX_CONTROL_SHARE * len(sample) else None


def other_kind(text: str, media_type: str | None) -> str | None:
    """Return what a text is where it is neither a page nor a rendered one (a feed, JSON, a script), else None."""
    base = _base(media_type)
    head = text[:4096]
    if base in OTHER_TEXT and not ANYWHERE.search(head):
        return OTHER_TEXT[base]
    declaration = XML.match(head)
    feed = FEED.match(head[declaration.end() if declaration else 0 :].lstrip())
    if feed or (declaration and not ANYWHERE.search(head)):
        return f"XML with root <{feed.group(1)}>" if feed else "XML"
    stripped = text.lstrip()
    if stripped.startswith(("{", "[")) and (base.endswith("json") or _is_json(stripped)):
        return "JSON"
    return None


def is_html(text: str, media_type: str | None) -> bool:
    """Tell whether `text` is markup: its own opening decides, the stated media type where that is silent."""
    if OPENING.match(_without_comments(text[:8192])) or ANYWHERE.search(text[:8192]):
        return True
    return "html" in _base(media_type) and TAG.search(text[:65536]) is not None


def _without_comments(head: str) -> str:
    head = head.lstrip()
    while head.startswith("<!--"):
        head = head.partition("-->")[2].lstrip()
    return head


def _base(media_type: str | None) -> str:
    return (media_type or "").split(";")[0].strip().lower()


def _is_json(text: str) -> bool:
    """Tell whether `text` is JSON, whole or, as backups have it, one value on each line."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        first, _, rest = text.partition("\n")
        return rest.lstrip().startswith(("{", "[")) and first.rstrip().endswith(("}", "]")) and _is_json(first)
    return True
