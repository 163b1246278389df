"""Days as collections of events write them: only forms that leave no doubt which number is the month."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH_NUMBERS = (
    {name: number for number, name in enumerate(_MONTHS, start=1)}
    | {name[:3]: number for number, name in enumerate(_MONTHS, start=1)}
    | {"sept": 9}
)
_MIDNIGHT = re.compile(r"[T ]\s*0?0:00:00(\.0+)?Z?", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})(?P<sep>[-/.]?)(?P<m>\d\d)(?P=sep)(?P<d>\d\d)", re.ASCII)
# ACLED's older exports write the month's English name.
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})[ -](?P<m>[A-Za-z]{3,9})[.,]?[ -](?P<y>\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"(?P<m>[A-Za-z]{3,9})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})", re.ASCII)


def read_day(text: str) -> date | None:
    """Return the day that `text` names, None where it names none or leaves day and month in doubt.

    Read are 2020-09-27 (also with / or . and as 20200927), 27 September 2020, 27-Sep-2020 and September 27, 2020, each
    with or without a midnight after it. 09/27/2020 is not read: the next row of such a file could be 03/04/2020.
    """
    midnight = _MIDNIGHT.search(text)
    if midnight is not None and midnight.end() == len(text):
        text = text[: midnight.start()].rstrip()
    for form in (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST):
        found = form.fullmatch(text)
        if found is None:
            continue
        month = found["m"]
        number = int(month) if month.isdigit() else _MONTH_NUMBERS.get(month.lower(), 0)
        try:
            return date(int(found["y"]), number, int(found["d"]))
        except ValueError:
            return None
    return None
