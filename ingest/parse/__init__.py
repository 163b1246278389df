"""Room 2: pure functions from bytes to a Page with its comments."""

from ingest.parse.choose import MAX_BYTES, PARSE_VERSION, parse

__all__ = ["MAX_BYTES", "PARSE_VERSION", "parse"]
