"""The weights of the signs that link a sentence to an event, in log-odds.

They were set by hand and checked on a few hand-linked articles; they are to be fitted when there are more.
"""

from __future__ import annotations

BIAS = -3.0
"""Log-odds of a link before any sign speaks for it."""

NAMED, NAMED_SHARED = 3.2, 1.2
"""The event's own name; the same where other events at that place could be called so."""

PLACE_HERE, PLACE_MORE, PLACE_NEAR, PLACE_CARRIED, PLACE_ELSEWHERE = 2.2, 0.4, 1.0, 1.5, 0.6
PLACE_MISSING = {1: -2.2, 2: -0.7}
PLACE_VAGUE = 0.4
TELLING, PLACE_TOLD_OTHERWISE, PLACE_TOLD_TWICE = 0.8, 0.4, 0.1
"""The event's place in the sentence, a second one, its district, the place last spoken of ("the city"), one elsewhere
in the text; absent, by UCDP precision, and less so where rare details (their weights summed) tell it, or
words and details do."""

PLACE_DOUBTFUL = -0.8
"""The place's name may be another word altogether, and nothing else in the text speaks for the place."""

PLACE_SEAT = 0.6
"""A seat of government named in a sentence that tells nothing of the event."""

OTHER_PLACE = -0.8
FRAME_PRESENT, FRAME_ABSENT, VENUE, FRAME_LEAST = 1.0, -1.5, 0.8, 0.08
"""For events without a place of their own: the text is about the conflict, is not; names where people met."""

TYPE_HERE, TYPE_HERE_PLACELESS, TYPE_ELSEWHERE, TYPE_OTHER, TYPE_SILENT = 1.2, 1.8, 0.5, -0.8, -0.4
TYPE_BY_DETAIL, MOST_DETAILS = 1.0, 0.6
"""What an event of no particular type is told by: the rare details its names speak of, and most of them."""

TYPE_KIN, TYPE_KIN_OTHER = 0.6, -0.4
"""A battle told by the words of shelling, or the other way round."""

DETAIL_HERE, DETAILS_MOST, DETAIL_ELSEWHERE, DETAIL_MISSING, DETAIL_MISSING_PLACELESS = 1.4, 2.6, 0.4, -0.8, -2.0
DETAIL_OF_SOLE = 0.5
"""A missing detail counts so much where no other event of the place and kind could be meant."""

SIGN_ELSEWHERE, SIGNS_MOST, SIGN_ALONE = 1.0, 3.4, 0.5
"""A sign of the event in another sentence: such tell little else. Together with details here at most the second. One
alone in a text that does not tell the event's kind says so much of its weight."""

WORDS, WORDS_MOST = 0.8, 1.5
TOLL_FITS, TOLL_BEYOND, TOLL_EARLY, TOLL_SHORT = 1.0, -0.4, 0.4, -0.4
TOLL_MANY, TOLL_MOST = 4, 0.6
"""A toll as known; above it; below it, though by not much, as first counts are; far below. The last two only where so
many died, and "not much" is so much of the least count."""

TOLL_FEW, TOLL_HIGH, TOLL_RARE = 2, 10, 1.6
TOLL_FAR, TOLL_TIMES = -1.5, 3
"""Up to so many dead are often counted, so many or more seldom: such a toll, where it fits, says so much more. One
above so many times the known toll, and some, is that of another event."""

PARTIES_ALL, PARTIES_NONE, OUTSIDER_PRESENT, OUTSIDER_ABSENT = 0.4, -0.4, 0.7, -0.2

DATE_EXACT = {"day": 2.5, "weekday": 2.0, "relative": 1.6, "month": 1.0, "year": 0.6, "anniversary": 2.2}
DATE_PART = 1.6
"""A third of a month: "early October"."""

DATE_WEEK, NIGHT_DAYS = 1.0, 2
"""What "last week": relative dates of more days than a night's."""

WEEKDAY_FADES = 0.35
"""A weekday's name means the one just past: it says this much less for each day it lies back."""

DATE_NEXT_DAY, DATE_WRONG, YEAR_WRONG = 0.9, -2.5, -1.0
DATE_CARRIED = 0.4
"""A date of an earlier sentence says this much of its weight for one without a date."""

LONG_EVENT = 0.5
"""A date within an event of many days says this much less."""

LAG_POINTS = ((0, 1.5), (1, 1.3), (2, 0.8), (4, 0.3), (7, -0.3), (14, -1.5), (30, -2.5), (60, -4.0))
"""Days from an event to an undated sentence about it: 86 % of UCDP's sources come within a day, 95 % in a week."""

LAG_ANNIVERSARY, YEAR_PAST, ANNIVERSARY_NEAR = 0.5, 300, 2
"""So many days off the day of the year, an event at least so many days back is remembered."""

LAG_DURING, LAG_UNKNOWN = 0.6, -0.5
"""While a long event lasts; without a day."""

REMEMBERED = 1.5
"""The years since then stated, on that day of the year, and its kind told."""

ANNOUNCED, DATE_EVE = frozenset({"Agreement"}), 2.0
"""ACLED's sub-event types of what is announced before it begins, and what stating that day says for one."""

LONG_DAYS = 7
SPEECH_DAYS = 1
