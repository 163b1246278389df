"""Room 2: pure functions from bytes to a Page with its comments."""

from ingest.parse.choose import MAX_BYTES, PARSE_VERSION, parse, parse_all

__all__ = ["MAX_BYTES", "PARSE_VERSION", "parse", "parse_all"]
