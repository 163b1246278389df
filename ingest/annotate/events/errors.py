"""The error of hand-kept files of links, so that every message names the file, the line and the mend."""

from __future__ import annotations


class LinksError(ValueError):
    """A file of links made by hand cannot be used; the message names the file, the line and the mend."""
