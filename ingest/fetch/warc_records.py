"""The records of a WARC or ARC file, one after the other, and what lies between them where the file is damaged.

The framing is read here and not by warcio or FastWARC because neither tells of every cut: FastWARC 2.0 ends without a
word at many, warcio gives up at the first one, prints to the terminal, and takes quadratic time on a line without end.
Here reading goes on behind the damage, at the next record. Formats: ISO 28500 (WARC 1.1), the Internet Archive's ARC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from ingest.fetch.compression import Unpacked

_MOST_HEAD = 1 << 16
_MOST_HTTP_HEAD = 1 << 20
_MOST_STRAY = 64
"""So few bytes between two records are a wrong length or a filling; more may have been a record."""
_MOST_PLACES = 100
"""So much damage is told of a file."""
_MOST_ATTEMPTS = 10_000
"""A file with more damage than that is a puzzle and no archive."""
_WARC = b"WARC/"
_ARC = b"filedesc://"
_BLANK = re.compile(rb"[\r\n]*")
_RECORD_START = re.compile(rb"WARC/\d\.\d+\r?\n(?=[Ww][Aa][Rr][Cc]-|[Cc]ontent-)")
_ARC_DATE = re.compile(rb"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$")
_FOLD = re.compile(r"\r?\n[ \t]+")
_KIND = rb"\nWARC-Type:[ \t]*([A-Za-z0-9-]{1,40})[ \t]*\r?(?:\n|$)"
_LENGTH = rb"\nContent-Length:[ \t]*([0-9]{1,18})[ \t]*\r?(?:\n|$)"
# As tools spell them first: looking in any case takes four times as long.
_KINDS = re.compile(_KIND), re.compile(_KIND, re.IGNORECASE)
_LENGTHS = re.compile(_LENGTH), re.compile(_LENGTH, re.IGNORECASE)


class _NoRecordError(ValueError):
    """What comes next is no record; the message says why."""


class DamagedWarcError(Exception):
    """The file has damage, which the message places; every record that could be read, also behind it, was given."""


class Fields:
    """The head of a record or of an HTTP answer: named fields in their order, found by name in any case.

    It is read when first asked for: most records of an archive are passed over.
    """

    __slots__ = ("_by_name", "_head", "_items")

    def __init__(self, head: bytes) -> None:
        self._head = head
        self._items: list[tuple[str, str]] | None = None
        self._by_name: dict[str, str] = {}

    @property
    def start(self) -> str:
        """The first line."""
        return _text(self._head.partition(b"\n")[0]).strip()

    @property
    def items(self) -> list[tuple[str, str]]:
        """Every field after the first line."""
        if self._items is None:
            text = _text(self._head)
            lines = (_FOLD.sub(" ", text) if "\n " in text or "\n\t" in text else text).split("\n")[1:]
            pairs = [line.partition(":") for line in lines]
            self._items = [(name.strip(), value.strip()) for name, colon, value in pairs if colon]
            self._by_name = {name.lower(): value for name, value in reversed(self._items)}
        return self._items

    def may_hold(self, name: str) -> bool:
        """Tell, without reading the head, whether it may have the field `name`, spelt so."""
        return name.encode() in self._head

    def get(self, name: str) -> str | None:
        """Return the first value of the field `name` (in lower case)."""
        return self._by_name.get(name) if self.items else None


def _text(head: bytes) -> str:
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError:
        return head.decode("latin-1")


class Record:
    """One record: its type, its head, the HTTP head where it holds an answer, and `read` for the content after both."""

    __slots__ = ("_source", "fields", "http", "kind", "left")

    def __init__(self, source: _Source, kind: str, fields: Fields, length: int) -> None:
        self._source = source
        self.kind = kind
        self.fields = fields
        self.left = length
        self.http: Fields | None = None
        if kind in ("response", "revisit") and "application/http" in (fields.get("content-type") or "").lower():
            self.http = self._http()

    @property
    def is_cut(self) -> bool:
        """Whether, once all was read, fewer bytes were there than the head promised."""
        return self.left > 0

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes of what is left of the content; b"" at its end."""
        data = self._source.take(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def drain(self) -> None:
        """Pass over what is left of the content."""
        while self.left and self.read(1 << 20):
            pass

    def _http(self) -> Fields | None:
        if not self._source.starts_with(b"HTTP/"):
            return None
        head = self._source.head(min(self.left, _MOST_HTTP_HEAD))
        if head is None:
            return None
        whole, text = head
        self.left -= whole
        return Fields(text)


def read_records(file: BinaryIO) -> Iterator[Record]:
    """Yield every record of a WARC or ARC, packed or not; take its content before asking for the next one.

    Raises DamagedWarcError at the end, where anything of the file could not be read.
    """
    source = _Source(Unpacked(file))
    count = 0
    before_damage: int | None = None
    for record in source.records():
        if source.damage and before_damage is None:
            before_damage = count
        yield record
        count += 1
        record.drain()
        if record.is_cut:
            source.note("the file ends within a record")
        if source.damage and before_damage is None:
            before_damage = count
    if source.damage:
        before = count if before_damage is None else before_damage
        more = f"; {count - before} behind it were read" if count > before else ""
        more += "; reading ended before the file does" if source.gave_up else ""
        places = f"{'at least ' if len(source.damage) == _MOST_PLACES else ''}{len(source.damage) - 1}"
        others = f", and {places} places more" if len(source.damage) > 1 else ""
        reason = " ".join(source.damage[0].split())[:300]
        records = f"{before} readable record{'' if before == 1 else 's'}"
        raise DamagedWarcError(f"after {records}: {reason}{others}{more}")


class _Source:
    """The unpacked bytes of a file, with what has been noted of its damage."""

    def __init__(self, stream: Unpacked) -> None:
        self.damage: list[str] = []
        self._stream = stream
        self._data = b""
        self._at = 0
        self._passed = 0
        self._arc_columns = 0
        self._found = False
        self._attempts = 0

    def records(self) -> Iterator[Record]:
        """Yield the records; each must have been drained before the next."""
        while True:
            while (record := self._next()) is not None:
                yield record
            if self._stream.damage is None:
                return
            self.note("")
            self._data, self._at = b"", 0
            if not self._stream.resume():
                return

    @property
    def gave_up(self) -> bool:
        """Whether there was more damage than any archive has."""
        return self._attempts >= _MOST_ATTEMPTS or self._stream.gave_up

    def note(self, reason: str, place: int | None = None) -> None:
        """Note damage and where it is: the stream's own where it has any, else `reason`."""
        where = self._passed + self._at if place is None else place
        told = f"{reason}, at byte {where:,}" + (" once unpacked" if self._stream.packed else "")
        said = self._stream.damage or told
        if len(self.damage) < _MOST_PLACES and said not in self.damage:
            self.damage.append(said)

    def take(self, size: int) -> bytes:
        """Return at most `size` bytes; b"" only at the end or where there is damage."""
        if self._at == len(self._data) and not self._fill():
            return b""
        data = self._data[self._at : self._at + size]
        self._at += len(data)
        return data

    def starts_with(self, *marks: bytes) -> bool:
        """Tell whether one of `marks` comes next."""
        self._hold(max(map(len, marks)))
        return self._data.startswith(marks, self._at)

    def head(self, most: int) -> tuple[int, bytes] | None:
        """Take a head of at most `most` bytes: its length with the empty line, and its text; None where none ends."""
        while True:
            limit = self._at + most
            end = self._data.find(b"\n\r\n", self._at, limit)
            bare = self._data.find(b"\n\n", self._at, limit if end < 0 else end)
            if bare >= 0 or end >= 0:
                return self._taken(bare, bare + 2) if bare >= 0 else self._taken(end, end + 3)
            if len(self._data) - self._at >= most or not self._fill():
                return None

    def line(self, most: int) -> bytes | None:
        """Take a line of at most `most` bytes; None where it has no end."""
        while (end := self._data.find(b"\n", self._at, self._at + most)) < 0:
            if len(self._data) - self._at >= most or not self._fill():
                return None
        return self._taken(end, end + 1)[1]

    def _taken(self, end: int, after: int) -> tuple[int, bytes]:
        start, self._at = self._at, after
        return after - start, self._data[start:end].removesuffix(b"\r")

    def _fill(self) -> bool:
        data = self._stream.read()
        self._passed += self._at
        self._data = self._data[self._at :] + data
        self._at = 0
        return bool(data)

    def _hold(self, size: int) -> bytes:
        while len(self._data) - self._at < size and self._fill():
            pass
        return self._data[self._at : self._at + size]

    def _next(self) -> Record | None:
        """Return the next record; None at the end and where the stream has damage."""
        while True:
            self._skip_blank()
            if self._at == len(self._data):
                return None
            place, wrong = self._passed + self._at, ""
            try:
                if self.starts_with(_WARC):
                    return self._warc()
                if self._arc_columns or self.starts_with(_ARC):
                    return self._arc()
            except _NoRecordError as error:
                wrong = str(error)
            if not self._find_start(place, wrong):
                return None

    def _skip_blank(self) -> None:
        while True:
            match = _BLANK.match(self._data, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._data) or not self._fill():
                return

    def _warc(self) -> Record:
        head = self.head(_MOST_HEAD)
        if head is None or (inside := _RECORD_START.search(head[1], len(_WARC))) is not None:
            # The last beginning there is may be that of a whole head; all before it are of heads without an end.
            back = head[0] - inside.start() if head is not None and inside is not None else 0
            self._at = self._at - back if back else self._last_start()
            raise _NoRecordError("a record's head has no end")
        kind, length = (one.search(head[1]) or other.search(head[1]) for one, other in (_KINDS, _LENGTHS))
        if kind is None or length is None:
            raise _NoRecordError("a record's head lacks WARC-Type or Content-Length")
        self._found = True
        return Record(self, kind[1].decode().lower(), Fields(head[1]), int(length[1]))

    def _last_start(self) -> int:
        end = min(len(self._data), self._at + _MOST_HEAD)
        last = self._data.rfind(_WARC, self._at + 1, end)
        return last if last > self._at else end

    def _arc(self) -> Record:
        """Read a line `URL address date type length`, or with more columns as the first record of the file says."""
        is_first = not self._arc_columns
        columns = self._arc_columns or 5
        parts = (self.line(1 << 16) or b"").rsplit(b" ", columns - 1)
        if len(parts) != columns or not (parts[-1].isdigit() and len(parts[-1]) <= 18):
            raise _NoRecordError("a line is no head of an ARC record")
        url, _, date, media_type, *_, length = parts
        if is_first:
            names = self._hold(min(int(length), 1 << 16)).strip().rpartition(b"\n")[2]
            self._arc_columns = max(5, len(names.split(b" ")))
        elif url.startswith((b"http:", b"https:")):
            media_type = b"application/http"
        stated = _ARC_DATE.sub(rb"\1-\2-\3T\4:\5:\6Z", date)
        fields = Fields(b"ARC\nWARC-Target-URI: %b\nWARC-Date: %b\nContent-Type: %b" % (url, stated, media_type))
        self._found = True
        return Record(self, "warcinfo" if is_first else "response", fields, int(length))

    def _find_start(self, place: int, wrong: str) -> bool:
        """Go to the next record behind bytes, from `place` on, that are none; False where no record follows."""
        opening = self._hold(len(_WARC))
        self._attempts += 1
        while (match := _RECORD_START.search(self._data, self._at)) is None:
            # What is left over may be the beginning of a record's first line.
            self._at = max(self._at, len(self._data) - 32)
            if not self._fill():
                self._at = len(self._data)
                break
        self._at = match.start() if match else self._at
        skipped = self._passed + self._at - place
        is_cut = match is None and (_WARC.startswith(opening) or not self._found)
        if wrong or is_cut or skipped > _MOST_STRAY:
            self.note(wrong or f"{skipped:,} bytes are no WARC or ARC record", place)
        return match is not None and self._attempts < _MOST_ATTEMPTS
