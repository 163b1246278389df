"""Event files as text and as rows of cells: one odd byte or one lost quote costs its own row and no other."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Literal

from ingest.parse.events.records import EventDocument, EventFileError, Rejection
from ingest.parse.events.rows import Row

# UCDP joins all sources of an event in one cell; Python's limit of 128 KiB is below the longest of them.
_LARGEST_CELL = 16 * 1024 * 1024
_MOST_BROKEN = 1000
"""After so many rows that broke off, the rest of a file is turned away in one: each may cost a look at all the rest."""
FALLBACK = "windows-1252"
"""What lines that are not UTF-8 are read as: the commonest charset of Western files, and it holds Latin-1's letters."""


def decode(document: EventDocument) -> tuple[str, str | None]:
    """Return the text of a file, and what to tell where it is not all UTF-8.

    A line that is not UTF-8 is read as FALLBACK, the others as UTF-8: exports joined from many sources hold a few odd
    bytes among sound lines. UTF-16 is known by its mark. Raises EventFileError where UTF-16 breaks off.
    """
    content = document.content.removeprefix(b"\xef\xbb\xbf")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16"), "the file is UTF-16 and was read as that"
        except UnicodeDecodeError:
            raise EventFileError(f"{document.name}:1: the file is damaged UTF-16; save it as UTF-8") from None
    try:
        return content.decode("utf-8"), None
    except UnicodeDecodeError:
        return _by_line(content)


def _by_line(content: bytes) -> tuple[str, str]:
    lines, odd = [], []
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            odd.append(number)
            lines.append(line.decode(FALLBACK, "replace"))
    which = f"line {odd[0]} is" if len(odd) == 1 else f"line {odd[0]} and {len(odd) - 1:,} more are"
    mend = "if names look wrong, save the file as UTF-8 and import it again"
    return "\n".join(lines), f"{which} not UTF-8 and read as {FALLBACK}; {mend}"


class _Lines(Iterator[str]):
    """Lines with their ends, from where one can go back; a file of a quarter of a gigabyte is not copied for it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0
        self.number = 1

    def __next__(self) -> str:
        if self.at >= len(self._text):
            raise StopIteration
        start = self.at
        self.at = self._text.find("\n", start) + 1 or len(self._text)
        self.number += 1
        return self._text[start : self.at]

    def rest(self) -> int:
        """Count the lines that are left and not empty, and be done with them."""
        return sum(1 for line in self if line.strip())


def delimited(
    name: str, text: str, delimiter: str, header: Sequence[str] | None, *, quoted: bool = True
) -> Iterator[Row | Rejection]:
    """Yield the rows of a delimited file; `header` None takes the first line's, in lower case.

    A row of another width is rejected, and so is one whose quoting is broken, as where a file was cut: reading goes on
    with the line after the one where it began. Raises EventFileError where the header itself is broken.
    """
    csv.field_size_limit(_LARGEST_CELL)
    lines = _Lines(text)
    cells_of_rows = _reader(lines, delimiter, quoted=quoted)
    if header is None:
        try:
            header = [cell.strip().lower() for cell in next(cells_of_rows, [])]
        except csv.Error as error:
            raise EventFileError(f"{name}:1: the header cannot be read ({error}); was a quote lost?") from None
    columns, has_nul, broken = tuple(header), "\0" in text, 0
    while True:
        line, start = lines.number, lines.at
        try:
            cells = next(cells_of_rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield _broken(line, error)
            broken += 1
            lines.at, lines.number = start, line
            next(lines)
            cells_of_rows = _reader(lines, delimiter, quoted=quoted)
            if broken == _MOST_BROKEN and (rest := lines.rest()):
                mend = f"{broken:,} rows before it broke off, so the rest of the file was not read; mend its quotes"
                yield Rejection(line + 1, "malformed_csv", None, None, mend, rest)
            continue
        if outcome := _row(columns, cells, line, has_nul=has_nul):
            yield outcome


def _reader(lines: Iterator[str], delimiter: str, *, quoted: bool) -> Iterator[list[str]]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    return csv.reader(lines, delimiter=delimiter, strict=quoted, quoting=quoting)


def _row(columns: tuple[str, ...], cells: list[str], line: int, *, has_nul: bool) -> Row | Rejection | None:
    """Return what a row's cells are, None for an empty line."""
    if not cells:
        return None
    if has_nul and any("\0" in cell for cell in cells):
        return Rejection(line, "nul_byte", None, None, "the row holds a NUL byte; was the file damaged on its way?")
    if len(cells) != len(columns):
        mend = f"the row has {len(cells)} cells where {len(columns)} are expected; was the file cut or edited?"
        return Rejection(line, "wrong_column_count", None, str(len(cells)), mend)
    return Row(line, dict(zip(columns, cells, strict=True)))


def _broken(line: int, error: csv.Error) -> Rejection:
    mend = f"the row that begins here cannot be read ({error}); was the file cut off, or a quote lost?"
    return Rejection(line, "malformed_csv", None, None, mend)
