"""Pages made to stall a parser: each attribute of a tag is compared with all before it; ten thousand take seconds."""

from __future__ import annotations

import re

LARGE = 64_000
"""Characters; a shorter page cannot hold enough attributes to cost a second, and is spared the look."""

MAX_ATTRIBUTES = 5_000
"""A twentieth of a second for the tree; the most seen on a real page is under a hundred."""

TAG = re.compile(r"""<[a-zA-Z](?:[^>=]++|=\s*+(?:"[^"]*+"?|'[^']*+'?)?)*+""")
"""One start tag up to its end, quotes as a browser sees them: one after `=` opens, and `>` within ends nothing."""

VALUE = re.compile(r"""=\s*+(?:"[^"]*+"?|'[^']*+'?)""")


def has_crowded_tag(text: str) -> bool:
    """Tell whether some tag of `text` has over MAX_ATTRIBUTES attributes; linear in time."""
    if len(text) <= LARGE:
        return False
    long = [tag for tag in TAG.findall(text) if len(tag) > 2 * MAX_ATTRIBUTES]
    return any(len(VALUE.sub("=v ", tag).split()) > MAX_ATTRIBUTES for tag in long)
